"""Shifts to begin with, for a community that has none. What suits nobody is changed in the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Text
from linli.scheduling.rules.days import HOLIDAY, WEEKEND, WORKDAY

EVERY_DAY = frozenset({WORKDAY, WEEKEND, HOLIDAY})
DAYS_OFF = frozenset({WEEKEND, HOLIDAY})


@dataclass(frozen=True, slots=True)
class NewShift:
    """A shift to be laid down: its hours, and the kinds of day on which it takes place."""

    name: Text
    starts: time
    ends: time
    kinds: frozenset[str] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Preset:
    label: Text
    shifts: Sequence[NewShift]


PRESETS: Mapping[str, Preset] = {
    "two": Preset(
        _("Two shifts every day: 08:00 to 20:00, and 20:00 to 08:00"),
        (NewShift(_("Day shift"), time(8), time(20)), NewShift(_("Night shift"), time(20), time(8))),
    ),
    "office": Preset(
        _("Workdays 08:30 to 17:30 and the night after; weekends and holidays 24 hours"),
        (
            NewShift(_("Day shift"), time(8, 30), time(17, 30), frozenset({WORKDAY})),
            NewShift(_("Night shift"), time(17, 30), time(8, 30), frozenset({WORKDAY})),
            NewShift(_("24-hour shift"), time(8, 30), time(8, 30), DAYS_OFF),
        ),
    ),
    "three": Preset(
        _("Three shifts every day: 08:00, 16:00 and 00:00"),
        (
            NewShift(_("Morning shift"), time(8), time(16)),
            NewShift(_("Evening shift"), time(16), time(0)),
            NewShift(_("Late night shift"), time(0), time(8)),
        ),
    ),
}
