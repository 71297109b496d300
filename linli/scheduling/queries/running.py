"""Deadlines that run by the working calendar: read once, good for thousands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from linli.scheduling.models import CalendarDay
from linli.scheduling.rules.days import ONE_DAY
from linli.scheduling.rules.running import WORKING_DAYS, day_at, running_end, running_seconds

MORE_DAYS = timedelta(days=120)
"""Asked for beside what is missing, so that the next deadlines do not ask again."""


@dataclass(slots=True, eq=False)
class _Calendar:
    """The marks of all days from ``first`` to ``last``, and of no others."""

    first: date
    last: date
    marks: dict[date, str] = field(default_factory=dict)

    def read(self, *, first: date, last: date) -> None:
        """Add the marks of these days, both included. One query."""
        self.marks |= dict(CalendarDay.objects.filter(on__gte=first, on__lte=last).values_list("on", "kind"))

    def reach(self, day: date) -> None:
        """Know this day, and all days between it and those known. No query if it is known."""
        if day < self.first:
            self.read(first=day - MORE_DAYS, last=self.first - ONE_DAY)
            self.first = day - MORE_DAYS
        elif day > self.last:
            self.read(first=self.last + ONE_DAY, last=day + MORE_DAYS)
            self.last = day + MORE_DAYS


@dataclass(frozen=True, slots=True)
class RunningClock:
    """Says when deadlines end, by the calendar as it was when the clock was asked for: make a new one for each piece of work.

    Knows the days around those it was made for; for a day beyond them it asks once more, and then knows that stretch too. ``runs``
    is "always" or "working_days"; all instants are aware, and those returned in UTC. A year without a table counts by weekends.
    """

    zone: ZoneInfo
    _calendar: _Calendar = field(repr=False)

    def end(self, *, since: datetime, seconds: int, runs: str) -> datetime:
        """The first instant at which ``seconds`` (0 or more) have run since ``since``. Raises ValueError as the rule does."""
        while True:
            self._know(since, runs)
            ends_at = running_end(since=since, seconds=seconds, runs=runs, marks=self._calendar.marks, zone=self.zone)
            if not self._know(ends_at, runs):
                return ends_at  # a holiday further on would have been seen

    def seconds(self, *, since: datetime, until: datetime, runs: str) -> int:
        """How many whole seconds run between two instants; 0 if ``until`` is not after ``since``. Raises ValueError."""
        if until > since:
            self._know(since, runs)
            self._know(until, runs)
        return running_seconds(since=since, until=until, runs=runs, marks=self._calendar.marks, zone=self.zone)

    def _know(self, at: datetime, runs: str) -> bool:
        """Whether something had to be asked for, to know the day of this instant."""
        if runs != WORKING_DAYS:
            return False
        day, known = day_at(at=at, zone=self.zone), self._calendar
        is_new = not known.first <= day <= known.last
        known.reach(day)
        return is_new


def running_clock(*, time_zone: str, since: datetime, days: int = 120) -> RunningClock:
    """A clock that knows the calendar from the day of ``since`` on for ``days`` days, and goes further by itself. One query.

    For many deadlines give the earliest beginning. Raises ZoneInfoNotFoundError for a zone that there is not.
    """
    zone = ZoneInfo(time_zone)
    first = day_at(at=since, zone=zone)
    calendar = _Calendar(first=first, last=first + timedelta(days=days))
    calendar.read(first=calendar.first, last=calendar.last)
    return RunningClock(zone, calendar)
