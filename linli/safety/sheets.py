"""Tables as files that Excel opens."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.styles import Font

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def sheet(*, title: str, head: Sequence[str], rows: Iterable[Sequence[Any]], on: date) -> HttpResponse:
    """A download with one sheet. What a spreadsheet would take for a formula is made harmless."""
    book = Workbook(write_only=False)
    page = book.active
    assert page is not None
    page.title = title[:31]
    page.append([str(word) for word in head])
    for row in rows:
        page.append([_plain(value) for value in row])
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = "B2"
    kept = io.BytesIO()
    book.save(kept)
    answer = HttpResponse(kept.getvalue(), content_type=XLSX)
    name = quote(f"{title} {on:%Y-%m-%d}.xlsx")
    answer.headers["Content-Disposition"] = f"attachment; filename=\"devices.xlsx\"; filename*=UTF-8''{name}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, date | int | float) or value is None:
        return value
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
