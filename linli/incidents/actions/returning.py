"""What comes back: taken in hand without an outcome, closed too early, or over by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.bulk import update_rows
from linli.incidents import rules
from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.actions.telling import ESCALATION
from linli.incidents.errors import IncidentNotFound, OpenAgainAlready
from linli.incidents.models import Cause, Incident
from linli.incidents.rulebook import QUIET
from linli.notifications.actions import cancel_messages_of_many

SETTLED = (
    "cause", "outcome", "handling", "closed_at", "cleared_at", "condition", "next_step_at", "outcome_due_at", "silenced_until",
)  # fmt: skip
NOTHING_DUE = (None, None, None)
BEGUN_ANEW = ("handling", "turn", "turned_at", "next_step", "next_step_at", "outcome_due_at")


@dataclass(frozen=True, slots=True)
class Settling:
    """A quiet matter that is over: the machine that raised it closes it, with a cause of the kind's list."""

    community_id: int
    source: str
    kind: str
    cause_code: str
    outcome: str
    details: Mapping[str, Any] = field(default_factory=dict)


def _begin_anew(incident: Incident, *, now: datetime) -> None:
    """The chain runs again from its start; whoever answered before is asked again."""
    incident.handling = Incident.Handling.UNACKNOWLEDGED
    incident.turn += 1
    incident.turned_at = incident.next_step_at = now
    incident.next_step = 0
    incident.outcome_due_at = None


@transaction.atomic
def unacknowledge_incidents(*, now: datetime, limit: int = 200) -> int:
    """What was taken in hand and led to nothing within the policy's minutes counts as unanswered again. Returns how many."""
    due = Incident.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
    incidents = list(due.filter(outcome_due_at__lte=now).order_by("outcome_due_at", "id")[:limit])
    for incident in incidents:
        _begin_anew(incident, now=now)
        incident.save(update_fields=BEGUN_ANEW)
    lines = [Line(i.community_id, i.pk, "unacknowledged", {"minutes": i.outcome_minutes}) for i in incidents]
    write_timeline(by=ESCALATION, now=now, lines=lines)
    return len(incidents)


@transaction.atomic
def reopen_incident(*, by: Actor, now: datetime, incident_id: int, reason: str) -> Incident:
    """A closed incident is open again, unanswered, and its chain begins anew. Cause and outcome so far stay in the timeline.

    Raises IncidentNotFound, IncidentStillOpen, ReopeningReasonMissing, OpenAgainAlready.
    """
    incident = Incident.objects.select_for_update().filter(pk=incident_id).first()
    if incident is None:
        raise IncidentNotFound
    rules.may_reopen(handling=incident.handling, reason=reason).enforce()
    incident.closed_at = incident.cause = None
    incident.outcome = ""
    _begin_anew(incident, now=now)
    try:
        with transaction.atomic():
            incident.save(update_fields=[*BEGUN_ANEW, "closed_at", "cause", "outcome"])
    except IntegrityError as taken:
        raise OpenAgainAlready from taken
    reason = reason.strip()[:200]
    write_timeline(by=by, now=now, lines=[Line(incident.community_id, incident.pk, "reopened", {"reason": reason})])
    trace = Trace("reopened", "incident", str(incident.pk), incident.community_id, incident.place, reason=reason)
    record_traces(by=by, now=now, traces=[trace])
    return incident


@transaction.atomic
def settle_incidents(*, by: Actor, now: datetime, settlings: Sequence[Settling]) -> int:
    """Close quiet incidents that are over by themselves. Returns how many were open.

    Only what can wait for the morning may be closed so: anything graver is closed by a person. Raises Cause.DoesNotExist.
    """
    wanted = {(s.community_id, s.source, s.kind): s for s in settlings}
    if not wanted:
        return 0
    quiet = Incident.objects.select_for_update().filter(
        severity=QUIET,
        closed_at__isnull=True,
        drill__isnull=True,
        source__among=[source for _, source, _ in wanted],
        community_id__in={community for community, _, _ in wanted},
    )
    columns = ("id", "community_id", "source", "kind_id", "place", "cleared_at")
    settled = [(row, wanted[row[1:4]]) for row in quiet.order_by("id").values_list(*columns) if row[1:4] in wanted]
    causes = _causes_named({(settling.kind, settling.cause_code) for _, settling in settled})
    rows, lines, traces = [], [], []
    for (id_, community, _source, kind, place, cleared_at), settling in settled:
        rows.append(
            (
                id_,
                causes[kind, settling.cause_code],
                settling.outcome,
                "closed",
                now,
                cleared_at or now,
                "cleared",
                *NOTHING_DUE,
            )
        )
        said = {"cause": settling.cause_code, "outcome": settling.outcome, **settling.details}
        lines.append(Line(community, id_, "closed", said))
        traces.append(Trace("closed", "incident", str(id_), community, place, details=said))
    update_rows(Incident, key="id", columns=SETTLED, rows=rows)
    cancel_messages_of_many(
        community_ids={community for community, _, _ in wanted}, abouts=[f"incident:{row[0]}" for row in rows]
    )
    write_timeline(by=by, now=now, lines=lines)
    record_traces(by=by, now=now, traces=traces)
    return len(lines)


def _causes_named(names: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Ids by kind and code. Raises Cause.DoesNotExist for a name that is not on the kind's list."""
    rows = Cause.objects.filter(kind_id__in={kind for kind, _ in names}).values_list("kind_id", "code", "id")
    found = {(kind, code): id_ for kind, code, id_ in rows}
    if missing := set(names) - found.keys():
        raise Cause.DoesNotExist(f"no such cause: {sorted(missing)}")
    return found
