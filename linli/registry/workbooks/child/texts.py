"""Files that are text: CSV in any of the encodings that Chinese offices write, and tables of web pages named .xls."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from html.parser import HTMLParser
from typing import Final
from xml.etree import ElementTree

from linli.registry.workbooks import limits
from linli.registry.workbooks.child.answers import Answer, No

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ENCODINGS: Final = ("utf-8", "gb18030")
_DELIMITERS: Final = "\t,;"
_OFFICE: Final = "urn:schemas-microsoft-com:office:spreadsheet"
_SS: Final = f"{{{_OFFICE}}}"
_LONGEST_FIELD: Final = 1_000_000
_LOOKED_AT: Final = 20
_COMMONEST: Final = 0.02


def read_text(data: bytes, *, answer: Answer) -> None:
    """A web page's tables, an XML spreadsheet, or delimited text. Raises No."""
    text, encoding = _decoded(data)
    start = text[:4000].lstrip("\ufeff \r\n\t").lower()
    if start.startswith("<?xml") and _OFFICE in text[:8000]:
        _xml(data, answer)
    elif start.startswith("<") and re.match(r"<(?:!doctype html|html|\?xml|head|body|meta|style|table|div|!--)", start):
        _html(text, encoding, answer)
    else:
        answer.begin("csv", encoding)
        answer.sheet("CSV", _delimited(text))
        answer.end()


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strictly(data, encoding) or _nothing(), encoding
    for encoding in _ENCODINGS:
        if text := _strictly(data, encoding):
            return text, encoding
    return _nothing(), ""


def _strictly(data: bytes, encoding: str) -> str:
    """The text, or "" if it is none in this encoding: undecodable, or full of characters that nobody types."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return ""
    strange = sum(1 for letter in text[:20_000] if letter < " " and letter not in "\r\n\t\f")
    return "" if strange > len(text[:20_000]) * _COMMONEST else text


def _nothing() -> str:
    raise No("not-a-workbook", reason="bytes")


def _delimited(text: str) -> Iterator[Sequence[object]]:
    csv.field_size_limit(_LONGEST_FIELD)
    lines = [line for line in text.splitlines() if line.strip()][:_LOOKED_AT]
    by_use = {mark: sum(line.count(mark) for line in lines) for mark in _DELIMITERS}
    mark = max(_DELIMITERS, key=lambda one: by_use[one])
    try:
        yield from (
            [cell.strip() or None for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        )
    except csv.Error as error:
        raise No("workbook-broken") from error


class _Tables(HTMLParser):
    """The cells of all tables, with what they span. A table inside a cell counts as the cell's text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[list[list[object]], list[tuple[int, int, int, int]]]] = []
        self.depth = 0
        self.row: list[object] | None = None
        self.cell: list[str] | None = None
        self.taken: dict[tuple[int, int], bool] = {}
        self.span = (1, 1)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.depth += 1
            if self.depth == 1:
                self.tables.append(([], []))
                self.taken = {}
        elif self.depth == 1 and tag == "tr":
            self._end_row()
            self.row = []
        elif self.depth == 1 and tag in {"td", "th"} and self.tables:
            self._end_cell()
            self.row = self.row if self.row is not None else []
            told = dict(attrs)
            self.span = (_times(told.get("rowspan")), _times(told.get("colspan")))
            self.cell = []
        elif tag == "br" and self.cell is not None:
            self.cell.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            if self.depth == 1:
                self._end_row()
            self.depth = max(self.depth - 1, 0)
        elif self.depth == 1 and tag in {"td", "th"}:
            self._end_cell()
        elif self.depth == 1 and tag == "tr":
            self._end_row()

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)

    def _end_cell(self) -> None:
        if self.cell is None or self.row is None:
            return
        rows, spans = self.tables[-1]
        top = len(rows)
        while self.taken.get((top, len(self.row))):
            self.row.append(None)
        left, (down, right) = len(self.row), self.span
        self.row.append(" ".join("".join(self.cell).split()) or None)
        self.row.extend([None] * (right - 1))
        if len(self.row) > limits.COLUMNS:
            raise No("workbook-too-large", reason="columns", sheet=f"{len(self.tables)}")
        if down > 1 or right > 1:
            spans.append((top, left, top + down - 1, left + right - 1))
            self.taken |= {(top + y, left + x): True for y in range(1, down) for x in range(right)}
        self.cell = None

    def _end_row(self) -> None:
        self._end_cell()
        if self.row is not None:
            self.tables[-1][0].append(self.row)
        self.row = None


def _times(typed: str | None) -> int:
    return min(max(int(typed), 1), limits.COLUMNS) if typed and typed.isascii() and typed.isdigit() else 1


def _html(text: str, encoding: str, answer: Answer) -> None:
    page = _Tables()
    page.feed(text)
    page.close()
    tables = [(rows, spans) for rows, spans in page.tables if any(any(row) for row in rows)]
    if not tables:
        raise No("not-a-workbook", reason="page")
    answer.begin("html", encoding)
    for number, (rows, spans) in enumerate(tables, start=1):
        answer.sheet(f"{number}", rows, spans)
    answer.end()


def _xml(data: bytes, answer: Answer) -> None:
    """A spreadsheet of Excel 2003. Expat limits what entities may grow to; a document with its own is not read at all."""
    if b"<!ENTITY" in data:
        raise No("workbook-broken")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314 - no entities, in a process with little memory and time
    except ElementTree.ParseError as error:
        raise No("workbook-broken") from error
    answer.begin("xml")
    for sheet in root.iter(f"{_SS}Worksheet"):
        answer.sheet(sheet.get(f"{_SS}Name", ""), [_xml_row(row) for row in sheet.iter(f"{_SS}Row")])
    answer.end()


def _xml_row(row: ElementTree.Element) -> list[object]:
    cells: list[object] = []
    for cell in row.iter(f"{_SS}Cell"):
        index = cell.get(f"{_SS}Index", "")
        if index.isdigit() and int(index) <= limits.COLUMNS:
            cells.extend([None] * (int(index) - 1 - len(cells)))
        data = cell.find(f"{_SS}Data")
        text = "".join(data.itertext()) if data is not None else ""
        is_number = data is not None and data.get(f"{_SS}Type") == "Number"
        cells.append(
            float(text) if is_number and re.fullmatch(r"-?\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?", text) else text or None
        )
    return cells
