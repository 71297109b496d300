"""Raising incidents: many at once, each once, and the first people told in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.among import Slot
from linli.core.bulk import insert_rows, update_rows
from linli.core.prepared import PreparedRead
from linli.incidents import rules
from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.actions.telling import Call, next_due, tell_people
from linli.incidents.models import Incident
from linli.incidents.rulebook import Rulebook, rulebook
from linli.registry.queries import PlaceRef

COLUMNS = (
    "community_id", "kind_id", "severity", "source", "source_label", "place", "building_id", "unit_id", "dwelling_id", "household_id",
    "condition", "handling", "opened_at", "happened_at", "last_signal_at", "signals", "details", "cleared_at", "outcome", "chain",
    "loop_seconds", "next_step", "next_step_at", "last_step_at", "turn", "stopped_by", "outcome_minutes", "silenced_until", "drill_id",
)  # fmt: skip

LAST_IN_LINE = 32767

_OPEN = PreparedRead(
    lambda: (
        Incident.objects.select_for_update()
        .filter(closed_at__isnull=True, source__among=Slot("sources"), community_id__among=Slot("communities"))
        .order_by("id")
        .values_list("id", "community_id", "source", "kind_id", "drill_id", "signals", "condition", "cleared_at")
    )
)
_OF_HOUSEHOLDS = PreparedRead(
    lambda: (
        Incident.objects.filter(
            closed_at__isnull=True, household_id__among=Slot("households"), community_id__among=Slot("communities")
        )
        .order_by()
        .values_list("household_id")
        .annotate(open=Count("id"))
    )
)
Key = tuple[int, str, str, int | None]


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
    drill_id: int | None = None

    @property
    def key(self) -> Key:
        return self.place.community_id, self.source, self.kind, self.drill_id


@dataclass(frozen=True, slots=True)
class OpenedIncident:
    """``new`` is False when it was open already and only counted one signal more."""

    incident_id: int
    opening: Opening
    new: bool


@transaction.atomic(savepoint=False)
def open_incidents(*, by: Actor, now: datetime, openings: Sequence[Opening]) -> list[OpenedIncident]:
    """Raise an incident for each opening, or count it as one more signal of the open one of the same source and kind.

    The partial unique index decides, so that two listeners at once make one incident. New ones get their escalation chain as
    it stands now, and the chain's first step is owed before this returns; unless it is quiet (it waits for the morning's list)
    or silenced (it is looked at again when the silence ends). Raises IncidentKind.DoesNotExist for an unknown kind.
    """
    merged = _merged(openings)
    if not merged:
        return []
    kinds, communities = {o.kind for o in merged.values()}, {o.place.community_id for o in merged.values()}
    book = rulebook(now=now, kinds=kinds, communities=communities)
    waiting, found = dict(merged), []
    for _attempt in range(5):
        found += _inserted(waiting, book=book, by=by, now=now)
        for opened in found:
            waiting.pop(opened.opening.key, None)
        if not waiting:
            return found
        repeated = _repeated(waiting, by=by, now=now)
        found += repeated
        for opened in repeated:
            waiting.pop(opened.opening.key, None)
        if not waiting:
            return found
    raise RuntimeError(f"incidents of {sorted(waiting)} are neither open nor can be opened")


def _merged(openings: Sequence[Opening]) -> dict[Key, Opening]:
    merged: dict[Key, Opening] = {}
    for opening in openings:
        first = merged.get(opening.key)
        merged[opening.key] = opening if first is None else replace(first, signals=first.signals + opening.signals)
    return dict(sorted(merged.items()))


def _inserted(
    openings: Mapping[Key, Opening],
    *,
    book: Rulebook,
    by: Actor,
    now: datetime,
) -> list[OpenedIncident]:
    rows = [_row(opening, book=book, now=now) for opening in openings.values()]
    returned = insert_rows(
        Incident,
        columns=COLUMNS,
        rows=rows,
        returning=("id", "community_id", "source", "kind_id", "drill_id"),
        ignore_conflicts=True,
    )
    opened = [
        OpenedIncident(incident_id=id_, opening=openings[community, source, kind, drill], new=True)
        for id_, community, source, kind, drill in sorted(returned)
    ]
    if opened:
        record_traces(by=by, now=now, traces=[_trace(o) for o in opened])
        loud = []
        for one in opened:
            until = _hushed(one.opening, book=book, now=now)
            if until is None and not book.kinds[one.opening.kind].is_quiet:
                loud.append(one)
            else:
                _write_quietly(one, until=until, by=by, now=now)
        if loud:
            _tell_first(loud, book=book, by=by, now=now)
    return opened


def _hushed(opening: Opening, *, book: Rulebook, now: datetime) -> datetime | None:
    """Until when it rings nobody. A drill is never silenced: it is meant to be heard."""
    if opening.drill_id is not None:
        return None
    return book.silenced_until(kind=opening.kind, source=opening.source, place=opening.place, at=now)


def _write_quietly(opened: OpenedIncident, *, until: datetime | None, by: Actor, now: datetime) -> None:
    lines = [_opened_line(opened, by=by)]
    if until is not None:
        community = opened.opening.place.community_id
        lines.append(Line(community, opened.incident_id, "silenced", {"until": until.isoformat()}))
    write_timeline(by=by, now=now, lines=lines)


def _tell_first(opened: Sequence[OpenedIncident], *, book: Rulebook, by: Actor, now: datetime) -> None:
    """Write the opening into the timeline, and take the chain's first step (and the next, where it finds nobody)."""
    calls, turns = [], _turns_in_line(opened)
    for o in opened:
        policy = book.policy_for(community_id=o.opening.place.community_id, kind=o.opening.kind)
        calls.append(
            Call(
                incident_id=o.incident_id,
                opening=o.opening,
                severity=book.kinds[o.opening.kind].severity,
                began_at=now,
                chain=policy.chain,
                loop_seconds=policy.loop_seconds,
                lines=[_opened_line(o, by=by)],
                queue_turn=turns.get(o.incident_id, 0),
            )
        )
    tell_people(calls=calls, now=now)
    further = [call for call in calls if call.position != rules.first_links(chain=call.chain)]
    rows = [(call.incident_id, call.position, next_due(call=call, now=now)) for call in further]
    update_rows(Incident, key="id", columns=("next_step", "next_step_at"), rows=rows)


