"""Numbers about incidents over a period. Drills are left out: they are scored by themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Q
from django.utils import timezone

from linli.incidents.models import Cause, Incident, IncidentKind
from linli.incidents.queries.search import opened_within
from linli.registry.models import Building, Community
from linli.registry.scopes import Scope

GRAVE = 2
ENOUGH_FOR_A_RATE = 30
ENOUGH_FOR_A_TAIL = 10
WAITS = (60, 120, 300, 600, 1800)
"""Seconds that end the steps in which the first answer is counted; one more step is open."""


@dataclass(frozen=True, slots=True)
class Period:
    """What is counted: the days of the opening, both included; one kind, or ("") all that are not for the day only."""

    since_on: date
    until_on: date
    kind_code: str = ""
    building_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waits:
    """Seconds until something was done. ``longest_seconds`` stands for the slowest tenth while there are fewer than ten."""

    count: int
    median_seconds: float | None
    p90_seconds: float | None
    longest_seconds: float | None

    @property
    def tail_is_known(self) -> bool:
        return self.count >= ENOUGH_FOR_A_TAIL


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: a rate only where there are enough for one to mean anything."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole >= ENOUGH_FOR_A_RATE else None


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from ``starts_on``, a Monday."""

    starts_on: date
    incidents: int
    false_alarms: int
    first_answer: Waits


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of one sort: a kind, a cause, a building."""

    ident: str
    title: str
    incidents: int
    false_alarms: Share


@dataclass(frozen=True, slots=True)
class Statistics:
    incidents: int
    still_open: int
    drills_left_out: int
    false_alarms: Share
    weeks: Sequence[Week]
    kinds: Sequence[Counted]
    causes: Sequence[Counted]
    buildings: Sequence[Counted]
    hours: Sequence[int]
    first_answer: Waits
    acknowledged: Waits
    closed: Waits
    first_answer_steps: Sequence[int]
    unanswered: int


@dataclass(frozen=True, slots=True)
class _Row:
    opened_at: datetime
    kind: str
    cause: int | None
    building: int | None
    community: int
    first_answer_at: datetime | None
    acknowledged_at: datetime | None
    closed_at: datetime | None
    drill: int | None


def statistics_of(*, scope: Scope, period: Period) -> Statistics:
    """Everything the page of pictures shows. At most five queries, whatever the number of incidents."""
    every = [_Row(*row) for row in _rows(scope, period)]
    rows = [row for row in every if row.drill is None]
    causes = {c.pk: c for c in Cause.objects.all()}
    false = {pk for pk, cause in causes.items() if cause.false_alarm}
    closed = [row for row in rows if row.closed_at is not None]
    steps, unanswered = _steps(rows)
    return Statistics(
        incidents=len(rows),
        still_open=len(rows) - len(closed),
        drills_left_out=len(every) - len(rows),
        false_alarms=Share(sum(1 for row in closed if row.cause in false), len(closed)),
        weeks=_weeks(rows, period, false),
        kinds=_counted(rows, lambda row: row.kind, _kind_titles(), false),
        causes=_counted(closed, lambda row: causes[row.cause].code if row.cause else None, _titles(causes), false),
        buildings=_counted(rows, lambda row: row.building, _building_titles(rows), false),
        hours=_hours(rows),
        first_answer=_waits(rows, lambda row: row.first_answer_at),
        acknowledged=_waits(rows, lambda row: row.acknowledged_at),
        closed=_waits(rows, lambda row: row.closed_at),
        first_answer_steps=steps,
        unanswered=unanswered,
    )


def _rows(scope: Scope, period: Period) -> Iterable[tuple[Any, ...]]:
    of_kind = Q(kind=period.kind_code) if period.kind_code else Q(severity__lte=GRAVE)
    within = opened_within(since_on=period.since_on, until_on=period.until_on)
    if period.building_id is not None:
        within &= Q(building_id=period.building_id)
    return Incident.objects.filter(scope.covers(), within, of_kind).values_list(
        "opened_at", "kind_id", "cause_id", "building_id", "community_id", "first_answer_at", "acknowledged_at", "closed_at", "drill_id"
    )  # fmt: skip


def _weeks(rows: Sequence[_Row], period: Period, false: set[int]) -> list[Week]:
    """Every week of the period, those without incidents too."""
    by_week: dict[date, list[_Row]] = defaultdict(list)
    for row in rows:
        by_week[_monday(timezone.localtime(row.opened_at).date())].append(row)
    weeks, monday = [], _monday(period.since_on)
    while monday <= period.until_on:
        found = by_week.get(monday, [])
        false_alarms = sum(1 for row in found if row.cause in false)
        weeks.append(Week(monday, len(found), false_alarms, _waits(found, lambda row: row.first_answer_at)))
        monday += timedelta(days=7)
    return weeks


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _counted(
    rows: Sequence[_Row], key: Callable[[_Row], Hashable], titles: Mapping[Hashable, str], false: set[int]
) -> list[Counted]:
    """By sort, most first; what has none ("" for its title) comes where its number puts it."""
    numbers, closed, wrong = Counter(map(key, rows)), Counter[Hashable](), Counter[Hashable]()
    for row in rows:
        closed[key(row)] += row.closed_at is not None
        wrong[key(row)] += row.cause in false
    found = [
        Counted(
            str(ident) if ident is not None else "", titles.get(ident, ""), number, Share(wrong[ident], closed[ident])
        )
        for ident, number in numbers.items()
    ]
    return sorted(found, key=lambda one: (-one.incidents, one.title))


def _kind_titles() -> dict[Hashable, str]:
    return {kind.code: kind.title for kind in IncidentKind.objects.all()}


def _titles(causes: Mapping[int, Cause]) -> dict[Hashable, str]:
    titles: dict[Hashable, str] = {}
    for cause in causes.values():
        titles.setdefault(cause.code, cause.title)
    return titles


def _building_titles(rows: Sequence[_Row]) -> dict[Hashable, str]:
    ids = {row.building for row in rows if row.building is not None}
    communities = {row.community for row in rows}
    buildings = list(Building.objects.filter(pk__among=ids))
    if len(communities) < 2:
        return {building.pk: str(building) for building in buildings}
    names = dict(Community.objects.filter(pk__among=communities).values_list("pk", "name"))
    return {building.pk: f"{names[building.community_id]} {building}" for building in buildings}


def _hours(rows: Sequence[_Row]) -> list[int]:
    hours = Counter(timezone.localtime(row.opened_at).hour for row in rows)
    return [hours[hour] for hour in range(24)]


def _waits(rows: Sequence[_Row], until: Callable[[_Row], datetime | None]) -> Waits:
    seconds = sorted((at - row.opened_at).total_seconds() for row in rows if (at := until(row)) is not None)
    return Waits(
        count=len(seconds),
        median_seconds=quantile(sorted_values=seconds, share=0.5),
        p90_seconds=quantile(sorted_values=seconds, share=0.9) if len(seconds) >= ENOUGH_FOR_A_TAIL else None,
        longest_seconds=seconds[-1] if seconds else None,
    )


def quantile(*, sorted_values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least ``share`` of the values do not exceed (nearest rank); None of nothing."""
    if not sorted_values:
        return None
    return sorted_values[max(ceil(share * len(sorted_values)) - 1, 0)]


def _steps(rows: Sequence[_Row]) -> tuple[list[int], int]:
    """How many were first answered within each of WAITS and later; and how many are not answered yet."""
    steps, unanswered = [0] * (len(WAITS) + 1), 0
    for row in rows:
        if row.first_answer_at is None:
            unanswered += 1
            continue
        seconds = (row.first_answer_at - row.opened_at).total_seconds()
        steps[next((n for n, end in enumerate(WAITS) if seconds <= end), len(WAITS))] += 1
    return steps, unanswered
