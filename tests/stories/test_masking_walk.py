"""Each role, somebody signed out, and the holder of a link open every page there is: nowhere stands a full phone or ID number.

By opening a page nobody gives a reason, so nobody may see a number whole, whatever their rights: a page that is only opened, a file
that is only fetched, a form sent empty, an error, a line of the log and a message that is owed all keep it masked.
"""

from __future__ import annotations

import io
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from config.demo import build_town
from linli.accounts.models import User
from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.casework.models import HotlineBatch, Mediation, ProactiveTask
from linli.core.actors import Actor, system_actor
from linli.desk.actions import make_wall_link
from linli.incidents.models import Incident
from linli.notifications.actions import Owed, note_addressee, owe_messages
from linli.notifications.links import link_for
from linli.notifications.models import Delivery, Message
from linli.registry.actions import imports
from linli.registry.models import (
    ChangeRequest,
    Community,
    Contact,
    ContactPoint,
    FormTemplate,
    HealthNote,
    HomeVisit,
    Household,
    ImportBatch,
    Membership,
    Post,
    Resident,
)
from linli.registry.queries import EVERYTHING
from linli.registry.tests.test_imports import ROWS, file_of
from linli.safety.actions import take_signals
from linli.safety.decoding import Raw
from linli.safety.models import Device, Installation, QuarantinedSignal
from linli.scheduling.models import Duty
from tests.harness.money import books_with_money
from tests.harness.repeats import repeats_with_numbers
from tests.harness.requests import requests_with_numbers
from tests.harness.walk import NUMBER, Door, doors, links_in, numbers_in, paths_of, words_of

pytestmark = pytest.mark.timeout(600)  # every page as every role: a walk takes a minute, and longer on a busy machine
BY = system_actor(part="test")
QUERIES_OF_A_PAGE = 1
"""How many variants (tabs, files, sorted lists) of one address are followed, for each who walks."""
UNASKED = ("/accounts/sign-out/", "/admin/logout/", "/live/", "/healthz", "/readyz", "/metrics", "/i18n/")
NOT_FOLLOWED = (*UNASKED, "/admin/")
"""Registers have a link for every column and filter: each register is opened once."""


@dataclass
class Walked:
    """The town, and what was found in it. ``meant``: what may stand in the answers of some addresses, by how they begin."""

    public: set[str]
    meant: dict[str, set[str]]
    fillings: dict[str, list[Any]]
    household: Household
    leaks: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)

    def check(self, text: str, *, where: str) -> None:
        meant = {number for begin, numbers in self.meant.items() if f" {begin}" in where for number in numbers}
        if found := numbers_in(text) - self.public - meant:
            self.leaks.append(f"{where}: {sorted(found)[:3]}")


@pytest.fixture
def walked(db, settings, tmp_path) -> Walked:
    """A small town in which something of everything has happened, around one household."""
    settings.DEBUG, settings.LINLI_DATA_DIR = False, tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    now = timezone.now()
    build_town(seed=7, now=now, households=12, gas_detectors=6)
    community = Community.objects.get(code="demo")
    device = Device.objects.filter(installations__dwelling__isnull=False).order_by("pk").first()
    assert device is not None
    household = Household.objects.get(dwelling__in=Installation.objects.filter(device=device).values("dwelling"))
    _something_of_everything(household, now)
    _somebody_who_left_a_number(community, now)
    _a_register_on_its_way(community, now, tmp_path)
    say = orjson.dumps({"id": "walk-1", "at": now.isoformat(), "lel": 12.5})
    raws = [
        Raw(f"linli.demo.{device.serial}.alarm", say, now, "walk:1"),
        Raw("linli.demo.x.alarm", b"\xff", now, "w:2"),
    ]
    take_signals(raws=raws, now=now)
    _every_number_is_recognised()
    fillings = _fillings(community, household, device, now) | requests_with_numbers(
        household=household, now=now, folder=tmp_path
    )
    fillings |= repeats_with_numbers(household=household, now=now)
    fillings |= books_with_money(household=household, now=now)
    return Walked({community.desk_phone}, _meant(), fillings, household)


