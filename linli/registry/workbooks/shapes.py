"""What comes out of a spreadsheet file. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["xlsx", "xls", "ods", "xlsb", "csv", "html", "xml"]
"""``xml`` is the spreadsheet of Excel 2003 as one XML file; ``xlsx`` stands for xlsm, too, and ``xls`` for WPS's et."""


@dataclass(frozen=True, slots=True)
class Span:
    """A merged cell: its first and last row and column, all from 0 and all belonging to it."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows`` begin with the sheet's own first row, so that row 16 of the list is row 17 in Excel; all are equally long.

    A cell is str, int, float, bool, date, datetime or None. A number cell whose value is whole is an int; text stays
    text, even of digits only. A time of day is text (08:30). Of a merged cell only the upper left corner has the value.
    ``shortened`` names the cells (row, column) of which only the first 2,000 characters are here.
    """

    name: str
    rows: list[list[object]]
    merged: tuple[Span, ...] = ()
    shortened: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """Sheets in the order of the file, hidden ones among them, empty ones left out. ``encoding`` is of csv and html only."""

    sheets: tuple[Sheet, ...]
    kind: Kind
    encoding: str = ""


def filled_down(*, sheet: Sheet, first_row: int) -> list[list[object]]:
    """See ``linli.registry.workbooks.fill_down``."""
    rows = [list(row) for row in sheet.rows[first_row:]]
    for span in sheet.merged:
        if span.first_column != span.last_column or span.first_row < first_row or span.first_row >= len(sheet.rows):
            continue
        column = span.first_column
        for row in rows[span.first_row - first_row + 1 : span.last_row - first_row + 1]:
            if column < len(row):
                row[column] = sheet.rows[span.first_row][column]
    return rows