def _turns_in_line(opened: Sequence[OpenedIncident]) -> dict[int, int]:
    """How many alarms of the same household stand before each: the first of every household is heard before any second."""
    households = {o.opening.household_id for o in opened} - {None}
    if not households:
        return {}
    communities = {o.opening.place.community_id for o in opened}
    before = dict(_OF_HOUSEHOLDS.rows(households=households, communities=communities))
    turns = {}
    for one in reversed(opened):  # the newest of a household stands behind all that are open, its own row among them
        household = one.opening.household_id
        if household is not None:
            before[household] = before.get(household, 1) - 1
            turns[one.incident_id] = min(before[household], LAST_IN_LINE)
    return turns


def _trace(opened: OpenedIncident) -> Trace:
    opening = opened.opening
    label = f"{opening.place_label} {opening.kind}"
    return Trace("opened", "incident", str(opened.incident_id), opening.place.community_id, label)


def _row(opening: Opening, *, book: Rulebook, now: datetime) -> tuple[Any, ...]:
    community_id = opening.place.community_id
    policy = book.policy_for(community_id=community_id, kind=opening.kind)
    kind, hushed = book.kinds[opening.kind], _hushed(opening, book=book, now=now)
    chain = [] if kind.is_quiet else policy.chain
    first = 0 if hushed else rules.first_links(chain=chain)
    if hushed is not None:
        due = hushed
    elif kind.is_quiet:
        due = book.morning_after(community_id=community_id, kind=opening.kind, now=now)
    else:
        due = now + timedelta(seconds=rules.seconds_of(chain=chain, position=first, loop_seconds=policy.loop_seconds))
    condition = Incident.Condition.CLEARED if opening.cleared_at else Incident.Condition.ACTIVE
    return (
        community_id, opening.kind, kind.severity, opening.source, opening.source_label, opening.place_label,
        opening.place.building_id, opening.place.unit_id, opening.dwelling_id, opening.household_id, condition,
        Incident.Handling.UNACKNOWLEDGED, now, opening.happened_at, now, opening.signals, dict(opening.details), opening.cleared_at,
        "", chain, policy.loop_seconds, first, due, None if hushed or kind.is_quiet else now, 0, policy.stopped_by,
        policy.outcome_minutes, hushed, opening.drill_id,
    )  # fmt: skip


def _opened_line(opened: OpenedIncident, *, by: Actor) -> Line:
    opening = opened.opening
    params = {"source": opening.source_label, "at": opening.happened_at.isoformat(), **opening.details}
    return Line(opening.place.community_id, opened.incident_id, "opened", params, by=by)


def _repeated(openings: Mapping[Key, Opening], *, by: Actor, now: datetime) -> list[OpenedIncident]:
    """Count one more signal for those that are open already. A signal after an all-clear makes the matter active again."""
    if not openings:
        return []
    open_rows = _OPEN.rows(sources=[key[1] for key in openings], communities={key[0] for key in openings})
    found, rows, lines = [], [], []
    for id_, community, source, kind, drill, signals, condition, cleared_at in open_rows:
        opening = openings.get((community, source, kind, drill))
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
