"""The clock of a request: when it is due, when somebody is warned, when it is badly late. Pure.

Time passes as ``Running`` says (working days only, or always); times of waiting for the resident do not count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

WARN, DUE, LATE = "warn", "due", "late"
ALARMS: Final = (WARN, DUE, LATE)
Pause = tuple[datetime, datetime]
"""From (included) to (not included)."""


class Running(Protocol):
    """How time passes (scheduling's running clock)."""

    def end(self, *, since: datetime, seconds: int, runs: str) -> datetime: ...
    def seconds(self, *, since: datetime, until: datetime, runs: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Times:
    """The three instants of a request's clock."""

    warn_at: datetime
    due_at: datetime
    late_at: datetime

    def of(self, alarm: str) -> datetime:
        return {WARN: self.warn_at, DUE: self.due_at, LATE: self.late_at}[alarm]


def end_without(*, since: datetime, seconds: int, runs: str, pauses: Sequence[Pause], running: Running) -> datetime:
    """When ``seconds`` of running time have passed since ``since``, the pauses left out (in order, not overlapping)."""
    at, left = since, seconds
    for begin, finish in pauses:
        if finish <= at:
            continue
        ran = running.seconds(since=at, until=max(begin, at), runs=runs)
        if ran >= left:
            break
        at, left = finish, left - ran
    return running.end(since=at, seconds=left, runs=runs)


def times_of(
    *,
    since: datetime,
    allowance: int,
    runs: str,
    pauses: Sequence[Pause],
    warn_percent: int,
    late_factor: int,
    running: Running,
) -> Times:
    """Warn, due and late of a clock that has run since ``since``. In this order, whatever the numbers."""
    ends = [
        end_without(since=since, seconds=seconds, runs=runs, pauses=pauses, running=running)
        for seconds in (allowance * warn_percent // 100, allowance, allowance * max(late_factor, 1))
    ]
    return Times(*ends)


def next_alarm(*, said: str, times: Times) -> tuple[str, datetime | None]:
    """The alarm after ``said`` ("" when none was said yet), and when; ("", None) when all were."""
    after = ALARMS[ALARMS.index(said) + 1 :] if said else ALARMS
    return (after[0], times.of(after[0])) if after else ("", None)


def not_at_once(*, at: datetime, now: datetime, grace_seconds: int) -> datetime:
    """A clock that wakes alarms nobody at that moment: at the earliest after the grace."""
    return max(at, now + timedelta(seconds=grace_seconds))
