"""The boss's form comes back filled and looks as it was sent. Templates are made here, with the libraries offices' programs resemble."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table

from linli.registry.single_form import TemplateError, TotalCell, fill, limits, read_template
from linli.registry.workbooks import read_workbook

THIN, THICK = Side(style="thin"), Side(style="thick")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
DAY = datetime.fromisoformat("1945-01-01")
ID = "220103194501010017"
MAPPING = {"B": "name", "C": "id_number", "D": "phone", "F": "born_on", "G": "amount"}
HEADINGS = ("序号", "姓名", "身份证号", "联系方式", None, "出生日期", "补贴", "社区")
FIRST = 5


def people(count: int, **more):
    return [
        {"name": f"赵{n}", "id_number": ID, "phone": "13800001234", "born_on": date(1945, 1, 1), "amount": n} | more
        for n in range(count)
    ]


def kept(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def form(blank: int = 4):
    """A usual form: title, header of two rows, numbered rows, a sum, a line for signatures. Data begins in row 5."""
    book = Workbook()
    page = book.active
    page.title = "老年人台账"
    page["A1"], page["A2"] = "2026年老年人补贴发放表", "填报单位：          单位：元"
    for line in ("A1:H1", "A2:H2", "D3:E3", *(f"{letter}3:{letter}4" for letter in "ABCFGH")):
        page.merge_cells(line)
    for letter, heading in zip("ABCDEFGH", HEADINGS, strict=True):
        if heading:
            page[f"{letter}3"] = heading
        page.column_dimensions[letter].width = 13
    page["D4"], page["E4"] = "手机", "座机"
    total = FIRST + blank
    for row in range(3, total + 1):
        page.row_dimensions[row].height = 21
        for letter in "ABCDEFGH":
            page[f"{letter}{row}"].border = BOX
            page[f"{letter}{row}"].font = Font(name="仿宋", size=11)
    for row in range(FIRST, total):
        page[f"A{row}"] = row - FIRST + 1
    if blank:
        page["H5"] = "邻里示范社区"
    page[f"A{total}"], page[f"C{total}"], page[f"G{total}"] = "合计", "共   人", f"=SUM(G5:G{total - 1})"
    page.merge_cells(f"A{total}:B{total}")
    page[f"A{total + 1}"] = "填表人：          审核人：          日期：    年  月  日"
    page.merge_cells(f"A{total + 1}:H{total + 1}")
    page.row_dimensions[total + 1].height = 33
    page.print_area = f"A1:H{total + 1}"
    page.print_title_rows = "1:4"
    page.page_setup.orientation = "landscape"
    return book, page


def filled_page(book: Workbook, rows, *, mapping=MAPPING, watermark=""):
    name = book.active.title
    made = fill(data=kept(book), sheet=name, mapping=mapping, rows=rows, watermark=watermark)
    read_again = [sheet.name for sheet in read_again_by_another(made)]
    assert name in read_again
    return load_workbook(io.BytesIO(made), rich_text=True)[name]


def read_again_by_another(data: bytes):
    """Calamine opens it, too."""
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        return read_workbook(path=file.name).sheets


def column(page, letter, first, last):
    return [page[f"{letter}{row}"].value for row in range(first, last + 1)]


def with_parts(data: bytes, change) -> bytes:
    """The same file, its parts as ``change`` gives them back by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name, content in change({name: old.read(name) for name in old.namelist()}).items():
            new.writestr(name, content)
    return out.getvalue()


