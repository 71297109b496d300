"""What comes due by the clock."""

from __future__ import annotations

from datetime import datetime

from linli.accounts.actions import forget_old_tries


def forget(now: datetime) -> int:
    """Names that were tried in vain long ago."""
    return forget_old_tries(now=now)
