"""Months that are counted already, for whoever looks at many communities at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import F, Q, QuerySet, Sum

from linli.casework.access import ASSIGN, Reach
from linli.casework.models import Tally, TallyMark
from linli.casework.queries.counting import ALL, COMMUNITY, HOUR, MAIN, WEEK, Grouped
from linli.casework.rules.rates import Counts

SUMMED: Final = (
    "received", "aside", "taken", "answered", "in_time", "returned", "returns", "counted", "contacted", "solved", "satisfied",
    "mostly", "disputed", "struck", "unrated", "in_vain", "expired",
)  # fmt: skip
Marked = dict[date, set[int]]
"""Communities by month that have changed since they were counted."""


def whole_communities(*, reach: Reach) -> Q | None:
    """The communities that are reached as a whole, with all that is in them; None where something else is reached, too."""
    scope = reach.scope
    if not reach.sees_all_there or scope.buildings or scope.units or not (scope.everything or reach.may(ASSIGN)):
        return None
    return scope.covers_communities("community_id")


def whole_months(*, since_on: date, until_on: date) -> list[date]:
    """The first days of the months that lie in a period as a whole."""
    first = since_on if since_on.day == 1 else month_after(month=since_on.replace(day=1))
    months = []
    while month_after(month=first) <= until_on + timedelta(days=1):
        months.append(first)
        first = month_after(month=first)
    return months


def month_after(*, month: date) -> date:
    """The first day of the month after the one that begins on ``month``."""
    return (month + timedelta(days=31)).replace(day=1)


def marked_months(*, communities: Q, months: Sequence[date]) -> Marked:
    """What has to be counted anew. One query."""
    marked: Marked = defaultdict(set)
    rows = TallyMark.objects.filter(communities, month__in=months).order_by().distinct()
    for community_id, month in rows.values_list("community_id", "month"):
        marked[month].add(community_id)
    return marked


def tallied(*, communities: Q, months: Sequence[date], without: Marked) -> Grouped:
    """The counts of whole months as they were counted: by community, week, hour and main category. Four queries."""
    rows = Tally.objects.filter(communities, month__in=months).order_by()
    for month, ids in without.items():
        rows = rows.exclude(month=month, community_id__in=ids)
    found: Grouped = defaultdict(dict)
    for community_id, counts in _summed(rows.filter(sort="all"), "community_id"):
        found[COMMUNITY][str(community_id)] = counts
        found[ALL][""] = found[ALL].get("", Counts()) + counts
    for key, counts in _summed(rows.filter(sort="week"), "key"):
        found[WEEK][date.fromordinal(key).isoformat()] = counts
    for key, counts in _summed(rows.filter(sort="hour"), "key"):
        found[HOUR][str(key)] = counts
    for code, counts in _summed(rows.filter(sort="category"), "main"):
        found[MAIN][code] = counts
    return found


def _summed(rows: QuerySet[Tally], by: str) -> list[tuple[Any, Counts]]:
    if by == "main":
        rows = rows.annotate(main=F("category__parent__code"))
    sums = {f"sum_{name}": Sum(name) for name in SUMMED}
    told = rows.values(by).annotate(**sums).values_list(by, *sums)
    return [(key, Counts(**dict(zip(SUMMED, values, strict=True)))) for key, *values in told]
