"""Plans the invented town: its buildings, who lives where, where detectors hang, who holds which post.

The same seed and day give the same town. No database, no secrets.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date

from config.demo.cast import FEMALE, MALE, Cast, Invented
from config.demo.homes import Homes
from config.demo.paper import Plan, PlannedBuilding, PlannedDwelling, PlannedHousehold, PlannedPost, PlannedUnit
from linli.accounts.roles import Role

HOUSEHOLDS_PER_GRID = 445
OCCUPIED = 0.985
CAPTAIN_AGES = range(60, 76)
GATEWAYS = 4
WITH_TROUBLES_FROM = 200
"""Households from which on a town has gateways, and devices that are not well."""


def plan_town(*, seed: int, today: date, households: int, elder_share: float, gas_detectors: int) -> Plan:
    """Exactly ``households`` households, ``gas_detectors`` of them with a detector, one smoke detector per stairwell."""
    dice = random.Random(f"town:{seed}")  # noqa: S311  the point is that it repeats
    cast = Cast(seed=seed, today=today)
    homes = Homes(dice=dice, cast=cast, today=today, elder_share=elder_share)
    plan = Plan(grids=max(1, round(households / HOUSEHOLDS_PER_GRID)), buildings=_buildings(dice, households))
    doors = [door for building in plan.buildings for unit in building.units for door in unit.dwellings]
    for index in sorted(dice.sample(range(len(doors)), households)):
        doors[index].household = homes.household()
    _draw_grids(plan, households)
    _hang_detectors(dice, plan, gas_detectors)
    for household in plan.households:
        if household.gas_detector or household.elders:
            household.contacts = homes.contacts(household)
    plan.posts = [*_office(cast, plan), *_captains(dice, cast, plan), *_night_watch(cast)]
    _give_logins(plan)
    return plan


def _buildings(dice: random.Random, households: int) -> list[PlannedBuilding]:
    wanted, doors = round(households / OCCUPIED), 0
    buildings: list[PlannedBuilding] = []
    while doors < wanted:
        floors, units, per_floor = dice.choice((6, 6, 7)), dice.choice((3, 3, 4, 5)), dice.choice((2, 2, 3))
        stairwells = [_unit(number, floors, per_floor) for number in range(1, units + 1)]
        buildings.append(PlannedBuilding(number=str(len(buildings) + 1), floors=floors, grid=0, units=stairwells))
        doors += floors * units * per_floor
    return buildings


def _unit(number: int, floors: int, per_floor: int) -> PlannedUnit:
    doors = [PlannedDwelling(f, f"{f}{d:02d}") for f in range(1, floors + 1) for d in range(1, per_floor + 1)]
    return PlannedUnit(number=number, dwellings=doors)


def _draw_grids(plan: Plan, households: int) -> None:
    """Neighbouring buildings, about as many households in each grid."""
    before = 0
    for building in plan.buildings:
        middle = before + len(building.households) / 2
        building.grid = min(plan.grids - 1, int(middle * plan.grids / households))
        before += len(building.households)


def _hang_detectors(dice: random.Random, plan: Plan, gas_detectors: int) -> None:
    """Gas detectors went to homes with elders first; within each half by lot."""
    by_lot = sorted(plan.households, key=lambda household: (not household.elders, dice.random()))
    chosen = {id(household) for household in by_lot[:gas_detectors]}
    serials = (f"GAS{number:06d}" for number in range(1, gas_detectors + 1))
    for household in plan.households:
        if id(household) in chosen:
            household.gas_detector = next(serials)
    units = [unit for building in plan.buildings for unit in building.units]
    for number, unit in enumerate(units, start=1):
        unit.smoke_detector = f"SMK{number:06d}"
    if len(plan.households) >= WITH_TROUBLES_FROM:
        for number, building in enumerate(plan.buildings[:GATEWAYS], start=1):
            building.gateway = f"WG{number:06d}"


def _office(cast: Cast, plan: Plan) -> Iterator[PlannedPost]:
    """Those who work in the community office."""
    staff = [
        (Role.ADMINISTRATOR, "demo-admin", 35, MALE),
        (Role.SECRETARY, "demo-secretary", 36, FEMALE),
        (Role.DUTY_OFFICER, "demo-duty-1", 41, MALE),
        (Role.DUTY_OFFICER, "demo-duty-2", 33, FEMALE),
    ]
    for role, username, age, sex in staff:
        yield PlannedPost(role, cast.name(age=age, sex=sex), cast.phone(), username=username)
    for grid in range(plan.grids):
        yield PlannedPost(Role.GRID_LEAD, cast.name(age=38, sex=FEMALE), cast.phone(), grid=grid)


def _night_watch(cast: Cast) -> Iterator[PlannedPost]:
    """A third duty officer, so that the rota turns; invented last, so that nobody else of a town changes."""
    yield PlannedPost(Role.DUTY_OFFICER, cast.name(age=52, sex=MALE), cast.phone(), username="demo-duty-3")


def _captains(dice: random.Random, cast: Cast, plan: Plan) -> Iterator[PlannedPost]:
    """A captain of each building and of each stairwell, a resident of 60 to 75 where one lives there."""
    unit_index = 0
    for building_index, building in enumerate(plan.buildings):
        person = _captain(dice, building.households)
        name, phone, id_number = _reached(cast, person)
        yield PlannedPost(Role.BUILDING_CAPTAIN, name, phone, building=building_index, id_number=id_number)
        for unit in building.units:
            name, phone, id_number = _reached(
                cast, _captain(dice, unit.households) or _captain(dice, building.households)
            )
            yield PlannedPost(Role.UNIT_CAPTAIN, name, phone, unit=unit_index, id_number=id_number)
            unit_index += 1


def _captain(dice: random.Random, households: list[PlannedHousehold]) -> Invented | None:
    willing = [r.person for h in households for r in h.residents if r.person.age in CAPTAIN_AGES]
    return dice.choice(willing) if willing else None


def _reached(cast: Cast, person: Invented | None) -> tuple[str, str, str]:
    if person is None:
        return cast.name(age=66, sex=FEMALE), cast.phone(), ""
    return person.name, person.phone, person.id_number


def _give_logins(plan: Plan) -> None:
    """Those over the sample detector can sign in, so that a newcomer sees one alarm from every post."""
    serial = sample_serial(plan)
    units = [(b, unit) for b, building in enumerate(plan.buildings) for unit in building.units]
    of_sample = (n for n, (_, unit) in enumerate(units) if any(h.gas_detector == serial for h in unit.households))
    unit_index = next(of_sample, 0)
    building_index = units[unit_index][0]
    over = {
        (Role.GRID_LEAD, plan.buildings[building_index].grid): "demo-grid",
        (Role.BUILDING_CAPTAIN, building_index): "demo-building",
        (Role.UNIT_CAPTAIN, unit_index): "demo-unit",
    }
    for post in plan.posts:
        place = next((p for p in (post.grid, post.building, post.unit) if p is not None), None)
        post.username = post.username or over.get((Role(post.role), place if place is not None else -1), "")


def sample_serial(plan: Plan) -> str:
    """A gas detector whose household has two relatives to call: the one that a newcomer's script drives."""
    with_detector = [household for household in plan.households if household.gas_detector]
    by_relatives = sorted(with_detector, key=lambda household: len(household.contacts) < 2)
    return by_relatives[0].gas_detector if by_relatives else ""
