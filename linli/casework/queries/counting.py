"""Counting requests and their ratings in groups, in the database: three statements, however many there are and however they are grouped.

Only what time alone does not change is counted here: a rating in objection time as one that counts, and nothing as overdue.
``since_then`` has what the clock adds and takes away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Exists, Expression, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models import DateField as Day
from django.db.models.functions import Coalesce, ExtractHour, TruncDate, TruncWeek
from django.db.models.lookups import Exact

from linli.casework.models import CallTry, CaseLink, Rating, Request
from linli.casework.rules.rates import NAMES, Counts
from linli.casework.rules.states import AT_WORK

ALL, DAY, WEEK, HOUR, MAIN, SORT, MAIN_ID = "all", "day", "week", "hour", "main", "sort", "main_id"
DAY_MAIN, DAY_HOUR = "day/main_id", "day/hour"
MAIN_WEEK, MAIN_HOUR, MAIN_SORT = "main_id/week", "main_id/hour", "main_id/category"
COMMUNITY, BUILDING, LEAD = "community", "building", "lead"
ASIDE: Final = Q(state__in=["merged", "cancelled"])
ANSWERED: Final = Q(resolved_at__isnull=False) & ~ASIDE
OVERDUE: Final = Q(ended_at__isnull=True, state__in=AT_WORK) & ~Q(state="resolved")
"""With ``due_at`` before now. That it is not ``resolved`` follows; said so, it finds the index of what is at work."""
LASTS: Final = Q(objection__in=["", "rejected"])
"""Ratings that count, now or once the time for objections is over."""

EVERY: Final = frozenset(NAMES)
NOTHING: Final = Counts()
Grouped = dict[str, dict[str, Counts]]
"""By sort of group and key; "" is the key of what has none, and of the whole."""


def rated_answer() -> Exists:
    """Of a request: whether its last answer has a rating."""
    return Exists(Rating.objects.filter(request=OuterRef("pk"), round=OuterRef("rounds")))


def called_in_vain() -> Exists:
    """Of a request: whether a call about its last answer reached nobody."""
    return Exists(_calls())


def link_expired() -> Exists:
    """Of a request: whether a link to rate its last answer was not opened in time."""
    return Exists(_expired())


def _calls() -> QuerySet[CallTry]:
    return CallTry.objects.filter(request=OuterRef("pk"), round=OuterRef("rounds"))


def _expired() -> QuerySet[CaseLink]:
    return CaseLink.objects.filter(request=OuterRef("pk"), round=OuterRef("rounds"), kind="rating", state="expired")


def counted_by(*, requests: Q, of_ratings: Q, groups: Sequence[str], names: Set[str] = EVERY) -> Grouped:
    """All counts of these requests by ``groups``, with the whole under ``all``. A group may be two at once ("day/hour"), its keys are
    then so, too. ``names``: which numbers the groups hold; the whole holds all. ``requests`` is a condition on Request, ``of_ratings``
    the same on Rating. Three statements."""
    found = _Sums(names)
    found.add(Request.objects.filter(requests), _of_requests(), groups, "")
    found.add(Rating.objects.filter(of_ratings), _of_ratings(), groups, "request__")
    unrated = Request.objects.filter(requests, ANSWERED, ~rated_answer())
    found.add(unrated, _of_unrated(), groups, "")
    return found.counts()


def since_then(*, requests: Q, of_ratings: Q, groups: Sequence[str], now: datetime, names: Set[str] = EVERY) -> Grouped:
    """What the clock changes of ``counted_by``: ratings in objection time do not count yet, requests are overdue. Two statements over
    few rows."""
    found = _Sums(names)
    objectable = Rating.objects.filter(of_ratings, objection="", counts_at__gt=now)
    lasting = {name: Value(-1) * flag for name, flag in _of_ratings().items() if name not in {"disputed", "struck"}}
    found.add(objectable, {**lasting, "objectable": Value(1)}, groups, "request__")
    found.add(Request.objects.filter(requests, OVERDUE, due_at__lt=now), {"overdue": Value(1)}, groups, "")
    return found.counts()


def together(*, parts: Iterable[Grouped]) -> Grouped:
    """The sums of several, group by group. A key of which nothing is left (what is taken away again) is not there."""
    whole: Grouped = defaultdict(dict)
    for part in parts:
        for sort, keys in part.items():
            for key, counts in keys.items():
                whole[sort][key] = whole[sort].get(key, Counts()) + counts
    return {sort: {key: counts for key, counts in keys.items() if counts != NOTHING} for sort, keys in whole.items()}


def taken_away(*, part: Grouped) -> Grouped:
    """A part as ``together`` takes it away from the others."""
    return {sort: {key: -counts for key, counts in keys.items()} for sort, keys in part.items()}


def _when(condition: Q) -> Expression:
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


def _of_requests() -> dict[str, Expression]:
    return {
        "received": Value(1),
        "aside": _when(ASIDE),
        "taken": _when(Q(taken_at__isnull=False) & ~ASIDE),
        "answered": _when(ANSWERED),
        "in_time": _when(ANSWERED & Q(resolved_at__lte=F("due_at"))),
        "returned": _when(Q(returns__gt=0)),
        "returns": F("returns"),  # type: ignore[dict-item]
    }


def _of_ratings() -> dict[str, Expression]:
    return {
        "counted": _when(LASTS),
        "contacted": _when(LASTS & Q(contacted=True)),
        "solved": _when(LASTS & Q(solved=True)),
        "satisfied": _when(LASTS & Q(satisfaction="satisfied")),
        "mostly": _when(LASTS & Q(satisfaction="mostly")),
        "disputed": _when(Q(objection="open")),
        "struck": _when(Q(objection="upheld")),
    }


def _of_unrated() -> dict[str, Expression]:
    """Calls and links are asked for one by one (a value, not EXISTS): PostgreSQL would gather all there are beforehand."""
    vain, expired = (Coalesce(_one(rows), Value(0)) for rows in (_calls(), _expired()))
    return {
        "unrated": Value(1),
        "in_vain": vain,
        "expired": Case(When(Exact(vain, 0), then=expired), default=Value(0), output_field=IntegerField()),
    }


def _one(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.order_by().annotate(one=Value(1)).values("one")[:1])


def _key(sort: str, prefix: str) -> Expression | F:
    match sort:
        case "day":
            return TruncDate(f"{prefix}received_at")
        case "week":
            return TruncWeek(f"{prefix}received_at", output_field=Day())
        case "hour":
            return ExtractHour(f"{prefix}received_at")
        case "main":
            return Coalesce(F(f"{prefix}category__parent__code"), F(f"{prefix}category__code"))
        case "main_id":
            return F(f"{prefix}category__parent_id")
        case "sort":
            return F(f"{prefix}category__code")
        case _:
            return F(f"{prefix}{sort}_id")


def _arm(group: str, sums: str) -> str:
    columns = [f"by_{part}" for part in group.split("/")]
    key = " || '/' || ".join(f"COALESCE(CAST({column} AS text), '')" for column in columns)
    return f"SELECT '{group}', {key}, {sums} FROM facts GROUP BY {', '.join(columns)}"  # noqa: S608 - our own names


class _Sums:
    """Adds up what statements find: by sort, key and name."""

    def __init__(self, names: Set[str]) -> None:
        self._names = names
        self._found: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, rows: QuerySet[Any], flags: Mapping[str, Any], groups: Sequence[str], prefix: str) -> None:
        parts = dict.fromkeys(part for group in groups for part in group.split("/"))
        keys = {f"by_{part}": _key(part, prefix) for part in parts}
        numbers = {f"n_{name}": flag for name, flag in flags.items()}
        facts = rows.order_by().annotate(**keys, **numbers).values_list(*keys, *numbers)
        try:
            inner, params = facts.query.sql_with_params()
        except EmptyResultSet:
            return
        sums = ", ".join(f"SUM({name})" for name in numbers)
        some = ", ".join(f"SUM(n_{name})" if name in self._names else "0" for name in flags)
        arms = [f"SELECT '{ALL}', '', {sums} FROM facts"]  # noqa: S608 - our own names
        arms += [_arm(group, some) for group in groups]
        head = ", ".join((*keys, *numbers))
        with connection.cursor() as cursor:
            cursor.execute(f"WITH facts({head}) AS MATERIALIZED ({inner}) {' UNION ALL '.join(arms)}", params)
            told = cursor.fetchall()
        for sort, key, *values in told:
            into = self._found[sort, (key or "")[:10] if sort == WEEK else key or ""]
            for name, value in zip(flags, values, strict=True):
                into[name] += int(value or 0)

    def counts(self) -> Grouped:
        grouped: Grouped = defaultdict(dict)
        for (sort, key), numbers in self._found.items():
            grouped[sort][key] = Counts(**numbers)
        return grouped
