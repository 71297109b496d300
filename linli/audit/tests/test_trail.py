"""The trail: append-only, read by those who may, a page in few queries."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from linli.accounts import roles
from linli.accounts.actions import create_administrator, create_user
from linli.accounts.models import User
from linli.audit.actions import Trace, record_traces
from linli.audit.models import AuditEntry
from linli.audit.queries import Sought, entries_about, entries_for, object_types_seen
from linli.core.actors import Actor, system_actor
from linli.core.errors import NotAllowed

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
BY = Actor(kind="user", label="周值班", ref="7", user_id=7, address="10.0.0.7")


@pytest.fixture(autouse=True)
def quick_hashes(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def reader(db, monkeypatch):
    """``reader("secretary", communities={1})``: somebody with these roles over these communities."""
    user = create_user(
        by=system_actor(part="test"), now=NOW, username="reader", name="读者", password="丁香花开了又开了"
    )

    def become(*held: str, communities: set[int]) -> User:
        monkeypatch.setattr(roles, "_roles", [lambda user_id: frozenset(held)])
        monkeypatch.setattr(roles, "_communities", [lambda user_id: frozenset(communities)])
        return User.objects.get(pk=user.pk)

    return become


def write(
    verb: str = "opened",
    *,
    at: datetime = NOW,
    community: int | None = 1,
    label: str = "3栋2单元501",
    ref: str = "1",
    kind: str = "incident",
) -> None:
    record_traces(by=BY, now=at, traces=[Trace(verb, kind, ref, community, label)])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditentry SET verb = 'nothing'",
        "DELETE FROM audit_auditentry",
        "UPDATE audit_auditentry SET at = at WHERE id > 0",
    ],
)
def test_nobody_can_change_or_delete_an_entry(db, statement: str) -> None:
    write()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.update(verb="nothing")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.get(object_type="incident").verb == "opened"


def test_an_entry_goes_with_the_write_it_belongs_to(db) -> None:
    class Broken(Exception):
        """Something fails after the write."""

    def write_and_fail() -> None:
        with transaction.atomic():
            write()
            raise Broken

    with pytest.raises(Broken):
        write_and_fail()
    assert not AuditEntry.objects.exists()


def test_a_secretary_sees_the_own_community_only(reader) -> None:
    write(community=1)
    write(community=2)
    write(community=None)
    secretary = reader("secretary", communities={1})
    assert [e.community_id for e in entries_for(reader=secretary, sought=Sought())] == [1]


def test_an_administrator_sees_sign_ins_too_and_a_superuser_all(reader) -> None:
    write(community=2)
    administrator = reader("administrator", communities={1})
    assert {e.community_id for e in entries_for(reader=administrator, sought=Sought())} == {None}
    root = create_administrator(by=BY, now=NOW, username="root", name="根", password="丁香花开了又开了")
    assert {e.community_id for e in entries_for(reader=root, sought=Sought())} == {None, 2}


@pytest.mark.parametrize("role", ["duty_officer", "grid_lead", "unit_captain"])
def test_others_may_not_read_it(reader, client: Client, role: str) -> None:
    user = reader(role, communities={1})
    with pytest.raises(NotAllowed):
        entries_for(reader=user, sought=Sought())
    client.force_login(user)
    assert client.get("/audit/").status_code == 403


def test_it_is_found_by_person_thing_verb_kind_and_day(reader) -> None:
    secretary = reader("secretary", communities={1})
    write("opened", at=NOW)
    write("closed", at=NOW + timedelta(days=1), label="8栋", ref="2")

    def found(**sought) -> list[str]:
        return [e.verb for e in entries_for(reader=secretary, sought=Sought(**sought))]

    assert found() == ["closed", "opened"]
    assert found(who="周") == ["closed", "opened"]
    assert found(who="吴") == []
    assert found(thing="8栋") == ["closed"]
    assert found(verb="opened") == ["opened"]
    assert found(object_type="household") == []
    assert found(object_type="incident", object_ref="2") == ["closed"]
    assert found(since=date(2026, 11, 24)) == ["closed"]
    assert found(until=date(2026, 11, 23)) == ["opened"]


def test_days_are_those_of_the_reader_not_of_greenwich(reader) -> None:
    secretary = reader("secretary", communities={1})
    write(at=datetime(2026, 11, 22, 16, 30, tzinfo=UTC))  # 00:30 on the 23rd in Changchun
    assert entries_for(reader=secretary, sought=Sought(since=date(2026, 11, 23))).count() == 1
    assert entries_for(reader=secretary, sought=Sought(until=date(2026, 11, 22))).count() == 0


def test_a_room_asks_about_one_thing(db) -> None:
    write("opened", ref="1")
    write("closed", ref="1")
    write("opened", ref="2")
    assert [e.verb for e in entries_about(object_type="incident", object_ref="1")] == ["closed", "opened"]


def test_the_kinds_of_things_are_listed_once(db) -> None:
    for kind in ("incident", "device", "incident", "household"):
        write(kind=kind)
    assert object_types_seen() == ["device", "household", "incident"]


def test_the_page_needs_few_queries_however_long_the_trail(
    reader, client: Client, django_assert_max_num_queries
) -> None:
    client.force_login(reader("secretary", communities={1}))
    record_traces(by=BY, now=NOW, traces=[Trace("opened", "incident", str(n), 1, f"{n}栋") for n in range(400)])
    client.get("/audit/")
    with django_assert_max_num_queries(10):
        page = client.get("/audit/?page=3")
    assert page.status_code == 200
    assert page.content.decode().count("<tr>") == 51


def test_the_page_survives_whatever_is_typed(reader, client: Client) -> None:
    client.force_login(reader("secretary", communities={1}))
    write(label="<script>alert(1)</script>")
    page = client.get("/audit/", {"since": "yesterday", "page": "x", "who": "%_'\"", "verb": "nonsense", "thing": ""})
    assert page.status_code == 200
    assert "<script>alert" not in client.get("/audit/").content.decode()
