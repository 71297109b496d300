"""What every alarm needs and hardly ever changes: kinds, escalation policies, the communities' names.

Kept for a few seconds in each process, because an alarm would ask for it in five queries. A policy changed at the desk therefore
holds for alarms from five seconds later on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

from linli.incidents import rules
from linli.incidents.models import EscalationPolicy, EscalationStep, IncidentKind
from linli.registry.models import Community

KEPT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy unrolled; an empty chain means that only the desk is called, in a loop."""

    chain: list[rules.Link]
    loop_seconds: int


NOTHING_SAID = Policy(chain=[], loop_seconds=300)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """``kinds``: code to (severity, Chinese, English title). ``communities``: id to (name, time zone)."""

    read_at: datetime
    kinds: dict[str, tuple[int, str, str]]
    communities: dict[int, tuple[str, ZoneInfo]]
    policies: dict[tuple[int | None, str], Policy]

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
    columns = ("policy_id", "after_seconds", "audience", "repeats", "repeat_seconds")
    for policy_id, after, audience, repeats, pause in EscalationStep.objects.values_list(*columns):
        steps.setdefault(policy_id, []).append((after, audience, repeats, pause))
    policies: dict[tuple[int | None, str], Policy] = {}
    for policy in EscalationPolicy.objects.all():
        chain = rules.chain_of(steps=steps.get(policy.pk, []))
        policies[policy.community_id, policy.kind_id] = Policy(chain=chain, loop_seconds=policy.loop_seconds)
    return Rulebook(
        read_at=now,
        kinds={k.code: (k.severity, k.title_zh, k.title_en) for k in IncidentKind.objects.all()},
        communities={c.pk: (c.name, ZoneInfo(c.time_zone)) for c in Community.objects.all()},
        policies=policies,
    )
