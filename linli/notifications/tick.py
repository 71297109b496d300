"""What comes due by the clock. Sending is the worker's own work, not a tick."""

from __future__ import annotations

from datetime import datetime

from linli.notifications.actions import follow_clock_back


def keep_time(now: datetime) -> int:
    """Send what waits for a time that comes twice."""
    return follow_clock_back(now=now)
