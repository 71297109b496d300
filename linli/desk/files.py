"""Tables as files for other programs: CSV that a Chinese Excel opens as it should, and .xlsx."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.http import HttpResponse
from django.utils import timezone

from linli.ui.downloads import XLSX, attachment
from linli.ui.workbooks import workbook

FORMS: Final = ("csv", "xlsx")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Table:
    """``ident`` names it in addresses, ``title`` on the page and in the file's name."""

    ident: str
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Any]]


def as_file(*, table: Table, form: str, on: date) -> HttpResponse:
    """The table as a download; ``form`` is csv or xlsx. Text that a spreadsheet would take for a formula is made harmless."""
    content, kind = (_csv(table), "text/csv; charset=utf-8") if form == "csv" else (_xlsx(table), XLSX)
    return attachment(content=content, name=f"{table.title} {on:%Y-%m-%d}.{form}", kind=kind)


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(table.head)
    writer.writerows([_plain(_said(value)) for value in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(table: Table) -> bytes:
    return workbook(title=table.title, head=table.head, rows=[[_plain(value) for value in row] for row in table.rows])


def _said(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    return "" if value is None else value


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
