"""Where somebody lives, down to the door, in one cell or in three."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from linli.registry.cells.doubts import Doubt
from linli.registry.cells.text import says_nothing, text_of
from linli.registry.sought import place_in


@dataclass(frozen=True, slots=True)
class Address:
    """``building`` as painted on the wall, ``unit`` None where no stairwell is named; ``rest`` is what else stood there."""

    building: str = ""
    unit: int | None = None
    door: str = ""
    rest: str = ""
    doubt: Doubt = Doubt.NONE


def address_in(cell: object) -> Address:
    """8号楼3单元502, 8-3-502, 8栋3门502室, 八号楼三单元502, ８＃３－５０２, with street and compound before it.

    A cell that Excel turned into a day (8-3 is 3 August to it) is not turned back.
    """
    if isinstance(cell, date):
        return Address(rest=text_of(cell), doubt=Doubt.BECAME_A_DATE)
    if says_nothing(cell):
        return Address()
    place, rest = place_in(text_of(cell))
    rest = rest.strip(" ,，;；、-()（）")
    return Address(place.building, place.unit, place.door, rest, _doubt(place.building, place.door))


def _doubt(building: str, door: str) -> Doubt:
    if not building and not door:
        return Doubt.NOT_UNDERSTOOD
    if not building:
        return Doubt.NO_BUILDING
    return Doubt.NONE if door else Doubt.NO_DOOR