def _meant() -> dict[str, set[str]]:
    """Where a number stands on purpose, each for one reason only."""
    phones = ContactPoint.objects.filter(kind="phone")
    posts = phones.filter(post__isnull=False).values_list("address", flat=True)
    contacts = phones.filter(contact__isnull=False).values_list("address", flat=True)
    return {
        # A relative told of an alarm calls the captain: that is what the page is for.
        "GET /l/": set(posts),
        "POST /l/": set(posts),
        # Asked for at an alarm: the incident is the reason, and the trail says so before the number is shown.
        "POST /desk/incidents/": {*posts, *contacts},
        # What the office answered, to whoever told us: a number in it is the repairman's, meant for them.
        "GET /casework/t/": {"16000009104"},
        "POST /casework/t/": {"16000009104"},
        "GET /casework/l/": {"16000009104"},
        "POST /casework/l/": {"16000009104"},
        "GET /casework/hotline/answers/": {"16000009104"},
        "request.resolved": {"16000009104"},
        **{  # the office gets back the rows that it sent, to put them right; the trail says so
            f"GET /casework/hotline/{pk}/errors/": {"16000009114", "16000009115"}
            for pk in HotlineBatch.objects.values_list("pk", flat=True)
        },
        **{  # the words of a dispute, in the field in which they are edited
            f"{verb} /casework/mediations/{pk}/edit/": {"16000009111"}
            for pk in Mediation.objects.values_list("pk", flat=True)
            for verb in ("GET", "POST")
        },
        **{  # the words of a task, in the field in which they are edited
            f"{verb} /casework/tasks/{pk}/change/": {"16000009025"}
            for pk in ProactiveTask.objects.values_list("pk", flat=True)
            for verb in ("GET", "POST")
        },
        "GET /admin/registry/resident/": {"16000008001"},  # the words of a note, in the field in which they are edited
        **{  # the office gets back the rows that it sent, to put them right; the trail says so
            f"GET /registry/imports/{pk}/errors/": {"999999195603040000"}
            for pk in ImportBatch.objects.values_list("pk", flat=True)
        },
    }


def _something_of_everything(household: Household, now: Any) -> None:
    """Free words that hold numbers, as people write them."""
    community, one = household.community, Resident.objects.filter(household=household).order_by("pk").first()
    assert one is not None
    on, user = timezone.localdate(now), User.objects.create(username="walk-elsewhere", name="别处的楼长")
    Resident.objects.filter(pk=one.pk).update(note="女儿电话 16000008001", other_phones="16000008002")
    told = {"community": community, "household": household, "resident": one}
    HomeVisit.objects.create(
        **told, visited_on=on, found="needs_help", note="换号 16000008003", to_do="回电", visitor_name="李网格", written_at=now
    )  # fmt: skip
    ChangeRequest.objects.create(
        **told, about="phone", proposed="新号码", phone="16000008004", before=one.phone, by=user, proposed_at=now
    )
    of_one = {"community": community, "resident": one}
    Membership.objects.get_or_create(
        **of_one, group="living_alone", until_on=None, defaults={"since_on": on, "every_days": 7}
    )
    Membership.objects.create(**of_one, group="petition", since_on=on)
    HealthNote.objects.create(
        **of_one, text="医生 16000008005", purpose="急救", legal_basis="consent", review_on=on + timedelta(days=30), written_at=now
    )  # fmt: skip
    FormTemplate.objects.create(
        community=community, name="老年人登记表", kind="xlsx", file=_blank(), sheet="Sheet", made_by="test", made_at=now,
        mapping={"A": "name", "B": "phone", "C": "id_number"},
    )  # fmt: skip


def _somebody_who_left_a_number(community: Community, now: Any) -> None:
    """Told once, and not reached."""
    one = note_addressee(
        by=BY, now=now, community_id=community.pk, name="孙丽", language="zh-hans", kind="sms", address="16000008006"
    )
    told = (
        community.pk,
        "test:1",
        "addressee",
        one.pk,
        one.name,
        "",
        one.language,
        "incident.opened",
        {},
        "walk:addressee",
    )
    owe_messages(now=now, messages=[Owed(*told)])


def _blank() -> bytes:
    """A form from above with three columns."""
    book, kept = Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(["姓名", "联系电话", "身份证号"])
    book.save(kept)
    return kept.getvalue()


