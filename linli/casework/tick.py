"""What comes due by the clock."""

from __future__ import annotations

from datetime import datetime

from linli.casework.actions.alarms import say_alarms
from linli.casework.actions.hotline_taking import empty_hotline_sheets, take_hotline_rows
from linli.casework.actions.links import CASEWORK, expire_case_links
from linli.casework.actions.open311 import forget_key_uses
from linli.casework.actions.presets import lay_down_where_missing
from linli.casework.actions.rating import put_away_unrated
from linli.casework.actions.repeats import detect_repeats
from linli.casework.actions.tallies import count_marked
from linli.casework.actions.tasks import measure_due_tasks


def alarm(now: datetime) -> int:
    """Say what is soon due, due and late."""
    return say_alarms(now=now)


def expire(now: datetime) -> int:
    """Write down that nobody answered."""
    return expire_case_links(now=now)


def tidy(now: datetime) -> int:
    """Put away what was answered and rated, or not rated in time; lay down categories where there are none; empty old sheets."""
    return put_away_unrated(now=now, by=CASEWORK) + lay_down_where_missing() + empty_hotline_sheets(now=now)


def forget(now: datetime) -> int:
    """Drop the counts of keys that are older than a day."""
    return forget_key_uses(now=now)


def repeat(now: datetime) -> int:
    """Look for what keeps coming back, and measure what was done long enough ago."""
    return detect_repeats(now=now) + measure_due_tasks(now=now)


def take_sheets(now: datetime) -> int:
    """Bring in some rows of a hotline's sheet."""
    return take_hotline_rows(now=now)


def tally(now: datetime) -> int:
    """Count anew the months in which something changed."""
    return count_marked()
