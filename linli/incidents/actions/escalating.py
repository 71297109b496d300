"""What nobody answered goes on to the next people. Called by the tick."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from linli.core.bulk import update_rows
from linli.incidents.actions.opening import Opening
from linli.incidents.actions.telling import Call, next_due, tell_people
from linli.incidents.models import Answer, Incident
from linli.registry.queries import PlaceRef


@transaction.atomic
def escalate_incidents(*, now: datetime, limit: int = 200) -> int:
    """Take the due step of up to ``limit`` incidents, most urgent first, and set when the next is due. Returns how many.

    Two workers share the work: rows are locked (skipping locked ones on PostgreSQL; SQLite has one writer), and the
    idempotency key of a message names the step, so that a step taken twice owes once.
    """
    due = (
        Incident.objects.select_for_update(
            of=("self",), skip_locked=connection.features.has_select_for_update_skip_locked
        )
        .select_related("building")
        .filter(next_step_at__lte=now)
        .order_by("next_step_at", "id")[:limit]
    )
    incidents = list(due)
    if not incidents:
        return 0
    answered: dict[int, set[tuple[str, int]]] = {}
    for incident_id, kind, ref in Answer.objects.filter(incident__in=incidents).values_list(
        "incident_id", "by_kind", "by_ref"
    ):
        if kind in {"contact", "post"} and ref.isdigit():
            answered.setdefault(incident_id, set()).add((kind, int(ref)))
    calls = [_call(incident, answered=frozenset(answered.get(incident.pk, ()))) for incident in incidents]
    tell_people(calls=calls, now=now)
    update_rows(
        Incident,
        key="id",
        columns=("next_step", "next_step_at"),
        rows=[
            (call.incident_id, call.position, next_due(call=call, now=now))
            for call in sorted(calls, key=lambda c: c.incident_id)
        ],
    )
    return len(calls)


def _call(incident: Incident, *, answered: frozenset[tuple[str, int]]) -> Call:
    place = PlaceRef(
        community_id=incident.community_id,
        grid_id=incident.building.grid_id if incident.building else None,
        building_id=incident.building_id,
        unit_id=incident.unit_id,
    )
    opening = Opening(
        kind=incident.kind_id,
        source=incident.source,
        source_label=incident.source_label,
        place=place,
        place_label=incident.place,
        happened_at=incident.happened_at,
        dwelling_id=incident.dwelling_id,
        household_id=incident.household_id,
    )
    return Call(
        incident_id=incident.pk,
        opening=opening,
        severity=incident.severity,
        opened_at=incident.opened_at,
        chain=incident.chain,
        loop_seconds=incident.loop_seconds,
        position=incident.next_step,
        answered=answered,
        first=False,
    )
