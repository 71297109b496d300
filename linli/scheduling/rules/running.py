"""A clock that runs always, or only while people work: when so much time has passed on it, and how much has passed between two instants.

Working days count whole, from midnight to midnight on the wall of a zone: no deadline depends on an office's hours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from linli.scheduling.rules.days import ONE_DAY, WORKDAY, Span, kind_of

ALWAYS, WORKING_DAYS = "always", "working_days"
RUNS = (ALWAYS, WORKING_DAYS)
_SECOND = timedelta(seconds=1)


def running_end(*, since: datetime, seconds: int, runs: str, marks: Mapping[date, str], zone: ZoneInfo) -> datetime:
    """The first instant at which ``seconds`` (0 or more) have run since ``since``, in UTC.

    A clock that runs in working days stands still on days off, so one that has run down on a Friday at midnight is not carried
    over to Monday. Looks at no mark of a day after the one it ends on. Raises ValueError for ``seconds`` below 0 and for
    ``runs`` that are not in RUNS.
    """
    if seconds < 0:
        raise ValueError(f"a clock does not run for {seconds} seconds")
    begin, left = since.astimezone(UTC), timedelta(seconds=seconds)
    if _runs_always(runs) or not left:
        return begin + left
    for starts_at, ends_at in _working_spans(begin, marks, zone):
        if left <= ends_at - starts_at:
            return starts_at + left
        left -= ends_at - starts_at
    raise AssertionError("there is always a next working day")


def running_seconds(*, since: datetime, until: datetime, runs: str, marks: Mapping[date, str], zone: ZoneInfo) -> int:
    """How many whole seconds run between two instants; 0 if ``until`` is not after ``since``. Raises ValueError as `running_end` does."""
    begin, end = since.astimezone(UTC), until.astimezone(UTC)
    if end <= begin:
        _runs_always(runs)
        return 0
    if _runs_always(runs):
        return (end - begin) // _SECOND
    ran = timedelta(0)
    for starts_at, ends_at in _working_spans(begin, marks, zone):
        if starts_at >= end:
            break
        ran += min(ends_at, end) - starts_at
    return ran // _SECOND


def day_at(*, at: datetime, zone: ZoneInfo) -> date:
    """The day that an instant lies in. Days follow each other without gap or overlap, also where clocks are put back at midnight."""
    day = at.astimezone(zone).date()
    if at < _midnight(day, zone):
        return day - ONE_DAY
    return day + ONE_DAY if at >= _midnight(day + ONE_DAY, zone) else day


def _runs_always(runs: str) -> bool:
    if runs not in RUNS:
        raise ValueError(f"a clock runs {' or '.join(RUNS)}, not {runs!r}")
    return runs == ALWAYS


def _working_spans(begin: datetime, marks: Mapping[date, str], zone: ZoneInfo) -> Iterator[Span]:
    """What is left of the day of ``begin`` and every day after it, as far as they are worked, in UTC and without end."""
    day = day_at(at=begin, zone=zone)
    starts_at = begin
    while True:
        following = day + ONE_DAY
        ends_at = _midnight(following, zone)
        if kind_of(day=day, marks=marks) == WORKDAY:
            yield starts_at, ends_at
        day, starts_at = following, ends_at


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins, in UTC: the first midnight where there are two; where there is none, when it would have been."""
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
