"""The looks of cells: read, and copied with another number format."""

from __future__ import annotations

import copy
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from linli.registry.single_form.errors import TemplateError
from linli.registry.single_form.package import MAIN, OFFICE, Element, Package

TEXT_FORMAT: Final = "@"
DAY_FORMAT: Final = "yyyy-mm-dd"
GENERAL: Final = "General"
EAST_ASIAN_DAYS: Final = {*range(27, 37), *range(50, 59)}
"""Formats that Excel knows by number only: 1956年3月4日 and its like."""
NEW_IDS: Final = 200
STYLES_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
EMPTY: Final = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


class Styles:
    """The table of looks of a workbook; a look is its place in the table."""

    def __init__(self, package: Package) -> None:
        found = package.linked(package.workbook, "styles")
        if not found:
            found = ["xl/styles.xml"]
            package.put(found[0], EMPTY.encode())
            package.link(
                package.workbook,
                kind=f"{OFFICE}/styles",
                target=found[0],
                content_type=STYLES_TYPE,
            )
        self._package, self._part = package, found[0]
        self._root = package.tree(found[0])
        if self._root.find(f"{{{MAIN}}}cellXfs") is None:
            raise TemplateError("broken", {"part": found[0]})
        self._looks: list[Element] = list(self._root.iterfind(f"{{{MAIN}}}cellXfs/{{{MAIN}}}xf"))
        self._borders = [
            any(side.get("style") not in {None, "none"} for side in border)
            for border in self._root.iterfind(f"{{{MAIN}}}borders/{{{MAIN}}}border")
        ]
        self._formats = {
            _number(found.get("numFmtId")): found.get("formatCode", "")
            for found in self._root.iterfind(f"{{{MAIN}}}numFmts/{{{MAIN}}}numFmt")
        }
        self._made: dict[tuple[int, str, bool], int] = {}
        self._ruled: dict[int, int] = {}

    def has_border(self, look: int) -> bool:
        number = _number(self._of(look, "borderId"))
        return number < len(self._borders) and self._borders[number]

    def is_day(self, look: int) -> bool:
        """Whether numbers are shown as days."""
        number = _number(self._of(look, "numFmtId"))
        if number in EAST_ASIAN_DAYS:
            return True
        code = self._code(number)
        return code != GENERAL and bool(is_date_format(code))

    def is_text(self, look: int) -> bool:
        return self._code(_number(self._of(look, "numFmtId"))) == TEXT_FORMAT

    def as_text(self, look: int) -> int:
        """The same look, for text that must stay text even when somebody types over it."""
        return self._with(look, TEXT_FORMAT, quoted=False)

    def as_quoted(self, look: int) -> int:
        """The same look, for text that begins like a formula."""
        return self._with(look, TEXT_FORMAT, quoted=True)

    def as_day(self, look: int) -> int:
        """The same look if it shows days, otherwise with year, month and day."""
        return look if self.is_day(look) else self._with(look, DAY_FORMAT, quoted=False)

    def ruled(self, look: int) -> int:
        """Nothing but the border of this look: for rows under a header that has a border, where no row was drawn."""
        if not self.has_border(look):
            return 0
        if look not in self._ruled:
            made = etree.fromstring(f'<xf xmlns="{MAIN}" numFmtId="0" fontId="0" fillId="0" xfId="0" applyBorder="1"/>')
            made.set("borderId", str(self._closed(_number(self._of(look, "borderId")))))
            self._ruled[look] = self._add(made)
        return self._ruled[look]

    def _closed(self, border: int) -> int:
        """The border with a line above like that below: the lower half of a merged heading has none."""
        table = self._package.change(self._part).find(f"{{{MAIN}}}borders")
        made = copy.deepcopy(table[border])
        top, bottom = made.find(f"{{{MAIN}}}top"), made.find(f"{{{MAIN}}}bottom")
        if top is None or bottom is None or top.get("style") or not bottom.get("style"):
            return border
        line = copy.deepcopy(bottom)
        line.tag = top.tag
        made.replace(top, line)
        table.append(made)
        self._borders.append(True)
        table.set("count", str(len(table)))
        return len(table) - 1

    def _with(self, look: int, code: str, *, quoted: bool) -> int:
        if self._code(_number(self._of(look, "numFmtId"))) == code and not quoted:
            return look
        key = look, code, quoted
        if key not in self._made:
            made = copy.deepcopy(self._looks[look if look < len(self._looks) else 0])
            made.set("numFmtId", str(self._id_of(code)))
            made.set("applyNumberFormat", "1")
            if quoted:
                made.set("quotePrefix", "1")
            self._made[key] = self._add(made)
        return self._made[key]

    def _add(self, look: Element) -> int:
        table = self._package.change(self._part).find(f"{{{MAIN}}}cellXfs")
        table.append(look)
        self._looks.append(look)
        table.set("count", str(len(self._looks)))
        return len(self._looks) - 1

    def _id_of(self, code: str) -> int:
        if code == TEXT_FORMAT:
            return 49
        for number, known in self._formats.items():
            if known == code:
                return number
        number = max([NEW_IDS, *self._formats]) + 1
        table = self._package.change(self._part).find(f"{{{MAIN}}}numFmts")
        if table is None:
            table = etree.Element(f"{{{MAIN}}}numFmts")
            self._root.insert(0, table)
        etree.SubElement(table, f"{{{MAIN}}}numFmt", numFmtId=str(number), formatCode=code)
        table.set("count", str(len(table)))
        self._formats[number] = code
        return number

    def _code(self, number: int) -> str:
        return self._formats.get(number) or str(BUILTIN_FORMATS.get(number, GENERAL))

    def _of(self, look: int, name: str) -> str:
        return str(self._looks[look].get(name, "0")) if look < len(self._looks) else "0"


def _number(text: Any) -> int:
    return int(text) if text and len(str(text)) < 10 and str(text).isdecimal() else 0
