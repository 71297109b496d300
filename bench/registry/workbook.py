"""A register of residents as offices keep it: ten thousand invented people, with the dirt that real sheets have."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

from bench.registry.city import DOORS, FLOORS, HOUSEHOLDS, UNITS, id_number_of, phone_of
from bench.registry.names import names

HEAD = (
    "序号",
    "姓名",
    "性别",
    "身份证号",
    "出生日期",
    "联系电话",
    "住址",
    "与户主关系",
    "政治面貌",
    "备注",
    "紧急联系人",
    "联系人电话",
)
FIRST_BUILDING, FIRST_NUMBER = 101, 2_000_000
"""Beyond what `bench.registry.city` gave out: new doors, new people."""
SPELLINGS = ("{b}栋{u}单元{d}", "{b}-{u}-{d}", "{b}号楼{u}单元{d}室", "{b}＃楼{u}单元{d}")


def write_workbook(*, path: Path, rows: int) -> None:
    """One sheet with a title, headings and a sum at its end. Every tenth cell or so is not as one would wish: full-width digits,
    spaces inside names, dates as text, blank numbers, a wrong check character, a door that is no door."""
    from openpyxl import Workbook

    chance, people = random.Random(11), names(seed=12)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("常住人口")
    sheet.append(["常住人口台账"])
    sheet.append(HEAD)
    written, building, unit, floor, door = 0, FIRST_BUILDING, 1, 1, 1
    while written < rows:
        address = chance.choice(SPELLINGS).format(b=building, u=unit, d=f"{floor}{door:02d}")
        for position in range(min(chance.choice(HOUSEHOLDS), rows - written)):
            written += 1
            sheet.append(_row(chance, next(people)["name"], written, address, position))
        unit, floor, door, building = _next_door(building, unit, floor, door)
    sheet.append(["合计", f"{rows}人"])
    book.save(path)


def _row(chance: random.Random, name: str, number: int, address: str, position: int) -> list[object]:
    born_on = date(1935, 1, 1) + timedelta(days=chance.randrange(88 * 365))
    id_number, phone = id_number_of(FIRST_NUMBER + number, born_on), phone_of(FIRST_NUMBER + number)
    dirt = chance.random()
    return [
        number,
        f"{name[0]} {name[1:]}" if dirt < 0.1 else name,
        "男" if number % 2 else "女",
        None if 0.1 < dirt < 0.15 else id_number[:-1] + "?" if 0.15 < dirt < 0.16 else id_number,
        f"{born_on:%Y.%-m.%-d}" if dirt < 0.3 else f"{born_on:%Y-%m-%d}",
        None if 0.3 < dirt < 0.5 else phone.translate(FULL_WIDTH) if 0.5 < dirt < 0.55 else phone,
        "住址不详" if 0.55 < dirt < 0.555 else address,
        "户主" if position == 0 else ("配偶", "子", "女", "父")[position % 4],
        chance.choice(("群众", "中共党员", "团员", None)),
        "腿脚不便" if dirt > 0.97 else None,
        "李四（儿子）" if position == 0 and dirt > 0.7 else None,
        phone_of(FIRST_NUMBER * 2 + number) if position == 0 and dirt > 0.7 else None,
    ]


FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def _next_door(building: int, unit: int, floor: int, door: int) -> tuple[int, int, int, int]:
    if door < DOORS:
        return unit, floor, door + 1, building
    if floor < FLOORS[building % len(FLOORS)]:
        return unit, floor + 1, 1, building
    if unit < UNITS:
        return unit + 1, 1, 1, building
    return 1, 1, 1, building + 1
