"""What comes due by the clock."""

from __future__ import annotations

from datetime import datetime

from linli.incidents.actions import escalate_incidents


def escalate(now: datetime) -> int:
    """Take the steps that are due."""
    return escalate_incidents(now=now)
