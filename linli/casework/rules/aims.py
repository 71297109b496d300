"""For whom a task is: the parts of an aim, kept as JSON. Every part that is given narrows it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

OLDEST: Final = 150
COLUMN: Final = re.compile(r"\d{2}")


@dataclass(frozen=True, slots=True)
class Aim:
    """Households of these buildings or stairwells, of one riser (``column``: the last two digits of a door number), of floors; or,
    where ``group``, ages or ``alone`` are given, the residents among them whom that holds for. ``told_category_id``: only households
    that told us of that category within ``told_days``. ``restricted``: the group is one that few may know of."""

    buildings: tuple[int, ...] = ()
    units: tuple[int, ...] = ()
    column: str = ""
    floor_from: int | None = None
    floor_to: int | None = None
    group: str = ""
    age_from: int | None = None
    age_to: int | None = None
    alone: bool = False
    told_category_id: int | None = None
    told_days: int = 365
    restricted: bool = False

    @property
    def says_nothing(self) -> bool:
        """Whether it would be everybody: that is no aim."""
        return self == Aim(told_days=self.told_days)

    @property
    def is_for_people(self) -> bool:
        """Whether single residents are meant, not households."""
        return bool(self.group or self.alone or self.age_from is not None or self.age_to is not None)

    def as_data(self) -> dict[str, Any]:
        return {**asdict(self), "buildings": list(self.buildings), "units": list(self.units)}


def aim_from(*, data: Mapping[str, Any]) -> Aim:
    """The aim that was kept; what is unknown is left out."""
    known = {name: data[name] for name in Aim.__dataclass_fields__ if name in data}
    for name in ("buildings", "units"):
        known[name] = tuple(known.get(name, ()))
    return Aim(**known)


def column_of(*, door: str) -> str:
    """On which riser a door is: 502 and 302 are both on 02; "" for a door without two digits."""
    digits = "".join(letter for letter in door if letter.isascii() and letter.isdigit())
    return digits[-2:] if len(digits) >= 2 else ""
