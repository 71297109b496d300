"""Whom an aim means, in the register as it is on a day; and the places that people type for one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from linli.casework.errors.tasks import AimNotUnderstood
from linli.casework.models import Category, Request
from linli.casework.queries.places import place_of_words
from linli.casework.queries.repeats import counting, of_category
from linli.casework.rules.aims import Aim, column_of
from linli.registry.keeping import same_width
from linli.registry.models import Building, Dwelling, Household, Resident, Unit
from linli.registry.queries.lists import PeopleFilter, people_listed
from linli.registry.queries.visits import names_in
from linli.registry.scopes import Scope

MOST_MEANT: Final = 2000
_BETWEEN: Final = re.compile(r"[\s,，、;；]+")
_STAIRWELL: Final = re.compile(r"(\w{1,10})[-－/](\d{1,2})(?:单元)?")
_SAID: Final = re.compile(r"(\w{1,10}?)(?:号楼|栋|幢|楼)(?:(\d{1,2})(?:单元|门)?)?")
DOORS: Final = (
    Length("dwelling__unit__building__number"),  # 9 before 10
    "dwelling__unit__building__number",
    "dwelling__unit__number",
    "dwelling__floor",
    "dwelling__door",
)


@dataclass(frozen=True, slots=True)
class Meant:
    """A household, or one resident of it."""

    household: Household
    resident: Resident | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AimNames:
    """What the places and the category of an aim are called."""

    buildings: tuple[str, ...]
    units: tuple[tuple[str, int], ...]
    category: Category | None


def meant_by(
    *, scope: Scope, community_id: int, aim: Aim, on: date, groups: Collection[str], limit: int = MOST_MEANT + 1
) -> list[Meant]:
    """Whom an aim means within this reach, door by door. ``groups`` are those the reader may know of: any other means nobody.
    At most five queries."""
    households = _households(scope, community_id, aim, on)
    if not aim.is_for_people:
        found = list(households.select_related("dwelling__unit__building").order_by(*DOORS, "pk")[:limit])
        names = names_in(household_ids=[one.pk for one in found])
        return [Meant(one, None, names.get(one.pk, ())) for one in found]
    wanted = PeopleFilter(
        community_id=community_id, group=aim.group, age_from=aim.age_from, age_to=aim.age_to, alone=aim.alone
    )
    people = people_listed(scope=scope, wanted=wanted, on=on, groups=groups)
    people = people.filter(household__in=households.order_by().values("pk"))
    return [Meant(one.household, one, (one.name,)) for one in people[:limit]]


def places_typed(*, community_id: int, words: str) -> tuple[list[int], list[int]]:
    """The buildings and stairwells in 8、9-3 or 八栋 10栋2单元. Raises AimNotUnderstood for the first that is not in the register."""
    buildings, units = [], []
    for word in _BETWEEN.split(same_width(words)[:400]):
        if not word:
            continue
        match = _STAIRWELL.fullmatch(word) or _SAID.fullmatch(word)
        number, stairwell = (match[1], match[2]) if match else (word, None)
        building = Building.objects.filter(community_id=community_id, number__iexact=number).first()
        if building is None:
            raise _unknown("places", word)
        if stairwell is None:
            buildings.append(building.pk)
            continue
        unit = Unit.objects.filter(building=building, number=int(stairwell)).values_list("pk", flat=True).first()
        if unit is None:
            raise _unknown("places", word)
        units.append(unit)
    return buildings, units


def riser_typed(*, community_id: int, words: str) -> tuple[int, str]:
    """The stairwell and column of a door like 8-3-502. Raises AimNotUnderstood."""
    place = place_of_words(community_id=community_id, words=words)
    door = Dwelling.objects.filter(pk=place.dwelling_id).first() if place.dwelling_id else None
    column = column_of(door=door.door) if door else ""
    if door is None or not column:
        raise _unknown("riser", words)
    return door.unit_id, column


def aim_names(*, aim: Aim) -> AimNames:
    """What its places and category are called. At most three queries."""
    buildings = Building.objects.filter(pk__in=aim.buildings).values_list("number", flat=True) if aim.buildings else []
    units: Any = []
    if aim.units:
        units = Unit.objects.filter(pk__in=aim.units).values_list("building__number", "number")
    category = Category.objects.filter(pk=aim.told_category_id).first() if aim.told_category_id else None
    return AimNames(
        tuple(sorted(buildings, key=lambda number: (len(number), number))),
        tuple(sorted(units, key=lambda one: (len(one[0]), one))),
        category,
    )


def where_told(*, requests: Sequence[Request]) -> tuple[str, str]:
    """What to begin an aim with, where a matter has these requests: (the building or stairwell they have in common, "") or, if they
    came from several doors of one riser, ("", the lowest of these doors). At most two queries."""
    doors = Dwelling.objects.filter(pk__in={one.dwelling_id for one in requests if one.dwelling_id})
    there = list(doors.select_related("unit__building").order_by("floor", "door"))
    if len(there) > 1 and len({(one.unit_id, column_of(door=one.door)) for one in there}) == 1:
        first = there[0]
        return "", f"{first.unit.building.number}-{first.unit.number}-{first.door}"
    unit_id, building_id = _only(one.unit_id for one in requests), _only(one.building_id for one in requests)
    if unit_id is not None:
        unit = Unit.objects.select_related("building").get(pk=unit_id)
        return f"{unit.building.number}-{unit.number}", ""
    return (Building.objects.get(pk=building_id).number if building_id is not None else ""), ""


def _only(ids: Iterable[int | None]) -> int | None:
    """The one that all have, if all have the same."""
    found = set(ids)
    return found.pop() if len(found) == 1 else None


def _unknown(field: str, word: str) -> AimNotUnderstood:
    sentence = f"{AimNotUnderstood.default_sentence} ({word[:40]})"
    return AimNotUnderstood(fields={field: sentence})


def _households(scope: Scope, community_id: int, aim: Aim, on: date) -> QuerySet[Household]:
    rows = Household.objects.filter(scope.covers_households(), community_id=community_id, moved_out_on__isnull=True)
    places = Q()
    if aim.buildings or aim.units:
        places = Q(dwelling__unit__building_id__in=aim.buildings) | Q(dwelling__unit_id__in=aim.units)
    rows = rows.filter(places)
    if aim.floor_from is not None:
        rows = rows.filter(dwelling__floor__gte=aim.floor_from)
    if aim.floor_to is not None:
        rows = rows.filter(dwelling__floor__lte=aim.floor_to)
    if aim.column:
        rows = rows.filter(dwelling_id__in=_on_riser(community_id, aim))
    if aim.told_category_id is not None:
        since = datetime.combine(on - timedelta(days=aim.told_days), time.min, tzinfo=timezone.get_current_timezone())
        told = Request.objects.filter(
            counting(), of_category(category_id=aim.told_category_id), household=OuterRef("pk"), received_at__gte=since
        )
        rows = rows.filter(Exists(told))
    return rows


def _on_riser(community_id: int, aim: Aim) -> list[int]:
    doors = Dwelling.objects.filter(community_id=community_id)
    if aim.buildings or aim.units:
        doors = doors.filter(Q(unit__building_id__in=aim.buildings) | Q(unit_id__in=aim.units))
    return [pk for pk, door in doors.values_list("pk", "door") if column_of(door=door) == aim.column]
