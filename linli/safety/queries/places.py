"""Where a device can hang: doors and stairwells, found the way people say them (8-3-502, 8栋3单元)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from linli.core.errors import NotFound
from linli.registry.models import Dwelling, Unit
from linli.registry.scopes import Scope
from linli.registry.sought import PlaceSought, understood

MOST_FOUND = 12
_KEY = re.compile(r"([du])(\d{1,18})")


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A door, or a stairwell (``dwelling_id`` is None). ``key`` names it in a form."""

    key: str
    label: str
    community_id: int
    community_name: str
    unit_id: int
    dwelling_id: int | None


def places_found(*, scope: Scope, words: str, limit: int = MOST_FOUND) -> Sequence[PlaceFound]:
    """Doors and stairwells in somebody's reach that these words name; stairwells when no door was named. At most two queries."""
    sought = understood(words)
    place = sought.place
    if not place.door and sought.digits:
        place = PlaceSought(place.building, place.unit, sought.digits)
    if not place or scope.reaches_nothing:
        return ()
    found = [] if place.door else _stairwells(scope, place, limit)
    return tuple(found or _doors(scope, place, limit))


def place_for(*, scope: Scope, key: str) -> PlaceFound:
    """The place with this key. Raises NotFound for what is not in somebody's reach."""
    match = _KEY.fullmatch(key)
    if match is not None:
        letter, number = match[1], int(match[2])
        wanted = Q(pk=number)
        found = _door_rows(scope, wanted)[:1] if letter == "d" else _stairwell_rows(scope, wanted)[:1]
        if found:
            return found[0]
    raise NotFound


def _doors(scope: Scope, place: PlaceSought, limit: int) -> list[PlaceFound]:
    wanted = Q()
    if place.building:
        wanted &= Q(unit__building__number__iexact=place.building)
    if place.unit is not None:
        wanted &= Q(unit__number=place.unit)
    if place.door:
        wanted &= Q(door=place.door)
    return _door_rows(scope, wanted)[:limit]


def _stairwells(scope: Scope, place: PlaceSought, limit: int) -> list[PlaceFound]:
    wanted = Q()
    if place.building:
        wanted &= Q(building__number__iexact=place.building)
    if place.unit is not None:
        wanted &= Q(number=place.unit)
    return _stairwell_rows(scope, wanted)[:limit]


def _door_rows(scope: Scope, wanted: Q) -> list[PlaceFound]:
    rows = (
        Dwelling.objects.filter(scope.covers_dwellings(), wanted)
        .order_by("community_id", "unit__building_id", "unit__number", "floor", "door")
        .values_list("pk", "label", "community_id", "community__name", "unit_id")[: MOST_FOUND + 1]
    )
    return [PlaceFound(f"d{pk}", label, community, name, unit, pk) for pk, label, community, name, unit in rows]


def _stairwell_rows(scope: Scope, wanted: Q) -> list[PlaceFound]:
    units = (
        Unit.objects.filter(scope.covers_units(), wanted)
        .select_related("building", "community")
        .order_by("community_id", "building_id", "number")[: MOST_FOUND + 1]
    )
    return [PlaceFound(f"u{u.pk}", str(u), u.community_id, u.community.name, u.pk, None) for u in units]
