"""Raising incidents: many at once, each once, and the first people told in the same transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.bulk import insert_rows, update_rows
from linli.core.prepared import PreparedRead, slot, text_slot
from linli.incidents import rules
from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.actions.telling import Call, next_due, tell_people
from linli.incidents.models import EscalationPolicy, EscalationStep, Incident, IncidentKind
from linli.registry.queries import PlaceRef

COLUMNS = (
    "community_id", "kind_id", "severity", "source", "source_label", "place", "building_id", "unit_id", "dwelling_id", "household_id",
    "condition", "handling", "opened_at", "happened_at", "last_signal_at", "signals", "details", "cleared_at", "outcome", "chain",
    "loop_seconds", "next_step", "next_step_at",
)  # fmt: skip


_SEVERITIES = PreparedRead(
    lambda: IncidentKind.objects.filter(code__in=text_slot("kinds")).values_list("code", "severity")
)
_POLICIES = PreparedRead(
    lambda: EscalationPolicy.objects.filter(kind_id__in=text_slot("kinds")).values_list(
        "id", "community_id", "kind_id", "loop_seconds"
    )
)
_STEPS = PreparedRead(
    lambda: (
        EscalationStep.objects.filter(policy__kind_id__in=text_slot("kinds"))
        .order_by("after_seconds", "id")
        .values_list("policy_id", "after_seconds", "audience", "repeats", "repeat_seconds")
    )
)
_OPEN = PreparedRead(
    lambda: (
        Incident.objects.select_for_update()
        .filter(closed_at__isnull=True, source__in=text_slot("sources"), community_id__in=slot("communities"))
        .order_by("id")
        .values_list("id", "community_id", "source", "kind_id", "signals", "condition", "cleared_at")
    )
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What raises an incident. ``source`` and ``kind`` make it one with what is open already.

    ``cleared_at`` is set when we know already that it is over (its all-clear overtook it): people must know all the same.
    """

    kind: str
    source: str
    source_label: str
    place: PlaceRef
    place_label: str
    happened_at: datetime
    dwelling_id: int | None = None
    household_id: int | None = None
    cleared_at: datetime | None = None
    signals: int = 1
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, str, str]:
        return self.place.community_id, self.source, self.kind


@dataclass(frozen=True, slots=True)
class OpenedIncident:
    """``new`` is False when it was open already and only counted one signal more."""

    incident_id: int
    opening: Opening
    new: bool


@dataclass(frozen=True, slots=True)
class _Policy:
    chain: list[rules.Link]
    loop_seconds: int


@transaction.atomic(savepoint=False)
def open_incidents(*, by: Actor, now: datetime, openings: Sequence[Opening]) -> list[OpenedIncident]:
    """Raise an incident for each opening, or count it as one more signal of the open one of the same source and kind.

    The partial unique index decides, so that two listeners at once make one incident. New ones get their escalation chain as
    it stands now, and the chain's first step is owed before this returns. Raises IncidentKind.DoesNotExist for an unknown kind.
    """
    merged = _merged(openings)
    if not merged:
        return []
    severities = dict(_SEVERITIES.rows(kinds={o.kind for o in merged.values()}))
    policies = _policies(list(merged.values()))
    waiting, found = dict(merged), []
    for _attempt in range(5):
        found += _inserted(waiting, severities=severities, policies=policies, by=by, now=now)
        for opened in found:
            waiting.pop(opened.opening.key, None)
        repeated = _repeated(waiting, by=by, now=now)
        found += repeated
        for opened in repeated:
            waiting.pop(opened.opening.key, None)
        if not waiting:
            return found
    raise RuntimeError(f"incidents of {sorted(waiting)} are neither open nor can be opened")


def _merged(openings: Sequence[Opening]) -> dict[tuple[int, str, str], Opening]:
    merged: dict[tuple[int, str, str], Opening] = {}
    for opening in openings:
        first = merged.get(opening.key)
        merged[opening.key] = opening if first is None else replace(first, signals=first.signals + opening.signals)
    return dict(sorted(merged.items()))


def _policies(openings: Collection[Opening]) -> dict[tuple[int, str], _Policy]:
    """The policy of each (community, kind): its own, else the house's."""
    kinds = {o.kind for o in openings}
    steps: dict[int, list[rules.Step]] = {}
    for policy_id, after, audience, repeats, pause in _STEPS.rows(kinds=kinds):
        steps.setdefault(policy_id, []).append((after, audience, repeats, pause))
    known: dict[tuple[int | None, str], _Policy] = {}
    for policy_id, community_id, kind, loop_seconds in _POLICIES.rows(kinds=kinds):
        chain = rules.chain_of(steps=steps.get(policy_id, []))
        known[community_id, kind] = _Policy(chain=chain, loop_seconds=loop_seconds)
    nothing = _Policy(chain=[], loop_seconds=300)
    return {
        (o.place.community_id, o.kind): known.get((o.place.community_id, o.kind))
        or known.get((None, o.kind))
        or nothing
        for o in openings
    }


