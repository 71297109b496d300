"""Drills: alarms that say so in every text and go the whole way: relatives, captains, desk, escalation, answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.incidents.actions.opening import Opening, open_incidents
from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.errors import DrillNotFound, DrillOfNothing, DrillOver, DrillRunning
from linli.incidents.models import Cause, Drill, Incident, IncidentKind
from linli.notifications.actions import cancel_messages
from linli.registry.queries import PlaceRef


@dataclass(frozen=True, slots=True)
class DrillSpot:
    """Where the exercise pretends that something happens."""

    place: PlaceRef
    label: str
    dwelling_id: int | None = None
    household_id: int | None = None


@transaction.atomic
def start_drill(
    *, by: Actor, now: datetime, community_id: int, title: str, kind: str, spots: Sequence[DrillSpot]
) -> Drill:
    """Begin a drill: an alarm marked as one at each spot, told to everybody whom a real one would reach.

    Real alarms stay real meanwhile: they are incidents of their own. Raises DrillOfNothing, DrillRunning.
    """
    if not spots:
        raise DrillOfNothing(fields={"spots": DrillOfNothing.default_sentence})
    try:
        with transaction.atomic():
            drill = Drill.objects.create(
                community_id=community_id, title=title[:60], kind_id=kind, started_at=now, started_by=by.label[:120]
            )
    except IntegrityError as running:
        raise DrillRunning from running
    openings = [
        Opening(
            kind=kind,
            source=f"drill:{drill.pk}:{number}",
            source_label=drill.title,
            place=spot.place,
            place_label=spot.label,
            happened_at=now,
            dwelling_id=spot.dwelling_id,
            household_id=spot.household_id,
            drill_id=drill.pk,
        )
        for number, spot in enumerate(spots, start=1)
    ]
    record_traces(by=by, now=now, traces=[Trace("started", "drill", str(drill.pk), community_id, drill.title)])
    open_incidents(by=by, now=now, openings=openings)
    return drill


@transaction.atomic
def end_drill(*, by: Actor, now: datetime, drill_id: int, lessons: str = "") -> Drill:
    """End it: its alarms are closed as a test, and what is still owed about them is taken back. Raises DrillNotFound, DrillOver."""
    drill = Drill.objects.select_for_update().filter(pk=drill_id).first()
    if drill is None:
        raise DrillNotFound
    if drill.ended_at is not None:
        raise DrillOver
    drill.ended_at, drill.ended_by, drill.lessons = now, by.label[:120], lessons.strip()
    drill.save(update_fields=["ended_at", "ended_by", "lessons"])
    cause = _cause_for(drill.kind)
    lines = []
    for incident in Incident.objects.select_for_update().filter(drill=drill, closed_at__isnull=True).order_by("id"):
        incident.handling, incident.closed_at, incident.cause = Incident.Handling.CLOSED, now, cause
        incident.next_step_at = incident.outcome_due_at = incident.silenced_until = None
        incident.save()
        cancel_messages(community_id=incident.community_id, about=f"incident:{incident.pk}")
        lines.append(Line(drill.community_id, incident.pk, "closed", {"cause": cause.code, "outcome": ""}))
    write_timeline(by=by, now=now, lines=lines)
    record_traces(by=by, now=now, traces=[Trace("ended", "drill", str(drill.pk), drill.community_id, drill.title)])
    return drill


def _cause_for(kind: IncidentKind) -> Cause:
    """ "Test" where the kind's list has it, else its last cause, which is "other"."""
    causes = list(Cause.objects.filter(kind=kind).order_by("position"))
    return next((c for c in causes if c.code == "test"), causes[-1])
