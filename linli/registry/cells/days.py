"""Days as people write them: 1956.3.4, 56年3月, 农历一九五六年腊月初八, and the numbers Excel keeps instead."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from borax.calendars.lunardate import LunarDate

from linli.registry.cells.doubts import Doubt
from linli.registry.cells.text import says_nothing, text_of

EARLIEST_YEAR = 1880
LAST_YEAR = 2200
OLDEST = 110
_EXCEL_BEGAN = date(1899, 12, 30)
_LUNAR = re.compile(r"\(?(?:农历|阴历|旧历|夏历|农|阴)\)?")
_SOLAR = re.compile(r"\(?(?:公历|阳历|新历)\)?")
_TAIL = re.compile(r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?|出?生)$")
_YEAR_FIRST = re.compile(r"(\d{4}|\d{2})[年.\-/、, ]+(闰?)(\d{1,2})(?:[月.\-/、, ]+(\d{1,2})[日号]?|月份?)?[.。]?")
_YEAR_LAST = re.compile(r"(\d{1,2})[.\-/](\d{1,2})[.\-/](\d{4})")
_YEAR_ONLY = re.compile(r"(\d{4}|\d{2}(?=年))年?")
_DIGITS = {"〇": "0", "零": "0", "○": "0", "一": "1", "二": "2", "三": "3", "四": "4"} | {
    "五": "5", "六": "6", "七": "7", "八": "8", "九": "9"
}  # fmt: skip
_MONTHS = {
    "正月": "1月",
    "元月": "1月",
    "冬月": "11月",
    "腊月": "12月",
    "十一月": "11月",
    "十二月": "12月",
    "十月": "10月",
}

Known = Literal["", "day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Day:
    """``known`` says how much was written: of a month the first day stands in ``day``, of a year 1 January.

    With the doubts CENTURY and IN_THE_FUTURE ``day`` is the likelier reading; with all others it is None.
    """

    day: date | None = None
    known: Known = ""
    lunar: bool = False
    doubt: Doubt = Doubt.NONE


def day_in(cell: object, *, today: date) -> Day:
    """A day up to ``today``, as of a birth or a moving in. A lunar day (农历, or 初八 and 腊月) is turned into the common calendar.

    A year of two digits is the last such year that has been; is the one before within a lifetime, that is a doubt.
    Excel's numbers count days from 30 December 1899.
    """
    if says_nothing(cell):
        return Day()
    if isinstance(cell, datetime):
        return _checked(Day(cell.date(), "day"), today)
    if isinstance(cell, date):
        return _checked(Day(cell, "day"), today)
    text = text_of(cell)
    if re.fullmatch(r"[1-9]\d{3,7}(?:\.\d+)?", text):
        return _checked(_number(text, is_number=isinstance(cell, int | float)), today)
    return _checked(_written(text, today), today)


def _checked(found: Day, today: date) -> Day:
    if found.day is None or found.doubt:
        return found
    if not EARLIEST_YEAR <= found.day.year <= LAST_YEAR:
        return Day(lunar=found.lunar, doubt=Doubt.NO_SUCH_DAY)
    return replace(found, doubt=Doubt.IN_THE_FUTURE) if found.day > today else found


def _number(text: str, *, is_number: bool) -> Day:
    """19560304, 195603, 1956, Excel's 20518, and 1956.3; of 1956.10 Excel makes the same number as of 1956.1."""
    whole, _, fraction = text.partition(".")
    if len(whole) == 5 or (is_number and len(whole) == 4 and int(whole) > LAST_YEAR):
        return Day(_EXCEL_BEGAN + timedelta(days=int(whole)), "day")  # four digits: born before May 1927
    if len(whole) == 4:
        return _year_and_month(whole, fraction, is_number=is_number)
    if len(whole) == 8 and not fraction:
        return _day(int(whole[:4]), int(whole[4:6]), int(whole[6:]), known="day")
    if len(whole) == 6 and not fraction:
        return _six_digits(int(whole[:4]), int(whole[2:4]), int(whole[4:]))
    return Day(doubt=Doubt.NOT_UNDERSTOOD)


