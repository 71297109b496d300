"""When our own path counts as slow or silent, when a backup is due or old, what may wait until the morning. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

EVERY = timedelta(seconds=10)
SLOW = timedelta(seconds=5)
LATE = timedelta(seconds=30)
SILENT = timedelta(seconds=60)
BACKUP_OLD = timedelta(hours=36)
BACKUP_BROKEN_OFF = timedelta(hours=6)
BACKUP_AGAIN = timedelta(hours=1)
MORNING, EVENING = time(7), time(21)


@dataclass(frozen=True, slots=True)
class OwnPath:
    """``state``: fine, slow, silent, unknown (no round has ended yet) or off. ``since``: when it was last known to be fine.

    ``part``: what seems to stand still: listener (published, not recorded), sender (recorded, not sent), worker (nobody tests).
    """

    state: str
    since: datetime | None = None
    part: str = ""
    seconds: float | None = None


def path_state(
    *,
    now: datetime,
    published_at: datetime | None,
    waiting_since: datetime | None,
    back_at: datetime | None,
    stuck_at: str,
    seconds: float | None,
) -> OwnPath:
    """What the canary's row says at ``now``. Whoever can read the row can say it, also when nobody writes it any more."""
    if published_at is None:
        return OwnPath("unknown")
    if now - published_at > SILENT:
        return OwnPath("silent", back_at or published_at, "worker", seconds)
    waiting = now - waiting_since if waiting_since is not None else timedelta(0)
    if waiting > SILENT:
        return OwnPath("silent", back_at or waiting_since, stuck_at, seconds)
    if waiting > LATE:
        return OwnPath("slow", back_at or waiting_since, stuck_at, seconds)
    if back_at is None:
        return OwnPath("unknown", None, stuck_at)
    if seconds is not None and seconds > SLOW.total_seconds() and waiting_since is None:
        return OwnPath("slow", back_at, "", seconds)
    return OwnPath("fine", back_at, "", seconds)


def may_say_now(*, local: datetime, endangers_alarms: bool) -> bool:
    """At night only what keeps alarms from reaching people is said at once; the rest is said at seven."""
    return endangers_alarms or MORNING <= local.time() < EVENING


def due_since(*, local: datetime, at: time) -> datetime:
    """The last time the nightly backup fell due, by the clock of the place."""
    today = local.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    return today if today <= local else today - timedelta(days=1)


def backup_is_due(
    *, now: datetime, due_at: datetime, last_began_at: datetime | None, last_failed: bool, last_finished: bool
) -> bool:
    """Once after each ``due_at``; one that failed is tried again an hour later, one that was broken off after six hours."""
    if last_began_at is None or last_began_at < due_at:
        return True
    if not last_finished:
        return now - last_began_at > BACKUP_BROKEN_OFF
    return last_failed and now - last_began_at > BACKUP_AGAIN


def is_night_work(*, local: datetime) -> bool:
    """The hours in which old rows are pruned."""
    return time(3) <= local.time() < time(5)


def next_step_after_restore(*, position: int, now: datetime) -> datetime:
    """When the ``position``-th open incident takes its overdue step: one every two seconds, all within half an hour."""
    return now + timedelta(seconds=60 + min(position * 2, 1800))
