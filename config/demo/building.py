"""Builds the demo, or finds it built."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from config.demo.care import look_after
from config.demo.cast import UNUSED_PHONES
from config.demo.corrections import point_out
from config.demo.devices import let_some_be_unwell
from config.demo.keys import DemoKeys, NoDemoKeys, issue_keys, keys_fit, read_keys, save_keys
from config.demo.plan import plan_town, sample_serial
from config.demo.requests import let_people_complain
from config.demo.rota import keep_watch
from config.demo.webhooks import check_webhook, point_everybody_to
from config.demo.writing import Progress, Writer
from linli.audit.actions import Trace, record_traces
from linli.core.actors import system_actor
from linli.core.errors import Refusal
from linli.registry.models import Building, Community, Contact, Grid, Household, Post, Resident, Unit
from linli.safety.models import Device

CODE = "demo"
NO_WEBHOOK = "off"
NAME = "邻里示范社区（演示）"


class DatabaseInUse(Refusal):
    """The demo is to be built where a real community already keeps its residents."""

    code = "database-in-use"
    default_sentence = (
        "This database already holds another community with residents, so the demo is not built in it. "
        "Give the demo a place of its own: set LINLI_DATA_DIR or DATABASE_URL."
    )


class DemoIncomplete(Refusal):
    """A community called demo is there, but it is not ours: it has places and no residents, or is being built this moment."""

    code = "demo-incomplete"
    default_sentence = "There is already a community with the code demo that was not built by linli demo, or another linli demo is at work."


@dataclass(frozen=True, slots=True)
class DemoTown:
    """What stands. ``built`` says whether this call built it."""

    community_id: int
    code: str
    built: bool
    grids: int
    buildings: int
    units: int
    households: int
    residents: int
    contacts: int
    posts: int
    devices: int


def build_town(
    *,
    seed: int,
    now: datetime,
    households: int = 3100,
    elder_share: float = 0.35,
    gas_detectors: int = 1050,
    progress: Progress | None = None,
    webhook: str | None = None,
) -> DemoTown:
    """Build the demo community, or, where it stands already, bring its webhooks in line with ``webhook``.

    ``elder_share`` (0 to 1) of all people are 60 or older; ``gas_detectors`` homes have a detector, every stairwell a smoke
    detector. The same ``seed`` on the same day gives the same places and people; passwords and secrets are always new.
    ``progress`` is told the part, how many of its rows are written, and how many there are. Without ``webhook`` the webhooks
    stay as they are ("off" takes them away). Raises DatabaseInUse, DemoIncomplete, NotAWebhook.
    """
    url = (webhook or "").strip()
    if url != NO_WEBHOOK:
        check_webhook(url)
    tell = progress or _tell_nobody
    with transaction.atomic():
        standing, sample = _standing(), ""
        community = standing or _community()
        if standing is None:
            today = timezone.localdate(now)
            tell("planning", 0, 1)
            homes = max(1, households)
            detectors = min(max(0, gas_detectors), homes)
            plan = plan_town(seed=seed, today=today, households=homes, elder_share=elder_share, gas_detectors=detectors)
            tell("planning", 1, 1)
            Writer(plan=plan, community=community, today=today, seed=seed, progress=tell).write()
            let_some_be_unwell(community=community, now=now)
            look_after(community_id=community.pk, now=now, seed=seed)
            tell("requests", 0, 1)
            let_people_complain(community_id=community.pk, now=now, seed=seed, households=homes)
            tell("requests", 1, 1)
            point_out(community_id=community.pk, now=now, seed=seed)
            tell("the rota", 0, 1)
            keep_watch(community=community, now=now)
            tell("the rota", 1, 1)
            sample = sample_serial(plan)
            _trace(community, now, seed=seed, households=homes)
        tell("keys and webhooks", 0, 1)
        keys = _keys(community, now, sample, url)
        town = _town(community, built=standing is None)
    save_keys(keys)
    tell("keys and webhooks", 1, 1)
    return town


def _standing() -> Community | None:
    """The demo that is there already, or None. Raises DatabaseInUse, DemoIncomplete."""
    community = Community.objects.filter(code=CODE).first()
    if community is None:
        if Resident.objects.exists():
            raise DatabaseInUse
        return None
    if not Resident.objects.filter(community=community).exists():
        raise DemoIncomplete
    return community


def _community() -> Community:
    """Raises DemoIncomplete when another linli demo was quicker."""
    try:
        with transaction.atomic():
            return Community.objects.create(
                code=CODE,
                name=NAME,
                subdistrict="示范街道",
                district="示范区",
                city="示范市",
                desk_phone=str(UNUSED_PHONES),
            )
    except IntegrityError as error:
        raise DemoIncomplete from error


def _keys(community: Community, now: datetime, sample: str, url: str) -> DemoKeys:
    """The keys of before where they still fit, else new ones; and everybody's webhook set to ``url``."""
    before = ""
    try:
        kept = read_keys()
        before = kept.webhook
    except NoDemoKeys:
        kept = None
    if kept is None or sample or not keys_fit(community=community):
        kept = issue_keys(community=community, now=now, sample=sample)
    after = before if not url else "" if url == NO_WEBHOOK else url
    point_everybody_to(community=community, url=after, before=before)
    return replace(kept, webhook=after)


def _trace(community: Community, now: datetime, *, seed: int, households: int) -> None:
    trace = Trace(
        verb="demo_built",
        object_type="registry.community",
        object_ref=str(community.pk),
        community_id=community.pk,
        object_label=community.name,
        details={"seed": seed, "households": households},
    )
    record_traces(by=system_actor(part="demo"), now=now, traces=[trace])


def _town(community: Community, *, built: bool) -> DemoTown:
    counted = {
        name: model._default_manager.filter(community=community).count()
        for name, model in {
            "grids": Grid, "buildings": Building, "units": Unit, "households": Household, "residents": Resident,
            "contacts": Contact, "posts": Post, "devices": Device,
        }.items()
    }  # fmt: skip
    return DemoTown(community_id=community.pk, code=community.code, built=built, **counted)


def _tell_nobody(part: str, done: int, total: int) -> None:
    """For callers who do not watch."""