def _year_and_month(year: str, month: str, *, is_number: bool) -> Day:
    if not month:
        return _day(int(year), 1, 1, known="year")
    if is_number and month == "1":
        return Day(doubt=Doubt.DAY_OR_MONTH)
    return _day(int(year), int(month), 1, known="month") if len(month) < 3 else Day(doubt=Doubt.NOT_UNDERSTOOD)


def _six_digits(year: int, middle: int, last: int) -> Day:
    """195603 is March 1956; 201011 is November 2010, or 11 October of a year 20."""
    if year < EARLIEST_YEAR or not 1 <= last <= 12:
        return Day(doubt=Doubt.NOT_UNDERSTOOD)
    return Day(doubt=Doubt.DAY_OR_MONTH) if 1 <= middle <= 12 else _day(year, last, 1, known="month")


def _written(text: str, today: date) -> Day:
    lunar = bool(_LUNAR.search(text)) or bool(re.search(r"初[一二三四五六七八九十]|腊月|正月|冬月|廿|闰", text))
    plain = _in_digits(_SOLAR.sub("", _LUNAR.sub("", text))).replace("( )", "").strip(" ()")
    plain = _TAIL.sub("", plain).strip()
    make = _lunar_day if lunar else _day
    if found := _YEAR_FIRST.fullmatch(plain):
        return _year_first(found, make, today)
    if found := _YEAR_LAST.fullmatch(plain):
        return _year_last(found)
    if (found := _YEAR_ONLY.fullmatch(plain)) and not lunar:
        return _in_century(found[1], lambda year: _day(year, 1, 1, known="year"), today)
    return Day(doubt=Doubt.NOT_UNDERSTOOD)


def _year_first(found: re.Match[str], make: Callable[..., Day], today: date) -> Day:
    leap, month, day = bool(found[2]), int(found[3]), found[4]
    if make is _lunar_day:
        if day is None:
            return Day(lunar=True, doubt=Doubt.NOT_UNDERSTOOD)
        return _in_century(found[1], lambda year: _lunar_day(year, month, int(day), leap=leap), today)
    known: Known = "day" if day else "month"
    return _in_century(found[1], lambda year: _day(year, month, int(day or 1), known=known), today)


def _year_last(found: re.Match[str]) -> Day:
    """13/4/1956 and 4/13/1956 can be read in one way only, 3/4/1956 in two."""
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    if first == second or second > 12:
        return _day(year, first, second, known="day")
    return _day(year, second, first, known="day") if first > 12 else Day(doubt=Doubt.DAY_OR_MONTH)


def _in_century(written: str, make: Callable[[int], Day], today: date) -> Day:
    if len(written) == 4:
        return make(int(written))
    late, early = make(2000 + int(written)), make(1900 + int(written))
    if late.day is None or late.day > today:
        return early
    if early.day is not None and today.year - early.day.year <= OLDEST:
        return replace(late, doubt=Doubt.CENTURY)
    return late


def _day(year: int, month: int, day: int, *, known: Known) -> Day:
    try:
        return Day(date(year, month, day), known)
    except ValueError:
        return Day(doubt=Doubt.NO_SUCH_DAY)


def _lunar_day(year: int, month: int, day: int, *, leap: bool) -> Day:
    try:
        found = LunarDate(year, month, day, leap).to_solar_date()
    except (ValueError, LookupError):  # no such leap month, no 30th, or before 1900
        return Day(lunar=True, doubt=Doubt.NO_SUCH_DAY)
    return Day(found, "day", lunar=True)


def _in_digits(text: str) -> str:
    """一九五六年腊月廿三 is 1956年12月23."""
    for name, number in _MONTHS.items():
        text = text.replace(name, number)
    text = text.replace("初", "").replace("廿", "二十").replace("卅", "三十")
    text = re.sub(r"([二三]?)十([一二三四五六七八九]?)", _tens, text)
    return "".join(_DIGITS.get(letter, letter) for letter in text)


def _tens(found: re.Match[str]) -> str:
    return f"{_DIGITS.get(found[1], '1')}{_DIGITS.get(found[2], '0')}"
