"""A template opened within limits, and told of."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Final

from linli.core.errors import Invalid
from linli.registry.cells import text_of
from linli.registry.single_form import limits
from linli.registry.single_form.errors import TemplateError
from linli.registry.single_form.grid import Grid
from linli.registry.single_form.layout import SUMS, Layout, layout_of
from linli.registry.single_form.package import CONTENT_TYPES, MAIN, Package, SheetPart
from linli.registry.single_form.references import areas_in, at, letters_of
from linli.registry.single_form.styles import Styles
from linli.registry.single_form.template import HeaderCell, Template, TemplateSheet, TemplateWarning, TotalCell
from linli.registry.workbooks import read_workbook
from linli.registry.workbooks.errors import PasswordNeeded

ZIP: Final = b"PK\x03\x04"
GAP_FOR_COUNT: Final = re.compile(r"(共计?|[合总]计|人数)([:：]?)([\s_＿]+)(人|名)(?![\w])")
GAP_ALONE: Final = re.compile(r"[\s_＿]+(人|名)")
PERSONAL: Final = frozenset({"name", "id_number", "phone"})
_PARTS_TO_WARN_OF: Final = (
    (re.compile(r"xl/pivotTables/"), "pivot"),
    (re.compile(r"xl/externalLinks/"), "external-links"),
    (re.compile(r"xl/(ctrlProps|activeX)/"), "controls"),
    (re.compile(r"xl/revisions/"), "shared-workbook"),
)


def opened(data: bytes) -> Package:
    """The parts of an .xlsx file without macros, after the reader that trusts nothing has been through it.

    Raises TemplateError: too-large, not-xlsx, locked, macros, signed, strict, broken, unreadable.
    """
    if len(data) > limits.FILE_BYTES:
        raise TemplateError("too-large", {"reason": "file"})
    _check(data)
    package = Package(data)
    names = [name.casefold() for name in package.names]
    if b"macroenabled" in package.text(CONTENT_TYPES).lower() or any(
        name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names
    ):
        raise TemplateError("macros", {"save_as": "xlsx"})
    if any(name.startswith("_xmlsignatures/") for name in names):
        raise TemplateError("signed")
    return package


def _check(data: bytes) -> None:
    with tempfile.NamedTemporaryFile(prefix="linli-form-") as kept:
        kept.write(data)
        kept.flush()
        try:
            kind = read_workbook(path=Path(kept.name)).kind
        except PasswordNeeded as refusal:
            raise TemplateError("locked", {"save_as": "xlsx"}) from refusal
        except Invalid as refusal:
            raise TemplateError("unreadable", {"reason": refusal.code, "save_as": "xlsx"}) from refusal
    if kind != "xlsx":
        raise TemplateError("not-xlsx", {"kind": kind, "save_as": "xlsx"})
    if not data.startswith(ZIP):
        raise TemplateError("locked", {"save_as": "xlsx"})


def read(data: bytes) -> Template:
    """See ``linli.registry.single_form.read_template``."""
    package = opened(data)
    styles = Styles(package)
    names = package.names
    warnings = [TemplateWarning(code) for kind, code in _PARTS_TO_WARN_OF if any(kind.match(name) for name in names)]
    sheets = []
    for part in package.sheets():
        grid = Grid(package, part=part.part, name=part.name)
        grid.spell_out()
        layout = layout_of(grid, styles)
        if layout:
            sheets.append(_told(part, grid, layout))
            warnings += _warnings(grid, layout)
    if not sheets:
        raise TemplateError("no-header")
    return Template(tuple(sheets), tuple(warnings))


def _told(part: SheetPart, grid: Grid, layout: Layout) -> TemplateSheet:
    headers = tuple(
        HeaderCell(letters_of(column), title, layout.fields.get(column, "")) for column, title in layout.titles.items()
    )
    return TemplateSheet(
        name=part.name,
        headers=headers,
        first_row=layout.first,
        blank_rows=layout.blank_rows,
        footer_rows=layout.footers,
        totals=tuple(totals_in(grid, layout)),
        hidden=part.hidden,
    )


def totals_in(grid: Grid, layout: Layout) -> list[TotalCell]:
    """Cells of the footer that speak of everybody."""
    found = []
    for row in layout.footers:
        cells = sorted(grid.cells[row])
        labelled = any(SUMS.match(text_of(grid.value(row, column)).replace(" ", "")) for column in cells)
        for column in cells:
            formula, text = grid.formula(row, column), grid.value(row, column)
            if formula and any(box[0] <= layout.last and box[2] >= layout.first for box in areas_in(formula)):
                found.append(TotalCell(at(row, column), "formula", f"={formula}"))
            elif isinstance(text, str) and is_count(text, labelled):
                found.append(TotalCell(at(row, column), "count", text))
            elif isinstance(text, str) and SUMS.match(text_of(text).replace(" ", "")):
                found.append(TotalCell(at(row, column), "label", text))
    return found


def is_count(text: str, labelled: bool) -> bool:
    """Whether a text is clearly a gap for the number of people: 共 人, and beside 合计 the bare unit with a gap before it."""
    return bool(GAP_FOR_COUNT.search(text)) or (labelled and bool(GAP_ALONE.fullmatch(text)))


def with_count(text: str, people: int) -> str:
    """The same with the number in its gap."""
    if GAP_FOR_COUNT.search(text):
        return GAP_FOR_COUNT.sub(rf"\g<1>\g<2> {people} \g<4>", text, count=1)
    return GAP_ALONE.sub(rf"{people} \g<1>", text, count=1)


def _warnings(grid: Grid, layout: Layout) -> list[TemplateWarning]:
    facts = {"sheet": grid.name}
    found = []
    if grid.root.find(f"{{{MAIN}}}sheetProtection") is not None:
        found.append(TemplateWarning("protected", facts))
    if filled := filled_rows(grid, layout):
        found.append(TemplateWarning("rows-filled", facts | {"rows": str(len(filled))}))
    if columns := merged_down(grid, layout):
        found.append(TemplateWarning("merged-down", facts | {"columns": " ".join(map(letters_of, columns))}))
    for row in layout.footers:
        for column in sorted(grid.cells[row]):
            if _adds_one_by_one(grid.formula(row, column), layout):
                found.append(TemplateWarning("total-not-a-range", facts | {"cell": at(row, column)}))
    if any(formula.get("t") == "dataTable" for _row, _column, formula in grid.formulas()):
        found.append(TemplateWarning("data-table", facts))
    return found


def filled_rows(grid: Grid, layout: Layout) -> list[int]:
    """Rows for people in which people stand already."""
    columns = [column for column, field in layout.fields.items() if field in PERSONAL]
    rows = range(layout.first, layout.last + 1)
    return [row for row in rows if any(grid.value(row, column) is not None for column in columns)]


def merged_down(grid: Grid, layout: Layout) -> list[int]:
    """Columns in which rows for people are merged with each other."""
    boxes = [box for box in grid.merges if box[0] < box[2] and box[0] <= layout.last and box[2] >= layout.first]
    return sorted(column for column in layout.titles if any(box[1] <= column <= box[3] for box in boxes))


def _adds_one_by_one(formula: str, layout: Layout) -> bool:
    if not formula:
        return False
    rows = [box[0] for box in areas_in(formula) if box[:2] == box[2:] and layout.first <= box[0] <= layout.last]
    return len(rows) > 1
