"""What the child says: rows as they come, within the limits."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from linli.registry.workbooks import limits

Spans = Sequence[tuple[int, int, int, int]]


class No(Exception):
    """The file is not read. ``code`` is that of a refusal in ``workbooks.errors``; ``what`` tells its sentence more."""

    def __init__(self, code: str, **what: str) -> None:
        super().__init__(code)
        self.code, self.what = code, what


class Answer:
    """Counts what it lets through: a file with more than we read is refused before it has cost more."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out
        self.filled_rows = self.filled_cells = self.sheets = 0

    def line(self, value: Any) -> None:
        self.out.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n")
        self.out.flush()

    def begin(self, kind: str, encoding: str = "") -> None:
        self.line({"kind": kind, "encoding": encoding})

    def end(self) -> None:
        self.line({"end": True})

    def sheet(self, name: str, rows: Iterable[Sequence[object]], merged: Spans = ()) -> None:
        """Rows from the first of the sheet on; empty ones travel as a number, those at the end not at all."""
        self.sheets += 1
        if self.sheets > limits.SHEETS:
            raise No("workbook-too-large", reason="sheets")
        self.line({"sheet": name})
        width = empty = 0
        shortened: list[tuple[int, int]] = []
        for number, row in enumerate(rows):
            cells = [plain(cell) for cell in row]
            while cells and cells[-1] is None:
                cells.pop()
            if not cells:
                empty += 1
                continue
            self._count(name, cells)
            shortened += [
                (number, at) for at, cell in enumerate(row) if isinstance(cell, str) and len(cell) > limits.LONGEST_TEXT
            ]
            if empty:
                self.line(empty)
                empty = 0
            width = max(width, len(cells))
            self.line(cells)
        self.line({"width": width, "merged": list(merged)[: limits.SPANS], "shortened": shortened[: limits.SPANS]})

    def _count(self, name: str, cells: Sequence[object]) -> None:
        self.filled_rows += 1
        self.filled_cells += sum(cell is not None for cell in cells)
        if len(cells) > limits.COLUMNS:
            raise No("workbook-too-large", reason="columns", sheet=name)
        if self.filled_rows > limits.FILLED_ROWS or self.filled_cells > limits.FILLED_CELLS:
            raise No("workbook-too-large", reason="rows")


def plain(cell: object) -> object:
    """A cell as JSON has it. Whole numbers are ints; text stays text; a time of day becomes text."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, bool | int):
        return cell
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, datetime):
        return {"d": cell.date().isoformat()} if cell.time() == time() else {"t": cell.isoformat()}
    if isinstance(cell, date):
        return {"d": cell.isoformat()}
    if isinstance(cell, time):
        return cell.strftime("%H:%M")
    if isinstance(cell, timedelta):
        minutes = int(cell.total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    return str(cell)[: limits.LONGEST_TEXT].replace("\x00", "") or None


def _number(cell: float) -> object:
    if not math.isfinite(cell):
        return None
    return int(cell) if cell.is_integer() else cell
