"""People as an Excel file: every column text, so that nothing is spoiled and nothing is a formula, and marked with who took it out."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from linli.registry.queries.rows import HEADINGS, Row

WIDTHS: Final = {
    "id_number": 22, "phone": 16, "landline": 22, "contact_phone": 18, "registered_address": 28, "note": 28, "groups": 20,
    "name": 12, "work": 20, "contact_name": 16, "born_on": 14, "moved_in_on": 14, "household": 14,
}  # fmt: skip
UNPRINTABLE: Final = {code: None for code in range(32) if code not in (9, 10)}
FOOTER_LETTERS: Final = 200


def people_workbook(*, rows: Sequence[Row], fields: Sequence[str], mark: str) -> bytes:
    """One sheet with our headings, which an import understands. ``mark`` says who took it out, when, and that it is personal: it
    stands below the table, at the foot of every printed page and in the properties of the file."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "居民台账"
    for column, name in enumerate(fields, start=1):
        sheet.cell(1, column, HEADINGS[name]).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTHS.get(name, 10)
    for number, row in enumerate(rows, start=2):
        for column, name in enumerate(fields, start=1):
            _put(sheet.cell(number, column), row[name])
    sheet.cell(len(rows) + 3, 1, f"说明：{mark}")
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    for page in (sheet.oddFooter, sheet.evenFooter):
        page.center.text = mark.replace("&", "&&")[:FOOTER_LETTERS]
        page.right.text = "&P / &N"
    book.properties.description = mark
    book.properties.creator = "Linli"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _put(cell: Any, value: Any) -> None:
    """A day as a day, a count as a number, everything else as text: also what begins like a formula."""
    if value is None or value == "":
        return
    if isinstance(value, date):
        cell.value, cell.number_format = value, "yyyy-mm-dd"
    elif isinstance(value, int):
        cell.value = value
    else:
        cell.value = value.translate(UNPRINTABLE)
        cell.data_type, cell.number_format = "s", "@"
