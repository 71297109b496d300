"""What comes due by the clock."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from linli.safety.actions.ageing import end_troubles_of_the_gone, judge_batteries, judge_lives, miss_self_tests
from linli.safety.actions.chatter import calm_sensors, raise_unheeded_alarms
from linli.safety.actions.silence import sweep_silence

AT_ONCE = 500
MOST_SECONDS = 1.5
"""So long a tick may keep the worker's line to the database: messages wait for it."""


def sweep(now: datetime) -> int:
    """Who fell silent, who is back. In bounded batches, until nothing is left or the time is up."""
    return _in_batches(lambda: sweep_silence(now=now, limit=AT_ONCE).moved)


def look_after(now: datetime) -> int:
    """Batteries, self-tests, ages, and devices that hang no longer."""
    works = (end_troubles_of_the_gone, judge_batteries, miss_self_tests, judge_lives)
    return sum(_in_batches(lambda work=work: work(now=now, limit=AT_ONCE)) for work in works)  # type: ignore[misc]


def see_to_alarms(now: datetime) -> int:
    """Alarms for which nothing is open, and sensors that have calmed down."""
    return raise_unheeded_alarms(now=now) + calm_sensors(now=now)


def _in_batches(work: Callable[[], int]) -> int:
    begun, moved = time.monotonic(), 0
    while done := work():
        moved += done
        if done < AT_ONCE or time.monotonic() - begun > MOST_SECONDS:
            break
    return moved