def _a_register_on_its_way(community: Community, now: Any, tmp_path: Any) -> None:
    """One file still at its columns, one compared, with rows that are kept out."""
    spoiled = [9, "郑三", None, "999999195603040000", None, "1600000800", "8-4-202", None, None, None, None, None]
    path = file_of(tmp_path / "a.xlsx", [*ROWS, spoiled])
    told = {"by": BY, "now": now}
    for _copy in range(2):
        batch = imports.stage_import(**told, community_id=community.pk, path=path, file_name="台账.xlsx")
    columns = {s.position: {int(at): name for at, name in s.fields.items()} for s in batch.sheets.filter(included=True)}
    imports.ask_plan(**told, batch_id=batch.pk, policy="update", grid_id=None, columns=columns)
    imports.work_on_import(batch=imports.claim_import(now=now), clock=lambda: now)


def _every_number_is_recognised() -> None:
    """The walk looks for what invented numbers look like: no number in the town may look otherwise."""
    points = ContactPoint.objects.filter(kind__in=["phone", "sms", "voice"])
    kept = [*Resident.objects.values_list("phone", flat=True), *Resident.objects.values_list("id_number", flat=True)]
    for number in filter(None, [*kept, *points.values_list("address", flat=True)]):
        assert NUMBER.fullmatch(number), number


def _fillings(community: Community, household: Household, device: Device, now: Any) -> dict[str, list[Any]]:
    incident = Incident.objects.order_by("-pk").first()
    assert incident is not None
    message = Message.objects.filter(recipient_kind="contact").order_by("-pk").first()
    assert message is not None
    officer = User.objects.filter(posts__role=Role.SECRETARY).order_by("pk").first()
    assert officer is not None
    by = Actor(kind="user", label=str(officer), ref=str(officer.pk), user_id=officer.pk)
    wall, wall_token = make_wall_link(by=by, now=now, scope=EVERYTHING, community_id=community.pk, name="大厅")
    contact = Contact.objects.filter(household=household).order_by("pk").first()
    post = Post.objects.filter(role=Role.UNIT_CAPTAIN, unit=household.dwelling.unit).first() or Post.objects.first()
    assert contact is not None
    assert post is not None
    batches = list(ImportBatch.objects.order_by("pk").values_list("pk", flat=True))
    none = [0]
    return {
        "household_id": [household.pk],
        "resident_id": list(Resident.objects.filter(household=household).values_list("pk", flat=True)[:1]),
        "point_id": [
            *ContactPoint.objects.filter(contact=contact, kind="phone").values_list("pk", flat=True),
            *ContactPoint.objects.filter(post=post, kind="phone").values_list("pk", flat=True),
        ],
        "membership_id": list(Membership.objects.values_list("pk", flat=True)),
        "registry: note_id": list(HealthNote.objects.values_list("pk", flat=True)),
        "visit_id": list(HomeVisit.objects.values_list("pk", flat=True)),
        "registry: about": list(ChangeRequest.About.values),
        "request_id": list(ChangeRequest.objects.values_list("pk", flat=True)),
        "batch_id": batches,
        "row_id": [ImportBatch.objects.get(pk=batches[-1]).rows.order_by("pk").values_list("pk", flat=True)[0]],
        "form_id": list(FormTemplate.objects.values_list("pk", flat=True)),
        "unit_id": [household.dwelling.unit_id],
        "building_id": [household.dwelling.unit.building_id],
        "notifications: about": [f"incident:{incident.pk}"],
        "notifications: code": ["incident_opened"],
        "notifications: language": ["zh"],
        "notifications: form": ["long"],
        "notifications:wishes kind": ["contact", "post"],
        "holder_id": [contact.pk],
        "token": [link_for(message.pk).split("/l/")[1].strip("/")],
        "desk:wall-by-link token": [wall_token],
        "live-wall token": [wall_token],
        "provider": ["aliyun"],
        "link_id": [wall.pk],
        "incident_id": [incident.pk],
        "desk:numbers kind": ["contact", "resident", "post"],
        "person_id": [contact.pk],
        "desk: form": ["xlsx", "csv"],
        "table": ["causes", "weeks"],
        "device_id": [device.pk],
        "serial": [device.serial],
        "signal_id": list(QuarantinedSignal.objects.values_list("pk", flat=True)[:1]),
        "duty_id": list(Duty.objects.order_by("pk").values_list("pk", flat=True)[:1]),
        "how": ["give", "ask"],
        "answer": ["accept"],
        "swap_id": none,
        "silence_id": none,
        "drill_id": none,
        "scheduling: note_id": none,
        "content_type_id": none,
        "object_id": none,
        "app_label": ["registry", "safety"],
        "url": ["no-such-page"],
    }


