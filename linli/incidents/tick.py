"""What comes due by the clock."""

from __future__ import annotations

from datetime import datetime

from linli.incidents.actions import escalate_incidents, follow_clock_back, send_digests, unacknowledge_incidents


def escalate(now: datetime) -> int:
    """Take the steps that are due."""
    return escalate_incidents(now=now)


def ring_again(now: datetime) -> int:
    """What was taken in hand and led to nothing rings again."""
    return unacknowledge_incidents(now=now)


def keep_time(now: datetime) -> int:
    """Go on where the clock was put back."""
    return follow_clock_back(now=now)


def list_mornings(now: datetime) -> int:
    """Send the morning's lists that are due."""
    return send_digests(now=now)
