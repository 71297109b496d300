"""Files that a browser is to save."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from django.http import HttpResponse

from linli.ui.workbooks import workbook

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def attachment(*, content: bytes, name: str, kind: str) -> HttpResponse:
    """A download with a name in any language (RFC 6266), never kept by a cache."""
    answer = HttpResponse(content, content_type=kind)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in name)
    answer.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def excel_list(*, title: str, head: Sequence[str], rows: Sequence[Sequence[Any]], on: date) -> HttpResponse:
    """A list as an Excel file, named after its title and the day."""
    content = workbook(title=title, head=head, rows=rows)
    return attachment(content=content, name=f"{title} {on:%Y-%m-%d}.xlsx", kind=XLSX)
