"""Where a sheet's header, its rows for people and its footer are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from linli.registry.cells import field_of, header_of, is_footer, text_of
from linli.registry.cells.headers import SEARCHED_ROWS
from linli.registry.single_form import limits
from linli.registry.single_form.grid import Grid
from linli.registry.single_form.styles import Styles

HIGHEST_HEADER: Final = 5
LEAST_COLUMNS: Final = 3
MOST_SIGNED: Final = 4
SUMS: Final = re.compile(r"(合计|总计|小计|共计|总数)")
_SIGNED: Final = re.compile(
    r"(单位|社区|村居|街道|部门)?(负责人|填表人|填报人|制表人|经办人|审核人|审批人|联系人|领导|书记|主任)(签字|签名|签章)?[:：]"
    r"|.{0,8}(签字|签名|签章|盖章|意见)[:：]|(填报单位|备注)[:：]"
)
_DATED: Final = re.compile(
    r"(填表|填报|制表|上报)?(日期|时间)[:：]|[\d_＿\s]*年[\d_＿\s]*月[\d_＿\s]*日|[（(](盖章|公章)[)）]"
)
_EXAMPLE: Final = re.compile(r"(示例|样例|例如|举例|填写示例|填写说明|例[:：])")
_HINT: Final = re.compile(r"[（(].*[)）]|必填|选填")

Value = str | float | None


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows from 1. ``last`` is the last row drawn for people; ``first - 1`` where none is. ``titles`` are by column."""

    top: int
    bottom: int
    first: int
    last: int
    titles: Mapping[int, str]
    fields: Mapping[int, str]
    footers: tuple[int, ...]

    @property
    def blank_rows(self) -> int:
        return self.last - self.first + 1


def layout_of(grid: Grid, styles: Styles) -> Layout | None:
    """None for a sheet without a header: a cover, a page of explanations."""
    width = min(max((max(cells, default=0) for cells in grid.cells.values()), default=0), limits.COLUMNS)
    rows = [grid.values(row, width) for row in range(1, min(grid.last_row, SEARCHED_ROWS) + 1)]
    head = _head(rows)
    if not head:
        return None
    top, bottom = _with_merges(grid, *head)
    titles = _titles(grid, top, bottom, width)
    reader = _Area(grid, styles, titles)
    first = reader.first(bottom)
    last = first + reader.count(first) - 1
    after = (row for row in sorted(grid.rows) if row > max(last, bottom))
    above = (row for row in range(bottom + 1, first) if reader.is_sum(row))
    footers = (*above, *(row for row in after if grid.is_filled(row)))
    return Layout(top, bottom, first, last, titles, _fields(grid, titles, first), footers)


def _head(rows: Sequence[Sequence[Value]]) -> tuple[int, int] | None:
    """First and last row of the header, as far as words tell."""
    found = header_of(rows)
    if found:
        bottom = found.first_row
        alone = [text_of(cell) for cell in rows[bottom - 1]] == list(found.titles)
        return (bottom if alone else bottom - 1), bottom
    words = [sum(isinstance(cell, str) and not is_footer(row) for cell in row) for row in rows]
    best = max(words, default=0)
    return (words.index(best) + 1, words.index(best) + 1) if best >= LEAST_COLUMNS else None


def _with_merges(grid: Grid, top: int, bottom: int) -> tuple[int, int]:
    """The same as far as merged cells reach, and with the row of words that stands only under headings merged sideways."""
    for _ in range(HIGHEST_HEADER):
        touching = [
            box for box in grid.merges if box[0] <= bottom and top <= box[2] and box[2] - box[0] < HIGHEST_HEADER
        ]
        high = min([top, *(box[0] for box in touching)]), max([bottom, *(box[2] for box in touching)])
        if high == (top, bottom):
            break
        top, bottom = high
    groups = [box for box in grid.merges if box[0] == box[2] == bottom and grid.value(box[0], box[1]) is not None]
    under = {column for column in grid.cells.get(bottom + 1, {}) if isinstance(grid.value(bottom + 1, column), str)}
    covered = {column for box in groups for column in range(box[1], min(box[3], limits.COLUMNS) + 1)}
    return top, bottom + (len(under) > 1 and under <= covered)


