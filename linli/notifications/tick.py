"""What comes due by the clock. Sending is the worker's own work, not a tick."""

from __future__ import annotations

from datetime import datetime

from linli.notifications.actions import send_despite_clock


def keep_time(now: datetime) -> int:
    """Send what waits for a time that comes twice."""
    return send_despite_clock(now=now)
