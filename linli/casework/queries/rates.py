"""The three rates of the requests received in a period, as numbers by group, and the cases behind each number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, TypedDict

from django.db.models import Min, Q, QuerySet

from linli.casework.access import Reach
from linli.casework.models import Category, Policy
from linli.casework.queries import counting
from linli.casework.queries.counting import BUILDING, COMMUNITY, HOUR, LEAD, MAIN, SORT, WEEK, Grouped
from linli.casework.queries.requests import midnight_of
from linli.casework.queries.tallies import (
    Marked,
    marked_months,
    month_after,
    tallied,
    tallied_days,
    whole_communities,
    whole_months,
)
from linli.casework.rules.rates import Counts, Weights

ONE_DAY: Final = timedelta(days=1)
DRAWN: Final = frozenset({"received", "counted", "satisfied", "mostly"})
"""What a picture shows: how much came in, and of it what left somebody dissatisfied."""
NOBODY: Final = 0
"""As a building or lead: requests that have none."""


@dataclass(frozen=True, slots=True)
class RatesFilter:
    """Of which requests: received on these days (both included), and, where given, of a community, category (its code; a main one holds
    those below it), building, channel and lead (NOBODY: without one), and hour of receiving. ``community_id`` None: all in reach."""

    since_on: date
    until_on: date
    community_id: int | None = None
    category: str = ""
    building_id: int | None = None
    channel: str = ""
    lead_id: int | None = None
    hour: int | None = None

    @property
    def is_of_all(self) -> bool:
        """Whether nothing but the days and the community is given."""
        return self == RatesFilter(self.since_on, self.until_on, self.community_id)

    @property
    def is_of_category(self) -> bool:
        """Whether a category of all communities is asked for, and nothing else but the days."""
        return bool(self.category) and self == RatesFilter(self.since_on, self.until_on, category=self.category)


@dataclass(frozen=True, slots=True)
class Figures:
    """The whole, and the same by group; the keys are those of RatesFilter, weeks by their Monday ("2026-11-23"). Over several
    communities ``communities`` is filled, in one community ``buildings`` and ``leads``. ``categories`` are main ones (by code), or
    what is below the chosen one."""

    total: Counts
    weeks: Mapping[str, Counts]
    hours: Mapping[str, Counts]
    categories: Mapping[str, Counts]
    communities: Mapping[str, Counts]
    buildings: Mapping[str, Counts]
    leads: Mapping[str, Counts]


@dataclass(frozen=True, slots=True)
class InForce:
    """The weights at the end of a period; ``weights`` is None where several communities weigh differently. ``since_on``: since when (None
    where no rule is on file)."""

    weights: Weights | None
    since_on: date | None
    least: int
    by_community: Mapping[int, Weights]


def received_within(*, prefix: str, since_on: date, until_on: date) -> Q:
    """Requests, reached over ``prefix``, that were received on these days, both included."""
    within = Q(**{f"{prefix}received_at__gte": midnight_of(day=since_on)})
    return within & Q(**{f"{prefix}received_at__lt": midnight_of(day=until_on + timedelta(days=1))})


def figures_of(*, reach: Reach, wanted: RatesFilter, now: datetime) -> Figures:
    """Every number of the three rates. At most fourteen queries, whatever the number of requests.

    Of whole communities and without a filter, months and days come as they were counted (Tally, DayTally), and so do whole months of a
    main category over several communities. What has changed since is counted from the requests, and so are, in one community and in a
    category, the days beside whole months: buildings, leads and categories are not kept by day.
    """
    return _figures(reach, wanted, now, _groups(wanted), counting.EVERY)


def drawn_figures(*, reach: Reach, wanted: RatesFilter, now: datetime) -> Figures:
    """The same with less work, for pictures: its groups hold only how many were received, and how many ratings count, are satisfied and
    mostly satisfied (DRAWN); the total, and the communities where they were counted before, hold every number."""
    return _figures(reach, wanted, now, _groups(wanted), DRAWN)


def figures_by(*, reach: Reach, wanted: RatesFilter, now: datetime, table: str) -> Figures:
    """The same by one group only, with every number; ``table``: week, hour, category, community, building or lead."""
    group = _sort(wanted) if table == "category" else table
    groups = [one for one in _groups(wanted) if one == group]
    return _figures(reach, wanted, now, groups, counting.EVERY)


def _sort(wanted: RatesFilter) -> str:
    return SORT if wanted.category else MAIN


def _groups(wanted: RatesFilter) -> list[str]:
    return [WEEK, HOUR, _sort(wanted), *([COMMUNITY] if wanted.community_id is None else [BUILDING, LEAD])]


def _figures(reach: Reach, wanted: RatesFilter, now: datetime, groups: Sequence[str], names: Set[str]) -> Figures:
    here, there = conditions_of(reach=reach, wanted=wanted)
    parts, rest = _known(reach, wanted, groups, names)
    if rest is None:
        parts.append(counting.counted_by(requests=here, of_ratings=there, groups=groups, names=names))
    elif rest:
        covered, of_them = (_covered(rest, prefix) for prefix in ("", "request__"))
        parts.append(
            counting.counted_by(requests=here & covered, of_ratings=there & of_them, groups=groups, names=names)
        )
    parts.append(counting.since_then(requests=here, of_ratings=there, groups=groups, now=now, names=names))
    found = counting.together(parts=parts)
    return Figures(
        total=found.get(counting.ALL, {}).get("", Counts()),
        **{
            name: found.get(group, {})
            for name, group in (("weeks", WEEK), ("hours", HOUR), ("categories", _sort(wanted)), ("communities", COMMUNITY),
                                ("buildings", BUILDING), ("leads", LEAD))
        },
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Span:
    """Days of some communities; None: of all."""

    since_on: date
    until_on: date
    community_ids: frozenset[int] | None = None

    def covers(self, *, prefix: str) -> Q:
        """As a condition on requests reached over ``prefix``."""
        within = received_within(prefix=prefix, since_on=self.since_on, until_on=self.until_on)
        if self.community_ids is None:
            return within
        return within & Q(**{f"{prefix}community_id__in": self.community_ids})


def _known(
    reach: Reach, wanted: RatesFilter, groups: Sequence[str], names: Set[str]
) -> tuple[list[Grouped], list[Span] | None]:
    """What is counted already, and of which days it is not (None: of all)."""
    narrowed = replace(reach, scope=reach.scope.narrowed(community_id=wanted.community_id))
    communities = whole_communities(reach=narrowed)
    main_ids = _main_ids(narrowed, wanted)
    if communities is None or not (wanted.is_of_all or main_ids):
        return [], None
    months = whole_months(since_on=wanted.since_on, until_on=wanted.until_on)
    if wanted.community_id is not None or main_ids:
        more, less = _Days(), _Days()
        rest = [Span(since, until) for since, until in _stretches(_beside(wanted, months))]
    else:
        more, less = _round(_beside(wanted, months))
        rest = []
    marked = marked_months(communities=communities, months=[*months, *more.months, *less.months])
    rest += [
        Span(max(month, wanted.since_on), min(month_after(month=month) - ONE_DAY, wanted.until_on), frozenset(ids))
        for month, ids in marked.items()
    ]
    parts = []
    told: _Told = {"communities": communities, "without": marked, "groups": groups, "names": names}
    if months or less.months:
        parts.append(tallied(months=[*months, *less.months], main_ids=main_ids, **told))
    if more.days:
        parts.append(tallied_days(spans=_stretches(more.days), **told))
    if less.days:
        parts.append(counting.taken_away(part=tallied_days(spans=_stretches(less.days), **told)))
    return parts, rest


def _main_ids(reach: Reach, wanted: RatesFilter) -> list[int] | None:
    """The main category of each community, where whole months of it are counted already: over several communities, and nothing else
    asked for. One query, none without a category."""
    if not wanted.is_of_category:
        return None
    rows = Category.objects.filter(reach.scope.covers_communities(), code=wanted.category, parent__isnull=True)
    return list(rows.order_by().values_list("pk", flat=True))


class _Told(TypedDict):
    communities: Q
    without: Marked
    groups: Sequence[str]
    names: Set[str]


@dataclass(frozen=True, slots=True)
class _Days:
    """Some days, and the first days of the months they lie in."""

    days: Sequence[date] = ()

    @property
    def months(self) -> list[date]:
        return list(dict.fromkeys(on.replace(day=1) for on in self.days))


def _round(days: Sequence[date]) -> tuple[_Days, _Days]:
    """Days that are to be added up; and, where most days of a month are wanted, those to be taken away from the whole of it."""
    more: list[date] = []
    less: list[date] = []
    for month in _Days(days).months:
        mine = {on for on in days if on.replace(day=1) == month}
        others = [on for on in _month_days(month) if on not in mine]
        if len(mine) > len(others):
            less += others
        else:
            more += sorted(mine)
    return _Days(more), _Days(less)


def _month_days(month: date) -> list[date]:
    return [month + n * ONE_DAY for n in range((month_after(month=month) - month).days)]


def _beside(wanted: RatesFilter, months: Sequence[date]) -> list[date]:
    """The days that lie in no whole month: sixty at most."""
    if not months:
        first, last = wanted.since_on, wanted.until_on
        return [first + n * ONE_DAY for n in range((last - first).days + 1)]
    after = month_after(month=months[-1])
    before = [wanted.since_on + n * ONE_DAY for n in range((months[0] - wanted.since_on).days)]
    return before + [after + n * ONE_DAY for n in range((wanted.until_on - after).days + 1)]


def _stretches(days: Sequence[date]) -> list[tuple[date, date]]:
    """First and last of the days that follow one another."""
    found: list[tuple[date, date]] = []
    for on in days:
        if found and found[-1][1] + ONE_DAY == on:
            found[-1] = (found[-1][0], on)
        else:
            found.append((on, on))
    return found


def _covered(spans: Sequence[Span], prefix: str) -> Q:
    """The days of all spans; their first and last day and their communities are said, too, so that an index finds them."""
    bounds = received_within(
        prefix=prefix, since_on=min(one.since_on for one in spans), until_on=max(one.until_on for one in spans)
    )
    if all(one.community_ids is not None for one in spans):
        ids = frozenset().union(*(one.community_ids or () for one in spans))
        bounds &= Q(**{f"{prefix}community_id__in": ids})
    return bounds & Q(*(one.covers(prefix=prefix) for one in spans), _connector=Q.OR)


def conditions_of(*, reach: Reach, wanted: RatesFilter) -> tuple[Q, Q]:
    """The filter as a condition on requests, and on ratings. One query, where a category is given."""
    reach = replace(reach, scope=reach.scope.narrowed(community_id=wanted.community_id))
    ids = list(_categories(reach, wanted).values_list("pk", flat=True)) if wanted.category else None
    here, there = (_asked(reach, wanted, ids, prefix) for prefix in ("", "request__"))
    return here, there


def _asked(reach: Reach, wanted: RatesFilter, category_ids: list[int] | None, prefix: str) -> Q:
    asked = reach.covers(prefix)
    asked &= received_within(prefix=prefix, since_on=wanted.since_on, until_on=wanted.until_on)
    if category_ids is not None:
        asked &= Q(**{f"{prefix}category_id__among": category_ids})
    for field, value in (("community_id", wanted.community_id), ("channel", wanted.channel or None)):
        asked &= Q(**{f"{prefix}{field}": value}) if value is not None else Q()
    if prefix and wanted.community_id is not None:
        asked &= Q(community_id=wanted.community_id)  # the same, said of the rating itself: its index begins with it
    for field, value in (("building", wanted.building_id), ("lead", wanted.lead_id)):
        if value == NOBODY:
            asked &= Q(**{f"{prefix}{field}__isnull": True})
        elif value is not None:
            asked &= Q(**{f"{prefix}{field}_id": value})
    return asked if wanted.hour is None else asked & Q(**{f"{prefix}received_at__hour": wanted.hour})


def _categories(reach: Reach, wanted: RatesFilter) -> QuerySet[Category]:
    of_code = Q(code=wanted.category) | Q(parent__code=wanted.category)
    return Category.objects.filter(of_code, reach.scope.stands_in("community_id")).order_by()


def categories_named(*, reach: Reach, community_id: int | None) -> list[Category]:
    """A category for each code in a community (None: in all in reach), main ones first, in order: for names and for choosing. One query."""
    here = reach.scope.narrowed(community_id=community_id).stands_in("community_id")
    first = Category.objects.filter(here).order_by().values("code").annotate(first=Min("pk")).values("first")
    rows = Category.objects.filter(pk__in=first).select_related("parent")
    return sorted(rows, key=lambda one: (one.parent_id is not None, one.position, one.pk))


def weights_in_force(*, reach: Reach, community_id: int | None, on: date) -> InForce:
    """The weights on a day, of one community or of all in reach. One query."""
    here = reach.scope.narrowed(community_id=community_id).stands_in("community_id")
    last = {row.community_id: row for row in Policy.objects.filter(here, since_on__lte=on).order_by("since_on")}
    found = {pk: _weights(row) for pk, row in last.items()} if last else {0: _weights(Policy())}
    different = set(found.values())
    least = max(one.least for one in different)
    if len(different) > 1:
        return InForce(None, None, least, found)
    since = {row.since_on for row in last.values()}
    return InForce(different.pop(), since.pop() if len(since) == 1 else None, least, found)


def _weights(row: Policy) -> Weights:
    return Weights(
        row.response_weight, row.resolution_weight, row.satisfaction_weight, row.mostly_weight, row.least_for_percent
    )
