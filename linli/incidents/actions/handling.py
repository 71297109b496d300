"""What people do about an incident: answer, acknowledge, note, close."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.incidents import rules
from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.errors import CauseMissing, IncidentNotFound, NoteMissing
from linli.incidents.models import Answer, Audience, Cause, Incident
from linli.notifications.actions import cancel_messages, cancel_repeats


def _locked(incident_id: int) -> Incident:
    try:
        return Incident.objects.select_for_update().get(pk=incident_id)
    except Incident.DoesNotExist as error:
        raise IncidentNotFound from error


def _record(
    *, by: Actor, now: datetime, incident: Incident, verb: str, params: dict[str, object], reason: str = ""
) -> None:
    write_timeline(by=by, now=now, lines=[Line(incident.community_id, incident.pk, verb, params)])
    trace = Trace(
        verb, "incident", str(incident.pk), incident.community_id, incident.place, reason=reason, details=params
    )
    record_traces(by=by, now=now, traces=[trace])


@transaction.atomic
def answer_incident(
    *, by: Actor, now: datetime, incident_id: int, audience: str, choice: str, note: str = ""
) -> Incident:
    """A relative or captain who was told answers. Their own messages stop; everybody else's go on.

    "Please help" takes the next step of the escalation at once. Every answer is kept, a second one too.
    Raises IncidentNotFound, IncidentClosed.
    """
    incident = _locked(incident_id)
    rules.may_answer(handling=incident.handling).enforce()
    choice = Answer.Choice(choice).value
    Answer.objects.create(
        community_id=incident.community_id,
        incident=incident,
        at=now,
        audience=Audience(audience).value,
        choice=choice,
        by_kind=by.kind,
        by_ref=by.ref,
        by_label=by.label[:120],
        note=note.strip()[:200],
    )
    incident.first_answer_at = incident.first_answer_at or now
    if choice == Answer.Choice.HELP and incident.next_step_at is not None:
        incident.next_step_at = now
    incident.save(update_fields=["first_answer_at", "next_step_at"])
    if by.ref.isdigit():
        cancel_messages(about=f"incident:{incident.pk}", recipient=(by.kind, int(by.ref)))
    _record(
        by=by,
        now=now,
        incident=incident,
        verb="answered",
        params={"audience": audience, "choice": choice, "note": note.strip()[:200]},
    )
    return incident


@transaction.atomic
def acknowledge_incident(*, by: Actor, now: datetime, incident_id: int, note: str = "") -> Incident:
    """The duty desk takes it in hand: the escalation stops and repeats still owed are taken back.

    A second acknowledgement is recorded and changes nothing else. Raises IncidentNotFound, IncidentClosed.
    """
    incident = _locked(incident_id)
    rules.may_acknowledge(handling=incident.handling).enforce()
    incident.handling = Incident.Handling.ACKNOWLEDGED
    incident.acknowledged_at = incident.acknowledged_at or now
    incident.first_answer_at = incident.first_answer_at or now
    incident.next_step_at = None
    incident.save(update_fields=["handling", "acknowledged_at", "first_answer_at", "next_step_at"])
    Answer.objects.create(
        community_id=incident.community_id,
        incident=incident,
        at=now,
        audience=Audience.DUTY_DESK,
        choice=Answer.Choice.GOING,
        by_kind=by.kind,
        by_ref=by.ref,
        by_label=by.label[:120],
        note=note.strip()[:200],
    )
    cancel_repeats(about=f"incident:{incident.pk}")
    _record(by=by, now=now, incident=incident, verb="acknowledged", params={"note": note.strip()[:200]})
    return incident


@transaction.atomic
def note_incident(*, by: Actor, now: datetime, incident_id: int, text: str) -> Incident:
    """Write a line into the timeline; allowed after closing too. Raises IncidentNotFound, NoteMissing."""
    if not text.strip():
        raise NoteMissing(fields={"text": NoteMissing.default_sentence})
    incident = _locked(incident_id)
    _record(by=by, now=now, incident=incident, verb="noted", params={"text": text.strip()[:1000]})
    return incident


@transaction.atomic
def close_incident(*, by: Actor, now: datetime, incident_id: int, cause_code: str, outcome: str) -> Incident:
    """A person closes it, with a cause from the kind's list and what was done. All that is still owed about it is taken back.

    Raises IncidentNotFound, IncidentClosed, CauseMissing, OutcomeMissing.
    """
    incident = _locked(incident_id)
    rules.may_close(handling=incident.handling).enforce()
    cause = Cause.objects.filter(kind_id=incident.kind_id, code=cause_code).first() if cause_code else None
    if cause is None:
        raise CauseMissing(fields={"cause": CauseMissing.default_sentence})
    rules.may_close_as(cause_code=cause.code, false_alarm=cause.false_alarm, outcome=outcome).enforce()
    incident.handling = Incident.Handling.CLOSED
    incident.closed_at = now
    incident.first_answer_at = incident.first_answer_at or now
    incident.next_step_at = None
    incident.cause = cause
    incident.outcome = outcome.strip()
    incident.save(update_fields=["handling", "closed_at", "first_answer_at", "next_step_at", "cause", "outcome"])
    cancel_messages(about=f"incident:{incident.pk}")
    _record(
        by=by,
        now=now,
        incident=incident,
        verb="closed",
        params={"cause": cause.code, "outcome": incident.outcome[:1000]},
    )
    return incident
