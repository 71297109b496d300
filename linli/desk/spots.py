"""Where a drill takes place, from the words a person typed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.incidents.actions import DrillSpot
from linli.registry.models import Dwelling, Household, Unit
from linli.registry.queries import PlaceRef
from linli.registry.sought import PlaceSought, understood

MOST_SPOTS = 50


def spots_in_words(*, community_id: int, words: str) -> tuple[list[DrillSpot], str]:
    """The dwellings and stairwells of the lines, and a sentence about what could not be found ("" if all was)."""
    lines = [line.strip() for line in words.splitlines() if line.strip()][:MOST_SPOTS]
    spots: dict[tuple[str, int], DrillSpot] = {}
    unknown = []
    for line in lines:
        found = _spot(community_id, understood(line).place)
        if found is None:
            unknown.append(line)
        else:
            key, spot = found
            spots[key] = spot
    sentence = _("No such dwelling or stairwell here: %(places)s") % {"places": _(", ").join(unknown)}
    return list(spots.values()), sentence if unknown else ""


def _spot(community_id: int, place: PlaceSought) -> tuple[tuple[str, int], DrillSpot] | None:
    if not place.building or place.unit is None:
        return None
    units = Unit.objects.filter(
        community_id=community_id, building__number__iexact=place.building, number=place.unit
    ).select_related("building")
    unit = units.first()
    if unit is None:
        return None
    ref = PlaceRef(community_id, unit.building.grid_id, unit.building_id, unit.pk)
    if not place.door:
        return ("unit", unit.pk), DrillSpot(ref, f"{unit.building.number}栋{unit.number}单元楼道")
    dwelling = Dwelling.objects.filter(unit=unit, door=place.door).first()
    if dwelling is None:
        return None
    home = Household.objects.filter(dwelling=dwelling, moved_out_on__isnull=True).values_list("pk", flat=True).first()
    return ("dwelling", dwelling.pk), DrillSpot(ref, dwelling.label, dwelling_id=dwelling.pk, household_id=home)
