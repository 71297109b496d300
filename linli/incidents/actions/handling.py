"""What people do about an incident: answer, acknowledge, note, close."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.events import announce
from linli.core.inner import INNER_COMMUNITY
from linli.core.metrics import opening_to_answer
from linli.incidents import rules
from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.audiences import ROLE_OF, place_of
from linli.incidents.errors import CauseMissing, IncidentNotFound, NoteMissing
from linli.incidents.events import IncidentClosed
from linli.incidents.models import Answer, Audience, Cause, Incident
from linli.notifications.actions import cancel_messages, cancel_repeats
from linli.registry.queries import posts_over


def _locked(incident_id: int) -> Incident:
    try:
        return Incident.objects.select_for_update().get(pk=incident_id)
    except Incident.DoesNotExist as error:
        raise IncidentNotFound from error


def _note_first_answer(incident: Incident, *, now: datetime) -> None:
    if incident.first_answer_at is None:
        incident.first_answer_at = now
        if incident.community_id != INNER_COMMUNITY:
            opening_to_answer.observe((now - incident.opened_at).total_seconds())


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
    *,
    by: Actor,
    now: datetime,
    incident_id: int,
    audience: str,
    choice: str,
    note: str = "",
    answered_at: datetime | None = None,
    via: str = "",
) -> Incident:
    """Somebody who was told answers. Their own messages stop; everybody else's go on, unless the policy says that this
    audience's "I will see to it" is what stops the escalation.

    "Please help" takes the next step of the escalation at once. Every answer is kept, a second one too; one that was given
    (``answered_at``, if it travelled by SMS) before the last step was taken is kept as come too late and stops nobody else.
    Raises IncidentNotFound, IncidentClosed.
    """
    incident = _locked(incident_id)
    rules.may_answer(handling=incident.handling).enforce()
    audience, choice = Audience(audience).value, Answer.Choice(choice).value
    stale = rules.is_stale(answered_at=answered_at or now, last_step_at=incident.last_step_at)
    _keep_answer(by=by, now=now, incident=incident, audience=audience, choice=choice, note=note, via=via, stale=stale)
    _note_first_answer(incident, now=now)
    if choice == Answer.Choice.HELP and incident.next_step_at is not None and not stale:
        incident.next_step_at = now
    takes_it = choice == Answer.Choice.GOING and audience == incident.stopped_by and not stale
    if takes_it:
        _take_in_hand(incident, now=now)
    else:
        incident.save(update_fields=["first_answer_at", "next_step_at"])
    if by.ref.isdigit():
        cancel_messages(
            community_id=incident.community_id,
            about=f"incident:{incident.pk}",
            recipient=(by.kind, int(by.ref)),
        )
    params: dict[str, object] = {"audience": audience, "choice": choice, "note": note.strip()[:200]}
    params |= {"via": via} if via else {}
    params |= {"stale": True} if stale else {}
    _record(by=by, now=now, incident=incident, verb="answered", params=params)
    if takes_it:
        _record(by=by, now=now, incident=incident, verb="acknowledged", params={"note": ""})
    return incident


@transaction.atomic
def acknowledge_incident(*, by: Actor, now: datetime, incident_id: int, note: str = "") -> Incident:
    """Somebody at the desk takes it in hand: the escalation stops and repeats still owed are taken back.

    Where the policy wants another's acknowledgement and this person does not hold that post, it is written down and the
    escalation goes on. A second acknowledgement is recorded and changes nothing else. Raises IncidentNotFound, IncidentClosed.
    """
    incident = _locked(incident_id)
    rules.may_acknowledge(handling=incident.handling).enforce()
    choice = Answer.Choice.GOING.value
    _keep_answer(by=by, now=now, incident=incident, audience=Audience.DUTY_DESK.value, choice=choice, note=note)
    _note_first_answer(incident, now=now)
    params: dict[str, object] = {"note": note.strip()[:200]}
    if may_stop(incident=incident, by=by, now=now):
        _take_in_hand(incident, now=now)
        _record(by=by, now=now, incident=incident, verb="acknowledged", params=params)
    else:
        incident.save(update_fields=["first_answer_at"])
        params["waits_for"] = incident.stopped_by
        _record(by=by, now=now, incident=incident, verb="seen_at_desk", params=params)
    return incident


def may_stop(*, incident: Incident, by: Actor, now: datetime) -> bool:
    """Whether this person's acknowledgement stops the escalation: the desk's always does where nobody else's is wanted."""
    if incident.stopped_by == Audience.DUTY_DESK or by.kind != "user":
        return incident.stopped_by == Audience.DUTY_DESK
    place = place_of(incident=incident)
    on = now.astimezone(ZoneInfo(incident.community.time_zone)).date()
    posts = posts_over(places=[place], roles=[ROLE_OF[incident.stopped_by]], on=on)
    return any(str(post.user_id) == by.ref for held in posts.values() for post in held)


