"""When a message is tried again, and over which way. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

TRIES_PER_POINT = 3
MOST_ATTEMPTS = 24
PAUSES_SECONDS = (1, 3, 5, 10, 20, 40, 60)


@dataclass(frozen=True, slots=True)
class NextTry:
    """Where and when a message that did not go out is tried next; ``due_at`` None means it is given up."""

    point: int
    point_attempts: int
    due_at: datetime | None


def next_try(*, point: int, point_attempts: int, attempts: int, points: int, for_good: bool, now: datetime) -> NextTry:
    """After a failed attempt over ``point`` (index; ``point_attempts`` counts the failed one too) of ``points`` ways.

    The same way is tried three times with growing pauses, then the next at once; after the last it begins again, because a
    line that is down at night is often up a minute later. After 24 attempts in all, or when no way is left, it is given up.
    """
    if points == 0 or attempts >= MOST_ATTEMPTS or (for_good and points == 1):
        return NextTry(point=point, point_attempts=point_attempts, due_at=None)
    if for_good or point_attempts >= TRIES_PER_POINT:
        following = (point + 1) % points
        pause = 0 if following > point else PAUSES_SECONDS[min(attempts // points, len(PAUSES_SECONDS) - 1)]
        return NextTry(point=following, point_attempts=0, due_at=now + timedelta(seconds=pause))
    pause = PAUSES_SECONDS[min(point_attempts - 1, len(PAUSES_SECONDS) - 1)]
    return NextTry(point=point, point_attempts=point_attempts, due_at=now + timedelta(seconds=pause))
