"""Requests as lists and pages show them: within reach, filtered, found by words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from linli.casework.access import Reach
from linli.casework.errors.requests import RequestNotFound
from linli.casework.models import Assistant, CaseLink, Question, Rating, Reporter, Request, Step
from linli.casework.rules.states import AT_WORK
from linli.casework.sought import tokens_of
from linli.casework.tokens import HasTokens
from linli.core.errors import Refusal
from linli.registry.keeping import clean_phone, phone_hash, same_width

MINE, OPEN, DUE, LOOSE, DECIDE, ANSWERED, ALL = "mine", "open", "due", "loose", "decide", "answered", "all"
TABS: Final = (MINE, OPEN, DUE, LOOSE, DECIDE, ANSWERED, ALL)
MOST_FOUND: Final = 300
MOST_COUNTED: Final = 1000


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """What a list shows; None and "" leave a part open. Days are those on which it was received, both included."""

    tab: str = OPEN
    words: str = ""
    community_id: int | None = None
    category_id: int | None = None
    building_id: int | None = None
    channel: str = ""
    state: str = ""
    since_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class TabCount:
    """How many a tab holds; ``more`` where only MOST_COUNTED were counted."""

    tab: str
    n: int

    @property
    def more(self) -> bool:
        return self.n >= MOST_COUNTED


def request_for(*, reach: Reach, request_id: int) -> Request:
    """One request within reach, with all that its page names. One query. Raises RequestNotFound."""
    rows = Request.objects.select_related(
        "community", "category__parent", "lead", "team", "building", "household", "parent", "merged_into", "matter"
    )
    found = rows.filter(reach.covers(), pk=request_id).first()
    if found is None:
        raise RequestNotFound
    return found


def requests_found(*, reach: Reach, wanted: RequestFilter, now: datetime) -> QuerySet[Request]:
    """Requests within reach that match: what is open by due time, else the newest first. Lazy."""
    rows = Request.objects.filter(reach.covers(), _tab(wanted.tab, reach, now), _parts(wanted))
    if wanted.words.strip():
        ids = ids_by_words(reach=reach, words=wanted.words)
        rows = Request.objects.filter(pk__in=ids) & rows
    rows = rows.select_related("community", "category", "lead", "team")
    return (
        rows.order_by("due_at", "pk")
        if wanted.tab in {MINE, OPEN, DUE, LOOSE, DECIDE}
        else rows.order_by("-received_at", "-pk")
    )


def tab_counts(
    *, reach: Reach, wanted: RequestFilter, now: datetime, known: Mapping[str, int] = MappingProxyType({})
) -> list[TabCount]:
    """How many each tab holds, as far as a thousand. One query a tab, of indexed columns; none for those that are ``known``."""
    parts = _parts(wanted)
    counts = []
    for tab in TABS[:-1]:
        if tab in known:
            counts.append(TabCount(tab, known[tab]))
            continue
        rows = Request.objects.filter(reach.covers(), _tab(tab, reach, now), parts).order_by()
        counts.append(TabCount(tab, rows.values("pk")[:MOST_COUNTED].count()))
    return counts


def ids_by_words(*, reach: Reach, words: str) -> list[int]:
    """The newest requests found by number, by words of the text or place, by a reporter's name or phone number. At most three queries."""
    text = " ".join(same_width(words)[:100].split())
    reached = Request.objects.filter(reach.covers())
    found = dict.fromkeys(
        reached.filter(_numbered(text)).order_by("-received_at").values_list("pk", flat=True)[:MOST_FOUND]
    )
    tokens = tokens_of(text)
    if tokens:
        said = reached.filter(Q((f"search_text__{HasTokens.lookup_name}", tokens)))
        found |= dict.fromkeys(said.order_by("-received_at").values_list("pk", flat=True)[:MOST_FOUND])
    if reach.may("casework.reporters"):
        told = Reporter.objects.filter(_told_by(text), reach.scope.stands_in("community"), reach.covers("request__"))
        found |= dict.fromkeys(told.order_by("-since").values_list("request_id", flat=True)[:MOST_FOUND])
    return list(found)


def steps_of(*, request: Request) -> list[Step]:
    """The history, oldest first. One query."""
    return list(Step.objects.filter(request=request).select_related("lead", "team", "category").order_by("pk"))


def steps_since(*, request: Request, version: int) -> list[Step]:
    """What others changed since a page was loaded with this version: the last steps that count for one. One query."""
    count = max(request.version - version, 0)
    changing = Step.objects.filter(
        request=request, aspect__in=["state", "lead", "category", "priority", "place", "clock", "assistant", "public"]
    )
    return list(reversed(changing.select_related("lead", "team", "category").order_by("-pk")[:count])) if count else []


def reporters_of(*, request: Request) -> list[Reporter]:
    """Who told us, the first first. One query."""
    return list(Reporter.objects.filter(request=request).select_related("resident").order_by("pk"))


def links_of(*, request: Request) -> list[CaseLink]:
    """The links of a request, newest first. One query."""
    return list(CaseLink.objects.filter(request=request).select_related("reporter").order_by("-pk"))


def ratings_of(*, request: Request) -> list[Rating]:
    """What was said of its answers, newest first. One query."""
    return list(Rating.objects.filter(request=request).order_by("-pk"))


def parts_of(*, request: Request) -> list[Request]:
    """The parts it was split into, and those that were joined to it. One query."""
    rows = Request.objects.filter(Q(parent=request) | Q(merged_into=request)).select_related("category")
    return list(rows.order_by("pk"))