def _keep_answer(
    *,
    by: Actor,
    now: datetime,
    incident: Incident,
    audience: str,
    choice: str,
    note: str,
    via: str = "",
    stale: bool = False,
) -> None:
    Answer.objects.create(
        community_id=incident.community_id,
        incident=incident,
        at=now,
        audience=audience,
        choice=choice,
        by_kind=by.kind,
        by_ref=by.ref,
        by_label=by.label[:120],
        note=note.strip()[:200],
        via=via,
        stale=stale,
    )


def _take_in_hand(incident: Incident, *, now: datetime) -> None:
    minutes = incident.outcome_minutes
    incident.handling = Incident.Handling.ACKNOWLEDGED
    incident.acknowledged_at = incident.acknowledged_at or now
    incident.next_step_at = incident.silenced_until = None
    incident.outcome_due_at = now + timedelta(minutes=minutes) if minutes else None
    incident.save(
        update_fields=[
            "handling",
            "acknowledged_at",
            "first_answer_at",
            "next_step_at",
            "outcome_due_at",
            "silenced_until",
        ]
    )
    cancel_repeats(community_id=incident.community_id, about=f"incident:{incident.pk}")


@transaction.atomic
def note_incident(*, by: Actor, now: datetime, incident_id: int, text: str) -> Incident:
    """Write a line into the timeline; allowed after closing too. Whoever writes is at it: the outcome is awaited from now on.

    Raises IncidentNotFound, NoteMissing.
    """
    if not text.strip():
        raise NoteMissing(fields={"text": NoteMissing.default_sentence})
    incident = _locked(incident_id)
    if incident.outcome_due_at is not None and incident.outcome_minutes:
        incident.outcome_due_at = now + timedelta(minutes=incident.outcome_minutes)
        incident.save(update_fields=["outcome_due_at"])
    _record(by=by, now=now, incident=incident, verb="noted", params={"text": text.strip()[:1000]})
    return incident


@transaction.atomic
def close_incident(*, by: Actor, now: datetime, incident_id: int, cause_code: str, outcome: str) -> Incident:
    """A person closes it, with a cause from the kind's list and what was done. All that is still owed about it is taken back,
    and whoever above wants to know is told (events.IncidentClosed).

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
    _note_first_answer(incident, now=now)
    incident.next_step_at = incident.outcome_due_at = incident.silenced_until = None
    incident.cause = cause
    incident.outcome = outcome.strip()
    incident.save(
        update_fields=[
            "handling",
            "closed_at",
            "first_answer_at",
            "next_step_at",
            "outcome_due_at",
            "silenced_until",
            "cause",
            "outcome",
        ]
    )
    cancel_messages(community_id=incident.community_id, about=f"incident:{incident.pk}")
    _record(
        by=by,
        now=now,
        incident=incident,
        verb="closed",
        params={"cause": cause.code, "outcome": incident.outcome[:1000]},
    )
    announce(
        IncidentClosed(
            incident_id=incident.pk, community_id=incident.community_id, kind=incident.kind_id, cause_code=cause.code,
            false_alarm=cause.false_alarm, building_id=incident.building_id, unit_id=incident.unit_id,
            dwelling_id=incident.dwelling_id, household_id=incident.household_id, place=incident.place,
            is_drill=incident.drill_id is not None, at=now,
        )
    )  # fmt: skip
    return incident
