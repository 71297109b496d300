"""What every alarm needs and hardly ever changes: kinds, escalation policies, silences, the communities' names.

Kept for a few seconds in each process, because an alarm would ask for it in six queries. A policy changed at the desk therefore
holds for alarms from five seconds later on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from linli.incidents import rules
from linli.incidents.models import Audience, EscalationPolicy, EscalationStep, IncidentKind, Silence
from linli.incidents.rules import Alarm, Hush
from linli.registry.models import Community
from linli.registry.queries import PlaceRef

KEPT = timedelta(seconds=5)
QUIET = 3


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy unrolled; an empty chain means that only the desk is called, in a loop."""

    chain: list[rules.Link]
    loop_seconds: int
    stopped_by: str = Audience.DUTY_DESK.value
    outcome_minutes: int | None = 60
    digest_at: time = time(8)


NOTHING_SAID = Policy(chain=[], loop_seconds=300)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of incident as the alarm's path needs it."""

    severity: int
    title_zh: str
    title_en: str
    life_safety: bool

    @property
    def is_quiet(self) -> bool:
        return self.severity == QUIET


@dataclass(frozen=True, slots=True)
class Rulebook:
    """``kinds`` by code. ``communities``: id to (name, time zone). ``silences``: those that hold or will, by community."""

    read_at: datetime
    kinds: dict[str, Kind]
    communities: dict[int, tuple[str, ZoneInfo]]
    policies: dict[tuple[int | None, str], Policy]
    silences: dict[int, list[Hush]]

    def silenced_until(self, *, kind: str, source: str, place: PlaceRef, at: datetime) -> datetime | None:
        """When the last of the silences ends that keep this from ringing at ``at``; None where none does."""
        return rules.silenced_until(
            silences=self.silences.get(place.community_id, ()),
            alarm=Alarm(
                kind=kind,
                life_safety=self.kinds[kind].life_safety,
                source=source,
                building_id=place.building_id,
                unit_id=place.unit_id,
            ),
            at=at,
        )

    def morning_after(self, *, community_id: int, kind: str, now: datetime) -> datetime:
        """The next time of the morning's list for this kind, by the community's clock."""
        _name, zone = self.communities[community_id]
        wanted = self.policy_for(community_id=community_id, kind=kind).digest_at
        local = now.astimezone(zone)
        morning = local.replace(hour=wanted.hour, minute=wanted.minute, second=0, microsecond=0)
        return morning if morning > local else morning + timedelta(days=1)

    def policy_for(self, *, community_id: int, kind: str) -> Policy:
        """The community's own policy for this kind, else the house's, else nothing but the desk's loop."""
        return self.policies.get((community_id, kind)) or self.policies.get((None, kind)) or NOTHING_SAID


_kept: dict[str, Rulebook] = {}


def rulebook(*, now: datetime, kinds: Collection[str], communities: Collection[int]) -> Rulebook:
    """The rulebook, at most five seconds old, that knows these kinds and communities.

    Raises IncidentKind.DoesNotExist or Community.DoesNotExist for what is not on file.
    """
    name = str(connection.settings_dict["NAME"])
    book = _kept.get(name)
    if book is None or not timedelta(0) <= now - book.read_at < KEPT or _lacks(book, kinds, communities):
        book = _kept[name] = _read(now)
        if missing := set(kinds) - set(book.kinds):
            raise IncidentKind.DoesNotExist(f"no kind of incident is called {sorted(missing)}")
        if absent := set(communities) - set(book.communities):
            raise Community.DoesNotExist(f"no community has the id {sorted(absent)}")
    return book


def forget_rulebook() -> None:
    """Read it anew next time."""
    _kept.clear()


def _lacks(book: Rulebook, kinds: Collection[str], communities: Collection[int]) -> bool:
    return not (set(kinds) <= book.kinds.keys() and set(communities) <= book.communities.keys())


def _read(now: datetime) -> Rulebook:
    steps: dict[int, list[rules.Step]] = {}
    columns = ("policy_id", "after_seconds", "audience", "repeats", "repeat_seconds", "way")
    for policy_id, *step in EscalationStep.objects.values_list(*columns):
        steps.setdefault(policy_id, []).append(rules.Step(*step))
    policies: dict[tuple[int | None, str], Policy] = {}
    for policy in EscalationPolicy.objects.all():
        policies[policy.community_id, policy.kind_id] = Policy(
            chain=rules.chain_of(steps=steps.get(policy.pk, [])),
            loop_seconds=policy.loop_seconds,
            stopped_by=policy.stopped_by,
            outcome_minutes=policy.outcome_minutes,
            digest_at=policy.digest_at,
        )
    silences: dict[int, list[Hush]] = {}
    for silence in Silence.objects.filter(ended_at__isnull=True, ends_at__gt=now):
        silences.setdefault(silence.community_id, []).append(hush_of(silence))
    return Rulebook(
        read_at=now,
        kinds={k.code: Kind(k.severity, k.title_zh, k.title_en, k.life_safety) for k in IncidentKind.objects.all()},
        communities={c.pk: (c.name, ZoneInfo(c.time_zone)) for c in Community.objects.all()},
        policies=policies,
        silences=silences,
    )


def hush_of(silence: Silence) -> Hush:
    """A silence as the rules see it."""
    return Hush(
        kind=silence.kind_id,
        source=silence.source,
        building_id=silence.building_id,
        unit_id=silence.unit_id,
        starts_at=silence.starts_at,
        ends_at=silence.ends_at,
        two_people=silence.second_at is not None,
    )
