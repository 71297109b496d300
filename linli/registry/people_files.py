"""People as an Excel file, with headings that an import understands, marked with who took it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from linli.registry.queries.rows import HEADINGS, Row
from linli.ui.workbooks import workbook

WIDTHS: Final = {
    "id_number": 22, "phone": 16, "landline": 22, "contact_phone": 18, "registered_address": 28, "note": 28, "groups": 20,
    "listed_on": 14, "listed_basis": 20, "helper": 12,
    "name": 12, "work": 20, "contact_name": 16, "born_on": 14, "moved_in_on": 14, "household": 14,
}  # fmt: skip


def people_workbook(*, rows: Sequence[Row], fields: Sequence[str], mark: str) -> bytes:
    """One sheet of these fields of people; ``mark`` as ``linli.ui.workbooks.workbook`` has it."""
    return workbook(
        title="居民台账",
        head=[HEADINGS[name] for name in fields],
        rows=[[row[name] for name in fields] for row in rows],
        mark=mark,
        widths={column: WIDTHS.get(name, 10) for column, name in enumerate(fields)},
    )
