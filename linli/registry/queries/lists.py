"""People by filter, in the order in which one walks past their doors: for lists on the screen, on paper and in files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from linli.registry.models import Building, Membership, Resident, Unit
from linli.registry.scopes import Scope

DOORS: Final = (
    "household__community_id",
    Length("household__dwelling__unit__building__number"),  # 9 before 10
    "household__dwelling__unit__building__number",
    "household__dwelling__unit__number",
    "household__dwelling__floor",
    "household__dwelling__door",
)


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Who is asked for; an empty filter asks for everybody present. Ages are full years, both ends included.

    ``group`` is a Group value. ``alone``: nobody else lives in the household.
    """

    community_id: int | None = None
    grid_id: int | None = None
    building_id: int | None = None
    unit_id: int | None = None
    group: str = ""
    age_from: int | None = None
    age_to: int | None = None
    sex: str = ""
    residence: str = ""
    heads_only: bool = False
    alone: bool = False


def people_listed(*, scope: Scope, wanted: PeopleFilter, on: date, groups: Collection[str]) -> QuerySet[Resident]:
    """The present residents whom a filter asks for, within the reader's scope, door by door, the head of a household first.

    ``groups`` are those the reader may see (``groups_seen``): any other gives nobody. Asks nothing yet; the dwelling is at hand.
    """
    found = Resident.objects.filter(
        scope.covers_people(),
        _stands_in(scope.narrowed(community_id=wanted.community_id)),
        moved_out_on__isnull=True,
        died_on__isnull=True,
        household__moved_out_on__isnull=True,
    )
    if wanted.group and wanted.group not in groups:
        return found.none()
    found = found.filter(_where(wanted), _who(wanted, on))
    if wanted.group:
        listed = Membership.objects.filter(_valid(on), resident=OuterRef("pk"), group=wanted.group)
        found = found.filter(Exists(listed))
    if wanted.alone:
        others = Resident.objects.filter(
            household=OuterRef("household_id"), moved_out_on__isnull=True, died_on__isnull=True
        ).exclude(pk=OuterRef("pk"))
        found = found.filter(~Exists(others))
    found = found.select_related("household__dwelling__unit__building").prefetch_related("household__community")
    return found.order_by(*DOORS, "-is_head", "born_on", "pk")


def groups_of(*, resident_ids: list[int], on: date, groups: Collection[str]) -> dict[int, list[Membership]]:
    """In which of ``groups`` these people are on that day, by resident. One query."""
    rows = Membership.objects.filter(_valid(on), resident_id__among=resident_ids, group__in=groups)
    found: dict[int, list[Membership]] = {}
    for row in rows.order_by("resident_id", "group"):
        found.setdefault(row.resident_id, []).append(row)
    return found


def buildings_in(*, scope: Scope, community_id: int) -> list[tuple[int, str]]:
    """(id, number) of the buildings of a community in which a reader reaches at least one stairwell, 9 before 10."""
    reached = Unit.objects.filter(scope.covers_units(), building=OuterRef("pk"))
    rows = Building.objects.filter(Exists(reached), community_id=community_id)
    return list(rows.order_by(Length("number"), "number").values_list("pk", "number"))


def units_in(*, scope: Scope, building_id: int) -> list[tuple[int, int]]:
    """(id, number) of the stairwells of a building that a reader reaches."""
    rows = Unit.objects.filter(scope.covers_units(), building_id=building_id)
    return list(rows.order_by("number").values_list("pk", "number"))


def born_between(*, age_from: int | None, age_to: int | None, on: date) -> Q:
    """Who has at least ``age_from`` and at most ``age_to`` full years on that day."""
    wanted = Q()
    if age_from is not None:
        wanted &= Q(born_on__lte=_years_before(on, age_from))
    if age_to is not None:
        wanted &= Q(born_on__gt=_years_before(on, age_to + 1))
    return wanted


def _years_before(day: date, years: int) -> date:
    """The last birthday that makes ``years`` full years on ``day``."""
    year = max(day.year - years, 1)
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February, in a year without it
        return day.replace(year=year, day=28)


def _stands_in(scope: Scope) -> Q:
    """Within one community each table has its index for it: otherwise the doors of a whole city would be read to put one in order."""
    if not scope.is_of_one_community:
        return Q()
    return scope.stands_in("household__community") & scope.stands_in("household__dwelling__community")


def _where(wanted: PeopleFilter) -> Q:
    places = {
        "community_id": wanted.community_id,
        "household__dwelling__unit__building__grid_id": wanted.grid_id,
        "household__dwelling__unit__building_id": wanted.building_id,
        "household__dwelling__unit_id": wanted.unit_id,
    }
    return Q(**{name: value for name, value in places.items() if value is not None})


def _who(wanted: PeopleFilter, on: date) -> Q:
    asked = {"sex": wanted.sex, "residence": wanted.residence, "is_head": wanted.heads_only}
    ages = born_between(age_from=wanted.age_from, age_to=wanted.age_to, on=on)
    return Q(**{name: value for name, value in asked.items() if value}) & ages


def _valid(on: date) -> Q:
    return Q(since_on__lte=on) & (Q(until_on__isnull=True) | Q(until_on__gte=on))
