"""Writing a request down. Three things are enough: who, what, where."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from linli.casework.access import reach_of_actor
from linli.casework.actions.clock import start_clock, start_clock_until
from linli.casework.actions.handing import hand_to
from linli.casework.actions.presets import lay_down_categories
from linli.casework.actions.recording import Aspect, Became, write_step
from linli.casework.actions.reporters import ReporterGiven, add_first_reporter
from linli.casework.actions.tagging import tag_by_category
from linli.casework.actions.telling import owe_reporters
from linli.casework.errors.requests import CategoryUnknown, DueWrong, PlaceUnknown, TextMissing, TextTooLong
from linli.casework.events import RequestEntered
from linli.casework.models import Category, DayCount, Request
from linli.casework.preset.categories import FALLBACK
from linli.casework.queries import places as ask
from linli.casework.queries.hands import Hands, facts_of, hands_for
from linli.casework.queries.places import Place
from linli.casework.queries.settings import categories_of, guessed_category
from linli.casework.rules.answers import may_answer_so
from linli.casework.rules.states import RECEIVED, TABLE
from linli.casework.sought import kept_for_search
from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.core.events import announce
from linli.registry.models import Community, Post
from linli.registry.scopes import valid_on

MOST_LETTERS: Final = 4000


@dataclass(frozen=True, slots=True)
class PlaceGiven:
    """Where it is: a door, stairwell or building of the register, or words. With none of them, where the reporter lives."""

    dwelling_id: int | None = None
    unit_id: int | None = None
    building_id: int | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What is written down. Only ``text`` must be there; ``category_id`` None is guessed from the words.

    ``key`` (of a form), ``source`` (of a journey) and ``outside_number`` (of the hotline) make the same thing, sent twice, one
    request. ``due_at`` comes from the hotline's sheet. ``post_id`` goes before all sentences: whoever writes it down knows who takes it.
    """

    text: str
    channel: str = Request.Channel.COUNTER
    reporter: ReporterGiven = field(default_factory=ReporterGiven)
    place: PlaceGiven = field(default_factory=PlaceGiven)
    category_id: int | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    priority: int = Request.Priority.NORMAL
    key: UUID | None = None
    source: str = ""
    outside_number: str = ""
    received_at: datetime | None = None
    due_at: datetime | None = None
    tags: Collection[str] = ()
    api_key_id: int | None = None
    post_id: int | None = None


@transaction.atomic
def enter_request(*, by: Actor, now: datetime, community_id: int, given: Given) -> Request:
    """Write a request down, with its number, category, clock and lead; whoever told us and wants to know is owed a message.

    Raises NotAllowed, TextMissing, TextTooLong, CategoryUnknown, AnswersWrong, PlaceUnknown, DueWrong, PhoneNeeded or
    PhoneNotUnderstood. The same key, source or hotline number again gives the request that is there.
    """
    _may_enter(by, now, community_id)
    community = Community.objects.get(pk=community_id)
    known = _entered_before(community_id, given)
    if known is not None:
        return known
    text = given.text.replace("\0", "").strip()  # which a PostgreSQL cannot keep
    _check_text(text)
    lay_down_categories(community_id=community_id)
    place = _place(community_id, given)
    category = _category(community_id, given, text, now.astimezone(ZoneInfo(community.time_zone)))
    may_answer_so(
        questions=list(category.questions.all()), answers=given.attributes, asks_all=given.api_key_id is not None
    ).enforce()
    day = _locked_day(community, now)
    known = _entered_before(
        community_id, given
    )  # the same thing, sent twice at the same moment: the second has waited for the day
    if known is not None:
        return known
    request = _new(given, place, by=by, now=now, community=community, text=text, category=category)
    request.number = _next_number(day)
    request.search_text = kept_for_search(request.number, request.outside_number, place.label, text)
    _start(request, given, now)
    request.save()
    _first_steps(request, by, now, text)
    add_first_reporter(request=request, by=by, now=now, given=given.reporter)
    hand_to(request=request, by=by, now=now, hands=_hands(given, request, place, now))
    request.save()
    tag_by_category(request=request, by=by, now=now, tags=given.tags)
    reporters = list(request.reporters.all())
    about = {one.pk: f"request-track:{request.pk}" for one in reporters}
    owe_reporters(
        request=request, reporters=reporters, now=now, wording=TABLE[RECEIVED].message, about=about, once="received"
    )
    announce(RequestEntered(request.pk, community_id, now))
    return request


def _may_enter(by: Actor, now: datetime, community_id: int) -> None:
    """Staff in whose community it is; programs with a key, and Linli itself."""
    if by.kind in {"system", "gateway"}:
        return
    reach = reach_of_actor(by=by, now=now).need("casework.enter")
    if not (reach.scope.everything or community_id in reach.scope.present_in):
        raise NotAllowed


def _entered_before(community_id: int, given: Given) -> Request | None:
    rows = Request.objects.select_related("category", "community", "lead", "team")
    if given.key is not None and (found := rows.filter(key=given.key).first()):
        return found
    mine = rows.filter(community_id=community_id)
    if given.source and (found := mine.filter(source=given.source).first()):
        return found
    return mine.filter(outside_number=given.outside_number).first() if given.outside_number else None


