"""What is told over Open311, and to whom: communities, the services they publish, their requests, keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import F, Prefetch, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from linli.audit.queries import latest_about
from linli.casework.access import Reach
from linli.casework.errors.open311 import NO_KEY, UNKNOWN, WRONG, AskedWrongly, Problem
from linli.casework.models import ApiKey, Category, KeyUse, Question, Request
from linli.casework.open311.finding import Wanted
from linli.casework.open311.numbers import number_in
from linli.casework.open311.public import PublicRequest
from linli.casework.open311.words import STATES, states_that_are
from linli.core.inner import not_inner
from linli.core.secrets import token_hash
from linli.registry.models import Community

LAID_DOWN: Final = datetime(2000, 1, 1, tzinfo=UTC)
MINUTES_SHOWN: Final = 24 * 60
_CODE: Final = re.compile(r"[a-z0-9-]{1,40}")
_PUBLIC: Final = Q(published=True, sensitive=False, parent__isnull=False, parent__sensitive=False)
_CONTACTS: Final = 20


def jurisdiction(*, code: str) -> Community:
    """The community that a program means; where there is one only, it need not say so. One query. Raises AskedWrongly."""
    real = Community.objects.filter(not_inner("pk"))
    if code:
        found = real.filter(code=code).first() if _CODE.fullmatch(code) else None
        if found is None:
            raise AskedWrongly([Problem(UNKNOWN, _("There is no such jurisdiction_id here."))])
        return found
    two = list(real.order_by("pk")[:2])
    if len(two) == 1:
        return two[0]
    if not two:
        raise AskedWrongly([Problem(UNKNOWN, _("There is no community here yet."))])
    raise AskedWrongly(
        [Problem(WRONG, _("jurisdiction_id is missing: there are several communities here. Say which one."))]
    )


def day_in(*, community: Community, at: datetime) -> date:
    """Which day it is there."""
    return at.astimezone(ZoneInfo(community.time_zone)).date()


def communities_told() -> list[Community]:
    """Whose phone stands in the discovery document: the first twenty. One query."""
    return list(Community.objects.filter(not_inner("pk")).order_by("pk")[:_CONTACTS])


def services_changed_at() -> datetime:
    """When categories or their questions were last changed by a person, as the trail has it. At most two queries."""
    return latest_about(object_types=("category", "question")) or LAID_DOWN


def services_of(*, community_id: int, on: date) -> list[Category]:
    """The published categories in use, with their main one and their questions, in order. Two queries."""
    rows = Category.objects.filter(_PUBLIC, community_id=community_id).exclude(ended_on__lt=on)
    rows = rows.exclude(parent__ended_on__lt=on).select_related("parent")
    asked = Prefetch("questions", queryset=Question.objects.order_by("position", "pk"))
    return list(rows.prefetch_related(asked).order_by("parent__position", "parent_id", "position", "pk"))


def service_called(*, community_id: int, code: str, on: date) -> Category:
    """One of them. Two queries. Raises AskedWrongly."""
    found = next((one for one in services_of(community_id=community_id, on=on) if one.code == code), None)
    if found is None:
        raise AskedWrongly([Problem(UNKNOWN, _("There is no such service_code. Choose one of the services."))])
    return found


def requests_told(*, community: Community, wanted: Wanted) -> list[PublicRequest]:
    """Requests that a program asks for, the newest first, as far as they are published. Two queries, whatever their number."""
    public = _public_categories(community)
    rows = _tellable(community)
    if wanted.ids is not None:
        numbers = {number for text in wanted.ids if (number := number_in(text, community=community.code))}
        return _read(rows.filter(number__in=numbers, category_id__in=public), public, wanted.rows)
    codes = [pk for pk, one in public.items() if not wanted.codes or one.code in wanted.codes]
    states = frozenset().union(*map(states_that_are, wanted.statuses)) if wanted.statuses else frozenset(STATES)
    rows = rows.filter(
        category_id__in=codes, state__in=states, received_at__gte=wanted.since, received_at__lte=wanted.until
    )
    return _read(rows, public, wanted.rows)


def request_told(*, community: Community, text: str) -> PublicRequest:
    """One published request by its id. Two queries. Raises AskedWrongly."""
    number = number_in(text, community=community.code)
    public = _public_categories(community) if number else {}
    rows = _tellable(community).filter(number=number, category_id__in=public)
    found = _read(rows, public, slice(1)) if public else []
    if not found:
        raise AskedWrongly([Problem(UNKNOWN, _("There is no such request, or it is not public."))])
    return found[0]


def _public_categories(community: Community) -> dict[int, Category]:
    """By id; those that have ended, too, since what came before can still be followed."""
    return Category.objects.filter(_PUBLIC, community_id=community.pk).in_bulk()


def _tellable(community: Community) -> QuerySet[Request]:
    return Request.objects.filter(community_id=community.pk, sensitive=False, state__in=list(STATES))


def _read(rows: QuerySet[Request], public: Mapping[int, Category], wanted: slice) -> list[PublicRequest]:
    """One query. The page is found first, and only its rows are joined to their places and steps."""
    order = ("-received_at", "-pk")
    page = Request.objects.filter(pk__in=rows.order_by(*order).values("pk")[wanted]).order_by(*order)
    return [
        PublicRequest(
            number=number, state=state, category=public[category_id], building_id=building_id, building_number=building or "",
            received_at=received, due_at=due, resolved_at=resolved, ended_at=ended, text=text if published else "",
            changed_at=(published, *steps),
        )
        for number, state, category_id, building_id, building, received, due, resolved, ended, text, published, *steps
        in page.values_list(
            "number", "state", "category_id", "building_id", "building__number", "received_at", "due_at", "resolved_at",
            "ended_at", "public_text", "published_at", "state_step__at", "category_step__at", "place_step__at",
        )
    ]  # fmt: skip


def key_behind(*, plain: str, community: Community) -> ApiKey:
    """The key that a program brings, if it may write here. One query. Raises AskedWrongly."""
    if not plain:
        raise AskedWrongly([Problem(NO_KEY, _("api_key is missing. The office of the community gives keys."))])
    key = ApiKey.objects.filter(key_hash=token_hash(plain), ended_at__isnull=True).first()
    if key is None or key.community_id not in {None, community.pk}:
        raise AskedWrongly(
            [
                Problem(
                    NO_KEY,
                    _("This api_key does not open anything here. Ask the office of the community for a new one."),
                )
            ]
        )
    return key


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key as its list shows it: how often it was used in the last 24 hours."""

    key: ApiKey
    used: int


def keys_for(*, reach: Reach, now: datetime) -> Sequence[KeyLine]:
    """The keys of the communities that somebody looks after, those in use first. Two queries."""
    reach.need("casework.arrange")
    mine = Q() if reach.scope.everything else Q(community_id__in=reach.scope.communities)
    rows = ApiKey.objects.filter(mine).select_related("community")
    keys = list(rows.order_by(F("ended_at").desc(nulls_first=True), "-made_at", "-pk"))
    lately = KeyUse.objects.filter(key__in=keys, minute__gt=int(now.timestamp()) // 60 - MINUTES_SHOWN)
    used = dict(lately.values_list("key").annotate(Sum("used")))
    return [KeyLine(key, used.get(key.pk, 0)) for key in keys]


def communities_to_arrange(*, reach: Reach) -> list[Community]:
    """Those over the whole of which somebody holds a post, for choosing one. One query."""
    reach.need("casework.arrange")
    return list(Community.objects.filter(reach.scope.covers_communities("pk")).order_by("name", "pk"))
