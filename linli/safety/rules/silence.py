"""How the silence of a device is judged: late, offline, to be visited. Our own downtime does not count against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

LATE, OFFLINE, VISIT = 1, 2, 3
OUTAGE_FROM = timedelta(seconds=30)
"""The intake renews its stamp every five seconds. A gap from this length on is an outage of ours."""
MERGED_WITHIN = timedelta(minutes=10)
"""Outages closer together than this are one: devices need the time between to come back."""
WILL_GRACE = timedelta(minutes=5)
"""After a device's last will: lines drop for a minute or two every day."""

Outage = tuple[datetime, datetime]


def downtime(*, outages: Iterable[Outage], since: datetime, until: datetime) -> timedelta:
    """How long, between two instants, we could not hear devices."""
    total = timedelta(0)
    for begun, ended in outages:
        total += max(timedelta(0), min(ended, until) - max(begun, since))
    return total


def merged(*, outages: Iterable[Outage]) -> list[Outage]:
    """The same outages in order of time, those that lie close together as one."""
    found: list[Outage] = []
    for begun, ended in sorted(outages):
        if found and begun - found[-1][1] <= MERGED_WITHIN:
            found[-1] = (found[-1][0], max(found[-1][1], ended))
        else:
            found.append((begun, ended))
    return found


def late_until(*, outages: Sequence[Outage], now: datetime) -> list[tuple[datetime | None, datetime]]:
    """What a scan for late devices compares: pairs of (heard after, deadline before).

    A device last heard after the first and no later than the first of the pair before, whose deadline lies before the second,
    is late. ``outages`` in order of time and merged. The newest pair comes first; the last has no beginning.
    """
    pairs: list[tuple[datetime | None, datetime]] = []
    shift = timedelta(0)
    for begun, ended in sorted(outages, reverse=True):
        pairs.append((begun, now - shift))
        shift += ended - begun
    return [*pairs, (None, now - shift)]


def offline_at(
    *, seen_at: datetime, offline_seconds: int, will_at: datetime | None, outages: Iterable[Outage], now: datetime
) -> datetime:
    """When a silent device counts as offline: its model's seconds after it was last heard, or five minutes after its last will,
    whichever is earlier, and later by the time in which we could not hear."""
    at = seen_at + timedelta(seconds=offline_seconds)
    if will_at is not None and will_at >= seen_at:
        at = min(at, will_at + WILL_GRACE)
    return at + downtime(outages=outages, since=seen_at, until=now)


def offline_seconds_of(*, report_seconds: int, wanted: int | None) -> int:
    """A model's or community's own number, or four reports; never sooner than late."""
    late = 2 * report_seconds + 60
    return max(late, wanted if wanted is not None else 4 * report_seconds + 60)
