"""Days and times of a hotline's sheet: as Excel keeps them, as text, as its serial numbers, or as a stretch (24 小时). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from linli.registry.cells import day_in, says_nothing, text_of

EARLIEST, LATEST = 2000, 2100
_SERIAL_BEGAN: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's own days have no zone
_TIME: Final = re.compile(
    r"(?P<half>上午|下午|晚上|中午|凌晨)?\s*(?P<hour>\d{1,2})\s*(?:[:：]|[时点])\s*(?P<minute>\d{1,2})?分?"
    r"(?:\s*[:：]?\s*(?P<second>\d{1,2})(?:\.\d+)?秒?)?\s*$"
)
_PACKED: Final = re.compile(r"(20\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?")
_WEEKDAY: Final = re.compile(r"\(?(?:星期|周)[一二三四五六日天]\)?")
_STRETCH: Final = re.compile(r"(\d{1,3})(?:\.0)?\s*个?\s*(工作日|自然日|小时|天|日|h|d)(?:内|之内|以内)?")


@dataclass(frozen=True, slots=True)
class Moment:
    """``at`` is an instant; ``is_day`` where only a day was written (then it is its first instant). None with ``said``: not understood."""

    at: datetime | None = None
    is_day: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """So much time, instead of an instant: running hours, or working days."""

    hours: int = 0
    working_days: int = 0


def moment_in(cell: object, *, zone: ZoneInfo, today: date) -> Moment:
    """The instant that a cell says, in the community's time. ``today`` tells which century two digits of a year mean."""
    if says_nothing(cell):
        return Moment()
    if isinstance(cell, datetime):
        return _local(cell.replace(tzinfo=None), zone, is_day=cell.time() == time.min)
    if isinstance(cell, date):
        return _local(datetime.combine(cell, time.min), zone, is_day=True)
    text = text_of(cell)
    if re.fullmatch(r"[34567]\d{4}(?:\.\d+)?", text):
        return _serial(float(text), zone)
    if packed := _PACKED.fullmatch(text):
        return _made([int(part or 0) for part in packed.groups()], zone, text)
    return _written(text, zone, today)


def stretch_in(cell: object) -> Stretch | None:
    """5个工作日, 24小时, 7天内: a time to be counted from the beginning."""
    found = _STRETCH.fullmatch(text_of(cell).strip())
    if found is None or not int(found[1]):
        return None
    count, unit = int(found[1]), found[2]
    if unit == "工作日":
        return Stretch(working_days=count)
    return Stretch(hours=count if unit in {"小时", "h"} else count * 24)


def _serial(number: float, zone: ZoneInfo) -> Moment:
    """Excel counts days; the time of day is what stands behind the point."""
    seconds = round((number % 1) * 86400)
    local = _SERIAL_BEGAN + timedelta(days=int(number), seconds=seconds)
    return _local(local, zone, is_day=number == int(number))


def _written(text: str, zone: ZoneInfo, today: date) -> Moment:
    bare = _WEEKDAY.sub(" ", text.replace("T", " ")).strip()
    bare = re.sub(r"(?:Z|[+-]\d{2}:?\d{2})$", "", bare).strip() if re.search(r"\d:\d{2}", bare) else bare
    clock = _TIME.search(bare)
    days = bare[: clock.start()].strip(" ,，") if clock else bare
    day = day_in(days, today=today + timedelta(days=3 * 365))
    if day.day is None or day.known != "day" or day.lunar:
        return Moment(said=text[:40])
    if clock is None:
        return _local(datetime.combine(day.day, time.min), zone, is_day=True)
    hour = int(clock["hour"])
    if clock["half"] in {"下午", "晚上"} and hour < 12:
        hour += 12
    parts = [day.day.year, day.day.month, day.day.day, hour, int(clock["minute"] or 0), int(clock["second"] or 0)]
    return _made(parts, zone, text)


def _made(parts: list[int], zone: ZoneInfo, text: str) -> Moment:
    if parts[3:6] in ([24, 0], [24, 0, 0]):  # the end of a day
        parts = [*parts[:3], 23, 59, 59]
    try:
        local = datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - its zone comes with _local
    except ValueError:
        return Moment(said=text[:40])
    return _local(local, zone, is_day=False)


def _local(at: datetime, zone: ZoneInfo, *, is_day: bool) -> Moment:
    if not EARLIEST <= at.year <= LATEST:
        return Moment(said=f"{at:%Y-%m-%d}")
    return Moment(at.replace(tzinfo=zone), is_day)


def end_of_day(moment: Moment) -> datetime | None:
    """A day on which something is due is over at its last minute."""
    if moment.at is None:
        return None
    return moment.at.replace(hour=23, minute=59) if moment.is_day else moment.at