# --- What is told of a template ---------------------------------------------------------------------------------------
def test_a_usual_form_is_understood() -> None:
    book, _page = form()
    (sheet,) = read_template(data=kept(book)).sheets
    assert [(cell.column, cell.title) for cell in sheet.headers] == [
        ("A", "序号"), ("B", "姓名"), ("C", "身份证号"), ("D", "联系方式/手机"), ("E", "联系方式/座机"), ("F", "出生日期"),
        ("G", "补贴"), ("H", "社区"),
    ]  # fmt: skip
    assert sheet.suggested == {
        "A": "sequence", "B": "name", "C": "id_number", "D": "phone", "E": "landline", "F": "born_on",
    }  # fmt: skip
    assert (sheet.first_row, sheet.blank_rows, sheet.footer_rows) == (5, 4, (9, 10))
    assert sheet.totals == (
        TotalCell("A9", "label", "合计"),
        TotalCell("C9", "count", "共   人"),
        TotalCell("G9", "formula", "=SUM(G5:G8)"),
    )


def plain(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return book


@pytest.mark.parametrize(
    ("rows", "first", "blank", "footers"),
    [
        ([["姓名", "电话"]], 2, 0, ()),
        ([["台账"], [], ["姓名", "电话"]], 4, 0, ()),
        ([["姓名", "电话"], [], [], ["填表人：", "日期："]], 2, 2, (4,)),
        ([["姓名", "电话"], ["合计", None]], 2, 0, (2,)),
        ([["序号", "姓名", "电话", "甲"], [1, 2, 3, 4], [1], [2], ["负责人签字："]], 3, 2, (5,)),
        ([["姓名", "电话", "性别"], ["（必填）", "（11位）", "(选填)"]], 3, 0, ()),
        ([["姓名", "电话"], ["例：张三", "138"], [], ["盖章："]], 3, 1, (4,)),
        ([["序号", "姓名", "电话"], ["合计", None, None], [1], [2]], 3, 2, (2,)),
        ([["品名", "数量", "单价"], [], ["合计"]], 2, 1, (3,)),
    ],
)
def test_rows_for_people_are_found(rows, first, blank, footers) -> None:
    (sheet,) = read_template(data=kept(plain(*rows))).sheets
    assert (sheet.first_row, sheet.blank_rows, sheet.footer_rows) == (first, blank, footers)


def test_a_page_of_explanations_is_no_form_and_a_hidden_form_is_named_so() -> None:
    book, _page = form()
    book.create_sheet("填表说明")["A1"] = "本表由社区填写"
    hidden = book.create_sheet("旧表")
    hidden.append(["姓名", "电话"])
    hidden.sheet_state = "hidden"
    assert [(sheet.name, sheet.hidden) for sheet in read_template(data=kept(book)).sheets] == [
        ("老年人台账", False),
        ("旧表", True),
    ]
    with pytest.raises(TemplateError, match="no-header"):
        read_template(data=kept(plain(["本表由社区填写"])))


def test_what_may_not_fit_is_warned_of() -> None:
    book, page = form()
    page["B5"], page["B6"] = "王五", "孙六"
    page["G9"] = "=G5+G6+G7+G8"
    page.merge_cells("H5:H8")
    page.protection.sheet = True
    found = {warning.code: warning.facts for warning in read_template(data=kept(book)).warnings}
    assert found == {
        "protected": {"sheet": "老年人台账"},
        "rows-filled": {"sheet": "老年人台账", "rows": "2"},
        "merged-down": {"sheet": "老年人台账", "columns": "H"},
        "total-not-a-range": {"sheet": "老年人台账", "cell": "G9"},
    }


def test_a_computed_column_is_not_offered_for_filling() -> None:
    book, page = form()
    page["F5"] = "=MID(C5,7,4)"
    assert "F" not in read_template(data=kept(book)).sheets[0].suggested


# --- What is written --------------------------------------------------------------------------------------------------
def test_fewer_people_than_rows_leave_the_other_rows_as_they_were() -> None:
    page = filled_page(form()[0], people(2))
    assert column(page, "B", 5, 8) == ["赵0", "赵1", None, None]
    assert column(page, "A", 5, 8) == [1, 2, 3, 4]
    assert column(page, "H", 5, 8) == ["邻里示范社区", "邻里示范社区", None, None]
    assert (page["G9"].value, page["C9"].value) == ("=SUM(G5:G8)", "共 2 人")


def test_nobody_leaves_the_form_empty() -> None:
    page = filled_page(form()[0], [])
    assert column(page, "B", 5, 8) == [None] * 4
    assert (page["C9"].value, page["H5"].value, page["A10"].value[:4]) == ("共 0 人", "邻里示范社区", "填表人：")


@pytest.mark.parametrize("blank", [1, 2, 4])
def test_more_people_than_rows_push_the_footer_down(blank) -> None:
    page = filled_page(form(blank)[0], people(12))
    assert column(page, "A", 5, 16) == [*range(1, 13)]
    assert column(page, "B", 5, 16) == [f"赵{n}" for n in range(12)]
    assert column(page, "H", 5, 16) == ["邻里示范社区"] * 12
    assert (page["A17"].value, page["C17"].value, page["G17"].value) == ("合计", "共 12 人", "=SUM(G5:G16)")
    assert page["A18"].value.startswith("填表人")
    assert {"A17:B17", "A18:H18", "A1:H1", "D3:E3", "B3:B4"} <= {str(box) for box in page.merged_cells.ranges}
    assert not {f"A{FIRST + blank}:B{FIRST + blank}"} & {str(box) for box in page.merged_cells.ranges}
    assert [page.row_dimensions[row].height for row in (4, 5, 16, 17, 18)] == [21, 21, 21, 21, 33]
    assert (page.print_area, page.print_title_rows) == ("'老年人台账'!$A$1:$H$18", "$1:$4")
    assert page.page_setup.orientation == "landscape"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(blank=st.integers(0, 6), count=st.integers(0, 25))
def test_every_row_looks_like_the_first_and_footers_stay_once(blank, count) -> None:
    book, template = form(blank)
    firsts = {letter: template[f"{letter}{FIRST}"] for letter in "ABCDEFGH"}
    looks = {letter: [repr(cell.font), repr(cell.fill), repr(cell.alignment)] for letter, cell in firsts.items()}
    page = filled_page(book, people(count))
    for letter in "ABCDEFGH":
        for row in range(FIRST, FIRST + max(count, blank)):
            cell = page[f"{letter}{row}"]
            assert cell.border == BOX
            if blank:
                assert [repr(cell.font), repr(cell.fill), repr(cell.alignment)] == looks[letter]
            assert cell.number_format in {firsts[letter].number_format, "@", "yyyy-mm-dd"}
    texts = [str(cell.value) for row in page.iter_rows() for cell in row if cell.value is not None]
    assert [sum(text.startswith(word) for text in texts) for word in ("合计", "填表人：", "共 ")] == [1, 1, 1]
    assert sum(text.startswith("赵") for text in texts) == count
    assert page.print_area.endswith(f"$H${FIRST + max(count, blank) + 1}")


def test_under_a_header_alone_people_get_its_lines() -> None:
    book = plain(["姓名", "电话"], [None, None])
    book.active.delete_rows(2)
    for cell in book.active[1]:
        cell.border, cell.font = BOX, Font(bold=True)
    page = filled_page(book, people(3), mapping={"A": "name", "B": "phone"})
    assert column(page, "A", 2, 4) == ["赵0", "赵1", "赵2"]
    assert (page["B4"].border, page["B4"].font.b, page["B4"].number_format) == (BOX, False, "@")


def test_a_thick_line_below_the_last_row_stays_below() -> None:
    book, page = form()
    page["B8"].border = Border(bottom=THICK)
    page = filled_page(book, people(7))
    assert [page[f"B{row}"].border.bottom.style for row in range(5, 12)] == ["thin"] * 6 + ["thick"]


def test_cells_merged_in_a_row_are_merged_in_all() -> None:
    book, page = form(1)
    page.unmerge_cells("F3:F4")
    page.unmerge_cells("G3:G4")
    page["G3"] = None
    page.merge_cells("F3:G4")
    page.merge_cells("F5:G5")
    page = filled_page(book, people(3), mapping={"B": "name", "F": "born_on"})
    assert {"F5:G5", "F6:G6", "F7:G7"} <= {str(box) for box in page.merged_cells.ranges}
    assert column(page, "F", 5, 7) == [DAY] * 3


def test_a_label_merged_over_all_rows_grows_and_cannot_be_filled() -> None:
    book, page = form()
    page.merge_cells("H5:H8")
    filled = filled_page(book, people(9))
    assert "H5:H13" in {str(box) for box in filled.merged_cells.ranges}
    assert filled["H5"].value == "邻里示范社区"
    with pytest.raises(TemplateError, match="merged-down"):
        fill(data=kept(book), sheet=page.title, mapping={"H": "name"}, rows=people(1))


def test_formulas_of_a_row_are_copied_and_totals_reach_everybody() -> None:
    book, page = form()
    page["H5"] = "=2026-MID(C5,7,4)+$H$2*SUM(G5:G5)"
    page["F9"], page["E9"] = "=AVERAGE(F5:F8)+G9", "=COUNTA(B5:B7)"
    page["A5"] = "=ROW()-4"
    page = filled_page(book, people(6))
    assert [page["H5"].value, page["H10"].value] == [
        "=2026-MID(C5,7,4)+$H$2*SUM(G5:G5)",
        "=2026-MID(C10,7,4)+$H$2*SUM(G10:G10)",
    ]
    assert (page["F11"].value, page["E11"].value, page["A8"].value) == (
        "=AVERAGE(F5:F10)+G11",
        "=COUNTA(B5:B10)",
        "=ROW()-4",
    )


def test_rules_for_typing_and_colouring_reach_everybody() -> None:
    book, page = form()
    choice = DataValidation(type="list", formula1="$J$20:$J$22")
    choice.add("E5:E8")
    choice.add("A10")
    page.add_data_validation(choice)
    red = FormulaRule(formula=["COUNTIF($C$5:$C$8,$C5)>1"], fill=PatternFill("solid", bgColor="FF0000"))
    page.conditional_formatting.add("C5:C8", red)
    page.auto_filter.ref = "A4:H8"
    page.row_breaks.append(Break(id=9))
    page = filled_page(book, people(10))
    (kept_choice,) = page.data_validations.dataValidation
    assert (set(str(kept_choice.sqref).split()), kept_choice.formula1) == ({"E5:E14", "A16"}, "$J$26:$J$28")
    (area,) = page.conditional_formatting
    assert (str(area.sqref), area.rules[0].formula) == ("C5:C14", ["COUNTIF($C$5:$C$14,$C5)>1"])
    assert page.auto_filter.ref == "A4:H14"
    assert [mark.id for mark in page.row_breaks.brk] == [15]


def test_other_sheets_names_remarks_tables_and_charts_go_along() -> None:
    book, page = form()
    book.create_sheet("汇总 '一'")["A1"] = "=SUM(老年人台账!G5:G8)+老年人台账!G9"
    book.defined_names["经手"] = DefinedName("经手", attr_text="老年人台账!$A$10")
    page["A10"].comment = Comment("签字", "x")
    page["K12"], page["L12"], page["K13"] = "甲", "乙", "丙"
    page.add_table(Table(displayName="T", ref="K12:L13"))
    chart = BarChart()
    chart.add_data(Reference(page, min_col=7, min_row=5, max_row=8))
    page.add_chart(chart, "B14")
    data = fill(data=kept(book), sheet=page.title, mapping=MAPPING, rows=people(10))
    again = load_workbook(io.BytesIO(data))
    page = again["老年人台账"]
    assert again["汇总 '一'"]["A1"].value == "=SUM(老年人台账!G5:G14)+老年人台账!G15"
    assert again.defined_names["经手"].attr_text == "老年人台账!$A$16"
    assert page["A16"].comment.text == "签字"
    assert page.tables["T"].ref == "K18:L19"
    (chart,) = page._charts
    assert chart.anchor._from.row == 19
    assert chart.series[0].val.numRef.f == "'老年人台账'!$G$5:$G$14"


def test_pictures_and_what_only_excel_knows_go_through() -> None:
    choice = (
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations count="1" '
        b'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list">'
        b"<x14:formula1><xm:f>%s!$G$5:$G$8</xm:f></x14:formula1><xm:sqref>E5:E8</xm:sqref></x14:dataValidation>"
        b"</x14:dataValidations></ext></extLst></worksheet>"
    ) % "老年人台账".encode()

    def change(parts):
        sheet = "xl/worksheets/sheet1.xml"
        text = parts[sheet].replace(b"</worksheet>", choice)
        return parts | {sheet: text, "xl/media/image1.png": b"\x89PNG seal", "xl/unknown.bin": b"\x00\x01"}

    data = with_parts(kept(form()[0]), change)
    made = fill(data=data, sheet="老年人台账", mapping=MAPPING, rows=people(6))
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert (packed.read("xl/media/image1.png"), packed.read("xl/unknown.bin")) == (b"\x89PNG seal", b"\x00\x01")
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert "E5:E10</xm:sqref>" in sheet
    assert "$G$5:$G$10</xm:f>" in sheet


def test_numbers_stay_text_days_are_days_and_names_never_formulas() -> None:
    book, page = form()
    page["F6"].number_format = 'yyyy"年"m"月"'
    page["F7"].number_format = "@"
    rows = people(4)
    rows[0] |= {"name": "=HYPERLINK(A1)", "amount": 12.5}
    rows[1] |= {"name": "@SUM(1)", "amount": 10**17}
    rows[2] |= {"name": "x_x0041_\x07\ny", "amount": "007"}
    rows[3] |= {"born_on": date(1899, 5, 1), "amount": None, "name": ""}
    page = filled_page(book, rows)
    written = [(cell.value, cell.data_type) for (cell,) in page["B5:B7"]]
    assert written[:2] == [("=HYPERLINK(A1)", "s"), ("@SUM(1)", "s")]
    # What looks like an escape of the file format is written so that it is read as it was typed.
    assert written[2] == ("x_x0041_\ny", "s")
    assert page["B5"].quotePrefix
    assert {(cell.value, cell.number_format) for (cell,) in page["C5:C8"]} == {(ID, "@")}
    assert [cell.number_format for (cell,) in page["F5:F7"]] == ["yyyy-mm-dd", 'yyyy"年"m"月"', "@"]
    assert [cell.value for (cell,) in page["F5:F8"]] == [DAY] * 2 + ["1945-01-01", "1899-05-01"]
    assert [cell.value for (cell,) in page["G5:G8"]] == ["12.5", "1" + "0" * 17, "007", None]


def test_a_workbook_that_counts_from_1904_has_the_same_days() -> None:
    book, _page = form()
    book.epoch = CALENDAR_MAC_1904
    assert filled_page(book, people(1))["F5"].value == DAY


def test_people_of_last_month_do_not_stay_behind() -> None:
    book, page = form()
    for row in range(5, 9):
        page[f"B{row}"], page[f"G{row}"], page[f"E{row}"], page[f"H{row}"] = "王五", 7, f"8461{row}", "本社区"
    page = filled_page(book, people(1))
    assert (column(page, "E", 5, 8), column(page, "H", 5, 8)) == ([None] * 4, ["本社区"] * 4)
    assert (column(page, "B", 5, 8), column(page, "G", 5, 8)) == (["赵0", None, None, None], [0, None, None, None])


def test_the_mark_stands_beside_what_the_form_prints() -> None:
    book, page = form()
    page.oddFooter.left.text = "A&&B"
    page.oddFooter.center.text = "第&P页"
    made = fill(data=kept(book), sheet=page.title, mapping=MAPPING, rows=people(1), watermark="赵&钱 2026-11-24")
    again = load_workbook(io.BytesIO(made))
    footer = again.active.oddFooter
    assert (footer.left.text, footer.center.text) == ("A&&B", "第&P页")
    assert footer.right.text == "赵&&钱 2026-11-24"
    assert again.properties.description == "赵&钱 2026-11-24"
    twice = fill(data=made, sheet=page.title, mapping=MAPPING, rows=people(1), watermark="赵&钱 2026-11-24")
    assert load_workbook(io.BytesIO(twice)).properties.description == "赵&钱 2026-11-24"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("共__人", "共 2 人"),
        ("  人", "2 人"),
        ("人数：  人", "人数： 2 人"),
        ("共 户", "共 户"),
        ("公共人员", "公共人员"),
    ],
)
def test_only_a_clear_gap_for_the_count_of_people_is_filled(before, after) -> None:
    book, page = form()
    page["C9"] = before
    assert filled_page(book, people(2))["C9"].value == after


