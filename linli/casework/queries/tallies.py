"""Months that are counted already: a year of a district is some thousand numbers, and no request has to be looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence, Set
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q, QuerySet

from linli.casework.access import ASSIGN, Reach
from linli.casework.models import Category, DayTally, Tally, TallyMark
from linli.casework.queries.counting import ALL, BUILDING, COMMUNITY, DAY, EVERY, HOUR, LEAD, MAIN, SORT, WEEK, Grouped
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


def tallied(
    *,
    communities: Q,
    months: Sequence[date],
    without: Marked,
    groups: Sequence[str],
    names: Set[str],
    main_ids: Sequence[int] | None = None,
) -> Grouped:
    """The counts of whole months as they were counted: the whole, and by ``groups`` those of ``names``; of requests of these main
    categories, which are those of the communities (None: of all). One query."""
    # Of a main category the community is known: said as well, PostgreSQL tries every one with every other.
    rows = Tally.objects.filter(communities if main_ids is None else Q(), month__in=months).order_by()
    for month, ids in without.items():
        rows = rows.exclude(month=month, community_id__in=ids)
    asked = _Asked(names)
    if main_ids is None:
        for group in (ALL, *(one for one in groups if one != COMMUNITY)):
            asked.add(group, rows.filter(sort=group, of=0), "community_id" if group == ALL else "key")
    else:
        asked.add(ALL, rows.filter(sort=MAIN, of=0, key__among=main_ids), "community_id")
        for group in (WEEK, HOUR, SORT):
            if group in groups:
                asked.add(group, rows.filter(sort=group, of__among=main_ids), "key")
    return asked.sums(groups)


def tallied_days(
    *, communities: Q, spans: Sequence[tuple[date, date]], without: Marked, groups: Sequence[str], names: Set[str]
) -> Grouped:
    """The same of days, as first and last of each stretch of them. The groups that are not kept by day stay empty. One query."""
    asked = _Asked(names)
    for span in spans:  # each by itself: as one condition, PostgreSQL reads all days there are
        rows = DayTally.objects.filter(communities, on__range=span).order_by()
        for month, ids in without.items():
            rows = rows.exclude(on__gte=month, on__lt=month_after(month=month), community_id__in=ids)
        asked.add(ALL, rows.filter(sort=ALL), "community_id")
        if WEEK in groups:
            asked.add(DAY, rows.filter(sort=ALL), "on")
        for group in (MAIN, HOUR):
            if group in groups:
                asked.add(group, rows.filter(sort=group), "key")
    return asked.sums(groups)


class _Asked:
    """Sums over several sets of rows, asked for in one statement. The whole, community by community, holds every number."""

    def __init__(self, names: Set[str]) -> None:
        self._names = names
        self._arms: list[str] = []
        self._params: list[Any] = []

    def add(self, group: str, rows: QuerySet[Any], by: str) -> None:
        names = EVERY if group == ALL else self._names
        inner, values = rows.annotate(by=F(by)).values_list("by", *SUMMED).query.sql_with_params()
        sums = ", ".join(f"SUM({name}) AS {name}" if name in names else f"0 AS {name}" for name in SUMMED)
        summed = f"SELECT rows.by AS by, {sums} FROM ({inner}) AS rows GROUP BY rows.by"  # noqa: S608 - our own names
        if group in {MAIN, SORT}:  # every community has categories of its own: by their codes they are few
            again = ", ".join(f"SUM({name})" for name in SUMMED)
            arm = (
                f"SELECT '{group}', kinds.code, {again} FROM ({summed}) AS kept "  # noqa: S608 - the same
                f"JOIN {Category._meta.db_table} AS kinds ON kinds.id = kept.by GROUP BY kinds.code"
            )
        else:
            arm = f"SELECT '{group}', CAST(kept.by AS text), {', '.join(SUMMED)} FROM ({summed}) AS kept"  # noqa: S608 - the same
        self._arms.append(arm)
        self._params += values

    def sums(self, groups: Sequence[str]) -> Grouped:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(self._arms), self._params)
            told = cursor.fetchall()
        found: Grouped = defaultdict(lambda: defaultdict(Counts))
        for group, key, *values in told:
            counts = Counts(**dict(zip(SUMMED, map(int, values), strict=True)))
            if group == ALL:
                found[ALL][""] += counts
            if group == DAY:
                on = date.fromisoformat(key)
                found[WEEK][(on - timedelta(days=on.weekday())).isoformat()] += counts
            elif group != ALL or COMMUNITY in groups:
                found[COMMUNITY if group == ALL else group][_name(group, key)] += counts
        return found


def _name(group: str, key: str) -> str:
    if group == WEEK:
        return date.fromordinal(int(key)).isoformat()
    return "" if key == "0" and group in {BUILDING, LEAD} else key
