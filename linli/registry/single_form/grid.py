"""One worksheet as rows and cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from linli.registry.single_form import limits
from linli.registry.single_form.errors import TemplateError
from linli.registry.single_form.package import MAIN, Element, Package
from linli.registry.single_form.references import Box, at, box_of, copied, place_of

ROW, CELL, FORMULA, VALUE, INLINE = (f"{{{MAIN}}}{name}" for name in ("row", "c", "f", "v", "is"))
CHILDREN: Final = (
    "sheetPr", "dimension", "sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetCalcPr", "sheetProtection",
    "protectedRanges", "scenarios", "autoFilter", "sortState", "dataConsolidate", "customSheetViews", "mergeCells",
    "phoneticPr", "conditionalFormatting", "dataValidations", "hyperlinks", "printOptions", "pageMargins", "pageSetup",
    "headerFooter",
)  # fmt: skip
"""The parts of a worksheet, up to those we may have to add, in the order the standard (ECMA-376 part 1, 18.3.1.99) asks for."""
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
TALL: Final = 200
"""Merged cells over more rows than this are few, and looked through one by one."""


class Grid:
    """Rows and cells by number, from 1. What has no number in the file gets one."""

    def __init__(self, package: Package, *, part: str, name: str) -> None:
        self.name, self.part = name, part
        self.root: Element = package.change(part)
        self._texts = _shared_texts(package)
        found = self.root.find(f"{{{MAIN}}}sheetData")
        if found is None:
            raise TemplateError("broken", {"part": part})
        self.data: Element = found
        self._spelled = 0
        self.rows: dict[int, Element] = {}
        self.cells: dict[int, dict[int, Element]] = {}
        self._number()
        merges = self.root.iter(f"{{{MAIN}}}mergeCell")
        self.merge([box for merge in merges if (box := box_of(merge.get("ref", "")))])
        self._column_looks = _column_looks(self.root)

    def _number(self) -> None:
        row = 0
        for line in self.data.iterchildren(ROW):
            above, row = row, _given(line.get("r"), row + 1)
            if row <= above:
                raise TemplateError("broken", {"part": self.part})
            if len(self.rows) >= limits.BLANK_ROWS or row > limits.LAST_ROW:
                raise TemplateError("too-large", {"reason": "rows", "sheet": self.name})
            line.set("r", str(row))
            self.rows[row], cells = line, {}
            column = 0
            for cell in line.iterchildren(CELL):
                place = place_of(cell.get("r") or at(row, column + 1))
                if not place or place[0] != row or place[1] <= column:
                    raise TemplateError("broken", {"part": self.part})
                column = place[1]
                cell.set("r", at(row, column))
                cells[column] = cell
            self.cells[row] = cells

    @property
    def last_row(self) -> int:
        return max(self.rows, default=0)

    def cell(self, row: int, column: int) -> Element | None:
        return self.cells.get(row, {}).get(column)

    def value(self, row: int, column: int) -> str | float | None:
        """What stands in a cell: text, a number, or None. Of a formula, what it was when the file was saved."""
        cell = self.cell(row, column)
        if cell is None:
            return None
        kind, shown = cell.get("t", "n"), cell.findtext(VALUE)
        if kind == "inlineStr":
            inline = cell.find(INLINE)
            return _plain(inline) or None if inline is not None else None
        if not shown:
            return None
        if kind == "s":
            number = _given(shown, len(self._texts))
            return (self._texts[number] or None) if number < len(self._texts) else None
        if kind != "n":
            return _unescaped(shown) or None
        try:
            return float(shown)
        except ValueError:
            return str(shown)

    def formula(self, row: int, column: int) -> str:
        """The formula of a cell without its =, or ""."""
        cell = self.cell(row, column)
        return "" if cell is None else str(cell.findtext(FORMULA) or "")

    def look(self, row: int, column: int) -> int:
        """The style of a cell; of one that is not there, what it would get from its row or column."""
        cell = self.cell(row, column)
        if cell is not None:
            return _given(cell.get("s"), 0)
        line = self.rows.get(row)
        if line is not None and line.get("customFormat") in {"1", "true"}:
            return _given(line.get("s"), 0)
        return next((look for first, last, look in self._column_looks if first <= column <= last), 0)

    def values(self, row: int, width: int) -> list[str | float | None]:
        return [self.value(row, column) for column in range(1, width + 1)]

    def is_filled(self, row: int) -> bool:
        """Whether a value or a formula stands in the row."""
        return any(
            self.value(row, column) is not None or cell.find(FORMULA) is not None
            for column, cell in self.cells.get(row, {}).items()
        )

    def merge_at(self, row: int, column: int) -> Box | None:
        """The merged cell to which a cell belongs."""
        return next((box for box in self.merges_in(row) if box[1] <= column <= box[3]), None)

    def merges_in(self, row: int) -> list[Box]:
        """The merged cells that touch a row."""
        return [*self._merged.get(row, ()), *(box for box in self._tall if box[0] <= row <= box[2])]

    def merge(self, boxes: list[Box]) -> None:
        """These are all merged cells from now on."""
        self.merges, self._merged = boxes, _by_row(boxes)
        self._tall = [box for box in boxes if box[2] - box[0] >= TALL]
        if len(boxes) > limits.MERGES or len(self._tall) > TALL:
            raise TemplateError("too-large", {"reason": "merges", "sheet": self.name})

    def line(self, row: int) -> Element:
        """The row, made where it is missing."""
        if row not in self.rows:
            made = etree.Element(ROW, r=str(row))
            below = min((number for number in self.rows if number > row), default=0)
            if below:
                self.rows[below].addprevious(made)
            else:
                self.data.append(made)
            self.rows[row], self.cells[row] = made, {}
        return self.rows[row]

    def put(self, row: int, column: int) -> Element:
        """The cell, made where it is missing, with the style it would have had."""
        found = self.cell(row, column)
        if found is not None:
            return found
        line, look = self.line(row), self.look(row, column)
        made = etree.Element(CELL, r=at(row, column))
        if look:
            made.set("s", str(look))
        beside = min((number for number in self.cells[row] if number > column), default=0)
        if beside:
            self.cells[row][beside].addprevious(made)
        else:
            line.append(made)
        self.cells[row][column] = made
        return made

    def open_rows(self, *, after: int, count: int) -> None:
        """Every row below ``after`` goes down by ``count``; nothing but rows and cells is moved here."""
        if self.last_row + count > limits.LAST_ROW:
            raise TemplateError("too-many-rows")
        for row in sorted((row for row in self.rows if row > after), reverse=True):
            line, cells = self.rows.pop(row), self.cells.pop(row)
            line.set("r", str(row + count))
            for column, cell in cells.items():
                cell.set("r", at(row + count, column))
            self.rows[row + count], self.cells[row + count] = line, cells

    def insert_rows(self, *, after: int, lines: list[Element]) -> None:
        """Ready rows, numbered from ``after`` + 1, where ``open_rows`` has made room."""
        above = max((row for row in self.rows if row <= after), default=0)
        before = self.rows.get(above)
        for row, line in enumerate(lines, start=after + 1):
            if before is None:
                self.data.insert(0, line)
            else:
                before.addnext(line)
            before, self.rows[row] = line, line
            self.cells[row] = {}
            for cell in line.iterchildren(CELL):
                place = place_of(cell.get("r"))
                assert place is not None
                self.cells[row][place[1]] = cell

    def child(self, name: str) -> Element:
        """A part of the sheet by name, made at its place where it is missing."""
        found = self.root.find(f"{{{MAIN}}}{name}")
        if found is not None:
            return found
        made = etree.Element(f"{{{MAIN}}}{name}")
        earlier = {f"{{{MAIN}}}{other}" for other in CHILDREN[: CHILDREN.index(name)]}
        above = [part for part in self.root if part.tag in earlier]
        above[-1].addnext(made)
        return made

    def spell_out(self) -> None:
        """Formulas that share one text get a text each."""
        masters: dict[str, tuple[str, str]] = {}
        for cells in self.cells.values():
            for cell in cells.values():
                formula = cell.find(FORMULA)
                if formula is None or formula.get("t") != "shared":
                    continue
                key = formula.get("si", "")
                if formula.text:
                    masters[key] = formula.text, cell.get("r")
                elif key in masters:
                    formula.text = self.copied(*masters[key], target=cell.get("r"))
                for name in ("t", "si", "ref"):
                    formula.attrib.pop(name, None)

    def copied(self, formula: str, origin: str, *, target: str) -> str:
        """A formula as it reads in another cell. Raises TemplateError where a small file would become a large one by that."""
        self._spelled += len(formula)
        if self._spelled > limits.FORMULAS:
            raise TemplateError("too-large", {"reason": "formulas", "sheet": self.name})
        return copied(formula, origin=origin, target=target)

    def formulas(self) -> Iterator[tuple[int, int, Element]]:
        for row, cells in self.cells.items():
            for column, cell in cells.items():
                formula = cell.find(FORMULA)
                if formula is not None:
                    yield row, column, formula


def _shared_texts(package: Package) -> list[str]:
    found = package.linked(package.workbook, "sharedStrings")
    if not found:
        return []
    return [_plain(entry) for entry in package.tree(found[0]).iterchildren(f"{{{MAIN}}}si")]


def _plain(entry: Element) -> str:
    """The text of an entry, without the reading aids above it."""
    texts = [*entry.iterchildren(f"{{{MAIN}}}t"), *entry.iterfind(f"{{{MAIN}}}r/{{{MAIN}}}t")]
    return _unescaped("".join(text.text or "" for text in texts))


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _given(text: Any, otherwise: int) -> int:
    return int(text) if text and len(text) < 9 and text.isdecimal() else otherwise


def _by_row(boxes: list[Box]) -> dict[int, list[Box]]:
    """Merged cells by the rows they touch."""
    found: dict[int, list[Box]] = {}
    for box in boxes:
        if box[2] - box[0] < TALL:
            for row in range(box[0], box[2] + 1):
                found.setdefault(row, []).append(box)
    return found


def _column_looks(root: Element) -> list[tuple[int, int, int]]:
    return [
        (_given(found.get("min"), 0), _given(found.get("max"), 0), _given(found.get("style"), 0))
        for found in root.iterfind(f"{{{MAIN}}}cols/{{{MAIN}}}col")
    ]
