"""What keeps coming back: clusters of requests, found in plain rows. Pure.

Days are those of the calendar where the community is: "within 7 days" is today and the six days before. Parts of one request count
once, as what they are parts of. The order of the rows says nothing; more rows never take a cluster away (``rising`` apart, which
compares a month with the others).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

PLACE, UNIT, PERSON, LAST_YEAR, SEASON = "place", "unit", "person", "last_year", "season"
AGAIN, COMING = "again", "coming"
GONE: Final = "gone"
"""Why Linli puts a suggestion away by itself: what it was made of was joined, taken back or settled."""
WEEK: Final = 7
YEAR_OF_WEEKS: Final = 364
"""52 weeks: the same day of the week a year ago."""
CLEARLY: Final = 1.5
"""A month rises if it has so many times the mean of the year's other months."""
MONTHS_NEEDED: Final = 6
"""A year with fewer months on record says nothing about its seasons."""


@dataclass(frozen=True, slots=True)
class Told:
    """A request as these rules see it. ``root`` is the request it is a part of, or itself; ``persons`` are keys of who told us."""

    id: int
    on: date
    category_id: int
    root: int
    building_id: int | None = None
    unit_id: int | None = None
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cluster:
    """What was found. ``group`` is the same for whatever belongs together by place, person and category; ``ids`` are the requests in
    their order; ``size`` is how often we were told; ``facts`` hold what a sentence needs, as JSON can keep it."""

    group: str
    ids: tuple[int, ...]
    size: int
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Days:
    """From day to day, both included."""

    since: date
    until: date

    def __contains__(self, on: date) -> bool:
        return self.since <= on <= self.until


@dataclass(frozen=True, slots=True)
class Month:
    """How many requests of a category there were in a month."""

    category_id: int
    year: int
    month: int
    n: int


def days_to_read(*, kind: str, days: int, on: date) -> list[Days]:
    """Of which days the requests are needed. Twice the window: what is written down late is found, too."""
    if kind in {PLACE, UNIT, PERSON}:
        return [Days(on - timedelta(days=2 * days - 1), on)]
    if kind == LAST_YEAR:
        then, coming = _last_year(on, days)
        return [Days(_monday(on), on), Days(then.since, max(then.until, coming.until))]
    return []


def close_together(*, kind: str, rows: Iterable[Told], days: int, least: int) -> list[Cluster]:
    """Of one building (or stairwell) and category, or of one person: at least so many within so many days. Windows that share a request
    are one cluster."""
    groups: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        for group in _groups_of(kind, row):
            groups[group].append(row)
    return [
        _cluster(kind, group, members)
        for group, told in sorted(groups.items())
        for members in _runs(sorted(told, key=lambda row: (row.on, row.id)), days, least)
    ]


def returning(*, rows: Iterable[Told], on: date, days: int, least: int) -> list[Cluster]:
    """Of one building and category: at least so many last year in the same week, give or take ``days``, and again this week; or at
    least so many last year in the week that comes next."""
    then_days, coming_days = _last_year(on, days)
    now_days = Days(_monday(on), on)
    groups: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        for group in _groups_of(PLACE, row):
            groups[group].append(row)
    found = []
    for group, told in sorted(groups.items()):
        told.sort(key=lambda row: (row.on, row.id))
        then, coming, now = ([row for row in told if row.on in span] for span in (then_days, coming_days, now_days))
        if _size(then) >= least and now:
            found.append(_returned(group, then, now, AGAIN))
        elif _size(coming) >= least:
            found.append(_returned(group, coming, [], COMING))
    return found


def rising(*, months: Iterable[Month], first_on: date, on: date, days: int, least: int) -> list[Cluster]:
    """Categories that rose in this month, or in the one that begins within ``days``, in most of the past years: at least so many, and
    clearly more than in the other months of that year.

    ``first_on`` is the day of the first request there is: months before it are not on record. The clusters hold no requests.
    """
    counts: dict[int, dict[tuple[int, int], int]] = defaultdict(dict)
    for one in months:
        counts[one.category_id][one.year, one.month] = one.n
    ahead, record = on + timedelta(days=days), _Record(first_on, on, least)
    wanted = dict.fromkeys([(on.year, on.month), (ahead.year, ahead.month)])
    found = []
    for category_id, by_month in sorted(counts.items()):
        for year, month in wanted:
            cluster = _season(category_id, by_month, (year, month), record)
            if cluster is not None:
                found.append(cluster)
    return found


