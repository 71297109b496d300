"""One form (一表通): the blank Excel or Word form that somebody sends comes back filled, and looks as it was sent.

Of an .xlsx only what must change is changed: the cells written, and whatever speaks of the rows that move. Pictures, charts,
shapes, printers and all that we do not know goes through byte for byte. Pure: no database, no Django model, no clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from linli.registry.single_form.errors import TemplateError
from linli.registry.single_form.template import HeaderCell, Template, TemplateSheet, TemplateWarning, TotalCell

__all__ = [
    "HeaderCell",
    "Template",
    "TemplateError",
    "TemplateSheet",
    "TemplateWarning",
    "TotalCell",
    "fill",
    "fill_word",
    "read_template",
    "read_word",
]

# The child that fills Word documents imports this package, and must not load Django with it: hence the late imports.


def read_template(*, data: bytes) -> Template:
    """The sheets with a table, their columns and what these seem to hold, rows for people, footers, totals.

    Raises TemplateError: too-large, not-xlsx, locked, macros, signed, strict, broken, unreadable, formula, no-header.
    """
    from linli.registry.single_form.reading import read  # noqa: PLC0415

    return read(data)


def fill(
    *,
    data: bytes,
    sheet: str,
    mapping: Mapping[str, str],
    rows: Sequence[Mapping[str, str | int | float | date | None]],
    watermark: str = "",
) -> bytes:
    """The form with one person a row, in their order. ``mapping`` is field by column letter; 序号 is filled in any case.

    More people than rows: rows like the first are added, and everything below moves down. Fewer: the other rows stay, empty.
    Raises TemplateError: what ``read_template`` raises, and no-such-sheet, no-such-column, merged-down, too-many-rows.
    """
    from linli.registry.single_form.filling import filled  # noqa: PLC0415

    return filled(data=data, sheet=sheet, mapping=mapping, rows=rows, watermark=watermark)


def read_word(*, data: bytes) -> frozenset[str]:
    """The names a Word template (.docx with {{ name }}) asks for; a list of people is ``rows``, and its fields ``rows.name``.

    Takes 20 seconds at most. Raises TemplateError: not-docx, too-large, macros, locked, broken, word-syntax, word-unsafe,
    took-too-long.
    """
    from linli.registry.single_form.word import names_in  # noqa: PLC0415

    return names_in(data)


def fill_word(
    *, data: bytes, values: Mapping[str, str], rows: Sequence[Mapping[str, str]], watermark: str = ""
) -> bytes:
    """The Word template with these values; names that are not given stay empty. ``rows`` is the list of people in it.

    The watermark stands at the foot of every page and in the properties of the file.

    Takes 20 seconds at most. Raises TemplateError as ``read_word``.
    """
    from linli.registry.single_form.word import filled  # noqa: PLC0415

    return filled(data=data, values=values, rows=rows, watermark=watermark)
