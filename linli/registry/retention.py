"""For how long what is written about people is kept once it has served. Data: periods are the longest time, each with its source.

The law names no number of days: PIPL article 19 asks for the shortest time the purpose needs, GB/T 35273-2020 6.1 for deleting or
making anonymous after it. The figures are our answer to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Text
from linli.registry.grades import Purpose

ANONYMOUS: Final = "—"
"""What stands in the place of the name of somebody who was made anonymous."""
REPORTS_KEPT: Final = 2
"""Of each blank form, this many fillings stay comparable with the next."""


class Matter(StrEnum):
    """What can have been kept for long enough, in the order in which it goes."""

    VISITS = "visits"
    CORRECTIONS = "corrections"
    HEALTH = "health"
    CONTACTS = "contacts"
    PEOPLE = "people"
    IMPORTS = "imports"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class Period:
    """``days`` after the end of its use; 0 where newer ones take the place of older ones. ``what`` becomes of which rows."""

    days: int
    what: Text
    source: str

    def before(self, *, on: date) -> date:
        """What ended before this day has been kept for long enough on ``on``."""
        return on - timedelta(days=self.days)


PERIODS: Final[Mapping[Matter, Period]] = {
    Matter.VISITS: Period(730, _("the words written down on visits are deleted"), "PIPL 19; GB/T 35273 6.1"),
    Matter.CORRECTIONS: Period(365, _("the words of answered corrections are deleted"), "PIPL 19; GB/T 35273 6.1"),
    Matter.HEALTH: Period(
        365, _("health notes that ended, or that nobody looked at again, are deleted"), "PIPL 19, 28, 47"
    ),
    Matter.CONTACTS: Period(180, _("relatives who are no longer called lose name and numbers"), "PIPL 19, 47"),
    Matter.PEOPLE: Period(1095, _("people who moved away or died are made anonymous"), "PIPL 19, 47; GB/T 35273 6.1"),
    Matter.IMPORTS: Period(90, _("the rows of files that were brought in are deleted"), "PIPL 19; GB/T 35273 6.1"),
    Matter.REPORTS: Period(0, _("what filled forms remember is deleted, except the last two"), "PIPL 19"),
}

_THREE_YEARS: Final = _(
    "Until three years after you moved away; then only the year of birth and what is counted stays."
)
KEPT: Final[Mapping[Purpose, Text]] = {
    Purpose.PLACES: _("As long as the house stands."),
    Purpose.WHO: _THREE_YEARS,
    Purpose.REACH: _THREE_YEARS,
    Purpose.IDENTITY: _THREE_YEARS,
    Purpose.STATISTICS: _THREE_YEARS,
    Purpose.RELATIVES: _("Until half a year after we stop calling this person, or the household moves away."),
    Purpose.LISTS: _THREE_YEARS,
    Purpose.HEALTH: _(
        "Until a year after the note ended, or after the day on which it should have been looked at again."
    ),
    Purpose.VISITS: _("The words for two years; that there was a visit stays."),
    Purpose.CORRECTIONS: _("The words until a year after the answer."),
    Purpose.POSTS: _("The name stays with the post, and goes three years after you moved away."),
    Purpose.IMPORTS: _("The rows of a file for 90 days."),
    Purpose.REPORTS: _("Of each form the last two times; no values, only a seal by which changes are noticed."),
}
"""How long each purpose keeps what it keeps, as a resident reads it."""
