"""The cases behind each number of the three rates: the same conditions that count them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db.models import F, Q, QuerySet

from linli.casework.access import Reach
from linli.casework.models import Rating, Request
from linli.casework.queries.counting import ANSWERED, ASIDE, LASTS, OVERDUE, called_in_vain, link_expired, rated_answer
from linli.casework.queries.rates import RatesFilter, conditions_of

UNRATED: Final = ANSWERED & ~Q(rated_answer())
OF_REQUESTS: Final[Mapping[str, Q]] = {
    "received": Q(),
    "aside": ASIDE,
    "not_answered": Q(resolved_at__isnull=True) & ~ASIDE,
    "answered": ANSWERED,
    "taken": Q(taken_at__isnull=False) & ~ASIDE,
    "in_time": ANSWERED & Q(resolved_at__lte=F("due_at")),
    "late": ANSWERED & Q(resolved_at__gt=F("due_at")),
    "overdue": OVERDUE,
    "returned": Q(returns__gt=0),
    "unrated": UNRATED,
    "in_vain": UNRATED & Q(called_in_vain()),
    "expired": UNRATED & ~Q(called_in_vain()) & Q(link_expired()),
    "may_still_rate": UNRATED & ~Q(called_in_vain()) & ~Q(link_expired()),
}
OF_RATINGS: Final[Mapping[str, Q]] = {
    "counted": LASTS,
    "contacted": LASTS & Q(contacted=True),
    "not_contacted": LASTS & Q(contacted=False),
    "solved": LASTS & Q(solved=True),
    "not_solved": LASTS & Q(solved=False),
    "satisfied": LASTS & Q(satisfaction="satisfied"),
    "mostly": LASTS & Q(satisfaction="mostly"),
    "unsatisfied": LASTS & Q(satisfaction="unsatisfied"),
    "objectable": Q(objection=""),
    "disputed": Q(objection="open"),
    "struck": Q(objection="upheld"),
}
STILL: Final = ("disputed", "struck")
"""Of these the time when they count does not matter."""


def requests_behind(*, reach: Reach, wanted: RatesFilter, which: str, now: datetime) -> QuerySet[Request]:
    """The requests that a number counts (``which``: a name of OF_REQUESTS), newest first. Lazy."""
    here, _there = conditions_of(reach=reach, wanted=wanted)
    rows = Request.objects.filter(here, OF_REQUESTS[which])
    if which == "overdue":
        rows = rows.filter(due_at__lt=now)
    return rows.select_related("category", "community").order_by("-received_at", "-pk")


def ratings_behind(*, reach: Reach, wanted: RatesFilter, which: str, now: datetime) -> QuerySet[Rating]:
    """The ratings that a number counts (``which``: a name of OF_RATINGS), of the newest request first. Lazy."""
    _here, there = conditions_of(reach=reach, wanted=wanted)
    rows = Rating.objects.filter(there, OF_RATINGS[which])
    if which == "objectable":
        rows = rows.filter(counts_at__gt=now)
    elif which not in STILL:
        rows = rows.filter(counts_at__lte=now)
    rows = rows.select_related("request__category", "request__community")
    return rows.order_by("-request__received_at", "-request_id", "-round")
