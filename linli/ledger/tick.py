"""What comes due by the clock."""

from __future__ import annotations

from datetime import datetime

from linli.ledger.actions.checking import check_books


def check_books_at_night(now: datetime) -> int:
    """Reckon anew every book, once a night, a piece at a time."""
    return check_books(now=now)
