"""The doors that the people of an import live behind."""

from __future__ import annotations

from collections.abc import Collection

from linli.core.bulk import insert_rows
from linli.registry import keeping
from linli.registry.actions.imports.marks import Changes
from linli.registry.importing.outcomes import Door
from linli.registry.models import Building, Dwelling, Grid, ImportBatch, Unit

Stairwell = tuple[str, int | None]


def dwellings_behind(*, doors: Collection[Door], batch: ImportBatch, changes: Changes) -> dict[Door, int]:
    """The pk of the dwelling behind each of ``doors``; those that are missing are added, with their stairwells and buildings."""
    rows = Dwelling.objects.filter(community_id=batch.community_id)
    known: dict[Door, int] = {
        (building, unit, door): pk
        for building, unit, door, pk in rows.values_list("unit__building__number", "unit__number", "door", "pk")
    }
    missing = sorted(set(doors) - known.keys(), key=lambda door: (door[0], door[1] or 0, door[2]))
    units = _units({(building, unit) for building, unit, _door in missing}, batch, changes)
    new = []
    for building, unit, door in missing:
        label = keeping.dwelling_label(building=building, unit=unit or 1, door=door)
        new.append((batch.community_id, units[building, unit], _floor(door), door, label))
    columns = ("community", "unit", "floor", "door", "label")
    written = insert_rows(Dwelling, columns=columns, rows=new, returning=("unit", "door", "pk"))
    added = {(unit, door): pk for unit, door, pk in written}
    for building, unit, door in missing:
        known[building, unit, door] = pk = added[units[building, unit], door]
        changes.note_new(model="dwelling", pk=pk, told={"door": door, "floor": _floor(door)})
    return known


def _floor(door: str) -> int:
    return int(door[:-2]) if len(door) > 2 and door[:-2].isdigit() else 1


def _units(wanted: set[Stairwell], batch: ImportBatch, changes: Changes) -> dict[Stairwell, int]:
    community = {"community_id": batch.community_id}
    buildings = _buildings({building for building, _unit in wanted}, batch, changes)
    rows = Unit.objects.filter(**community).values_list("building__number", "number", "pk")
    units: dict[Stairwell, int] = {(building, number): pk for building, number, pk in rows}
    lacking = sorted(wanted - units.keys(), key=lambda pair: (pair[0], pair[1] or 0))
    new = [Unit(building_id=buildings[building], number=unit or 1, **community) for building, unit in lacking]
    Unit.objects.bulk_create(new)
    changes.note_added(model="unit", rows=new)
    return units | {pair: one.pk for pair, one in zip(lacking, new, strict=True)}


def _buildings(wanted: set[str], batch: ImportBatch, changes: Changes) -> dict[str, int]:
    community = {"community_id": batch.community_id}
    buildings = dict(Building.objects.filter(**community).values_list("number", "pk"))
    missing = sorted(wanted - buildings.keys())
    if missing:
        grid = batch.grid or _first_grid(batch, changes)
        added = [Building(grid=grid, number=number, **community) for number in missing]
        Building.objects.bulk_create(added)
        changes.note_added(model="building", rows=added)
        buildings |= {one.number: one.pk for one in added}
    return buildings


def _first_grid(batch: ImportBatch, changes: Changes) -> Grid:
    grid = Grid.objects.create(community_id=batch.community_id, number=1, name="第1网格")
    changes.note_added(model="grid", rows=[grid])
    return grid
