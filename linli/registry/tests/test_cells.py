"""Every trap of research on registers in Excel, cell by cell."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from borax.calendars.lunardate import LunarDate
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from linli.registry.cells import (
    Address,
    Day,
    Doubt,
    IdNumber,
    Name,
    Phone,
    address_in,
    day_in,
    id_number_in,
    is_ditto,
    name_in,
    phones_in,
    says_nothing,
    text_of,
)
from linli.registry.rules import id_number_doubt

TODAY = date(2026, 11, 24)
FULL_WIDTH = str.maketrans("0123456789-.#xX", "０１２３４５６７８９－．＃ｘＸ")
anything = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=60), st.dates(), st.datetimes(), st.times()
)
CELL_CHARACTERS = "0123456789.-/年月日号栋单元室楼层十一二三四五六七八九〇初廿腊闰农历 ()、;:+Ee#xX张王〃"
messy = st.text(alphabet=CELL_CHARACTERS, max_size=40)
days = st.dates(min_value=date(1900, 1, 31), max_value=TODAY)
HUNDREDS = "〇一二三四五六七八九"


def spoken(number: int) -> str:
    """12 as 十二."""
    tens, ones = divmod(number, 10)
    return ("" if tens == 0 else "十" if tens == 1 else f"{HUNDREDS[tens]}十") + (HUNDREDS[ones] if ones else "")


@given(st.one_of(anything, messy))
def test_no_cell_breaks_anything_and_none_is_understood_in_secret(cell) -> None:
    assert len(text_of(cell)) <= 2000
    assert isinstance(is_ditto(cell), bool)
    assert isinstance(says_nothing(cell), bool)
    address, day, number, name = address_in(cell), day_in(cell, today=TODAY), id_number_in(cell), name_in(cell)
    assert address.doubt or says_nothing(cell) or (address.building and address.door)
    assert day.doubt or says_nothing(cell) or day.day is not None
    assert number.doubt or says_nothing(cell) or id_number_doubt(number=number.number) == ""
    assert name.doubt or says_nothing(cell) or name.name
    assert all(phone.number or phone.doubt for phone in phones_in(cell))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        (502.0, "502"),
        (13800001234.0, "13800001234"),
        ("  ５０２　室\u200b\ufeff\n", "502 室"),
        (datetime.combine(date(2026, 8, 3), time()), "2026-08-03"),
        ("a" * 9000, "a" * 2000),
    ],
)
def test_a_cell_is_text(cell, text) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize("cell", ["同上", " 同上 ", "〃", "″", '"', "同前"])
def test_ditto(cell) -> None:
    assert is_ditto(cell)


@pytest.mark.parametrize("cell", [None, "", "  ", "无", "/", "——", "不详", "N/A", "暂无"])
def test_what_says_nothing_is_no_trouble(cell) -> None:
    assert says_nothing(cell)
    assert address_in(cell) == Address()
    assert day_in(cell, today=TODAY) == Day()
    assert id_number_in(cell) == IdNumber()
    assert name_in(cell) == Name()
    assert phones_in(cell) == ()


# ------------------------------------------------------------------------------------------------------------ addresses

SPELLINGS = [
    "{b}-{u}-{d}",
    "{b}号楼{u}单元{d}",
    "{b}栋{u}门{d}室",
    "{b} 栋 {u} 单元 {d} 室",
    "{b}幢{u}单元{d}号",
    "{b}#{u}-{d}",
    "{b}#楼{u}单元{d}",
    "{sb}号楼{su}单元{d}",
    "柳影路118号邻里小区{b}栋{u}单元{d}",
    "邻里小区{b}-{u}-{d}",
]


places = st.tuples(st.integers(1, 99), st.integers(1, 9), st.integers(1, 33), st.integers(1, 8))


@given(st.sampled_from(SPELLINGS), places, st.booleans())
def test_one_door_has_many_spellings(spelling, place, wide) -> None:
    building, unit, floor, number = place
    door = f"{floor}{number:02d}"
    typed = spelling.format(b=building, u=unit, d=door, sb=spoken(building), su=spoken(unit))
    read = address_in(typed.translate(FULL_WIDTH) if wide else typed)
    assert (read.building, read.unit, read.door, read.doubt) == (str(building), unit, door, Doubt.NONE)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("3单元5楼502", Address("", 3, "502", doubt=Doubt.NO_BUILDING)),
        ("8栋3单元5楼502", Address("8", 3, "502")),
        ("8栋3单元", Address("8", 3, "", doubt=Doubt.NO_DOOR)),
        ("8-502", Address("8", None, "502")),
        ("8A-3-502", Address("8A", 3, "502")),
        ("08-03-0502", Address("8", 3, "502")),
        ("一百二十栋3单元502", Address("", 3, "502", "一百二十栋", Doubt.NO_BUILDING)),
        ("不知道哪里", Address(rest="不知道哪里", doubt=Doubt.NOT_UNDERSTOOD)),
        (datetime.combine(date(2026, 8, 3), time()), Address(rest="2026-08-03", doubt=Doubt.BECAME_A_DATE)),
        ("邻里小区8栋3单元502", Address("8", 3, "502", "邻里小区")),
    ],
)
def test_addresses(cell, read) -> None:
    assert address_in(cell) == read


# ----------------------------------------------------------------------------------------------------------------- days


@given(
    days,
    st.sampled_from(
        [
            "{y}.{m}.{d}",
            "{y}-{m:02d}-{d:02d}",
            "{y}/{m}/{d}",
            "{y}年{m}月{d}日",
            "{y}{m:02d}{d:02d}",
            "{y}年{m}月{d}日出生",
            "{y}-{m:02d}-{d:02d} 00:00:00",
            "{y}、{m}、{d}",
            "公历{y}年{m}月{d}日",
            "{y} {m} {d}",
        ]
    ),
    st.booleans(),
)
def test_a_day_has_many_spellings(day, spelling, wide) -> None:
    typed = spelling.format(y=day.year, m=day.month, d=day.day)
    assert day_in(typed.translate(FULL_WIDTH) if wide else typed, today=TODAY) == Day(day, "day")


@given(days)
def test_excel_keeps_days_as_numbers(day) -> None:
    serial = (day - date(1899, 12, 30)).days
    if serial >= 10_000:
        assert day_in(serial, today=TODAY) == day_in(float(serial), today=TODAY) == Day(day, "day")
    assert day_in(datetime.combine(day, time()), today=TODAY) == Day(day, "day")


@given(days, st.booleans())
def test_a_lunar_birthday_is_turned_into_the_common_calendar(day, in_words) -> None:
    lunar = LunarDate.from_solar_date(day.year, day.month, day.day)
    leap = "闰" if lunar.leap else ""
    if in_words:
        number = lunar.day
        written = (
            "初十" if number == 10 else f"初{spoken(number)}" if number < 10 else spoken(number).replace("二十", "廿")
        )
        written = "二十" if number == 20 else written
        months = {1: "正", 11: "冬", 12: "腊"}
        year = "".join(HUNDREDS[int(digit)] for digit in str(lunar.year))
        typed = f"农历{year}年{leap}{months.get(lunar.month, spoken(lunar.month))}月{written}"
    else:
        typed = f"阴历{lunar.year}.{leap}{lunar.month}.{lunar.day}"
    assert day_in(typed, today=TODAY) == Day(day, "day", lunar=True)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("56年3月", Day(date(1956, 3, 1), "month")),
        ("1956年3月", Day(date(1956, 3, 1), "month")),
        ("195603", Day(date(1956, 3, 1), "month")),
        ("1956", Day(date(1956, 1, 1), "year")),
        (1956, Day(date(1956, 1, 1), "year")),
        ("56年3月4日", Day(date(1956, 3, 4), "day")),
        ("20年3月4日", Day(date(2020, 3, 4), "day", doubt=Doubt.CENTURY)),
        ("1956.10", Day(date(1956, 10, 1), "month")),
        (9500, Day(date(1926, 1, 3), "day")),
        ("9500", Day(doubt=Doubt.NO_SUCH_DAY)),
        ("00012", Day(doubt=Doubt.NOT_UNDERSTOOD)),
        (1956.1, Day(doubt=Doubt.DAY_OR_MONTH)),
        (1956.3, Day(date(1956, 3, 1), "month")),
        ("3/4/1956", Day(doubt=Doubt.DAY_OR_MONTH)),
        ("13/4/1956", Day(date(1956, 4, 13), "day")),
        ("4/13/1956", Day(date(1956, 4, 13), "day")),
        ("201011", Day(doubt=Doubt.DAY_OR_MONTH)),
        ("1956.2.30", Day(doubt=Doubt.NO_SUCH_DAY)),
        ("农历1956年闰三月初四", Day(lunar=True, doubt=Doubt.NO_SUCH_DAY)),
        ("2031.1.1", Day(date(2031, 1, 1), "day", doubt=Doubt.IN_THE_FUTURE)),
        ("快八十了", Day(doubt=Doubt.NOT_UNDERSTOOD)),
        ("1.9560304E+7", Day(doubt=Doubt.NOT_UNDERSTOOD)),
    ],
)
def test_days(cell, read) -> None:
    assert day_in(cell, today=TODAY) == read


# --------------------------------------------------------------------------------------------------- phones, names, IDs


@given(
    st.lists(st.integers(13000000000, 13999999999), min_size=1, max_size=4),
    st.sampled_from([" ", "、", "/", ";", "\n", "，"]),
)
def test_several_phones_in_a_cell(numbers, between) -> None:
    typed = between.join(str(number) for number in numbers)
    assert [phone.number for phone in phones_in(typed)] == [str(number) for number in numbers]


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (13800001234.0, [Phone("13800001234")]),
        ("１３８　０００　０１２３４", [Phone("13800001234")]),
        ("138 0000 1234", [Phone("13800001234")]),
        ("+86 138-0000-1234", [Phone("13800001234")]),
        ("13800001234(儿子) 13900001234 女儿", [Phone("13800001234", "儿子"), Phone("13900001234", "女儿")]),
        ("儿子：13800001234", [Phone("13800001234", "儿子")]),
        ("0431-88881234转8001", [Phone("043188881234", "转8001")]),
        ("13800001234/0431-88881234", [Phone("13800001234"), Phone("043188881234")]),
        ("1380000123", [Phone(note="1380000123", doubt=Doubt.NOT_UNDERSTOOD)]),
        ("138000012345", [Phone(note="138000012345", doubt=Doubt.NOT_UNDERSTOOD)]),
        ("1380000123 13900001234", [Phone("13900001234"), Phone(note="1380000123", doubt=Doubt.LEFT_OVER)]),
        ("13800001234/5678", [Phone("13800001234"), Phone(note="5678", doubt=Doubt.LEFT_OVER)]),
        ("1.38E+10", [Phone(note="1.38E+10", doubt=Doubt.SPOILED)]),
    ],
)
def test_phones(cell, read) -> None:
    assert list(phones_in(cell)) == read


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("张　三", Name("张三")),
        (" 欧阳 小 明 ", Name("欧阳小明")),
        ("张三（户主）", Name("张三", "户主")),
        ("张三(已故", Name("张三", "已故")),
        ("阿依古丽•买买提", Name("阿依古丽·买买提")),
        ("张三、李四", Name("张三、李四", doubt=Doubt.SEVERAL)),
        ("502", Name("502", doubt=Doubt.NOT_UNDERSTOOD)),
        ("John Smith", Name("John Smith")),
    ],
)
def test_names(cell, name) -> None:
    assert name_in(cell) == name


@pytest.mark.parametrize(
    ("cell", "number", "doubt"),
    [
        ("99999919491231005x", "99999919491231005X", Doubt.NONE),
        ("９９９９９９１９４９１２３１００５Ｘ", "99999919491231005X", Doubt.NONE),
        ("999999 19491231 005X", "99999919491231005X", Doubt.NONE),
        ("'99999919491231005X", "99999919491231005X", Doubt.NONE),
        ("999999194912310021", "", Doubt.CHECK_DIGIT),
        ("999999194913310021", "", Doubt.BIRTH_DATE),
        ("999999194912310000", "", Doubt.SPOILED),
        (999999194912310000, "", Doubt.SPOILED),
        (9.99999194912310e17, "", Doubt.SPOILED),
        ("2.2E+17", "", Doubt.SPOILED),
        ("9.99999E+17", "", Doubt.SPOILED),
        ("999999491231002", "", Doubt.OLD_FORM),
        ("12345", "", Doubt.NOT_UNDERSTOOD),
    ],
)
def test_id_numbers_are_flagged_and_never_repaired(cell, number, doubt) -> None:
    read = id_number_in(cell)
    assert (read.number, read.doubt) == (number, doubt)


@given(days, st.integers(1, 999))
def test_a_right_id_number_is_kept_to_the_letter(born, order) -> None:
    stem = f"999999{born:%Y%m%d}{order:03d}"
    number = stem + ric.calc_check_digit(stem + "0")
    read = id_number_in(number)
    assert read.typed == number
    assert read.number == number or (read.doubt is Doubt.SPOILED and number.endswith("000"))


def test_a_hundred_years_of_two_digits_are_never_in_the_future() -> None:
    for year in range(100):
        read = day_in(f"{year:02d}年3月4日", today=TODAY)
        assert read.day is not None
        assert TODAY - timedelta(days=366 * 111) < read.day <= TODAY
