"""The files of an import: an empty template, and the rows that were kept out with the reason beside each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from linli.registry.cells.headers import BESIDE_KEPT_OUT
from linli.registry.import_words import reason_in_words
from linli.registry.importing.plain import unpacked
from linli.registry.models import ImportBatch, ImportRow

TEMPLATE: Final = (
    ("姓名", 12), ("性别", 6), ("身份证号", 22), ("出生日期", 14), ("联系电话", 16), ("楼栋", 8), ("单元", 8), ("门牌", 10),
    ("与户主关系", 12), ("户编号", 14), ("民族", 8), ("政治面貌", 12), ("文化程度", 12), ("婚姻状况", 10), ("户籍地址", 28),
    ("工作单位", 20), ("紧急联系人", 14), ("紧急联系人电话", 18), ("迁入日期", 14), ("迁出日期", 14), ("重点人群", 20),
    ("认定日期", 14), ("认定依据", 20), ("帮扶人", 12), ("备注", 24),
)  # fmt: skip
TROUBLED: Final = ("error", "conflict", "question")


def template_workbook() -> bytes:
    """An empty register with our headings; every column is text, so that Excel spoils no number."""
    book = Workbook()
    sheet = book.active
    sheet.title = "居民台账"
    for column, (heading, width) in enumerate(TEMPLATE, start=1):
        letter = get_column_letter(column)
        sheet.column_dimensions[letter].width = width
        sheet.cell(1, column, heading).font = Font(bold=True)
        for row in range(2, 202):
            sheet.cell(row, column).number_format = "@"
    sheet.freeze_panes = "B2"
    return _bytes(book)


def errors_workbook(*, batch: ImportBatch) -> bytes:
    """The rows that were kept out, as they stood in the file, each with its reason: to be put right and brought in again."""
    book = Workbook()
    book.remove(book.active)
    for sheet in batch.sheets.filter(included=True):
        rows = list(batch.rows.filter(sheet=sheet.position, kind__in=TROUBLED).order_by("number"))
        if not rows:
            continue
        page = book.create_sheet("".join(c for c in sheet.name if c not in r"[]:*?/\ ")[:31] or None)
        _write(page, 1, [*sheet.titles, *BESIDE_KEPT_OUT])
        cells = unpacked(sheet.rows)
        for line, row in enumerate(rows, start=2):
            _add(page, line, cells[row.number - 1], row, width=len(sheet.titles))
        for cell in page[1]:
            cell.font = Font(bold=True)
        page.freeze_panes = "A2"
        page.column_dimensions[get_column_letter(len(sheet.titles) + 1)].width = 60
    if not book.sheetnames:
        book.create_sheet().append(["没有被退回的行"])
    return _bytes(book)


def _add(page: Any, line: int, cells: Sequence[Any], row: ImportRow, *, width: int) -> None:
    told = unpacked(row.told)
    reasons = " ".join(reason_in_words(code=code, typed=typed) for code, typed in told["reasons"])
    _write(page, line, [*(cells[at] if at < len(cells) else None for at in range(width)), reasons, row.number])
    mark = page.cell(line, width + 1)
    mark.fill = PatternFill("solid", fgColor="FFF2CC")
    mark.alignment = Alignment(wrap_text=True, vertical="top")


def _write(page: Any, line: int, values: Sequence[Any]) -> None:
    """As it stood in the file; what begins like a formula stays text."""
    for column, value in enumerate(values, start=1):
        cell = page.cell(line, column, value)
        if isinstance(value, str):
            cell.data_type = "s"
        if not isinstance(value, date | int | float):
            cell.number_format = "@"


def _bytes(book: Workbook) -> bytes:
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
