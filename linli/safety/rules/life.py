"""How long a detector lives, and when we say so."""

from __future__ import annotations

import calendar
from datetime import date

WARN_DAYS = (180, 60, 0)
"""Days before the end at which each warning begins: plan the money, order the device, hang the new one."""


def end_of_life_on(*, made_on: date | None, installed_on: date | None, life_months: int) -> date | None:
    """The last day of a device's life: its model's months after it was made or, if that is not known, hung up.

    CJJ/T 146-2011 gives household gas detectors 5 years; GB 20517 smoke detectors 12: the model's ``life_months`` holds it.
    """
    begun = made_on or installed_on
    if begun is None:
        return None
    months = begun.year * 12 + begun.month - 1 + life_months
    year, month = divmod(months, 12)
    if year > date.max.year:
        return None
    return date(year, month + 1, min(begun.day, calendar.monthrange(year, month + 1)[1]))


def life_level(*, end_on: date | None, on: date) -> int:
    """0 while there is time; 1, 2, 3 from 180, 60 and 0 days before the end."""
    if end_on is None:
        return 0
    left = (end_on - on).days
    return sum(left <= days for days in WARN_DAYS)


def latest_begun(*, on: date, life_months: int) -> date:
    """The last day of making or hanging up for which a life of so many months is over ``on`` this day."""
    year, month = divmod(on.year * 12 + on.month - 1 - life_months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    if on.day == calendar.monthrange(on.year, on.month)[1]:
        return date(year, month + 1, last)  # the end of a shorter month stands for all its missing days
    return date(year, month + 1, min(on.day, last))
