"""The pictures of the three rates: how much came in, and of it what left somebody dissatisfied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.casework.rate_tables import Line, RateTable, week_name
from linli.ui.bars import Bar, lying_bars, standing_bars

MOST_BARS: Final = 12
STANDING: Final = ("week", "hour")
WITHOUT: Final = ("lead",)
"""People are not drawn against each other; their numbers stand in a table."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A table and its drawing; "" where only the table is shown. ``rest``: requests that are in the table and not in the drawing."""

    table: RateTable
    drawing: SafeString | str
    rest: int = 0


def pictures_of(*, tables: Sequence[RateTable]) -> list[Picture]:
    """In the order of the tables."""
    return [Picture(table, _drawing(table), _rest(table)) for table in tables]


def _rest(table: RateTable) -> int:
    drawn = table.ident not in (*STANDING, *WITHOUT)
    return sum(line.counts.received for line in table.lines[MOST_BARS:]) if drawn else 0


def _drawing(table: RateTable) -> SafeString | str:
    if table.ident in WITHOUT:
        return ""
    lines = table.lines if table.ident in STANDING else table.lines[:MOST_BARS]
    bars = [_bar(table.ident, line) for line in lines]
    said = _(", ").join(_said(line) for line in lines if line.counts.received)
    says = _("%(title)s: %(bars)s") % {"title": table.title, "bars": said or _("nothing")}
    return standing_bars(bars=bars, says=says) if table.ident in STANDING else lying_bars(bars=bars, says=says)


def _bar(ident: str, line: Line) -> Bar:
    received, unhappy = line.counts.received, min(line.counts.unsatisfied, line.counts.received)
    if ident == "week":
        return Bar(week_name(line=line), received, hollow=unhappy)
    if ident == "hour":
        return Bar(line.name.partition(":")[0], received, hollow=unhappy)
    words = f"{received} ({unhappy})" if unhappy else ""
    return Bar(line.name, received, words=words, hollow=unhappy)


def _said(line: Line) -> str:
    return f"{line.name} {line.counts.received}"
