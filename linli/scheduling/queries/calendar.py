"""Which days are worked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from linli.scheduling.models import CalendarDay, CalendarYear
from linli.scheduling.rules.days import WORKDAY, days_from, kind_of


@dataclass(frozen=True, slots=True)
class Days:
    """What is known of a stretch of days. ``guessed`` are its years without a holiday table: there, only weekends count."""

    marks: dict[date, str]
    names: dict[date, str]
    guessed: frozenset[int]

    def kind(self, day: date) -> str:
        """workday, weekend or holiday."""
        return kind_of(day=day, marks=self.marks)

    def is_certain(self, day: date) -> bool:
        """Whether the day's year has a holiday table."""
        return day.year not in self.guessed


def days_between(*, first: date, last: date) -> Days:
    """The calendar of these days, both included. Two queries; an unknown year is no error."""
    rows = CalendarDay.objects.filter(on__gte=first, on__lte=last).values_list("on", "kind", "name")
    marks, names = {}, {}
    for on, kind, name in rows:
        marks[on], names[on] = kind, name
    years = range(first.year, last.year + 1)
    known = set(CalendarYear.objects.filter(pk__in=years).values_list("pk", flat=True))
    return Days(marks=marks, names=names, guessed=frozenset(years) - known)


def is_workday(*, day: date) -> bool:
    """Whether people work on this day: by the table of its year, or, where that is missing, by the weekday. One query."""
    kind = CalendarDay.objects.filter(on=day).values_list("kind", flat=True).first()
    return kind_of(day=day, marks={day: kind} if kind else {}) == WORKDAY


def workday_after(*, day: date, count: int = 1) -> date:
    """The ``count``-th workday after this day (``count`` from 1). One query, more only for a long way."""
    reached, left = day, max(1, count)
    while True:
        stretch = days_from(first=reached + timedelta(days=1), count=2 * left + 16)
        rows = CalendarDay.objects.filter(on__gte=stretch[0], on__lte=stretch[-1])
        marks = dict(rows.values_list("on", "kind"))
        for one in stretch:
            if kind_of(day=one, marks=marks) == WORKDAY:
                left -= 1
                if not left:
                    return one
        reached = stretch[-1]


def years_known() -> frozenset[int]:
    """The years that have a holiday table."""
    return frozenset(CalendarYear.objects.values_list("pk", flat=True))