def test_formulas_that_share_one_text_keep_their_meaning() -> None:
    book, page = form()
    for row in range(5, 9):
        page[f"H{row}"] = "=G5*2" if row == 5 else "=0"

    def change(parts):
        sheet = "xl/worksheets/sheet1.xml"
        text = parts[sheet].replace(b"<f>G5*2</f>", b'<f t="shared" ref="H5:H8" si="0">G5*2</f>')
        return parts | {sheet: text.replace(b"<f>0</f>", b'<f t="shared" si="0"/>')}

    data = fill(data=with_parts(kept(book), change), sheet=page.title, mapping=MAPPING, rows=people(6))
    assert column(load_workbook(io.BytesIO(data)).active, "H", 5, 10) == [f"=G{row}*2" for row in range(5, 11)]


def test_sums_above_the_people_reach_everybody() -> None:
    book = plain(["序号", "姓名", "电话", "金额"], ["合计", None, None, "=SUM(D3:D4)"], [1], [2], ["填表人："])
    page = filled_page(book, people(5), mapping={"B": "name", "C": "phone", "D": "amount"})
    assert (page["D2"].value, page["A7"].value, page["A8"].value) == ("=SUM(D3:D7)", 5, "填表人：")


# --- What is refused --------------------------------------------------------------------------------------------------
def locked(data: bytes) -> bytes:
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt("geheim", out)
    return out.getvalue()


