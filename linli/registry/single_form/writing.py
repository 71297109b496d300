"""Values into cells: text that stays text, days that are days."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from lxml import etree  # type: ignore[import-untyped]
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel

from linli.registry.single_form import limits
from linli.registry.single_form.grid import CELL, FORMULA, Grid
from linli.registry.single_form.package import MAIN, Element
from linli.registry.single_form.references import at, box_of
from linli.registry.single_form.styles import Styles

Cell = str | int | float | date | None

TEXT_FIELDS: Final = frozenset({"id_number", "phone", "landline", "contact_phone", "household"})
"""Columns of numbers that are not counted with: all their cells get the format of text."""
LIKE_A_NUMBER: Final = re.compile(r"\+?[\d\s-]{7,}[\dXx]|0\d+")
LIKE_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
MOST_DIGITS: Final = 10**15
"""From here on Excel forgets the last digits of a number."""
FIRST_DAY: Final = date(1900, 3, 1)
"""Excel believes in a 29 February 1900; days before it are written as text."""
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_AN_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class Pen:
    """Writes into one sheet. ``since_1904`` is how the workbook counts days."""

    def __init__(self, grid: Grid, styles: Styles, *, since_1904: bool) -> None:
        self.grid, self.styles = grid, styles
        self._epoch = CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900

    def write(self, row: int, column: int, value: Cell, *, as_text: bool = False) -> None:
        """The value, and the look of the cell with the number format it needs; None and "" empty the cell."""
        box = self.grid.merge_at(row, column)
        cell = self.grid.put(row, box[1] if box else column)
        look = self.grid.look(row, box[1] if box else column)
        empty(cell)
        new = self._fill(cell, value, look, as_text=as_text)
        if new:
            cell.set("s", str(new))

    def _fill(self, cell: Element, value: Cell, look: int, *, as_text: bool) -> int:
        """Returns the look that fits."""
        text_look = self.styles.as_text(look) if as_text else look
        if value is None or value == "":
            return text_look
        if isinstance(value, date):
            return self._write_day(cell, value, look)
        if isinstance(value, int | float):
            if not math.isfinite(value):
                return text_look
            if not as_text and abs(value) < MOST_DIGITS:
                _put_number(cell, value)
                return look
            value = str(value)
        put_text(cell, value)
        if value.startswith(LIKE_A_FORMULA):
            return self.styles.as_quoted(look)
        return self.styles.as_text(look) if as_text or LIKE_A_NUMBER.fullmatch(value) else look

    def _write_day(self, cell: Element, value: date, look: int) -> int:
        """A day in a cell whose own format is text would show as a number: there, and before 1900, it is text."""
        day = value.date() if isinstance(value, datetime) else value
        if self.styles.is_text(look) or day < FIRST_DAY or (self._epoch == CALENDAR_MAC_1904 and day.year < 1904):
            put_text(cell, day.isoformat())
            return self.styles.as_text(look)
        _put_number(cell, to_excel(day, self._epoch))
        return self.styles.as_day(look)


def empty(cell: Element) -> None:
    """Take out what stands in a cell; its look stays."""
    for child in list(cell):
        cell.remove(child)
    for name in ("t", "cm", "vm", "ph"):
        cell.attrib.pop(name, None)


def put_text(cell: Element, text: str) -> None:
    """The text, whatever it begins with, as the content of an empty cell."""
    cell.set("t", "inlineStr")
    inline = etree.SubElement(cell, f"{{{MAIN}}}is")
    written = etree.SubElement(inline, f"{{{MAIN}}}t")
    clean = _UNWRITABLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n")[: limits.TEXT]
    written.text = _LIKE_AN_ESCAPE.sub("_x005F_", clean)
    written.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _put_number(cell: Element, value: float) -> None:
    shown = etree.SubElement(cell, f"{{{MAIN}}}v")
    shown.text = str(int(value)) if float(value).is_integer() else repr(float(value))


def is_text_column(field: str, values: Sequence[Cell]) -> bool:
    """Whether every cell of a column gets the format of text: numbers of people, and texts of many digits."""
    return field in TEXT_FIELDS or any(isinstance(value, str) and LIKE_A_NUMBER.fullmatch(value) for value in values)


def copies_of(grid: Grid, *, row: int, first: int, count: int) -> list[Element]:
    """Rows like ``row``, numbered from ``first``: height and looks. Contents are copied by ``copy_down``."""
    source = grid.line(row)
    lines = []
    for number in range(first, first + count):
        line = etree.Element(source.tag, dict(source.attrib))
        line.set("r", str(number))
        line.attrib.pop("hidden", None)
        for column, cell in sorted(grid.cells[row].items()):
            made = etree.SubElement(line, CELL, r=at(number, column))
            if cell.get("s"):
                made.set("s", cell.get("s"))
        lines.append(line)
    return lines


def copy_down(grid: Grid, *, source: tuple[int, int], row: int) -> None:
    """The fixed text or the formula of a cell into the same column of another row, unless something stands there."""
    original = grid.cell(*source)
    if original is None or not len(original):
        return
    target = grid.put(row, source[1])
    if len(target):
        return
    formula = original.find(FORMULA)
    if formula is None:
        if original.get("t"):
            target.set("t", original.get("t"))
        for child in original:
            target.append(copy.deepcopy(child))
        return
    box = box_of(formula.get("ref") or "A1")
    if formula.get("t") == "dataTable" or not formula.text or (box and box[:2] != box[2:]):
        return
    made = etree.SubElement(target, FORMULA)
    made.text = grid.copied(formula.text, at(*source), target=at(row, source[1]))
    if formula.get("t") == "array":
        made.set("t", "array")
        made.set("ref", at(row, source[1]))


def texts_by_column(rows: Sequence[Mapping[str, Cell]], mapping: Mapping[int, str]) -> dict[int, bool]:
    """Which of the mapped columns are text throughout."""
    return {column: is_text_column(field, [row.get(field) for row in rows]) for column, field in mapping.items()}
