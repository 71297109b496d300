"""Workbooks that calamine reads: values only."""

from __future__ import annotations

import io

import python_calamine

from linli.registry.workbooks import limits
from linli.registry.workbooks.child.answers import Answer, No, Spans


def read_sheets(data: bytes, *, kind: str, answer: Answer) -> None:
    """All sheets, hidden ones too. Raises No."""
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        answer.begin(kind)
        for found in book.sheets_metadata:
            if found.typ == python_calamine.SheetTypeEnum.WorkSheet:
                _read_sheet(book, found.name, answer)
        answer.end()
    except python_calamine.PasswordError as error:
        raise No("password-needed") from error
    except python_calamine.CalamineError as error:
        raise No("workbook-broken") from error


def _read_sheet(book: python_calamine.CalamineWorkbook, name: str, answer: Answer) -> None:
    sheet = book.get_sheet_by_name(name)
    if sheet.end is None:
        return
    last_row, last_column = sheet.end
    if last_row >= limits.LAST_ROW:
        raise No("workbook-too-large", reason="rows")
    if last_column >= limits.COLUMNS:
        raise No("workbook-too-large", reason="columns", sheet=name)
    answer.sheet(name, sheet.to_python(skip_empty_area=False), _merged(sheet))


def _merged(sheet: python_calamine.CalamineSheet) -> Spans:
    try:
        ranges = sheet.merged_cell_ranges or []
    except python_calamine.CalamineError:
        return []
    return [(start[0], start[1], end[0], end[1]) for start, end in ranges]