def _check_text(text: str) -> None:
    if not text:
        raise TextMissing(fields={"text": TextMissing.default_sentence})
    if len(text) > MOST_LETTERS:
        raise TextTooLong(fields={"text": TextTooLong.default_sentence})


def _place(community_id: int, given: Given) -> Place:
    place, found = given.place, None
    if place.dwelling_id is not None:
        found = ask.place_of_dwelling(community_id=community_id, dwelling_id=place.dwelling_id)
    elif place.unit_id is not None:
        found = ask.place_of_unit(community_id=community_id, unit_id=place.unit_id)
    elif place.building_id is not None:
        found = ask.place_of_building(community_id=community_id, building_id=place.building_id)
    elif place.words.strip():
        found = ask.place_of_words(community_id=community_id, words=place.words)
    elif given.reporter.resident_id is not None:
        found = ask.place_of_resident(community_id=community_id, resident_id=given.reporter.resident_id) or Place()
    else:
        found = Place()
    if found is None:
        raise PlaceUnknown(fields={"place": PlaceUnknown.default_sentence})
    return found


def _category(community_id: int, given: Given, text: str, local: datetime) -> Category:
    in_use = Category.objects.select_related("parent", "team").filter(community_id=community_id, parent__isnull=False)
    in_use = in_use.exclude(ended_on__lt=local.date())
    if given.category_id is not None:
        chosen = in_use.filter(pk=given.category_id).first()
        if chosen is None:
            raise CategoryUnknown(fields={"category": CategoryUnknown.default_sentence})
        return chosen
    guessed = guessed_category(text=text, categories=categories_of(community_id=community_id, on=local.date()))
    found = in_use.filter(pk=guessed.pk).first() if guessed else in_use.filter(code=FALLBACK).first() or in_use.first()
    if found is None:
        raise CategoryUnknown(fields={"category": CategoryUnknown.default_sentence})
    return found


def _hands(given: Given, request: Request, place: Place, now: datetime) -> Hands:
    """Whom the writer chose, if they hold that post here today; else as the sentences and the place say."""
    community, category = request.community, request.category
    on = now.astimezone(ZoneInfo(community.time_zone)).date()
    if given.post_id is not None:
        post = Post.objects.filter(valid_on(day=on), community=community, pk=given.post_id).first()
        if post is not None:
            return Hands(post=post, why="hand")
    facts = facts_of(category=category, channel=request.channel, place=place, at=now, time_zone=community.time_zone)
    return hands_for(community_id=community.pk, category=category, place=place, facts=facts, on=on)


def _new(
    given: Given, place: Place, *, by: Actor, now: datetime, community: Community, text: str, category: Category
) -> Request:
    received = given.received_at or now
    request = Request(
        community=community, source=given.source, outside_number=given.outside_number,
        channel=given.channel, received_at=received, text=text, category=category, sensitive=category.sensitive,
        attributes=dict(given.attributes), priority=given.priority, place=place.label[:120], building_id=place.building_id,
        unit_id=place.unit_id, dwelling_id=place.dwelling_id, household_id=place.household_id, state=Request.State.RECEIVED,
        first_receiver=by.label[:120], api_key_id=given.api_key_id,
    )  # fmt: skip
    if given.key is not None:
        request.key = given.key
    return request


def _start(request: Request, given: Given, now: datetime) -> None:
    if given.due_at is None:
        start_clock(request=request, since=request.received_at, now=now)
        return
    if given.due_at <= request.received_at:
        raise DueWrong(fields={"due_at": DueWrong.default_sentence})
    start_clock_until(
        request=request, since=request.received_at, due_at=given.due_at, due_by=Request.DueBy.SHEET, now=now
    )


def _first_steps(request: Request, by: Actor, now: datetime, text: str) -> None:
    """What it was at the beginning: the state with the words, category, priority, place, clock."""
    write_step(
        request=request, by=by, now=now, aspect=Aspect.STATE, verb=TABLE[RECEIVED].verb, text=text,
        became=Became(state=request.state, params={"channel": request.channel}),
    )  # fmt: skip
    write_step(
        request=request, by=by, now=now, aspect=Aspect.CATEGORY, verb="sorted", became=Became(category=request.category)
    )
    write_step(
        request=request, by=by, now=now, aspect=Aspect.PRIORITY, verb="ranked", became=Became(priority=request.priority)
    )
    write_step(request=request, by=by, now=now, aspect=Aspect.PLACE, verb="placed", became=Became(place=request.place))
    write_step(request=request, by=by, now=now, aspect=Aspect.CLOCK, verb="timed", became=Became(due_at=request.due_at))
    request.version = 1


def new_number(*, community: Community, now: datetime) -> str:
    """Day and running number, 20261130-012; the row of the day is locked, so that no number is given twice."""
    return _next_number(_locked_day(community, now))


def _locked_day(community: Community, now: datetime) -> DayCount:
    on = now.astimezone(ZoneInfo(community.time_zone)).date()
    DayCount.objects.get_or_create(community=community, on=on)
    return DayCount.objects.select_for_update().get(community=community, on=on)


def _next_number(day: DayCount) -> str:
    day.last += 1
    day.save(update_fields=["last"])
    return f"{day.on:%Y%m%d}-{day.last:03d}"
