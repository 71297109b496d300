"""Working on a request until it is answered, and what comes after: notes, contact, answer, reopening, closing, taking back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.casework.actions.clock import stand_still, start_clock, wake_clock
from linli.casework.actions.links import offer_ratings
from linli.casework.actions.recording import Aspect, Became, enter_state, locked_request, need_hands, write_step
from linli.casework.actions.resuming import take_up, withdraw_links
from linli.casework.actions.telling import owe_reporters
from linli.casework.errors.requests import ReasonMissing, TextMissing
from linli.casework.events import RequestAnswered
from linli.casework.models import Request
from linli.casework.rules.states import (
    CANCELLED,
    CLOSED,
    REOPEN_ASKED,
    REOPENED,
    RESOLVED,
    SPLIT,
    TABLE,
    WAITING,
)
from linli.core.actors import Actor, system_actor
from linli.core.events import announce

CASEWORK = system_actor(part="casework")


@transaction.atomic
def note_request(*, by: Actor, now: datetime, request_id: int, text: str) -> Request:
    """A line into the history; also after the end. Raises NotAllowed, RequestNotFound, TextMissing."""
    if not text.strip():
        raise TextMissing(fields={"text": TextMissing.default_sentence})
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    reach.need("casework.work", "casework.assign")
    write_step(request=request, by=by, now=now, aspect=Aspect.NOTE, verb="noted", text=text)
    request.save()
    return request


@transaction.atomic
def record_contact(*, by: Actor, now: datetime, request_id: int, text: str = "") -> Request:
    """Somebody spoke with the reporter: the first time counts for the response. Raises NotAllowed, NotYourRequest, RequestNotFound."""
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    need_hands(request=request, reach=reach)
    request.contacted_at = request.contacted_at or now
    write_step(request=request, by=by, now=now, aspect=Aspect.CONTACT, verb="spoke_with", text=text)
    request.save()
    return request


@transaction.atomic
def resume_request(*, by: Actor, now: datetime, request_id: int, text: str = "", seen: int | None = None) -> Request:
    """Go on after waiting or after the outside party: back in hand. The clock wakes and alarms nobody at once.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    need_hands(request=request, reach=reach)
    take_up(request=request, by=by, now=now, text=text, verb="went_on")
    withdraw_links(request=request, now=now)
    request.save()
    return request


@transaction.atomic
def resolve_request(*, by: Actor, now: datetime, request_id: int, text: str, seen: int | None = None) -> Request:
    """Answer a request: what was done, as the residents read it. Everybody who told us is owed a link to rate, or a call.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere, AnswerMissing.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    need_hands(request=request, reach=reach)
    answer_request(request=request, by=by, now=now, text=text)
    request.save()
    if request.parent_id is not None:
        answer_whole(parent_id=request.parent_id, now=now)
    return request


def answer_request(*, request: Request, by: Actor, now: datetime, text: str) -> None:
    """The answer with its steps, ratings and messages. Columns and steps; the caller saves."""
    waited = request.state == WAITING
    enter_state(request=request, by=by, now=now, state=RESOLVED, text=text)
    request.answer, request.resolved_at = text.strip()[:2000], now
    request.taken_at = request.taken_at or now
    request.rounds += 1
    request.paused_at = None
    if waited:
        wake_clock(request=request, now=now)  # the time of waiting does not make an answer late
        became = Became(due_at=request.due_at)
        write_step(request=request, by=by, now=now, aspect=Aspect.CLOCK, verb="woke", became=became)
    stand_still(request=request)
    withdraw_links(request=request, now=now)
    offer_ratings(request=request, now=now)
    announce(RequestAnswered(request.pk, request.community_id, request.rounds, now))


def answer_whole(*, parent_id: int, now: datetime) -> None:
    """A request that was split is answered once all its parts are: with their answers, part by part. Where every part was taken back or
    joined to another request, so is the whole."""
    parent = Request.objects.select_for_update(of=("self",)).select_related("community", "category").get(pk=parent_id)
    parts = list(Request.objects.filter(parent_id=parent_id).select_related("category").order_by("pk"))
    open_parts = [part for part in parts if part.resolved_at is None and part.ended_at is None]
    answers = [part for part in parts if part.answer]
    if parent.state != SPLIT or open_parts:
        return
    if not answers:
        numbers = "、".join(part.number for part in parts)
        call_off(request=parent, by=CASEWORK, now=now, text=f"{numbers}：都已撤回或并入其他诉求")
        return
    text = "\n".join(f"{part.category.title_zh}：{part.answer}" for part in answers)
    answer_request(request=parent, by=CASEWORK, now=now, text=text[:2000])
    parent.save()


@transaction.atomic
def reopen_request(*, by: Actor, now: datetime, request_id: int, text: str, seen: int | None = None) -> Request:
    """Open it again, with the reason: a new clock, the same lead, the same number. Its reporters are told.

    Raises NotAllowed, RequestNotFound, ChangedMeanwhile, NotFromHere, ReasonMissing.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    reach.need("casework.assign")
    merged = request.merged_into_id is not None
    enter_state(request=request, by=by, now=now, state=REOPENED, text=text)
    request.ended_at = request.resolved_at = request.merged_into = None
    request.answer = ""
    if not merged:
        start_clock(request=request, since=now, now=now)
    else:
        wake_clock(request=request, now=now)
    withdraw_links(request=request, now=now)
    write_step(request=request, by=by, now=now, aspect=Aspect.CLOCK, verb="timed", became=Became(due_at=request.due_at))
    reporters = list(request.reporters.all())
    owe_reporters(
        request=request, reporters=reporters, now=now, wording=TABLE[REOPENED].message, once=f"reopened:{request.rounds}:{request.version}",
        about={one.pk: f"request-track:{request.pk}" for one in reporters},
    )  # fmt: skip
    request.save()
    return request


@transaction.atomic
def close_request(*, by: Actor, now: datetime, request_id: int, text: str = "", seen: int | None = None) -> Request:
    """Put an answered request away; where reopening was asked for, that is the decision against it, and needs its reason.

    Raises NotAllowed, RequestNotFound, ChangedMeanwhile, NotFromHere, ReasonMissing.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    reach.need("casework.assign")
    if request.state == REOPEN_ASKED:
        reach.need("casework.decide")
        if not text.strip():
            raise ReasonMissing(fields={"text": ReasonMissing.default_sentence})
    put_away(request=request, by=by, now=now, text=text)
    return request


def put_away(*, request: Request, by: Actor, now: datetime, text: str) -> None:
    """Closed, with the step; links that are open are taken back."""
    enter_state(request=request, by=by, now=now, state=CLOSED, text=text)
    request.ended_at = now
    stand_still(request=request)
    withdraw_links(request=request, now=now)
    request.save()


@transaction.atomic
def cancel_request(*, by: Actor, now: datetime, request_id: int, text: str, seen: int | None = None) -> Request:
    """Take it back: typed twice, or the resident no longer wants it. Raises NotAllowed, RequestNotFound, NotFromHere, ReasonMissing."""
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    reach.need("casework.assign")
    call_off(request=request, by=by, now=now, text=text)
    if request.parent_id is not None:
        answer_whole(parent_id=request.parent_id, now=now)
    return request


def call_off(*, request: Request, by: Actor, now: datetime, text: str) -> None:
    """Cancelled, with the step; its clock stands and links that are open are taken back."""
    enter_state(request=request, by=by, now=now, state=CANCELLED, text=text)
    request.ended_at, request.paused_at = now, None
    stand_still(request=request)
    withdraw_links(request=request, now=now)
    request.save()