def macros(parts):
    return parts | {"xl/vbaProject.bin": b"x"}


def entities(parts):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    return parts | {"xl/styles.xml": bomb}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: b"", "unreadable"),
        (lambda data: data[: len(data) // 2], "unreadable"),
        (lambda data: "姓名,电话\n".encode(), "not-xlsx"),
        (locked, "locked"),
        (lambda data: with_parts(data, macros), "macros"),
        (lambda data: with_parts(data, lambda parts: parts | {"_xmlsignatures/a.xml": b"x"}), "signed"),
        (lambda data: with_parts(data, entities), "broken"),
        (lambda data: bytes(limits.FILE_BYTES + 1), "too-large"),
    ],
)
def test_what_is_no_plain_workbook_is_refused(change, code) -> None:
    data = change(kept(form()[0]))
    with pytest.raises(TemplateError) as refused:
        read_template(data=data)
    assert refused.value.code == code
    with pytest.raises(TemplateError):
        fill(data=data, sheet="老年人台账", mapping=MAPPING, rows=people(1))


@pytest.mark.parametrize(
    ("sheet", "mapping", "code"),
    [
        ("别的", MAPPING, "no-such-sheet"),
        ("老年人台账", {"Z": "name"}, "no-such-column"),
        ("老年人台账", {"1": "x"}, "no-such-column"),
    ],
)
def test_what_is_not_in_the_form_cannot_be_filled(sheet, mapping, code) -> None:
    with pytest.raises(TemplateError, match=code):
        fill(data=kept(form()[0]), sheet=sheet, mapping=mapping, rows=people(1))
