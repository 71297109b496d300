"""Files that nobody vouches for, read by the child process: made here, with real libraries, as people and machines make them."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook as Book
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from linli.registry.workbooks import fill_down, read_workbook
from linli.registry.workbooks.errors import (
    NotAWorkbook,
    PasswordNeeded,
    StrayCell,
    TooLarge,
    WorkbookBroken,
    WrongPassword,
)

ROWS = [["姓名", "住址"], ["赵桂兰", "8-3-502"]]
TYPES = b"""<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""  # noqa: E501
BOOK = b"""<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"""  # noqa: E501
LINKS = b"""<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"/></Relationships>"""  # noqa: E501
SHEET = (
    b'<?xml version="1.0" encoding="UTF-8"?>%s<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<sheetData>%s</sheetData></worksheet>"
)
FIRST = b'<row r="1"><c r="A1" t="inlineStr"><is><t>%s</t></is></c></row>' % "赵桂兰".encode()


def saved(path: Path, rows=ROWS, **pages) -> Path:
    book = Book()
    for row in rows:
        book.active.append(row)
    for title, more in pages.items():
        sheet = book.create_sheet(title)
        for row in more:
            sheet.append(row)
    book.save(path)
    return path


def by_hand(path: Path, *rows: bytes, before: bytes = b"", **parts: bytes) -> Path:
    """An .xlsx as no program writes it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", TYPES)
        packed.writestr("_rels/.rels", LINKS % (b"officeDocument", b"xl/workbook.xml"))
        packed.writestr("xl/workbook.xml", BOOK)
        packed.writestr("xl/_rels/workbook.xml.rels", LINKS % (b"worksheet", b"worksheets/sheet1.xml"))
        packed.writestr("xl/worksheets/sheet1.xml", SHEET % (before, b"".join(rows)))
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/"), content)
    return path


def locked(path: Path, password: str) -> Path:
    opened = io.BytesIO(saved(path).read_bytes())
    with path.open("wb") as out:
        OOXMLFile(opened).encrypt(password, out)
    return path


def only_rows(path: Path, **told):
    (sheet,) = read_workbook(path=path, **told).sheets
    return sheet.rows


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.xls", "台账.txt", "台账"])
def test_the_name_of_a_file_does_not_matter(tmp_path, name) -> None:
    path = tmp_path / name
    saved(tmp_path / "a.xlsx").rename(path)
    assert only_rows(path) == ROWS


def test_numbers_days_and_text_are_kept_apart(tmp_path) -> None:
    row = [999999194912310025, "999999194912310025", 1956.3, date(1956, 3, 4), True, "  x ", None, 7.0]
    kept = only_rows(saved(tmp_path / "a.xlsx", [row]))[0]
    assert isinstance(kept[0], int)  # 15 digits of it, as Excel keeps them
    assert kept[1:6] == ["999999194912310025", 1956.3, date(1956, 3, 4), True, "  x "]
    assert (kept[7], type(kept[7])) == (7, int)


def test_a_workbook_that_counts_from_1904_has_the_same_days(tmp_path) -> None:
    book = Book()
    book.epoch = CALENDAR_MAC_1904
    book.active["A1"] = date(1956, 3, 4)
    book.save(tmp_path / "a.xlsx")
    assert only_rows(tmp_path / "a.xlsx") == [[date(1956, 3, 4)]]


def test_all_sheets_are_read_hidden_ones_too_and_empty_ones_not(tmp_path) -> None:
    book = Book()
    book.active.append(["一"])
    book.create_sheet("空")
    hidden = book.create_sheet("二网格")
    hidden.sheet_state = "hidden"
    hidden.append(["二"])
    book.save(tmp_path / "a.xlsx")
    assert [(sheet.name, sheet.rows) for sheet in read_workbook(path=tmp_path / "a.xlsx").sheets] == [
        ("Sheet", [["一"]]),
        ("二网格", [["二"]]),
    ]


def test_a_cell_merged_over_a_household_is_filled_down(tmp_path) -> None:
    book = Book()
    for row in (["住址", "姓名"], ["8-3-502", "赵桂兰"], [None, "钱大力"], ["8-3-503", "孙一"]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(tmp_path / "a.xlsx")
    (sheet,) = read_workbook(path=tmp_path / "a.xlsx").sheets
    assert [row[0] for row in fill_down(sheet=sheet, first_row=1)] == ["8-3-502", "8-3-502", "8-3-503"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_text_files_are_read_in_every_encoding_offices_write(tmp_path, encoding, mark) -> None:
    text = f'姓名{mark}住址\r\n赵桂兰{mark}"8号楼{mark}3单元\n502"\r\n'
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    book = read_workbook(path=tmp_path / "a.csv")
    assert book.kind == "csv"
    assert book.sheets[0].rows == [["姓名", "住址"], ["赵桂兰", f"8号楼{mark}3单元\n502"]]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_web_page_named_xls_is_read(tmp_path, encoding) -> None:
    text = (
        "<html><body><table><tr><th colspan=2>台账</th></tr><tr><td>姓名</td><td>住址</td></tr>"
        "<tr><td>赵&nbsp;桂兰<td rowspan=2>8-3-502</tr><tr><td>钱大力</td></tr></table></body></html>"
    )
    (tmp_path / "a.xls").write_bytes(text.encode(encoding))
    (sheet,) = read_workbook(path=tmp_path / "a.xls").sheets
    assert sheet.rows == [["台账", None], ["姓名", "住址"], ["赵 桂兰", "8-3-502"], ["钱大力", None]]
    assert [row[1] for row in fill_down(sheet=sheet, first_row=2)] == ["8-3-502", "8-3-502"]


def test_an_xml_spreadsheet_of_2003_is_read(tmp_path) -> None:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    text = (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Worksheet ss:Name="一"><Table>'
        '<Row><Cell><Data ss:Type="String">姓名</Data></Cell><Cell ss:Index="3"><Data ss:Type="Number">12</Data></Cell></Row>'
        "</Table></Worksheet></Workbook>"
    )
    (tmp_path / "a.xls").write_text(text, encoding="utf-8")
    assert only_rows(tmp_path / "a.xls") == [["姓名", None, 12]]


def test_a_locked_workbook_opens_with_its_password_only(tmp_path) -> None:
    path = locked(tmp_path / "a.xlsx", "丁香2026")
    assert only_rows(path, password="丁香2026") == ROWS
    with pytest.raises(PasswordNeeded):
        read_workbook(path=path)
    with pytest.raises(WrongPassword):
        read_workbook(path=path, password="丁香2025")


def test_a_workbook_locked_only_against_changes_asks_for_nothing(tmp_path) -> None:
    assert only_rows(locked(tmp_path / "a.xlsx", "VelvetSweatshop")) == ROWS


def test_formulas_give_the_value_that_was_saved_and_run_nothing(tmp_path) -> None:
    row = b'<row r="1"><c r="A1"><f>WEBSERVICE("x")+[1]S!A1</f><v>42</v></c><c r="B1" t="str"><f>1+1</f><v>2</v></c></row>'
    path = by_hand(tmp_path / "a.xlsm", row, xl__vbaProject__bin=b"\xd0\xcf macro")
    assert only_rows(path) == [[42, "2"]]


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" * 500},
        {"xl/externalLinks/externalLink1.xml": b"<externalLink/>", "xl/connections.xml": b"<connections/>"},
        {"xl/embeddings/oleObject1.bin": b"MZ" * 500, "xl/media/image1.png": b"no picture"},
    ],
)
def test_macros_links_and_what_else_is_packed_with_a_table_stay_unread(tmp_path, parts) -> None:
    assert only_rows(by_hand(tmp_path / "a.xlsm", FIRST, **parts)) == [["赵桂兰"]]


def test_a_million_empty_rows_do_no_harm(tmp_path) -> None:
    empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/><c r="B%d" s="0"/></row>' % (n, n, n) for n in range(2, 1_048_577))
    assert only_rows(by_hand(tmp_path / "a.xlsx", FIRST, empty)) == [["赵桂兰"]]


def test_a_cell_in_the_farthest_corner_is_named(tmp_path) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(StrayCell, match="XFD1048576"):
        read_workbook(path=by_hand(tmp_path / "a.xlsx", FIRST, far))


@pytest.mark.parametrize("megabytes", [40, 1000])
def test_a_bomb_is_not_unpacked(tmp_path, megabytes) -> None:
    path = by_hand(tmp_path / "a.xlsx", FIRST)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/sharedStrings.xml", "w") as part:
        for _ in range(megabytes):
            part.write(bytes(1_000_000))
    with pytest.raises(TooLarge):
        read_workbook(path=path)


def test_too_many_rows_are_said(tmp_path) -> None:
    (tmp_path / "a.csv").write_text("姓名,住址\n" + "赵桂兰,8-3-502\n" * 60_001, encoding="utf-8")
    with pytest.raises(TooLarge, match=r"60,000"):
        read_workbook(path=tmp_path / "a.csv")


def test_entities_that_grow_are_not_unfolded(tmp_path) -> None:
    lol = b'<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)
    )
    row = b'<row r="1"><c r="A1" t="inlineStr"><is><t>&m;</t></is></c></row>'
    path = by_hand(tmp_path / "a.xlsx", row, before=lol + b"]>")
    with suppress(WorkbookBroken):
        assert len(str(only_rows(path))) < 3000


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \r\n",
        b"%PDF-1.7 ...",
        b"\x89PNG\r\n\x1a\n" + bytes(300),
        b"MZ" + bytes(300),
        b"\x00\x01\x02\x03" * 100,
        b"<html><body><form>login</form></body></html>",
        bytes(range(256)) * 20,
    ],
)
def test_what_is_no_table_is_said_to_be_none(tmp_path, content) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(NotAWorkbook):
        read_workbook(path=tmp_path / "a.xlsx")


def test_a_word_document_is_told_from_a_workbook(tmp_path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as packed:
        packed.writestr("word/document.xml", "<x/>")
    with pytest.raises(NotAWorkbook, match="Word"):
        read_workbook(path=tmp_path / "a.xlsx")


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9, 0.99])
def test_a_file_cut_off_is_broken(tmp_path, kept) -> None:
    whole = saved(tmp_path / "a.xlsx").read_bytes()
    (tmp_path / "a.xlsx").write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(WorkbookBroken):
        read_workbook(path=tmp_path / "a.xlsx")


@pytest.mark.parametrize("start", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"])
def test_a_file_that_only_begins_like_a_workbook_is_broken(tmp_path, start) -> None:
    (tmp_path / "a.xls").write_bytes(start + bytes(range(256)) * 8)
    with pytest.raises((WorkbookBroken, NotAWorkbook)):
        read_workbook(path=tmp_path / "a.xls")
