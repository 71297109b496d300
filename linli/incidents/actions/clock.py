"""The clock was put back: what was due a minute from now must not wait an hour. Called by the tick."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.actions.telling import ESCALATION
from linli.incidents.models import Incident
from linli.incidents.rulebook import QUIET

TOLERANCE = timedelta(seconds=10)
"""Machines that share a database differ by so much; a step comes so late at most."""

MOVED = ("turned_at", "last_step_at", "next_step_at", "outcome_due_at")


@transaction.atomic
def follow_clock_back(*, now: datetime, limit: int = 200) -> int:
    """Bring up to ``limit`` open incidents with a past that lies in the future along with the clock. Returns how many.

    The chain goes on where it was: what was due so many seconds after the last thing that happened is due so many seconds
    from now. When the incident opened stays as it was written, and the timeline says what was done. What waits for a morning
    or for the end of a silence goes by the clock as it is now.
    """
    ahead = now + TOLERANCE
    skip = connection.features.has_select_for_update_skip_locked
    # What was opened in the future and is brought along has a turn that began with the clock.
    begun = Q(opened_at__gt=ahead, turned_at__isnull=True) | Q(turned_at__gt=ahead) | Q(last_step_at__gt=ahead)
    in_hand = Q(turned_at__gt=ahead) | Q(acknowledged_at__gt=ahead)
    due = Q(begun, next_step_at__gt=ahead) | Q(in_hand, outcome_due_at__gt=ahead)
    incidents = list(
        Incident.objects.select_for_update(skip_locked=skip)
        .filter(due, closed_at__isnull=True, severity__lt=QUIET, silenced_until__isnull=True)
        .order_by("id")[:limit]
    )
    lines = []
    for incident in incidents:
        back = _latest(incident) - now
        incident.turned_at = incident.turned_at or incident.opened_at
        for name in MOVED:
            if (moment := getattr(incident, name)) is not None:
                setattr(incident, name, moment - back)
        if incident.acknowledged_at is not None:
            incident.acknowledged_at = min(incident.acknowledged_at, now)
        incident.save(update_fields=[*MOVED, "acknowledged_at"])
        seconds = round(back.total_seconds())
        lines.append(Line(incident.community_id, incident.pk, "clock_put_back", {"seconds": seconds}))
    write_timeline(by=ESCALATION, now=now, lines=lines)
    return len(incidents)


def _latest(incident: Incident) -> datetime:
    """When the last thing happened that what is due counts from."""
    if incident.outcome_due_at is not None:
        known = (incident.turned_at, incident.acknowledged_at)
    else:
        known = (incident.turned_at or incident.opened_at, incident.last_step_at)
    return max(at for at in known if at is not None)
