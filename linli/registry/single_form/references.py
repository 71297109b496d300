"""Cells and areas as Excel writes them, and what becomes of them when rows come in. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError
from openpyxl.formula.translate import Translator, TranslatorError

from linli.registry.single_form import limits
from linli.registry.single_form.errors import TemplateError

Box = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 1."""

_CELL: Final = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([1-9][0-9]{0,6})")
_AREA: Final = re.compile(rf"{_CELL.pattern}(?::{_CELL.pattern})?")
_ROWS: Final = re.compile(r"(\$?)([1-9][0-9]{0,6}):(\$?)([1-9][0-9]{0,6})")


@dataclass(frozen=True, slots=True)
class Gap:
    """``count`` rows come in below row ``after``; ``first`` is the first row of data, ``last`` was the last of them."""

    first: int
    last: int
    after: int
    count: int

    def row(self, row: int) -> int:
        """Where a row goes; never over the edge of the sheet."""
        return min(row + self.count, limits.LAST_ROW) if row > self.after else row

    def rows(self, top: int, bottom: int) -> tuple[int, int]:
        """An area grows with the rows inside it, and where it holds the very row below which they come in."""
        touched = self.first <= bottom and top <= self.after == bottom
        return self.row(top), self.row(bottom) + (self.count if touched else 0)

    def edge(self, top: int, bottom: int) -> tuple[int, int]:
        """The same for what ends with the table: the area to be printed, filters. A header alone grows, too."""
        touched = top <= self.after == bottom
        return self.row(top), self.row(bottom) + (self.count if touched else 0)

    def merged(self, top: int, bottom: int) -> tuple[int, int]:
        """The same for a merged cell: one within a single row never grows downwards."""
        return self.inside(top, bottom) if top == bottom else self.rows(top, bottom)

    def inside(self, top: int, bottom: int) -> tuple[int, int]:
        """The same for what speaks of some rows only: it grows where rows come in between."""
        return self.row(top), self.row(bottom)

    def total(self, top: int, bottom: int) -> tuple[int, int]:
        """The same for what a formula outside the data adds up: from the first person on means all of them."""
        if top <= self.first <= bottom <= self.last:
            return self.row(top), self.last + self.count
        return self.rows(top, bottom)


Rows = Callable[[int, int], tuple[int, int]]
Growth = Literal["total", "beside", "edge"]
"""How areas in a formula grow: those of totals as ``Gap.total``; those beside a person only where both rows are fixed by $,
otherwise as ``Gap.inside``; those of the table's outline as ``Gap.edge``."""


def letters_of(column: int) -> str:
    """1 is A."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_of(letters: str) -> int:
    """A is 1; 0 for what is no column."""
    if not re.fullmatch(r"[A-Za-z]{1,3}", letters):
        return 0
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def at(row: int, column: int) -> str:
    """B7."""
    return f"{letters_of(column)}{row}"


def place_of(reference: str) -> tuple[int, int] | None:
    """Row and column of B7, or None."""
    found = _CELL.fullmatch(reference)
    return (int(found[4]), column_of(found[2])) if found else None


def box_of(reference: str) -> Box | None:
    """B7 or B7:C9 as numbers, or None."""
    found = _AREA.fullmatch(reference)
    if not found:
        return None
    top, left = int(found[4]), column_of(found[2])
    bottom, right = (int(found[8]), column_of(found[6])) if found[8] else (top, left)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def text_of_box(box: Box) -> str:
    """B7:C9, or B7 alone."""
    start, end = at(box[0], box[1]), at(box[2], box[3])
    return start if start == end else f"{start}:{end}"


def moved_areas(text: str, rows: Rows) -> str:
    """A list of areas as sqref has it; each stays an area, and what is none stays as it is."""
    return " ".join(_moved_area(area, rows) for area in text.split())


def _moved_area(text: str, rows: Rows) -> str:
    found = _AREA.fullmatch(text)
    if not found:
        lines = _ROWS.fullmatch(text)
        return _moved_lines(lines, rows) if lines else text
    top = int(found[4])
    new_top, new_bottom = rows(top, int(found[8] or top))
    start = f"{found[1]}{found[2]}{found[3]}{new_top}"
    if not found[8] and new_top == new_bottom:
        return start
    column, marks = (f"{found[5]}{found[6]}", found[7]) if found[8] else (f"{found[1]}{found[2]}", found[3])
    return f"{start}:{column}{marks}{new_bottom}"


def _moved_lines(found: re.Match[str], rows: Rows) -> str:
    top, bottom = rows(int(found[2]), int(found[4]))
    return f"{found[1]}{top}:{found[3]}{bottom}"


def moved_formula(formula: str, *, sheet: str, home: str, gap: Gap, growth: Growth) -> str:
    """A formula (without its =) that stands on sheet ``home``, after rows came in on ``sheet``. Single cells never grow.

    Raises TemplateError: formula.
    """
    if "!" not in formula and home != sheet:
        return formula
    parts = [
        _moved_operand(token.value, sheet, home, gap, growth)
        if token.type == Token.OPERAND and token.subtype == Token.RANGE
        else token.value
        for token in _tokens(formula)
    ]
    return "".join(parts)


def _moved_operand(text: str, sheet: str, home: str, gap: Gap, growth: Growth) -> str:
    prefix, mark, reference = text.rpartition("!")
    named = prefix[1:-1].replace("''", "'") if prefix.startswith("'") else prefix
    if (named if mark else home).casefold() != sheet.casefold():
        return text
    found = _AREA.fullmatch(reference)
    if found and not found[8]:
        return f"{prefix}{mark}{found[1]}{found[2]}{found[3]}{gap.row(int(found[4]))}"
    rows = {"total": gap.total, "edge": gap.edge, "beside": gap.inside}[growth]
    if found and growth == "beside" and found[3] and found[7]:
        rows = gap.total
    return f"{prefix}{mark}{_moved_area(reference, rows)}"


def areas_in(formula: str) -> Iterable[Box]:
    """The areas of the same sheet that a formula speaks of."""
    for token in _tokens(formula):
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            box = box_of(token.value)
            if box:
                yield box


def copied(formula: str, *, origin: str, target: str) -> str:
    """A formula (without its =) as it reads when copied to another cell. Raises TemplateError: formula."""
    _tokens(formula)
    try:
        return str(Translator(f"={formula}", origin).translate_formula(target))[1:]
    except (TranslatorError, TokenizerError, ValueError, IndexError) as error:
        raise TemplateError("formula", {"cell": origin}) from error


@lru_cache(maxsize=4096)
def _tokens(formula: str) -> tuple[Token, ...]:
    if len(formula) > limits.FORMULA:
        raise TemplateError("formula", {"reason": "long"})
    try:
        return tuple(Tokenizer(f"={formula}").items)
    except (TokenizerError, ValueError, IndexError, KeyError) as error:
        raise TemplateError("formula", {"formula": formula[:80]}) from error
