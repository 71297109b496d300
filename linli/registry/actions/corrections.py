"""Corrections: proposed from the door, and accepted or rejected by the office."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.registry import keeping
from linli.registry.access import access_of
from linli.registry.actions.contacts import add_contact
from linli.registry.actions.households import move_out
from linli.registry.actions.residents import add_resident, change_resident, record_death, resident_moves_out
from linli.registry.correcting.errors import CorrectionAnswered, CorrectionIncomplete, CorrectionStale, SaidAlready
from linli.registry.correcting.rules import (
    ASKED,
    MOST_LETTERS,
    Proposal,
    may_propose,
    may_reject,
    may_send,
    packed,
    unpacked,
)
from linli.registry.errors import AlreadyMovedOut, DatesTurnedRound, NameMissing, PhoneNotUnderstood
from linli.registry.import_words import masked_text
from linli.registry.models import ChangeRequest, Household, Resident
from linli.registry.queries.corrections import mark_of, said_now
from linli.registry.recording import changed, locked, reach_of_editor, trace
from linli.registry.rules import may_reveal
from linli.registry.scopes import Scope

About, State = ChangeRequest.About, ChangeRequest.State
BESIDE = {About.PHONE: "phone", About.NAME: "text"}


@transaction.atomic
def propose_correction(*, by: Actor, now: datetime, household_id: int, key: UUID, proposal: Proposal) -> ChangeRequest:
    """Tell the office that something is wrong in the register, for a household within the actor's reach.

    ``key`` comes with the form: sent twice it is one correction; sent again with other words before it is answered, the last
    words count. Raises NotAllowed, NotFound, AlreadyMovedOut, CorrectionIncomplete, NameMissing, PhoneNotUnderstood, DayAhead,
    DatesTurnedRound, SaidAlready or CorrectionAnswered.
    """
    access = access_of(by=by, now=now)
    may_propose(permissions=access.permissions, user_id=by.user_id).enforce()
    household = locked(Household, household_id, access.scope.covers_households(), "dwelling")
    told = _told(proposal)
    kept = ChangeRequest.objects.filter(key=key).first()
    if kept is not None:
        if (kept.household_id, kept.by_id) != (household.pk, by.user_id):
            raise NotFound
        if not changed(kept, told):
            return kept
        if kept.state != State.OPEN:
            raise CorrectionAnswered
    assert by.user_id is not None  # may_propose saw to it
    whose = {"community_id": household.community_id, "household": household, "by_id": by.user_id}
    request = kept or ChangeRequest(key=key, proposed_at=now, **whose, **told)
    _check(proposal, request, now)
    request.before = said_now(requests=[request])[0]
    _refuse_what_is_said_already(request)
    request.save()
    trace(request, by=by, now=now, verb="changed" if kept else "proposed", details={"about": request.about})
    return request


@transaction.atomic
def accept_correction(*, by: Actor, now: datetime, request_id: int, answer: str = "", seen: str = "") -> ChangeRequest:
    """Write into the register what was proposed, by the action that does so; something else counts as done by hand.

    ``seen`` is the mark (``queries.corrections.mark_of``) of what the register said when the office decided; without it the
    register must say what it said when this was proposed. Raises NotAllowed, NotFound, CorrectionAnswered, CorrectionStale,
    and whatever the writing action refuses: then nothing has been written.
    """
    reach = reach_of_editor(by, now)
    request = _open(request_id, reach)
    said = said_now(requests=[request])[0]
    if said != request.before and mark_of(said=said) != seen:
        raise CorrectionStale
    _apply(request, by, now)
    return _answer(request, by=by, now=now, state=State.ACCEPTED, answer=answer)


@transaction.atomic
def reject_correction(*, by: Actor, now: datetime, request_id: int, answer: str) -> ChangeRequest:
    """Leave the register as it is and say why. Raises NotAllowed, NotFound, CorrectionAnswered or AnswerMissing."""
    reach = reach_of_editor(by, now)
    request = _open(request_id, reach)
    may_reject(answer=answer).enforce()
    return _answer(request, by=by, now=now, state=State.REJECTED, answer=answer)


@transaction.atomic
def reveal_correction(*, by: Actor, now: datetime, request_id: int, reason: str) -> str:
    """The number that was proposed, or else the words with their numbers. Raises NotAllowed, ReasonTooShort or NotFound."""
    access = access_of(by=by, now=now)
    may_reveal(permissions=access.permissions, verb="registry.phone", reason=reason).enforce()
    request = ChangeRequest.objects.filter(access.scope.covers_people(), pk=request_id).first()
    if request is None:
        raise NotFound
    trace(request, by=by, now=now, verb="revealed_phone", reason=" ".join(reason.split())[:200])
    return str(request.phone or unpacked(about=request.about, kept=request.proposed)[0])


def _told(proposal: Proposal) -> dict[str, Any]:
    """The columns of a proposal. Raises NotFound for a kind that is none, PhoneNotUnderstood, NameMissing."""
    asked = ASKED.get(proposal.about)
    if asked is None:
        raise NotFound
    try:
        phone = keeping.clean_phone(proposal.phone) if asked.phone else ""
    except PhoneNotUnderstood as refusal:
        raise PhoneNotUnderstood(fields={"phone": refusal.sentence}) from refusal
    text = proposal.text.strip()[:MOST_LETTERS]
    if proposal.about in {About.NAME, About.NEWCOMER, About.RELATIVE}:
        text = keeping.clean_name(text)[:60]
        if not text:
            raise NameMissing(fields={"text": NameMissing.default_sentence})
    plain = Proposal(about=proposal.about, text=text if asked.text else "", relation=proposal.relation)
    return {
        "about": proposal.about,
        "resident_id": proposal.resident_id if asked.whom else None,
        "proposed": packed(proposal=plain),
        "phone": phone,
        "happened_on": proposal.on if asked.day else None,
    }


def _check(proposal: Proposal, request: ChangeRequest, now: datetime) -> None:
    """Raises what ``propose_correction`` says; the resident must be a present member of the household."""
    may_send(proposal=proposal, today=timezone.localdate(now)).enforce()
    if request.household.moved_out_on is not None:
        raise AlreadyMovedOut
    resident = None
    if request.resident_id is not None:
        present = Resident.objects.filter(moved_out_on__isnull=True, died_on__isnull=True)
        resident = present.filter(household_id=request.household_id, pk=request.resident_id).first()
        if resident is None:
            raise CorrectionIncomplete(fields={"resident": CorrectionIncomplete.default_sentence})
    request.resident = resident
    if request.about in {About.LEFT, About.DIED} and request.happened_on is not None:
        since = (resident.moved_in_on or resident.born_on) if resident else request.household.moved_in_on
        if since is not None and request.happened_on < since:
            raise DatesTurnedRound(fields={"on": DatesTurnedRound.default_sentence})


def _refuse_what_is_said_already(request: ChangeRequest) -> None:
    proposed = {About.PHONE: request.phone, About.NAME: request.proposed}.get(About(request.about))
    if proposed is not None and proposed == request.before:
        raise SaidAlready(fields={BESIDE[About(request.about)]: SaidAlready.default_sentence})


def _open(request_id: int, reach: Scope) -> ChangeRequest:
    """A correction without an answer, with its household and resident locked: nobody changes them until the end."""
    request = locked(ChangeRequest, request_id, reach.covers_people())
    request.household = locked(Household, request.household_id, reach.covers_households(), "dwelling")
    if request.resident_id is not None:
        request.resident = locked(Resident, request.resident_id, reach.covers_people())
    if request.state != State.OPEN:
        raise CorrectionAnswered
    return request


def _apply(request: ChangeRequest, by: Actor, now: datetime) -> None:
    words, relation = unpacked(about=request.about, kept=request.proposed)
    written: dict[str, Any] = {"by": by, "now": now}
    if request.about == About.NEWCOMER:
        told = {"name": words, "relation": relation, "phone": request.phone, "moved_in_on": request.happened_on}
        add_resident(household_id=request.household_id, **told, **written)
    elif request.about == About.RELATIVE:
        add_contact(household_id=request.household_id, name=words, relation=relation, phone=request.phone, **written)
    elif request.about == About.LEFT and request.resident_id is None:
        move_out(household_id=request.household_id, on=_day_of(request), **written)
    elif request.resident_id is not None:
        _apply_to(request.resident_id, request, written)


def _apply_to(resident_id: int, request: ChangeRequest, written: dict[str, Any]) -> None:
    if request.about == About.PHONE:
        change_resident(resident_id=resident_id, changes={"phone": request.phone}, **written)
    elif request.about == About.NAME:
        change_resident(resident_id=resident_id, changes={"name": request.proposed}, **written)
    elif request.about == About.LEFT:
        resident_moves_out(resident_id=resident_id, on=_day_of(request), **written)
    elif request.about == About.DIED:
        record_death(resident_id=resident_id, on=_day_of(request), **written)


def _day_of(request: ChangeRequest) -> Any:
    assert request.happened_on is not None  # may_send saw to it
    return request.happened_on


def _answer(request: ChangeRequest, *, by: Actor, now: datetime, state: str, answer: str) -> ChangeRequest:
    """Keep the answer; a number in it is masked, since the answer lies in the database as it is."""
    request.state = state
    request.answer = masked_text(" ".join(answer.split()))[:200]
    request.answered_by_id, request.answered_at = by.user_id, now
    request.save(update_fields=["state", "answer", "answered_by", "answered_at"])
    trace(request, by=by, now=now, verb=state, details={"about": request.about})
    return request
