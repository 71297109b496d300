"""Splitting one request into parts, and joining several that say the same. Nobody who told us is lost, and no deadline gets longer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from linli.casework.actions.answering import answer_whole
from linli.casework.actions.clock import start_clock, start_clock_until
from linli.casework.actions.entering import new_number
from linli.casework.actions.handing import hand_to, place_of
from linli.casework.actions.recording import Aspect, Became, enter_state, locked_request, need_hands, write_step
from linli.casework.actions.reporters import copy_reporters
from linli.casework.actions.resuming import withdraw_links
from linli.casework.actions.tagging import tag_by_category
from linli.casework.actions.telling import owe_reporters
from linli.casework.errors.requests import CategoryUnknown, MergeWrong, SplitWrong
from linli.casework.models import Category, Request
from linli.casework.queries.hands import facts_of, hands_for
from linli.casework.queries.settings import category_for
from linli.casework.rules.states import ENDED, MERGED, RECEIVED, SPLIT, STANDING, TABLE
from linli.casework.sought import kept_for_search
from linli.core.actors import Actor

MOST_PARTS: Final = 10


@transaction.atomic
def split_request(
    *, by: Actor, now: datetime, request_id: int, parts: Sequence[tuple[str, int]], seen: int | None = None
) -> list[Request]:
    """Make two to ten requests of one, each with its text and category. They keep who told us, the place, the day it was received and
    its clock from then on, with what it has waited and a due time that somebody gave; the whole is answered by itself once all parts
    are. One level only.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere, SplitWrong, CategoryUnknown.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    need_hands(request=request, reach=reach)
    texts = [(text.strip(), category_id) for text, category_id in parts if text.strip()]
    if (
        not 2 <= len(texts) <= MOST_PARTS
        or request.parent_id is not None
        or any(len(text) > 4000 for text, _id in texts)
    ):
        raise SplitWrong
    categories = [category_for(community_id=request.community_id, category_id=pk) for _text, pk in texts]
    if None in categories:
        raise CategoryUnknown
    enter_state(request=request, by=by, now=now, state=SPLIT, params={"parts": len(texts)})
    request.paused_at = None
    made = [
        _part(request, by, now, text, category)
        for (text, _pk), category in zip(texts, categories, strict=True)
        if category
    ]
    withdraw_links(request=request, now=now)
    request.save()
    return made


@transaction.atomic
def merge_request(*, by: Actor, now: datetime, request_id: int, into_id: int, seen: int | None = None) -> Request:
    """Join a request to another that says the same. Its reporters are told of the other from now on; the earlier due time counts.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere, MergeWrong.
    """
    first, second = sorted((request_id, into_id))
    if first == second:
        raise MergeWrong
    held = {
        pk: locked_request(by=by, now=now, request_id=pk, seen=seen if pk == request_id else None)
        for pk in (first, second)
    }
    (request, reach), (into, _reach) = held[request_id], held[into_id]
    need_hands(request=request, reach=reach)
    need_hands(request=into, reach=reach)
    apart = request.community_id != into.community_id or request.parent_id == into.pk or into.parent_id == request.pk
    if apart or into.state in {*ENDED, SPLIT} or into.state in {"resolved", "reopen_asked"} or request.state in ENDED:
        raise MergeWrong
    enter_state(request=request, by=by, now=now, state=MERGED, params={"into": into.number})
    request.merged_into, request.ended_at, request.paused_at = into, now, None
    request.next_alarm_at = None
    withdraw_links(request=request, now=now)
    request.save()
    new = copy_reporters(request=request, into=into, now=now)
    _keep_earlier(request, into, by, now)
    write_step(
        request=into, by=by, now=now, aspect=Aspect.REPORTER, verb="joined_by",
        became=Became(params={"number": request.number, "reporters": len(new)}),
    )  # fmt: skip
    into.save()
    about = {one.pk: f"request-track:{into.pk}" for one in new}
    owe_reporters(
        request=into, reporters=new, now=now, wording=TABLE[MERGED].message, about=about, once=f"joined:{request.pk}"
    )
    if request.parent_id is not None:
        answer_whole(parent_id=request.parent_id, now=now)
    return into


def _keep_earlier(request: Request, into: Request, by: Actor, now: datetime) -> None:
    """The earlier due time is everybody's. What was warned of already is not warned of again."""
    if request.due_at >= into.due_at:
        return
    due_by = Request.DueBy.SHEET if Request.DueBy.SHEET in {request.due_by, into.due_by} else request.due_by
    said, since = into.next_alarm, min(into.clock_from, request.clock_from)
    start_clock_until(request=into, since=since, due_at=request.due_at, due_by=due_by, now=now)
    into.respond_due_at = min(into.respond_due_at, request.respond_due_at)
    if said != into.next_alarm and said:
        into.next_alarm = said
        into.next_alarm_at = None if into.state in STANDING else into.due_at if said == "due" else into.late_at
    elif not said:
        into.next_alarm, into.next_alarm_at = "", None
    write_step(request=into, by=by, now=now, aspect=Aspect.CLOCK, verb="timed", became=Became(due_at=into.due_at))


def _part(whole: Request, by: Actor, now: datetime, text: str, category: Category) -> Request:
    part = Request(
        community=whole.community, number=new_number(community=whole.community, now=now), channel=whole.channel,
        received_at=whole.received_at, text=text, category=category, sensitive=category.sensitive or whole.sensitive,
        priority=whole.priority, place=whole.place, building=whole.building, unit=whole.unit, dwelling=whole.dwelling,
        household=whole.household, state=RECEIVED, first_receiver=whole.first_receiver, parent=whole, matter=whole.matter,
    )  # fmt: skip
    part.search_text = kept_for_search(part.number, part.place, text)
    if whole.due_by == Request.DueBy.GRADE:
        start_clock(request=part, since=whole.clock_from, now=now)
    else:
        start_clock_until(request=part, since=whole.clock_from, due_at=whole.due_at, due_by=whole.due_by, now=now)
    part.save()
    became = Became(state=RECEIVED, params={"part_of": whole.number})
    write_step(request=part, by=by, now=now, aspect=Aspect.STATE, verb=TABLE[RECEIVED].verb, text=text, became=became)
    write_step(request=part, by=by, now=now, aspect=Aspect.CATEGORY, verb="sorted", became=Became(category=category))
    write_step(
        request=part, by=by, now=now, aspect=Aspect.PRIORITY, verb="ranked", became=Became(priority=part.priority)
    )
    write_step(request=part, by=by, now=now, aspect=Aspect.PLACE, verb="placed", became=Became(place=part.place))
    write_step(request=part, by=by, now=now, aspect=Aspect.CLOCK, verb="timed", became=Became(due_at=part.due_at))
    part.version = 1
    copy_reporters(request=whole, into=part, now=now)
    place = place_of(request=part)
    facts = facts_of(category=category, channel=part.channel, place=place, at=now, time_zone=whole.community.time_zone)
    on = timezone.localdate(now)
    hands = hands_for(community_id=whole.community_id, category=category, place=place, facts=facts, on=on)
    if hands.why == "place" and (whole.lead or whole.team):
        hands = replace(hands, post=whole.lead, team=whole.team, why="whole")
    hand_to(request=part, by=by, now=now, hands=hands)
    part.save()
    tag_by_category(request=part, by=by, now=now)
    return part
