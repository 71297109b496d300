"""What stands in the hotline's sheets, as people and systems write them. No database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.casework.hotline.columns import RATINGS, REQUESTS, Found, sheet_found
from linli.casework.hotline.moments import Moment, Stretch, moment_in, stretch_in
from linli.casework.hotline.rows import Cells, Told, is_row, rating_told, request_told
from linli.casework.tests.sheets import HEAD, RATING_HEAD, book, saved
from linli.core.errors import Refusal
from linli.registry.workbooks import Sheet, read_workbook

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 30)
ROW = (
    "20261130000123", "赵女士", "138 0000 1234", "厨房水管漏水，请尽快处理", "8号楼3单元502", "民生", "供水",
    "2026-11-30 08:30", "2026-12-02 17:00", "一般",
)  # fmt: skip
COLUMNS = ["number", "name", "phone", "text", "place", "category_1", "category_2", "received", "due", "urgency"]
EXCEL_BEGAN = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's own days have no zone


def read(tmp_path, content: bytes, name: str = "热线.xlsx") -> Found:
    found = sheet_found(sheets=read_workbook(path=saved(tmp_path, content, name)).sheets)
    assert found is not None
    return found


def told(found: Found) -> list[Told]:
    rows = [row for row in found.rows if is_row(row=row, titles=found.titles)]
    return [request_told(cells=Cells(row=row, fields=found.fields), zone=ZONE, now=NOW, cut=False) for row in rows]


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)


def test_a_plain_sheet_is_understood(tmp_path) -> None:
    [one] = told(read(tmp_path, book([HEAD, ROW])))
    assert one == Told(
        number="20261130000123", name="赵女士", phone="13800001234", text="厨房水管漏水，请尽快处理", place="8号楼3单元502",
        categories=("供水", "民生"), received_at=local(2026, 11, 30, 8, 30), due=local(2026, 12, 2, 17, 0),
    )  # fmt: skip


def test_titles_above_totals_below_and_headings_again_on_each_page_are_no_rows(tmp_path) -> None:
    title = ["长春市12345热线转办工单（2026年11月）"]
    foot = ["合计", "", "", "2件"]
    found = read(tmp_path, book([title, [], HEAD, ROW, HEAD, ROW, [], foot, ["制表人：王某"]], merged=["A1:J1"]))
    assert [one.number for one in told(found)] == ["20261130000123"] * 2
    assert found.first_row == 4


def test_headings_of_two_rows_with_merged_cells(tmp_path) -> None:
    upper = ["受理编号", "诉求人信息", "", "诉求内容", "时间", "", "分类", ""]
    lower = ["", "姓名", "联系电话", "", "受理时间", "截止时间", "一级分类", "二级分类"]
    row = ["A-1", "钱先生", "0431-88880000", "暖气不热", "2026/11/29 9:05", "2026/12/6", "供热", "室温不达标"]
    spans = ["A1:A2", "B1:C1", "D1:D2", "E1:F1", "G1:H1"]
    [one] = told(read(tmp_path, book([upper, lower, row], merged=spans)))
    assert (one.number, one.name, one.phone, one.text) == ("A-1", "钱先生", "043188880000", "暖气不热")
    assert (one.received_at, one.due) == (local(2026, 11, 29, 9, 5), local(2026, 12, 6, 23, 59))
    assert one.categories == ("室温不达标", "供热")


def test_cells_merged_over_several_rows_count_for_each(tmp_path) -> None:
    rows = [HEAD, ROW, ["2", *ROW[1:5], None, *ROW[6:]]]
    first, second = told(read(tmp_path, book(rows, merged=["F2:F3"])))
    assert first.categories == second.categories == ("供水", "民生")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (EXCEL_BEGAN + timedelta(days=46355, hours=14, minutes=5), local(2026, 11, 29, 14, 5)),
        (date(2026, 11, 29), local(2026, 11, 29)),
        (46355, local(2026, 11, 29)),
        (46355.586805555555, local(2026, 11, 29, 14, 5)),
        ("46355.5", local(2026, 11, 29, 12)),
        ("2026-11-29 14:05:33", local(2026, 11, 29, 14, 5, 33)),
        ("2026-11-29T14:05:33", local(2026, 11, 29, 14, 5, 33)),
        ("2026-11-29T14:05:33.123+08:00", local(2026, 11, 29, 14, 5, 33)),
        ("2026/11/29  14:05", local(2026, 11, 29, 14, 5)),
        ("2026.11.29 9:05", local(2026, 11, 29, 9, 5)),
        ("2026年11月29日14时05分", local(2026, 11, 29, 14, 5)),
        ("2026年11月29日 下午2:05", local(2026, 11, 29, 14, 5)),
        ("2026年11月29日上午9点", local(2026, 11, 29, 9)),
        ("２０２６－１１－２９ １４：０５", local(2026, 11, 29, 14, 5)),
        ("20261129140533", local(2026, 11, 29, 14, 5, 33)),
        ("202611291405", local(2026, 11, 29, 14, 5)),
        ("20261129", local(2026, 11, 29)),
        ("2026-11-29 星期日 14:05", local(2026, 11, 29, 14, 5)),
        ("2026-11-29 24:00", local(2026, 11, 29, 23, 59, 59)),
        ("", None), (None, None), ("—", None),
    ],
)  # fmt: skip
def test_days_and_times_as_they_are_written(cell, expected) -> None:
    assert moment_in(cell, zone=ZONE, today=TODAY).at == expected


@pytest.mark.parametrize(
    "cell", ["昨天下午", "2026-13-40 10:00", "2026-11-29 25:61", "11月29日", "1899-12-30 08:00", 12, True]
)
def test_what_is_no_day_is_said_to_be_none(cell) -> None:
    got = moment_in(cell, zone=ZONE, today=TODAY)
    assert got.at is None
    assert got.said


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("5个工作日", Stretch(working_days=5)), ("24小时", Stretch(hours=24)), ("7天内", Stretch(hours=168)),
        ("3 日之内", Stretch(hours=72)), ("2026-12-01", None), ("0天", None), ("", None), (46355, None),
    ],
)  # fmt: skip
def test_stretches_of_time(cell, expected) -> None:
    assert stretch_in(cell) == expected


@pytest.mark.parametrize(
    ("changes", "wrong", "note"),
    [
        ({0: None}, "no-number", ""), ({0: "0"}, "no-number", ""), ({0: 20261130000123456789}, "number-spoiled", ""),
        ({0: "2.02611E+13"}, "number-spoiled", ""), ({0: "9" * 61}, "number-long", ""), ({3: "  "}, "no-text", ""),
        ({7: "上周"}, "received-wrong", ""), ({7: "2027-01-05 08:00"}, "received-late", ""), ({8: "尽快"}, "due-wrong", ""),
        ({8: "2026-11-29 08:00"}, "due-early", ""), ({7: "2026-07-01", 8: "2026-08-01"}, "long-over", ""),
        ({7: "2026-07-01", 8: None}, "long-over", ""), ({2: "12"}, "", "phone-wrong"), ({2: "1.38E+10"}, "", "phone-wrong"),
        ({2: None}, "", ""), ({7: None}, "", ""), ({8: "5个工作日"}, "", ""),
    ],
)  # fmt: skip
def test_rows_with_traps_say_why(tmp_path, changes, wrong, note) -> None:
    row = list(ROW)
    for column, value in changes.items():
        row[column] = value
    cells = Cells(row=row, fields=dict(enumerate(COLUMNS)))
    one = request_told(cells=cells, zone=ZONE, now=NOW, cut=False)
    assert (one.wrong[0], one.note[0]) == (wrong, note)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("138 0000 1234", "13800001234"), (13800001234, "13800001234"), ("１３８００００１２３４", "13800001234"),
        ("+86-138-0000-1234", "13800001234"), ("13800001234（儿子）/0431-88880000", "13800001234"),
        ("0431 8888 0000", ""), ("（0431）88880000", "043188880000"),
    ],
)  # fmt: skip
def test_phones_as_they_are_typed(tmp_path, cell, number) -> None:
    [one] = told(read(tmp_path, book([HEAD, [*ROW[:2], cell, *ROW[3:]]])))
    assert one.phone == number or (not number and one.note[0] in {"", "phone-wrong"})


def test_a_text_keeps_its_lines_and_its_own_punctuation(tmp_path) -> None:
    [one] = told(read(tmp_path, book([HEAD, [*ROW[:3], "来电人反映：\n一、漏水；\r\n二、　停电（昨天）。", *ROW[4:]]])))
    assert one.text == "来电人反映：\n一、漏水；\n二、 停电（昨天）。"


def test_a_title_stands_above_its_text_and_alone_it_is_the_text(tmp_path) -> None:
    head = ("流水号", "标题", "来电内容", "紧急程度")
    rows = [head, ["1", "漏水", "厨房漏水", "特急"], ["2", "漏水", "八栋", "不急"], ["3", "停电", "", "紧急"]]
    found = told(read(tmp_path, book(rows)))
    assert [(one.text, one.urgent) for one in found] == [("厨房漏水", True), ("漏水\n八栋", False), ("停电", True)]


def test_the_right_sheet_is_found_among_others_and_ratings_are_told_from_cases(tmp_path) -> None:
    found = read(tmp_path, book([HEAD, ROW], before="封面"))
    assert (found.kind, found.name) == (REQUESTS, "工单")
    ratings = read(tmp_path, book([RATING_HEAD, ["1", "是", "是", "否", "不满意", "还漏"]]), "b.xlsx")
    assert ratings.kind == RATINGS
    nothing = book([["姓名", "电话"], ["赵", "138"]])
    assert sheet_found(sheets=read_workbook(path=saved(tmp_path, nothing, "c.xlsx")).sheets) is None


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["1", "是", "是", "是", "满意", ""], (True, True, "satisfied", "")),
        (["1", "", "已联系", "未解决", "不满意", "还漏"], (True, False, "unsatisfied", "")),
        (["1", "是", "否", "是", "基本满意", ""], (False, True, "mostly", "")),
        (["1", "是", "是", "是", "非常满意", ""], (True, True, "satisfied", "")),
        (["1", "否", "", "", "", ""], (False, False, "", "", False)),
        (["1", "无人接听", "是", "是", "满意", ""], (False, False, "", "", False)),
        (["1", "是", "是", "是", "", ""], (False, False, "", "satisfaction-wrong")),
        (["1", "是", "也许", "是", "满意", ""], (False, False, "", "yes-no-wrong")),
        (["", "是", "是", "是", "满意", ""], (False, False, "", "no-number")),
    ],
)
def test_ratings_as_they_are_written(row, expected) -> None:
    fields = dict(enumerate(["number", "reached", "contacted", "solved", "satisfaction", "words"]))
    one = rating_told(cells=Cells(row=row, fields=fields))
    assert (one.contacted, one.solved, one.satisfaction, one.wrong[0], one.reached) == (*expected, True)[:5]


def test_a_csv_in_chinese_encoding_is_read(tmp_path) -> None:
    text = "\n".join(",".join(str(cell or "").replace("，", " ") for cell in row) for row in (HEAD, ROW))
    [one] = told(read(tmp_path, text.encode("gbk"), "热线.csv"))
    assert (one.number, one.phone, one.received_at) == ("20261130000123", "13800001234", local(2026, 11, 30, 8, 30))


def test_ten_thousand_rows_are_read(tmp_path) -> None:
    rows = [HEAD, *([f"2026113{n:07d}", *ROW[1:]] for n in range(10_000))]
    found = told(read(tmp_path, book(rows)))
    assert len(found) == 10_000
    assert found[-1].number == "20261130009999"
    assert not any(one.wrong[0] for one in found)


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 broken", b"%PDF-1.4", bytes(range(256)) * 50, b"\xd0\xcf\x11\xe0" + bytes(600)]
)
def test_a_broken_file_is_refused_with_a_sentence(tmp_path, content) -> None:
    with pytest.raises(Refusal):
        read_workbook(path=saved(tmp_path, content))


cells = st.one_of(
    st.none(), st.text(max_size=30), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(),
    st.sampled_from(["工单编号", "诉求内容", "满意度", "是", "否", "2026-11-30", "13800001234", "合计", "〃", "5个工作日", "\x00"]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(cells, max_size=12), max_size=8))
def test_no_cells_make_the_reader_fail(rows) -> None:
    width = max((len(row) for row in rows), default=0)
    even = [[*row, *[None] * (width - len(row))] for row in rows]
    for kind in (HEAD, RATING_HEAD):
        found = sheet_found(sheets=[Sheet("表", [list(kind), *even] if even else [list(kind)])])
        assert found is not None
        for row in found.rows:
            held = Cells(row=row, fields=found.fields)
            is_row(row=row, titles=found.titles)
            one = request_told(cells=held, zone=ZONE, now=NOW, cut=False)
            assert one.wrong[0] or (one.number and one.text)
            if isinstance(one.due, datetime) and not one.wrong[0]:
                assert one.due > (one.received_at or NOW)
            rated = rating_told(cells=held)
            assert rated.wrong[0] or not rated.reached or rated.satisfaction in {"satisfied", "mostly", "unsatisfied"}


@settings(max_examples=100, deadline=None)
@given(
    st.datetimes(min_value=EXCEL_BEGAN.replace(year=2001), max_value=EXCEL_BEGAN.replace(year=2099)), st.integers(0, 5)
)
def test_every_way_to_write_an_instant_says_the_same(at, way) -> None:
    at = at.replace(microsecond=0)
    serial = (at - EXCEL_BEGAN) / timedelta(days=1)
    written = [
        at, f"{at:%Y-%m-%d %H:%M:%S}", f"{at:%Y/%m/%d %H:%M:%S}", f"{at:%Y%m%d%H%M%S}",
        f"{at:%Y年%m月%d日%H时%M分%S秒}", serial,
    ][way]  # fmt: skip
    got = moment_in(written, zone=ZONE, today=date(2099, 12, 31))
    assert isinstance(got, Moment)
    assert got.at == at.replace(tzinfo=ZONE), written
