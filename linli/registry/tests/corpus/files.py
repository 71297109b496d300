"""Files of every kind, made with the libraries that make them elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlwt
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook
from stdnum.cn import ric

Rows = Sequence[Sequence[Any]]
Maker = Callable[[Path], Path]


def id_number(born: str, order: int) -> str:
    """A right ID number of an area that does not exist, for somebody born on YYYYMMDD; an even ``order`` is a woman."""
    stem = f"999999{born}{order:03d}"
    return stem + ric.calc_check_digit(stem + "0")


def xlsx(*rows: Sequence[Any], merged: Iterable[str] = (), hidden: Iterable[int] = (), **sheets: Rows) -> Maker:
    """One sheet of ``rows``, and further ones by name. ``hidden`` rows are filtered out of sight, as people leave them."""

    def make(path: Path) -> Path:
        book = Workbook()
        for row in rows:
            book.active.append(list(row))
        for cells in merged:
            book.active.merge_cells(cells)
        for number in hidden:
            book.active.row_dimensions[number].hidden = True
        for name, more in sheets.items():
            sheet = book.create_sheet(name)
            for row in more:
                sheet.append(list(row))
        book.save(path.with_suffix(".xlsx"))
        return path.with_suffix(".xlsx")

    return make


def xls(*rows: Sequence[Any], merged: Iterable[tuple[int, int, int, int]] = (), suffix: str = ".xls") -> Maker:
    """The binary format of Excel 97, which WPS writes as .et, too. ``merged`` is (first row, last row, first column, last column)."""

    def make(path: Path) -> Path:
        book = xlwt.Workbook(encoding="utf-8")
        sheet = book.add_sheet("Sheet1", cell_overwrite_ok=True)
        day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell, *([day] if isinstance(cell, date) else []))
        for first, last, left, right in merged:
            sheet.merge(first, last, left, right)
        book.save(str(path.with_suffix(suffix)))
        return path.with_suffix(suffix)

    return make


def csv(*rows: Sequence[Any], encoding: str = "gb18030", mark: str = ",", suffix: str = ".csv") -> Maker:
    """Text with cells in quotes where they hold the mark."""

    def make(path: Path) -> Path:
        lines = [mark.join(_quoted("" if cell is None else str(cell), mark) for cell in row) for row in rows]
        path.with_suffix(suffix).write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
        return path.with_suffix(suffix)

    return make


def _quoted(text: str, mark: str) -> str:
    return '"' + text.replace('"', '""') + '"' if mark in text or '"' in text or "\n" in text else text


def web_page(*rows: Sequence[Any], encoding: str = "gb18030") -> Maker:
    """A table of a web page, saved as .xls by the system of a higher office."""

    def make(path: Path) -> Path:
        lines = ["".join(f"<td>{'' if cell is None else cell}</td>" for cell in row) for row in rows]
        text = f"<html><head><meta charset={encoding}></head><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table></html>"
        path.with_suffix(".xls").write_bytes(text.encode(encoding))
        return path.with_suffix(".xls")

    return make


def locked(made: Maker, password: str) -> Maker:
    """The same, asking for a password when it is opened."""

    def make(path: Path) -> Path:
        plain = made(path)
        opened = io.BytesIO(plain.read_bytes())
        with plain.open("wb") as out:
            OOXMLFile(opened).encrypt(password, out)
        return plain

    return make
