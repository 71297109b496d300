"""The holiday tables that come with the ``chinesecalendar`` library (the notices of the State Council, typed by its authors)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

import chinese_calendar

PACKAGE = "chinesecalendar"


@dataclass(frozen=True, slots=True)
class Listed:
    """A day of a table: ``kind`` is holiday or workday."""

    on: date
    kind: str
    name: str


def source() -> str:
    """What stands as source beside a year: library and version."""
    return f"{PACKAGE} {version(PACKAGE)}"


def tables() -> dict[int, list[Listed]]:
    """Every year the library knows, with its public holidays and make-up workdays in order."""
    found: dict[int, list[Listed]] = defaultdict(list)
    for kind, days in (("holiday", chinese_calendar.holidays), ("workday", chinese_calendar.workdays)):
        for on, name in days.items():
            found[on.year].append(Listed(on, kind, chinese_calendar.Holiday(name).chinese))
    return {year: sorted(days, key=lambda day: day.on) for year, days in sorted(found.items())}
