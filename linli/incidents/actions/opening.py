"""Raising incidents: many at once, each once, and the first people told in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

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
    "loop_seconds", "next_step", "next_step_at",
)  # fmt: skip


_OPEN = PreparedRead(
    lambda: (
        Incident.objects.select_for_update()
        .filter(closed_at__isnull=True, source__among=Slot("sources"), community_id__among=Slot("communities"))
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


@transaction.atomic(savepoint=False)
def open_incidents(*, by: Actor, now: datetime, openings: Sequence[Opening]) -> list[OpenedIncident]:
    """Raise an incident for each opening, or count it as one more signal of the open one of the same source and kind.

    The partial unique index decides, so that two listeners at once make one incident. New ones get their escalation chain as
    it stands now, and the chain's first step is owed before this returns. Raises IncidentKind.DoesNotExist for an unknown kind.
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


def _merged(openings: Sequence[Opening]) -> dict[tuple[int, str, str], Opening]:
    merged: dict[tuple[int, str, str], Opening] = {}
    for opening in openings:
        first = merged.get(opening.key)
        merged[opening.key] = opening if first is None else replace(first, signals=first.signals + opening.signals)
    return dict(sorted(merged.items()))


def _inserted(
    openings: Mapping[tuple[int, str, str], Opening],
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
        returning=("id", "community_id", "source", "kind_id"),
        ignore_conflicts=True,
    )
    opened = [
        OpenedIncident(incident_id=id_, opening=openings[community, source, kind], new=True)
        for id_, community, source, kind in sorted(returned)
    ]
    if opened:
        _tell_first(opened, book=book, by=by, now=now)
    return opened


def _tell_first(opened: Sequence[OpenedIncident], *, book: Rulebook, by: Actor, now: datetime) -> None:
    """Write the opening into timeline and trail, and take the chain's first step (and the next, where it finds nobody)."""
    record_traces(by=by, now=now, traces=[_trace(o) for o in opened])
    calls = []
    for o in opened:
        policy = book.policy_for(community_id=o.opening.place.community_id, kind=o.opening.kind)
        calls.append(
            Call(
                incident_id=o.incident_id,
                opening=o.opening,
                severity=book.kinds[o.opening.kind][0],
                opened_at=now,
                chain=policy.chain,
                loop_seconds=policy.loop_seconds,
                lines=[_opened_line(o, by=by)],
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


def _row(opening: Opening, *, book: Rulebook, now: datetime) -> tuple[Any, ...]:
    policy = book.policy_for(community_id=opening.place.community_id, kind=opening.kind)
    severity = book.kinds[opening.kind][0]
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


def _opened_line(opened: OpenedIncident, *, by: Actor) -> Line:
    opening = opened.opening
    params = {"source": opening.source_label, "at": opening.happened_at.isoformat(), **opening.details}
    return Line(opening.place.community_id, opened.incident_id, "opened", params, by=by)


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
