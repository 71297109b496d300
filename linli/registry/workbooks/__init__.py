"""Any spreadsheet file that somebody may upload, read without trusting it.

The file is opened by a child process with little memory and little time, which knows neither the database nor Django
(``child``); what comes back is plain values. No formula is computed, no link followed, no macro run. See ``limits``.
"""

from __future__ import annotations

from pathlib import Path

from linli.registry.workbooks.shapes import Kind, Sheet, Span, Workbook, filled_down

__all__ = ["Kind", "Sheet", "Span", "Workbook", "fill_down", "read_workbook"]


def read_workbook(*, path: Path | str, password: str = "") -> Workbook:
    """The file's values; its kind is judged by its content, not by its name. Takes 30 seconds at most.

    Raises, from ``workbooks.errors``: NotAWorkbook, WorkbookBroken, PasswordNeeded, WrongPassword, TooLarge, StrayCell,
    TookTooLong; and OSError if there is no such file.
    """
    # The child imports this package, and must not load Django with it.
    from linli.registry.workbooks.reading import read  # noqa: PLC0415

    return read(path=Path(path), password=password)


def fill_down(*, sheet: Sheet, first_row: int) -> list[list[object]]:
    """The rows from ``first_row`` (from 0) on; a cell merged over several rows of one column has its value in each of them.

    So a door number that is merged over the members of a household stands beside every member. Cells merged over
    several columns, and those that begin above ``first_row``, stay as they are.
    """
    return filled_down(sheet=sheet, first_row=first_row)
