"""How reading a spreadsheet says no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid


class NotAWorkbook(Invalid):
    """What the file holds is no spreadsheet, whatever its name says."""

    code = "not-a-workbook"
    default_sentence = _("This is not a spreadsheet. Choose an Excel, WPS or CSV file.")


class WorkbookBroken(Invalid):
    """The file begins like a spreadsheet and cannot be read to its end."""

    code = "workbook-broken"
    default_sentence = _(
        "This file is damaged or was not saved completely. Open it in Excel or WPS, save it again as .xlsx, "
        "and upload that file."
    )


class PasswordNeeded(Invalid):
    """The workbook is locked, and no password was given."""

    code = "password-needed"
    default_sentence = _("This file is protected by a password. Please type the password with which it opens in Excel.")


class WrongPassword(Invalid):
    """The workbook is locked, and not with this password."""

    code = "wrong-password"
    default_sentence = _("This password does not open the file. Type it again; capital and small letters count.")


class TooLarge(Invalid):
    """The file holds more than we read: in bytes, unpacked bytes, rows, columns or cells."""

    code = "workbook-too-large"
    default_sentence = _("This file holds too much to be read at once. Divide it into several files.")


class StrayCell(Invalid):
    """A few values stand far away from all others, and make the sheet gigantic."""

    code = "stray-cell"
    default_sentence = _(
        "A cell far away from the table makes this sheet gigantic. Delete it, and save the file again."
    )


class TookTooLong(Invalid):
    """Reading did not end in time."""

    code = "took-too-long"
    default_sentence = _(
        "Reading this file takes too long. Copy the table alone into a new workbook, save it, and upload that file."
    )


LOOKS_LIKE: Final[Mapping[str, Promise]] = {
    "empty": _("This file is empty. Look whether it was saved, and choose it again."),
    "pdf": _("This is a PDF file, not a spreadsheet. Ask for the Excel file from which it was made."),
    "picture": _("This is a picture, not a spreadsheet. Ask for the Excel file of which it was taken."),
    "word": _("This is a Word document. Copy its table into Excel or WPS, save it as .xlsx, and upload that file."),
    "slides": _("This is a presentation, not a spreadsheet. Choose an Excel, WPS or CSV file."),
    "archive": _("This is a packed archive. Unpack it first, and choose the spreadsheet in it."),
    "program": _("This is a program, not a spreadsheet. Do not open it, and ask who sent it to you."),
    "numbers": _("This is a file of Apple Numbers. Export it there as Excel, and upload that file."),
    "page": _(
        "This is a web page without a table, perhaps the log-in page of the system you exported from. "
        "Log in there and export again."
    ),
    "old": _("This file was made by a very old Excel. Open it in Excel or WPS, and save it as .xlsx."),
    "bytes": NotAWorkbook.default_sentence,
}
"""By what the content looks like."""

TOO_MUCH: Final[Mapping[str, Promise]] = {
    "file": _("This file is larger than 50 MB. Take pictures out of it, or divide it into several files."),
    "unpacked": _("Unpacked, this file is so large that we do not open it. Copy the table alone into a new workbook."),
    "rows": _("This file has more than 60,000 filled rows. Divide it into several files."),
    "columns": _("Sheet “{sheet}” has more than 256 columns. Copy the columns you need into a new workbook."),
    "sheets": _("This file has more than 500 sheets. Divide it into several files."),
    "memory": _(
        "Opening this file takes more memory than we allow: it holds too much, or a cell stands far away from the table. "
        "Copy the table alone into a new workbook."
    ),
}
"""By what there is too much of."""

STRAY_ON_A_SHEET = _(
    "On sheet “{sheet}” something stands in cell {cell}, far away from the table. Delete that row or column, and save "
    "the file again."
)
STRAY_SOMEWHERE = _(
    "Something stands in cell {cell} of this file, far away from the table. Delete that row or column, and save the "
    "file again."
)
LOCKED_ODS = _("This OpenDocument file is protected by a password. Save it without one, or as .xlsx.")


def refusal_for(*, code: str, what: Mapping[str, str]) -> Invalid:
    """The refusal for what the child process answered: ``code`` of a class here, and what its sentence tells."""
    reason, sheet, cell = what.get("reason", ""), what.get("sheet", ""), what.get("cell", "")
    if code == NotAWorkbook.code:
        return NotAWorkbook(LOOKS_LIKE.get(reason))
    if code == TooLarge.code:
        sentence = TOO_MUCH.get(reason)
        return TooLarge(format_lazy(str(sentence), sheet=sheet) if sentence and sheet else sentence)
    if code == StrayCell.code:
        return StrayCell(format_lazy(STRAY_ON_A_SHEET if sheet else STRAY_SOMEWHERE, sheet=sheet, cell=cell))
    if code == PasswordNeeded.code:
        return PasswordNeeded(LOCKED_ODS if reason == "ods" else None)
    return {WrongPassword.code: WrongPassword, TookTooLong.code: TookTooLong}.get(code, WorkbookBroken)()