def _inserted(
    openings: Mapping[tuple[int, str, str], Opening],
    *,
    severities: Mapping[str, int],
    policies: Mapping[tuple[int, str], _Policy],
    by: Actor,
    now: datetime,
) -> list[OpenedIncident]:
    rows = []
    for opening in openings.values():
        policy = policies[opening.place.community_id, opening.kind]
        rows.append(_row(opening, severity=severities[opening.kind], policy=policy, now=now))
    returned = insert_rows(
        Incident,
        columns=COLUMNS,
        rows=rows,
        returning=("id", "community_id", "source", "kind_id"),
        ignore_conflicts=True,
    )
    opened = [
        OpenedIncident(incident_id=id_, opening=openings[community, source, kind], new=True)
        for id_, community, source, kind in sorted(returned)
    ]
    if opened:
        _tell_first(opened, severities=severities, policies=policies, by=by, now=now)
    return opened


def _tell_first(
    opened: Sequence[OpenedIncident],
    *,
    severities: Mapping[str, int],
    policies: Mapping[tuple[int, str], _Policy],
    by: Actor,
    now: datetime,
) -> None:
    """Write the opening into timeline and trail, and take the chain's first step (and the next, where it finds nobody)."""
    write_timeline(by=by, now=now, lines=[_opened_line(o) for o in opened])
    record_traces(by=by, now=now, traces=[_trace(o) for o in opened])
    calls = []
    for o in opened:
        policy = policies[o.opening.place.community_id, o.opening.kind]
        calls.append(
            Call(
                incident_id=o.incident_id,
                opening=o.opening,
                severity=severities[o.opening.kind],
                opened_at=now,
                chain=policy.chain,
                loop_seconds=policy.loop_seconds,
            )
        )
    tell_people(calls=calls, now=now)
    further = [call for call in calls if call.position != rules.first_links(chain=call.chain)]
    rows = [(call.incident_id, call.position, next_due(call=call, now=now)) for call in further]
    update_rows(Incident, key="id", columns=("next_step", "next_step_at"), rows=rows)


def _trace(opened: OpenedIncident) -> Trace:
    opening = opened.opening
    label = f"{opening.place_label} {opening.kind}"
    return Trace("opened", "incident", str(opened.incident_id), opening.place.community_id, label)


def _row(opening: Opening, *, severity: int, policy: _Policy, now: datetime) -> tuple[Any, ...]:
    first = rules.first_links(chain=policy.chain)
    due = now + timedelta(
        seconds=rules.seconds_of(chain=policy.chain, position=first, loop_seconds=policy.loop_seconds)
    )
    condition = Incident.Condition.CLEARED if opening.cleared_at else Incident.Condition.ACTIVE
    return (
        opening.place.community_id, opening.kind, severity, opening.source, opening.source_label, opening.place_label,
        opening.place.building_id, opening.place.unit_id, opening.dwelling_id, opening.household_id, condition,
        Incident.Handling.UNACKNOWLEDGED, now, opening.happened_at, now, opening.signals, dict(opening.details), opening.cleared_at,
        "", policy.chain, policy.loop_seconds, first, due,
    )  # fmt: skip


def _opened_line(opened: OpenedIncident) -> Line:
    opening = opened.opening
    params = {"source": opening.source_label, "at": opening.happened_at.isoformat(), **opening.details}
    return Line(opening.place.community_id, opened.incident_id, "opened", params)


def _repeated(openings: Mapping[tuple[int, str, str], Opening], *, by: Actor, now: datetime) -> list[OpenedIncident]:
    """Count one more signal for those that are open already. A signal after an all-clear makes the matter active again."""
    if not openings:
        return []
    open_rows = _OPEN.rows(sources=[key[1] for key in openings], communities={key[0] for key in openings})
    found, rows, lines = [], [], []
    for id_, community, source, kind, signals, condition, cleared_at in open_rows:
        opening = openings.get((community, source, kind))
        if opening is None:
            continue
        found.append(OpenedIncident(incident_id=id_, opening=opening, new=False))
        again = opening.cleared_at is None
        rows.append(
            (id_, signals + opening.signals, now, "active" if again else condition, None if again else cleared_at)
        )
        if again and condition == Incident.Condition.CLEARED:
            lines.append(Line(community, id_, "signal_repeated", dict(opening.details)))
    update_rows(Incident, key="id", columns=("signals", "last_signal_at", "condition", "cleared_at"), rows=rows)
    write_timeline(by=by, now=now, lines=lines)
    return found
