"""The header of a sheet is found wherever it stands, and its columns are understood in any order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.registry.cells import Header, field_of, header_of, is_footer
from linli.registry.cells.headers import SYNONYMS

HEADINGS = {field: st.sampled_from(headings) for field, headings in SYNONYMS.items()}
dressed = st.sampled_from(["{}", " {} ", "{}*", "{}（必填）", "*{}", "{}:", "{}\n"])


@st.composite
def header_rows(draw):
    fields = draw(st.lists(st.sampled_from(sorted(SYNONYMS)), min_size=2, max_size=12, unique=True))
    return fields, [draw(dressed).format(draw(HEADINGS[field])) for field in fields]


@given(header_rows(), st.integers(0, 8))
def test_a_header_is_found_under_titles_whatever_its_order(header, titles) -> None:
    fields, headings = header
    title = ["邻里示范社区2026年居民台账", *[None] * (len(fields) - 1)]
    people = [f"第{number}格" for number in range(len(fields))]
    found = header_of([*[title] * titles, headings, people, people])
    assert found is not None
    assert found.first_row == titles + 1
    assert found.fields == dict(enumerate(fields))


@given(
    st.lists(
        st.lists(
            st.one_of(st.none(), st.text(max_size=5), st.integers(), st.sampled_from(["姓名", "住址"])), max_size=6
        ),
        max_size=40,
    )
)
def test_no_sheet_breaks_it(rows) -> None:
    found = header_of(rows)
    assert found is None or (0 < found.first_row <= len(rows) and set(found.fields) <= set(range(len(found.titles))))
    assert all(isinstance(is_footer(row), bool) for row in rows)


def test_no_two_fields_share_a_heading() -> None:
    headings = [heading for names in SYNONYMS.values() for heading in names]
    assert len(headings) == len(set(headings))


@pytest.mark.parametrize(
    "rows",
    [
        [["序号", "姓名", "住址", None, None, "联系方式", None], [None, None, "楼栋", "单元", "门牌", "手机", "座机"]],
        [["序号", "姓名", "现住址", "", "", "电话", ""], ["", "", "楼号", "单元", "室", "手机号码", "固定电话"]],
    ],
)
def test_a_header_of_two_rows(rows) -> None:
    person = [1, "张三", "8", "3", "502", "13800001234", ""]
    found = header_of([["居民台账"], *rows, person])
    assert found is not None
    assert found.first_row == 3
    assert found.fields == {0: "sequence", 1: "name", 2: "building", 3: "unit", 4: "door", 5: "phone", 6: "landline"}


def test_two_rows_of_which_the_lower_says_less() -> None:
    found = header_of(
        [["姓名", "性别", "身份证号", "民族", "紧急联系人", None], [None, None, None, None, "姓名", "电话"], ["张三"]]
    )
    assert found is not None
    assert found.first_row == 2
    assert found.fields[0] == "name"
    assert found.titles[4:] == ("紧急联系人 姓名", "紧急联系人 电话")
    assert found.fields.get(4) == "contact_name"
    assert found.fields.get(5) == "contact_phone"


def test_people_are_no_second_header_row() -> None:
    found = header_of([["姓名", "住址", "电话"], ["张三", "8-3-502", "13800001234"]])
    assert found == Header(1, ("姓名", "住址", "电话"), {0: "name", 1: "address", 2: "phone"})


def test_a_sheet_without_header() -> None:
    assert header_of([]) is None
    assert header_of([["张三", "8-3-502"], ["李四", "8-3-503"]]) is None


def test_the_first_of_two_columns_keeps_the_field() -> None:
    found = header_of([["姓名", "电话", "联系电话"]])
    assert found is not None
    assert found.fields == {0: "name", 1: "phone"}


@pytest.mark.parametrize(
    "row",
    [
        ["合计", None, 12, None],
        ["填表人：王五", None, None, None],
        ["合 计：", 3],
        ["注：此表每月上报"],
        ["审核人", "", "日期", ""],
    ],
)
def test_rows_about_the_sheet(row) -> None:
    assert is_footer(row)


@pytest.mark.parametrize("row", [[], [None], ["1", "张三", "8-3-502"], ["张三", "合计"], [1, "注册", "x", "y"]])
def test_rows_about_people(row) -> None:
    assert not is_footer(row)


def test_headings_nobody_knows() -> None:
    assert field_of("楼长意见") == ""