def _titles(grid: Grid, top: int, bottom: int, width: int) -> dict[int, str]:
    """What stands above each column from top to bottom, joined by a stroke: 联系方式/电话."""
    titles: dict[int, str] = {}
    over = ""
    for column in range(1, width + 1):
        parts: list[str] = []
        for row in range(top, bottom + 1):
            box = grid.merge_at(row, column)
            text = _shown(grid.value(box[0], box[1]) if box else grid.value(row, column))
            if text and text not in parts[-1:]:
                parts.append(text)
        if top < bottom and grid.merge_at(top, column) is None:
            upper = _shown(grid.value(top, column))
            over = upper or (over if parts else "")
            if over and not upper:
                parts.insert(0, over)
        else:
            over = ""
        box = grid.merge_at(bottom, column)
        if parts and not (box and box[1] != column):
            titles[column] = "/".join(parts)
    return titles


def _shown(value: Value) -> str:
    if isinstance(value, float):
        return text_of(value)
    return " ".join((value or "").split())


def _fields(grid: Grid, titles: Mapping[int, str], first: int) -> dict[int, str]:
    """What the known columns hold. A column that is computed holds nothing; of two that say the same the first does."""
    fields: dict[int, str] = {}
    for column, title in titles.items():
        if grid.formula(first, column) and field_of(title) != "sequence":
            continue
        known = field_of(title) or field_of(title.rpartition("/")[2])
        if known and known not in fields.values():
            fields[column] = known
    return fields


class _Area:
    """The rows between header and footer."""

    def __init__(self, grid: Grid, styles: Styles, titles: Mapping[int, str]) -> None:
        self.grid, self.styles, self.columns = grid, styles, sorted(titles)
        self.width = max(self.columns, default=0)
        self.end = grid.last_row

    def first(self, bottom: int) -> int:
        """The first row for people: below rows of column numbers, hints and examples, and below sums above the table."""
        row = bottom + 1
        while row <= min(self.end, bottom + HIGHEST_HEADER):
            if self._explains(row) or (self.is_sum(row) and self._is_drawn(row + 1) and not self._ends(row + 1)):
                row += 1
            else:
                break
        return row

    def count(self, first: int) -> int:
        """How many rows are drawn for people."""
        if not self._is_drawn(first):
            return self._bare(first)
        framed, row = self._is_framed(first), first
        while row <= self.end and self._is_drawn(row) and not self._ends(row) and self._is_framed(row) == framed:
            row += 1
        return row - first

    def is_sum(self, row: int) -> bool:
        """合计 and its like."""
        texts = [text_of(value) for value in self.grid.values(row, self.width) if value is not None]
        return bool(texts) and bool(SUMS.match(texts[0].replace(" ", "")))

    def _bare(self, first: int) -> int:
        """Rows without anything count only where something stands below them."""
        row = first
        while row <= self.end and not self._is_drawn(row) and not self.grid.is_filled(row):
            row += 1
        return row - first if row <= self.end else 0

    def _is_drawn(self, row: int) -> bool:
        return any(self.grid.look(row, column) for column in self.columns) or self.grid.is_filled(row)

    def _is_framed(self, row: int) -> bool:
        """Lines around at least half of the cells."""
        bordered = sum(self.styles.has_border(self.grid.look(row, column)) for column in self.columns)
        return 2 * bordered >= len(self.columns)

    def _explains(self, row: int) -> bool:
        """1, 2, 3 … under the headings; hints in brackets; an example."""
        values = [value for value in self.grid.values(row, self.width) if value is not None]
        if not values:
            return False
        texts = [text_of(value) for value in values]
        if _EXAMPLE.match(texts[0]):
            return True
        numbers = [int(text) for text in texts if text.isdecimal() and len(text) < 4]
        if len(numbers) >= LEAST_COLUMNS and len(numbers) >= len(texts) - 2:
            return all(after == before + 1 for before, after in pairwise(numbers))
        return len(texts) >= 2 and all(_HINT.fullmatch(text) for text in texts)

    def _ends(self, row: int) -> bool:
        """A row about the sheet, not for somebody: a footer, or one whose cells are merged over several columns."""
        values = self.grid.values(row, self.width)
        if is_footer(values) or self._is_merged_over(row):
            return True
        texts = [text_of(value).replace(" ", "") for value in values if value is not None]
        if texts and texts[0].isdecimal():
            return False
        if any(_SIGNED.match(text) for text in texts):
            return True
        return len(texts) <= MOST_SIGNED and any(_DATED.match(text) for text in texts)

    def _is_merged_over(self, row: int) -> bool:
        return any(
            box[0] == box[2] and sum(box[1] <= column <= box[3] for column in self.columns) > 1
            for box in self.grid.merges_in(row)
        )
