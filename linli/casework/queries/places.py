"""From what somebody types to a place of the community: a door, a stairwell, a building, or only words."""

from __future__ import annotations

from dataclasses import dataclass

from linli.registry.keeping import same_width
from linli.registry.models import Building, Dwelling, Household, Resident, Unit
from linli.registry.sought import place_in


@dataclass(frozen=True, slots=True)
class Place:
    """As far down as it is known. ``label`` is how people say it, at most 120 characters."""

    label: str = ""
    building_id: int | None = None
    unit_id: int | None = None
    dwelling_id: int | None = None
    household_id: int | None = None
    grid_id: int | None = None


def place_of_dwelling(*, community_id: int, dwelling_id: int) -> Place | None:
    """A door of the community, with who lives there now. Two queries."""
    door = Dwelling.objects.select_related("unit__building").filter(community_id=community_id, pk=dwelling_id).first()
    if door is None:
        return None
    household = Household.objects.filter(dwelling=door, moved_out_on__isnull=True).values_list("pk", flat=True).first()
    return Place(door.label, door.unit.building_id, door.unit_id, door.pk, household, door.unit.building.grid_id)


def place_of_unit(*, community_id: int, unit_id: int) -> Place | None:
    """A stairwell of the community. One query."""
    unit = Unit.objects.select_related("building").filter(community_id=community_id, pk=unit_id).first()
    return Place(str(unit), unit.building_id, unit.pk, grid_id=unit.building.grid_id) if unit else None


def place_of_building(*, community_id: int, building_id: int) -> Place | None:
    """A building of the community. One query."""
    building = Building.objects.filter(community_id=community_id, pk=building_id).first()
    return Place(str(building), building.pk, grid_id=building.grid_id) if building else None


def place_of_resident(*, community_id: int, resident_id: int) -> Place | None:
    """Where a resident lives. At most three queries."""
    rows = Resident.objects.filter(community_id=community_id, pk=resident_id)
    dwelling_id = rows.values_list("household__dwelling_id", flat=True).first()
    return place_of_dwelling(community_id=community_id, dwelling_id=dwelling_id) if dwelling_id else None


def place_of_words(*, community_id: int, words: str) -> Place:
    """What is meant by 8-3-502, 8号楼3单元楼道灯 or 小广场: the words stay the label wherever they say more than the address.

    What is not in the register is only words. At most four queries.
    """
    text = " ".join(same_width(words)[:120].split())
    if not text:
        return Place()
    sought, rest = place_in(text)
    if not sought.building:
        return Place(label=text)
    building = Building.objects.filter(community_id=community_id, number__iexact=sought.building).first()
    if building is None:
        return Place(label=text)
    found = place_of_building(community_id=community_id, building_id=building.pk)
    unit = Unit.objects.filter(building=building, number=sought.unit).first() if sought.unit is not None else None
    if unit is not None:
        found = place_of_unit(community_id=community_id, unit_id=unit.pk)
    doors = Dwelling.objects.filter(community_id=community_id, unit__building=building, door=sought.door)
    door = (doors.filter(unit=unit) if unit else doors).order_by("pk").first() if sought.door else None
    if door is not None:
        found = place_of_dwelling(community_id=community_id, dwelling_id=door.pk)
    assert found is not None
    more = " ".join(rest.split())
    label = f"{found.label} {more}".strip()[:120] if more else found.label
    return Place(label, found.building_id, found.unit_id, found.dwelling_id, found.household_id, found.grid_id)