def _holder(role: str, household: Household) -> User | None:
    unit = household.dwelling.unit
    places = {
        Role.UNIT_CAPTAIN: {"unit": unit},
        Role.BUILDING_CAPTAIN: {"building": unit.building},
        Role.GRID_LEAD: {"grid": unit.building.grid},
    }
    held = User.objects.filter(posts__role=role, **{f"posts__{k}": v for k, v in places.get(Role(role), {}).items()})
    return held.order_by("pk").first()


def _client(role: str, household: Household) -> Client:
    client = Client(raise_request_exception=False)
    if role != "nobody":
        user = _holder(role, household)
        assert user is not None, f"nobody in the town is {role}"
        client.force_login(user)
    return client


def _addresses(walked: Walked) -> Iterator[tuple[Door, str]]:
    for door in doors():
        for path in paths_of(door, fillings=walked.fillings):
            if not path.startswith(UNASKED):
                yield door, path


def test_every_parameter_of_every_address_is_known(walked) -> None:
    assert len(list(_addresses(walked))) > 150


@contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("role", ["nobody", *map(str, Role)])
def test_no_page_or_file_shows_a_whole_number(walked, role, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    client, waiting, variants = _client(role, walked.household), list(_addresses(walked)), Counter[str]()
    seen = {path for _door, path in waiting}
    while waiting:
        door, path = waiting.pop()
        answer = client.get(path)
        text = words_of(answer)
        walked.check(text, where=f"{role} GET {path} ({answer.status_code})")
        walked.answers[answer.status_code] += 1
        assert answer.status_code < 500 or path.startswith(UNASKED), path
        for further in links_in(text, page=path) if answer.status_code == 200 else ():
            bare = further.partition("?")[0]
            if further not in seen and variants[bare] < QUERIES_OF_A_PAGE and not bare.startswith(NOT_FOLLOWED):
                seen.add(further)
                variants[bare] += 1
                waiting.append((door, further))
    _check_what_was_written(walked, caplog)
    assert not walked.leaks, "\n".join(sorted(walked.leaks))
    assert walked.answers[200] > (2 if role == "nobody" else 20)


@pytest.mark.parametrize("role", ["nobody", Role.SECRETARY, Role.UNIT_CAPTAIN])
def test_no_form_sent_empty_and_no_error_shows_a_whole_number(walked, role, caplog) -> None:
    client = _client(role, walked.household)
    for _door, path in _addresses(walked):
        with _undone():
            answer = client.post(path, {})
        walked.check(words_of(answer), where=f"{role} POST {path} ({answer.status_code})")
        walked.answers[answer.status_code] += 1
    _check_what_was_written(walked, caplog)
    assert not walked.leaks, "\n".join(sorted(walked.leaks))
    assert {404, 405} <= set(walked.answers) or role == "nobody"


def test_a_bug_shows_nothing_of_whom_it_met(walked, caplog, monkeypatch) -> None:
    def breaks(**_asked: Any) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("linli.registry.views.register.household_card", breaks)
    answer = _client(Role.SECRETARY, walked.household).get(f"/registry/households/{walked.household.pk}/")
    assert answer.status_code == 500
    walked.check(words_of(answer), where="a bug")
    _check_what_was_written(walked, caplog)
    assert any(record.exc_info for record in caplog.records)
    assert not walked.leaks, "\n".join(sorted(walked.leaks))


def _check_what_was_written(walked: Walked, caplog: pytest.LogCaptureFixture) -> None:
    """The log, what is owed to people and was tried, and the trail."""
    formatter = logging.Formatter()
    for record in caplog.records:
        walked.check(formatter.format(record), where=f"log {record.name}")
    for message in Message.objects.all():
        said = (message.text, message.params, message.last_error, message.recipient_name, message.recipient_title)
        walked.check(str(said), where=f"message {message.wording}")
    for error in Delivery.objects.values_list("error", flat=True):
        walked.check(error, where="delivery")
    for entry in AuditEntry.objects.values_list("object_label", "reason", "details", "object_ref", "actor_label"):
        walked.check(str(entry), where="trail")
