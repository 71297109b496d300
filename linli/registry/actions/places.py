"""Adding and changing places."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.registry.errors import PlaceTaken
from linli.registry.keeping import dwelling_label, same_width
from linli.registry.models import Building, Community, Dwelling, Grid, Unit
from linli.registry.recording import changed, locked, reach_of_editor, refusing, trace

TAKEN_NUMBER = PlaceTaken(fields={"number": PlaceTaken.default_sentence})
TAKEN_DOOR = PlaceTaken(fields={"door": PlaceTaken.default_sentence})


@transaction.atomic
def add_community(*, by: Actor, now: datetime, code: str, name: str, desk_phone: str = "") -> Community:
    """Open a community; for whoever runs the installation. Raises NotAllowed or PlaceTaken."""
    if not reach_of_editor(by, now).everything:
        raise NotAllowed
    with refusing(("registry_community_code", PlaceTaken(fields={"code": PlaceTaken.default_sentence}))):
        community = Community.objects.create(code=code, name=name.strip(), desk_phone=desk_phone)
    trace(community, by=by, now=now, verb="added")
    return community


@transaction.atomic
def add_grid(*, by: Actor, now: datetime, community_id: int, number: int, name: str = "") -> Grid:
    """Raises NotAllowed, NotFound or PlaceTaken."""
    reach = reach_of_editor(by, now)
    community = locked(Community, community_id, reach.covers_communities("pk"))
    with refusing(("registry_grid_number", TAKEN_NUMBER)):
        grid = Grid.objects.create(community=community, number=number, name=name.strip() or f"第{number}网格")
    trace(grid, by=by, now=now, verb="added")
    return grid


@transaction.atomic
def change_grid(*, by: Actor, now: datetime, grid_id: int, number: int, name: str) -> Grid:
    """Raises NotAllowed, NotFound or PlaceTaken."""
    reach = reach_of_editor(by, now)
    grid = locked(Grid, grid_id, reach.covers_communities())
    if fields := changed(grid, {"number": number, "name": name.strip()}):
        with refusing(("registry_grid_number", TAKEN_NUMBER)):
            grid.save(update_fields=fields)
        trace(grid, by=by, now=now, verb="changed", details={"fields": fields})
    return grid


@transaction.atomic
def add_building(*, by: Actor, now: datetime, grid_id: int, number: str, floors: int = 6) -> Building:
    """``number`` as painted on the wall; full-width digits are made half-width. Raises NotAllowed, NotFound or PlaceTaken."""
    reach = reach_of_editor(by, now)
    grid = locked(Grid, grid_id, reach.covers_communities())
    with refusing(("registry_building_number", TAKEN_NUMBER)):
        building = Building.objects.create(
            community_id=grid.community_id, grid=grid, number=_building_number(number), floors=floors
        )
    trace(building, by=by, now=now, verb="added")
    return building


@transaction.atomic
def change_building(*, by: Actor, now: datetime, building_id: int, grid_id: int, number: str, floors: int) -> Building:
    """A new number also changes the addresses of its dwellings. Raises NotAllowed, NotFound or PlaceTaken."""
    reach = reach_of_editor(by, now)
    building = locked(Building, building_id, reach.covers_communities())
    grid = locked(Grid, grid_id, reach.covers_communities())
    if grid.community_id != building.community_id:
        raise NotAllowed
    if fields := changed(building, {"grid_id": grid.pk, "number": _building_number(number), "floors": floors}):
        with refusing(("registry_building_number", TAKEN_NUMBER)):
            building.save(update_fields=fields)
        if "number" in fields:
            _readdress(building)
        trace(building, by=by, now=now, verb="changed", details={"fields": fields})
    return building


@transaction.atomic
def add_unit(*, by: Actor, now: datetime, building_id: int, number: int) -> Unit:
    """Add a stairwell. Raises NotAllowed, NotFound or PlaceTaken."""
    reach = reach_of_editor(by, now)
    building = locked(Building, building_id, reach.covers_communities())
    with refusing(("registry_unit_number", TAKEN_NUMBER)):
        unit = Unit.objects.create(community_id=building.community_id, building=building, number=number)
    trace(unit, by=by, now=now, verb="added")
    return unit


@transaction.atomic
def add_dwelling(*, by: Actor, now: datetime, unit_id: int, floor: int, door: str) -> Dwelling:
    """Add a door; its address follows from building, stairwell and door. Raises NotAllowed, NotFound or PlaceTaken."""
    reach = reach_of_editor(by, now)
    unit = locked(Unit, unit_id, reach.covers_communities(), "building")
    door = same_width(door)
    label = dwelling_label(building=unit.building.number, unit=unit.number, door=door)
    with refusing(("registry_dwelling_door", TAKEN_DOOR)):
        dwelling = Dwelling.objects.create(
            community_id=unit.community_id, unit=unit, floor=floor, door=door, label=label
        )
    trace(dwelling, by=by, now=now, verb="added")
    return dwelling


@transaction.atomic
def change_dwelling(*, by: Actor, now: datetime, dwelling_id: int, floor: int, door: str) -> Dwelling:
    """Raises NotAllowed, NotFound or PlaceTaken."""
    reach = reach_of_editor(by, now)
    dwelling = locked(Dwelling, dwelling_id, reach.covers_dwellings(), "unit__building")
    door = same_width(door)
    label = dwelling_label(building=dwelling.unit.building.number, unit=dwelling.unit.number, door=door)
    if fields := changed(dwelling, {"floor": floor, "door": door, "label": label}):
        with refusing(("registry_dwelling_door", TAKEN_DOOR)):
            dwelling.save(update_fields=fields)
        trace(dwelling, by=by, now=now, verb="changed", details={"fields": fields})
    return dwelling


def _building_number(text: str) -> str:
    """8号楼, 8栋 and 8 are the same wall."""
    return same_width(text).removesuffix("号楼").removesuffix("栋").removesuffix("楼").strip()


def _readdress(building: Building) -> None:
    for unit in Unit.objects.filter(building=building):
        start = dwelling_label(building=building.number, unit=unit.number, door="")
        Dwelling.objects.filter(unit=unit).update(label=Concat(Value(start), F("door")))
