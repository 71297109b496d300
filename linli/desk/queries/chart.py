"""The building chart: buildings, stairwells, floors and doors, each door with the mark that a measure gives it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from linli.core.errors import NotFound
from linli.core.rooms import ChartArea, Mark, Measure
from linli.registry.models import Building, Dwelling, Household, Unit
from linli.registry.queries import Scope

NOTHING = Mark(0, "")


class Door(NamedTuple):
    """``household_id`` is None where nobody is registered. A tuple: three thousand are made for one page."""

    name: str
    label: str
    floor: int
    column: int
    household_id: int | None
    mark: Mark


@dataclass(frozen=True, slots=True)
class Stairwell:
    number: int
    doors: Sequence[Door]
    columns: int


@dataclass(frozen=True, slots=True)
class House:
    """A building. Floors count from ``lowest`` to ``highest``, none left out."""

    id: int
    number: str
    stairwells: Sequence[Stairwell]
    lowest: int
    highest: int

    @property
    def counts(self) -> Counter[int]:
        """Doors by shade."""
        return Counter(door.mark.shade for stairwell in self.stairwells for door in stairwell.doors)

    @property
    def doors(self) -> list[Door]:
        """Every door, stairwell by stairwell, from the ground up."""
        return [door for stairwell in self.stairwells for door in stairwell.doors]


@dataclass(frozen=True, slots=True)
class Chart:
    measure: Measure
    houses: Sequence[House]

    @property
    def doors(self) -> int:
        return sum(house.counts.total() for house in self.houses)

    @property
    def counts(self) -> Counter[int]:
        return sum((house.counts for house in self.houses), Counter[int]())


def chart_of(*, scope: Scope, area: ChartArea, measure: Measure, now: datetime) -> Chart:
    """The doors of an area that the scope covers, as the measure marks them. Three queries and the measure's own."""
    units = _units(scope, area)
    lived_in = dict(
        Household.objects.filter(moved_out_on__isnull=True, **area.doors("dwelling__")).values_list("dwelling_id", "pk")
    )
    marks = measure.read(area, now)
    by_unit = _doors(area, lived_in, marks)
    by_building: dict[tuple[int, str], list[Stairwell]] = defaultdict(list)
    for unit_id, number, building_id, building in units:
        doors = by_unit.get(unit_id, [])
        columns = max((door.column for door in doors), default=0) + 1
        by_building[building_id, building].append(Stairwell(number, doors, columns))
    houses = [_house(building_id, number, wells) for (building_id, number), wells in by_building.items()]
    return Chart(measure, sorted(houses, key=lambda house: in_order(number=house.number)))


def _units(scope: Scope, area: ChartArea) -> list[tuple[int, int, int, str]]:
    of_area = Unit.objects.filter(scope.covers_units(), community_id=area.community_id)
    if area.building_id is not None:
        of_area = of_area.filter(building_id=area.building_id)
    return list(of_area.order_by("number").values_list("pk", "number", "building_id", "building__number"))


def _doors(area: ChartArea, lived_in: Mapping[int, int], marks: Mapping[int, Mark]) -> Mapping[int, list[Door]]:
    """By stairwell, from the ground up; doors of one floor stand in the order of their numbers."""
    found: dict[int, list[Door]] = defaultdict(list)
    across: Counter[tuple[int, int]] = Counter()
    rows = Dwelling.objects.filter(**area.doors()).values_list("pk", "unit_id", "floor", "door", "label")
    for pk, unit_id, floor, door, label in sorted(rows, key=lambda row: (row[2], len(row[3]), row[3])):
        column = across[unit_id, floor]
        across[unit_id, floor] = column + 1
        found[unit_id].append(Door(door, label, floor, column, lived_in.get(pk), marks.get(pk, NOTHING)))
    return found


def _house(building_id: int, number: str, wells: Sequence[Stairwell]) -> House:
    floors = [door.floor for well in wells for door in well.doors] or [1]
    return House(building_id, number, wells, min(floors), max(floors))


def in_order(*, number: str) -> tuple[int, str]:
    """As people count: 8 before 8A before 10."""
    digits = re.match(r"\d+", number)
    return (int(digits.group()) if digits else 0, number)


def building_in(*, scope: Scope, building_id: int) -> Building:
    """A building of which the scope covers at least one stairwell, with its community. Raises NotFound. Two queries."""
    building = Building.objects.select_related("community").filter(pk=building_id).first()
    area = ChartArea(building.community_id, building.pk) if building else None
    if building is None or area is None or not _units(scope, area):
        raise NotFound
    return building
