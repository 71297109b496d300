"""A table as an Excel file: one sheet, made the same way for everybody who takes a list away."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

UNPRINTABLE: Final = {code: None for code in range(32) if code not in (9, 10)}
NOT_IN_TITLES: Final = str.maketrans("", "", r"[]:*?/\ ")
FOOTER_LETTERS: Final = 200
NARROWEST, WIDEST = 8, 60


def workbook(
    *,
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[Any]],
    mark: str = "",
    widths: Mapping[int, int] | None = None,
) -> bytes:
    """A bold heading that stays in sight and is repeated on every printed page, on A4 across.

    Days and numbers stay what they are, instants come in local time, and all else is text: also what begins like a formula.
    ``widths`` (letters, by column from 0) go before what the cells need. ``mark`` says who took the file out and that it is
    personal: it stands below the table, at the foot of every printed page and in the properties of the file.
    """
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title.translate(NOT_IN_TITLES)[:31] or "Linli"
    for number, row in enumerate([head, *rows], start=1):
        for column, value in enumerate(row, start=1):
            _put(sheet.cell(number, column), value)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column in range(len(head)):
        needed = max(_letters(row[column]) for row in [head, *rows[:500]] if column < len(row))
        width = (widths or {}).get(column) or min(max(needed + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(column + 1)].width = width
    _set_up_pages(sheet)
    if mark:
        sheet.cell(len(rows) + 3, 1, f"说明：{mark}")
        for page in (sheet.oddFooter, sheet.evenFooter):
            page.center.text = mark.replace("&", "&&")[:FOOTER_LETTERS]
            page.right.text = "&P / &N"
    book.properties.description, book.properties.creator = mark or None, "Linli"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _put(cell: Any, value: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        cell.value = (timezone.localtime(value) if timezone.is_aware(value) else value).replace(tzinfo=None)
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(value, date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
    elif isinstance(value, int | float):
        cell.value = value
    else:
        cell.value = str(value).translate(UNPRINTABLE)
        cell.data_type, cell.number_format = "s", "@"


def _letters(value: Any) -> int:
    """How wide a cell is: a Chinese character takes the room of two others."""
    if isinstance(value, datetime):
        return 19
    longest = max(str("" if value is None else value).splitlines() or [""], key=len)
    return sum(2 if letter > "\u2e80" else 1 for letter in longest)


def _set_up_pages(sheet: Any) -> None:
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
