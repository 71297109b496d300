"""What kind of day a date is, and when a shift begins and ends on it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WORKDAY, WEEKEND, HOLIDAY = "workday", "weekend", "holiday"
ONE_DAY = timedelta(days=1)

Span = tuple[datetime, datetime]
"""From (included) to (not included)."""


@dataclass(frozen=True, slots=True)
class ShiftTimes:
    """A shift as far as the calendar is concerned. It ends the next day if ``ends`` is not after ``starts``; equal means 24 hours."""

    shift_id: int
    starts: time
    ends: time
    kinds: frozenset[str]
    since_on: date
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A shift on the day it begins."""

    shift_id: int
    on: date
    kind: str
    starts_at: datetime
    ends_at: datetime


def kind_of(*, day: date, marks: Mapping[date, str]) -> str:
    """workday, weekend or holiday. ``marks`` holds the days that are not what their weekday says."""
    return marks.get(day) or (WEEKEND if day.isoweekday() >= 6 else WORKDAY)


def span_of(*, on: date, starts: time, ends: time, zone: ZoneInfo) -> Span:
    """The instants between which a shift lasts that begins on this day, by the clock on the wall of ``zone``."""
    last = on if ends > starts else on + ONE_DAY
    begin, finish = datetime.combine(on, starts, tzinfo=zone), datetime.combine(last, ends, tzinfo=zone)
    return begin.astimezone(UTC), finish.astimezone(UTC)


def occurrences_of(
    *, shifts: Iterable[ShiftTimes], days: Iterable[date], marks: Mapping[date, str], zone: ZoneInfo
) -> list[Occurrence]:
    """Every shift on every day on which it takes place, in order of time."""
    every = list(shifts)
    return sorted(_all(every, days, marks, zone), key=lambda o: (o.starts_at, o.ends_at, o.shift_id))


def _all(
    shifts: list[ShiftTimes], days: Iterable[date], marks: Mapping[date, str], zone: ZoneInfo
) -> Iterator[Occurrence]:
    for day in days:
        kind = kind_of(day=day, marks=marks)
        for shift in shifts:
            if not takes_place(shift=shift, day=day, kind=kind):
                continue
            starts_at, ends_at = span_of(on=day, starts=shift.starts, ends=shift.ends, zone=zone)
            if ends_at > starts_at:  # where clocks change, a short shift may fall into the hour that is left out
                yield Occurrence(shift.shift_id, day, kind, starts_at, ends_at)


def takes_place(*, shift: ShiftTimes, day: date, kind: str) -> bool:
    """Whether a shift is worked on a day of this kind."""
    in_use = shift.since_on <= day and (shift.until_on is None or day <= shift.until_on)
    return in_use and kind in shift.kinds


def days_from(*, first: date, count: int) -> list[date]:
    """``count`` days, the first included."""
    return [first + timedelta(days=n) for n in range(count)]


def gaps_between(*, since: datetime, until: datetime, covered: Collection[Span]) -> list[Span]:
    """The parts of [since, until) that no span covers, in order."""
    found, reached = [], since
    for begin, finish in sorted(covered):
        if begin >= until:
            break
        if begin > reached:
            found.append((reached, begin))
        reached = max(reached, finish)
    if reached < until:
        found.append((reached, until))
    return found