def questions_of(*, request: Request) -> list[Question]:
    """The questions of its category. One query."""
    return list(Question.objects.filter(category_id=request.category_id).order_by("position", "pk"))


def assistants_of(*, request: Request) -> list[Assistant]:
    """Who helps now. One query."""
    rows = Assistant.objects.filter(request=request, until__isnull=True)
    return list(rows.select_related("post__unit__building", "post__building", "post__grid").order_by("pk"))


def id_of_number(*, beside: int, number: str) -> int | None:
    """The request with this number in the community of another. Two queries."""
    community = Request.objects.filter(pk=beside).values_list("community_id", flat=True).first()
    rows = Request.objects.filter(community_id=community or 0, number=same_width(number))
    return rows.values_list("pk", flat=True).first()


def request_of_rating(*, reach: Reach, rating_id: int) -> int:
    """The id of the request that a rating is about. Raises RequestNotFound."""
    rows = Rating.objects.filter(reach.covers("request__"), pk=rating_id)
    found = rows.values_list("request_id", flat=True).first()
    if found is None:
        raise RequestNotFound
    return found


def told_before(*, reach: Reach, request: Request, limit: int = 8) -> list[Request]:
    """Other requests of the people who told us of this one, newest first. Two queries."""
    reporters = reporters_of(request=request)
    who = Q(pk__in=[])
    residents = [one.resident_id for one in reporters if one.resident_id]
    hashes = [one.phone_hash for one in reporters if one.phone_hash]
    if residents:
        who |= Q(resident_id__in=residents)
    if hashes:
        who |= Q(community_id=request.community_id, phone_hash__in=hashes)
    ids = Reporter.objects.filter(who).exclude(request=request).values("request_id")
    rows = Request.objects.filter(reach.covers(), pk__in=ids).select_related("category")
    return list(rows.order_by("-received_at")[:limit])


def alike(
    *,
    reach: Reach,
    community_id: int,
    category_id: int,
    building_id: int | None,
    unit_id: int | None,
    since: datetime,
    besides: int | None = None,
) -> list[Request]:
    """Open or lately answered requests of the same category at the same place, newest first: a hint that it is the same matter.

    The same stairwell where one is known, else the same building, else requests without a building. One query.
    """
    rows = Request.objects.filter(
        reach.covers(), community_id=community_id, category_id=category_id, received_at__gte=since
    )
    rows = rows.filter(building_id=building_id) if building_id is not None else rows.filter(building__isnull=True)
    if unit_id is not None:
        rows = rows.filter(Q(unit_id=unit_id) | Q(unit__isnull=True))
    rows = rows.exclude(state__in=["merged", "cancelled"])
    if besides is not None:
        rows = rows.exclude(pk=besides)
    return list(rows.select_related("category", "lead", "team").order_by("-received_at")[:5])


def requests_at_household(*, reach: Reach, household_id: int, limit: int = 5) -> list[Request]:
    """The newest requests about a door, for its card. One query."""
    rows = Request.objects.filter(reach.covers(), household_id=household_id).select_related("category")
    return list(rows.order_by("-received_at")[:limit])


def midnight_of(*, day: date) -> datetime:
    """The first instant of a day where we are."""
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _parts(wanted: RequestFilter) -> Q:
    parts = Q()
    for field, value in (
        ("community_id", wanted.community_id),
        ("building_id", wanted.building_id),
        ("channel", wanted.channel or None),
        ("state", wanted.state or None),
    ):
        if value is not None:
            parts &= Q(**{field: value})
    if wanted.category_id is not None:
        parts &= Q(category_id=wanted.category_id) | Q(category__parent_id=wanted.category_id)
    if wanted.since_on is not None:
        parts &= Q(received_at__gte=midnight_of(day=wanted.since_on))
    if wanted.until_on is not None and wanted.until_on < date.max:
        parts &= Q(received_at__lt=midnight_of(day=wanted.until_on + timedelta(days=1)))
    return parts


def _tab(tab: str, reach: Reach, now: datetime) -> Q:
    match tab:
        case "mine":
            mine = Q(lead_id__in=reach.posts) | Q(team_id__in=reach.teams, lead__isnull=True) | Q(pk__in=reach.helps)
            return Q(ended_at__isnull=True) & mine & ~Q(state="resolved")
        case "open":
            return Q(ended_at__isnull=True) & ~Q(state="resolved")
        case "due":
            return Q(ended_at__isnull=True, due_at__lte=now + timedelta(days=1), state__in=AT_WORK)
        case "loose":
            return Q(ended_at__isnull=True) & (
                Q(state="returned") | Q(lead__isnull=True, team__isnull=True, state__in=AT_WORK)
            )
        case "decide":
            # Few at any time, and as numbers: beside an OR, a database would look through a million requests for them.
            disputed = list(Rating.objects.filter(objection="open").values_list("request_id", flat=True))
            return Q(ended_at__isnull=True, state="reopen_asked") | Q(pk__in=disputed)
        case "answered":
            return Q(state__in=["resolved", "closed"])
        case _:
            return Q()


def _numbered(text: str) -> Q:
    return Q(number=text) | Q(outside_number=text) & ~Q(outside_number="")


def _told_by(text: str) -> Q:
    try:
        phone = clean_phone(text)
    except Refusal:
        phone = ""
    if phone and len(phone) >= 7:
        return Q(phone_hash=phone_hash(phone))
    return Q(name=text) if text else Q(pk__in=[])
