"""The invented town on paper: what is planned before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from config.demo.cast import Invented

ELDER_FROM = 60


@dataclass(slots=True)
class PlannedResident:
    person: Invented
    relation: str
    is_head: bool = False

    @property
    def is_elder(self) -> bool:
        return self.person.age >= ELDER_FROM


@dataclass(slots=True)
class PlannedContact:
    name: str
    relation: str
    phone: str
    language: str


@dataclass(slots=True)
class PlannedHousehold:
    moved_in_on: date
    residents: list[PlannedResident]
    contacts: list[PlannedContact] = field(default_factory=list)
    gas_detector: str = ""

    @property
    def elders(self) -> list[PlannedResident]:
        return [r for r in self.residents if r.is_elder]


@dataclass(slots=True)
class PlannedDwelling:
    floor: int
    door: str
    household: PlannedHousehold | None = None


@dataclass(slots=True)
class PlannedUnit:
    number: int
    dwellings: list[PlannedDwelling]
    smoke_detector: str = ""

    @property
    def households(self) -> list[PlannedHousehold]:
        return [d.household for d in self.dwellings if d.household]


@dataclass(slots=True)
class PlannedBuilding:
    number: str
    floors: int
    grid: int
    units: list[PlannedUnit]
    gateway: str = ""

    @property
    def households(self) -> list[PlannedHousehold]:
        return [h for unit in self.units for h in unit.households]


@dataclass(slots=True)
class PlannedPost:
    """A role over the community, or over one grid, building or unit, each by its place in the plan's lists.

    ``id_number`` is that of the resident who holds it; ``username`` is given to those who can sign in.
    """

    role: str
    name: str
    phone: str
    grid: int | None = None
    building: int | None = None
    unit: int | None = None
    id_number: str = ""
    username: str = ""


@dataclass(slots=True)
class Plan:
    grids: int
    buildings: list[PlannedBuilding]
    posts: list[PlannedPost] = field(default_factory=list)

    @property
    def households(self) -> list[PlannedHousehold]:
        return [h for building in self.buildings for h in building.households]
