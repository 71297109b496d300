"""What a request is about, how urgent it is, where, and until when: changed with a step each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from linli.casework.access import Reach
from linli.casework.actions.clock import recount_clock, start_clock_until
from linli.casework.actions.recording import Aspect, Became, locked_request, need_hands, write_step
from linli.casework.actions.tagging import tag_by_category
from linli.casework.errors.requests import CategoryUnknown, DueWrong, NotFromHere, NotPublished, TextMissing
from linli.casework.models import Request
from linli.casework.queries.places import place_of_words
from linli.casework.queries.settings import category_for
from linli.casework.rules.answers import may_answer_so
from linli.casework.rules.states import ENDED
from linli.casework.sought import kept_for_search
from linli.core.actors import Actor
from linli.core.errors import Invalid

FARTHEST: Final = timedelta(days=731)


@transaction.atomic
def sort_request(*, by: Actor, now: datetime, request_id: int, category_id: int, seen: int | None = None) -> Request:
    """Another category: its clock counts from the beginning, its tags come along, answers to other questions stay in the history.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere, CategoryUnknown.
    """
    request, _reach = _editable(by, now, request_id, seen)
    category = category_for(community_id=request.community_id, category_id=category_id)
    if category is None or category.ended_on is not None:
        raise CategoryUnknown(fields={"category": CategoryUnknown.default_sentence})
    if category.pk == request.category_id:
        return request
    before = request.category
    request.category, request.sensitive = category, category.sensitive
    known = {question.code for question in category.questions.all()}
    dropped = {code: value for code, value in request.attributes.items() if code not in known}
    request.attributes = {code: value for code, value in request.attributes.items() if code in known}
    params = {"was": before.code} | ({"answers": dropped} if dropped else {})
    write_step(
        request=request,
        by=by,
        now=now,
        aspect=Aspect.CATEGORY,
        verb="sorted",
        became=Became(category=category, params=params),
    )
    recount_clock(request=request, now=now)
    write_step(request=request, by=by, now=now, aspect=Aspect.CLOCK, verb="timed", became=Became(due_at=request.due_at))
    request.save()
    tag_by_category(request=request, by=by, now=now)
    return request


@transaction.atomic
def rank_request(*, by: Actor, now: datetime, request_id: int, priority: int, seen: int | None = None) -> Request:
    """How urgent it is. Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere, Invalid."""
    request, _reach = _editable(by, now, request_id, seen)
    if priority not in Request.Priority.values:
        raise Invalid
    if priority != request.priority:
        request.priority = priority
        write_step(
            request=request, by=by, now=now, aspect=Aspect.PRIORITY, verb="ranked", became=Became(priority=priority)
        )
        request.save()
    return request


@transaction.atomic
def place_request(*, by: Actor, now: datetime, request_id: int, words: str, seen: int | None = None) -> Request:
    """Where it is, as somebody says it. Who leads it stays.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere.
    """
    request, _reach = _editable(by, now, request_id, seen)
    place = place_of_words(community_id=request.community_id, words=words)
    was = request.place
    request.place, request.building_id, request.unit_id = place.label[:120], place.building_id, place.unit_id
    request.dwelling_id, request.household_id = place.dwelling_id, place.household_id
    request.search_text = kept_for_search(request.number, request.outside_number, request.place, request.text)
    write_step(
        request=request,
        by=by,
        now=now,
        aspect=Aspect.PLACE,
        verb="placed",
        became=Became(place=request.place, params={"was": was}),
    )
    request.save()
    return request


@transaction.atomic
def time_request(
    *, by: Actor, now: datetime, request_id: int, due_at: datetime, text: str, seen: int | None = None
) -> Request:
    """Another due time, with the reason (延期).

    Raises NotAllowed, RequestNotFound, ChangedMeanwhile, NotFromHere, DueWrong, TextMissing.
    """
    request, reach = _editable(by, now, request_id, seen)
    reach.need("casework.assign")
    if not text.strip():
        raise TextMissing(fields={"text": TextMissing.default_sentence})
    if not now < due_at <= now + FARTHEST:
        raise DueWrong(fields={"due_at": DueWrong.default_sentence})
    was = request.due_at
    start_clock_until(request=request, since=request.clock_from, due_at=due_at, due_by=Request.DueBy.HAND, now=now)
    became = Became(due_at=due_at, params={"was": was.isoformat()})
    write_step(request=request, by=by, now=now, aspect=Aspect.CLOCK, verb="timed_by_hand", text=text, became=became)
    request.save()
    return request


@transaction.atomic
def answer_questions(
    *, by: Actor, now: datetime, request_id: int, answers: Mapping[str, Any], seen: int | None = None
) -> Request:
    """The answers to the category's questions.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, AnswersWrong.
    """
    request, _reach = _editable(by, now, request_id, seen)
    may_answer_so(questions=list(request.category.questions.all()), answers=answers, asks_all=False).enforce()
    changed = {code: value for code, value in answers.items() if request.attributes.get(code) != value}
    if changed:
        request.attributes = {**request.attributes, **changed}
        write_step(
            request=request,
            by=by,
            now=now,
            aspect=Aspect.NOTE,
            verb="answered_questions",
            became=Became(params={"answers": changed}),
        )
        request.version += 1
        request.save()
    return request


@transaction.atomic
def publish_request(*, by: Actor, now: datetime, request_id: int, public_text: str, seen: int | None = None) -> Request:
    """The text that may be read outside, looked at by a person; empty takes it back. Only in a category that is published.

    Raises NotAllowed, RequestNotFound, ChangedMeanwhile, NotPublished.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    reach.need("casework.assign")
    if not request.category.published or request.sensitive:
        raise NotPublished
    request.public_text = public_text.strip()[:4000]
    request.published_at = now if request.public_text else None
    write_step(request=request, by=by, now=now, aspect=Aspect.PUBLIC, verb="published", text=request.public_text)
    request.save()
    return request


def _editable(by: Actor, now: datetime, request_id: int, seen: int | None) -> tuple[Request, Reach]:
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    need_hands(request=request, reach=reach)
    if request.state in ENDED:
        raise NotFromHere
    return request, reach