def month_days(*, year: int, month: int) -> Days:
    """The days of a month."""
    after = date(year + month // 12, month % 12 + 1, 1)
    return Days(date(year, month, 1), after - timedelta(days=1))


def has_more(*, kind: str, then: Mapping[str, Any], before: Collection[int], cluster: Cluster) -> bool:
    """Whether a cluster says more than when a person looked at it and put it away: requests that were not there then; for a season,
    more this month than there were in the whole of it last year, and than then."""
    if kind == SEASON:
        now = int(cluster.facts.get("now", 0))
        return now > max(int(then.get("now", 0)), int(cluster.facts.get("then", 0)))
    return len({*before, *cluster.ids}) > len(set(before))


def _groups_of(kind: str, row: Told) -> list[str]:
    if kind == PERSON:
        return [f"p{person}" for person in dict.fromkeys(row.persons)]
    place = row.unit_id if kind == UNIT else row.building_id
    letter = "u" if kind == UNIT else "b"
    return [] if place is None else [f"{letter}{place}:c{row.category_id}"]


def _runs(told: Sequence[Told], days: int, least: int) -> list[Sequence[Told]]:
    """Windows with enough in them, joined where they share a row. ``told`` is in order."""
    spans: list[tuple[int, int]] = []
    end = 0
    for begin, first in enumerate(told):
        before = end
        while end < len(told) and (told[end].on - first.on).days < days:
            end += 1
        if end == before or _size(told[begin:end]) < least:  # no row that the window before did not have
            continue
        if spans and begin < spans[-1][1]:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return [told[begin:end] for begin, end in spans]


def _size(rows: Iterable[Told]) -> int:
    return len({row.root for row in rows})


def _cluster(kind: str, group: str, members: Sequence[Told]) -> Cluster:
    first = members[0]
    facts: dict[str, Any] = {"since": members[0].on.isoformat(), "until": members[-1].on.isoformat()}
    if kind == PERSON:
        facts |= {"person": group[1:]}
    else:
        facts |= {"category": first.category_id, "building": first.building_id}
        facts |= {"unit": first.unit_id} if kind == UNIT else {}
    return Cluster(group, tuple(row.id for row in members), _size(members), facts)


def _returned(group: str, then: Sequence[Told], now: Sequence[Told], form: str) -> Cluster:
    both = [*then, *now]
    facts = {
        "category": both[0].category_id, "building": both[0].building_id, "form": form, "then": _size(then), "now": _size(now),
        "since": both[0].on.isoformat(), "until": both[-1].on.isoformat(),
    }  # fmt: skip
    return Cluster(group, tuple(row.id for row in both), _size(both), facts)


@dataclass(frozen=True, slots=True)
class _Record:
    """What is on record: months from that of ``first_on`` to the one before ``on``."""

    first_on: date
    on: date
    least: int

    def holds(self, year: int, month: int) -> bool:
        return (self.first_on.year, self.first_on.month) <= (year, month) < (self.on.year, self.on.month)


def _season(
    category_id: int, by_month: Mapping[tuple[int, int], int], wanted: tuple[int, int], record: _Record
) -> Cluster | None:
    year, month = wanted
    risen, judged = [], 0
    for past in range(min(year, record.on.year + 1) - 1, record.first_on.year - 1, -1):
        others = [
            by_month.get((past, other), 0) for other in range(1, 13) if other != month and record.holds(past, other)
        ]
        if not record.holds(past, month) or len(others) + 1 < MONTHS_NEEDED:
            continue
        judged += 1
        n, mean = by_month.get((past, month), 0), sum(others) / len(others)
        if n >= record.least and n >= CLEARLY * mean:
            risen.append((past, n, mean))
    if not risen or 2 * len(risen) <= judged:
        return None
    then_year, then, mean = risen[0]
    now = by_month.get((year, month), 0)
    facts = {
        "category": category_id, "year": year, "month": month, "then_year": then_year, "then": then, "mean": round(mean, 1),
        "now": now, "years": len(risen), "of_years": judged,
    }  # fmt: skip
    return Cluster(f"c{category_id}:{year}-{month:02d}", (), max(then, now), facts)


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())


def _last_year(on: date, days: int) -> tuple[Days, Days]:
    """The same week a year ago, give or take ``days``; and the week after it."""
    begin = _monday(on) - timedelta(days=YEAR_OF_WEEKS)
    around = Days(begin - timedelta(days=days), begin + timedelta(days=WEEK - 1 + days))
    return around, Days(begin + timedelta(days=WEEK), begin + timedelta(days=2 * WEEK - 1))
