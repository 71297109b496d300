"""What nobody answered goes on to the next people. Called by the tick."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from linli.core.bulk import update_rows
from linli.incidents.actions.opening import Opening
from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.actions.telling import ESCALATION, Call, next_due, tell_people
from linli.incidents.audiences import place_of
from linli.incidents.models import Answer, Incident
from linli.incidents.rulebook import QUIET, forget_rulebook, rulebook


def escalate_incidents(*, now: datetime, limit: int = 200) -> int:
    """Take the due step of up to ``limit`` incidents, most urgent first, and set when the next is due. Returns how many.

    Two workers share the work: rows are locked (skipping locked ones on PostgreSQL; SQLite has one writer), and the
    idempotency key of a message names the step, so that a step taken twice owes once.
    """
    if not Incident.objects.filter(next_step_at__lte=now, severity__lt=QUIET).exists():
        return 0  # asked every second: nobody waits for the database because of it
    return _take_steps(now=now, limit=limit)


@transaction.atomic
def _take_steps(*, now: datetime, limit: int) -> int:
    due = (
        Incident.objects.select_for_update(
            of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
        )
        .select_related("building")
        .filter(next_step_at__lte=now, severity__lt=QUIET)
        .order_by("severity", "next_step_at", "id")[:limit]
    )
    incidents = list(due)
    if not incidents:
        return 0
    held = _still_silent([i for i in incidents if i.silenced_until is not None], now=now)
    answered = _answered(incidents)
    calls = [_call(i, answered=answered.get(i.pk, frozenset()), now=now) for i in incidents if i.pk not in held]
    tell_people(calls=calls, now=now)
    rows = [(call.incident_id, call.position, next_due(call=call, now=now), now, None) for call in calls]
    began = {call.incident_id: call.began_at for call in calls}
    update_rows(
        Incident,
        key="id",
        columns=("next_step", "next_step_at", "last_step_at", "silenced_until", "turned_at"),
        rows=[(*row, began[row[0]]) for row in sorted(rows)],
    )
    return len(incidents)


def _answered(incidents: Sequence[Incident]) -> dict[int, frozenset[tuple[str, int]]]:
    """By incident: who answered since its chain began anew."""
    found: dict[int, set[tuple[str, int]]] = {}
    turned = {i.pk: i.turned_at for i in incidents}
    answers = Answer.objects.filter(incident__in=incidents)
    for incident_id, kind, ref, at in answers.values_list("incident_id", "by_kind", "by_ref", "at"):
        since = turned[incident_id]
        if kind in {"contact", "post"} and ref.isdigit() and (since is None or at >= since):
            found.setdefault(incident_id, set()).add((kind, int(ref)))
    return {incident_id: frozenset(people) for incident_id, people in found.items()}


def _still_silent(incidents: Sequence[Incident], *, now: datetime) -> set[int]:
    """Look again at alarms whose silence ends now: those that another silence still holds wait for its end."""
    if not incidents:
        return set()
    forget_rulebook()
    book = rulebook(now=now, kinds={i.kind_id for i in incidents}, communities={i.community_id for i in incidents})
    rows, lines = [], []
    for incident in incidents:
        until = book.silenced_until(
            kind=incident.kind_id, source=incident.source, place=place_of(incident=incident), at=now
        )
        if until is not None:
            rows.append((incident.pk, until, until))
        else:
            lines.append(Line(incident.community_id, incident.pk, "silence_over"))
    update_rows(Incident, key="id", columns=("next_step_at", "silenced_until"), rows=sorted(rows))
    write_timeline(by=ESCALATION, now=now, lines=lines)
    return {row[0] for row in rows}


def _call(incident: Incident, *, answered: frozenset[tuple[str, int]], now: datetime) -> Call:
    opening = Opening(
        kind=incident.kind_id,
        source=incident.source,
        source_label=incident.source_label,
        place=place_of(incident=incident),
        place_label=incident.place,
        happened_at=incident.happened_at,
        dwelling_id=incident.dwelling_id,
        household_id=incident.household_id,
        drill_id=incident.drill_id,
    )
    position, began_at = incident.next_step, incident.turned_at or incident.opened_at
    if incident.silenced_until is not None:
        # What was over before the silence was needs a look by the desk, not everybody's night.
        position = 0 if incident.condition == Incident.Condition.ACTIVE else len(incident.chain)
        began_at = now
    return Call(
        incident_id=incident.pk,
        opening=opening,
        severity=incident.severity,
        began_at=began_at,
        chain=incident.chain,
        loop_seconds=incident.loop_seconds,
        position=position,
        answered=answered,
        first=False,
        turn=incident.turn,
    )
