"""Did it help? Two counts of the same length of time, before and after, and what may be said of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

LEAST_TO_CLAIM: Final = 5
"""Below so many, before and after together, only the counts are told."""
FEWER, AS_MANY, MORE, TOO_FEW = "fewer", "as_many", "more", "too_few"


@dataclass(frozen=True, slots=True)
class Span:
    """From (included) to (not included)."""

    since: datetime
    until: datetime


def spans_compared(*, begun_at: datetime, done_at: datetime, measure_days: int, now: datetime) -> tuple[Span, Span]:
    """As long before it began as after it was done; as much of ``measure_days`` as has passed."""
    length = min(timedelta(days=measure_days), max(now - done_at, timedelta()))
    return Span(begun_at - length, begun_at), Span(done_at, done_at + length)


def is_over(*, done_at: datetime, measure_days: int, now: datetime) -> bool:
    """Whether the whole time after it was done has passed."""
    return now >= done_at + timedelta(days=measure_days)


def judged(*, before: int, after: int) -> str:
    """FEWER or MORE where the difference is larger than what chance alone would make of such counts (its square above their sum);
    AS_MANY otherwise; TOO_FEW where there is too little to say anything."""
    if before + after < LEAST_TO_CLAIM:
        return TOO_FEW
    if (after - before) ** 2 <= before + after:
        return AS_MANY
    return FEWER if after < before else MORE
