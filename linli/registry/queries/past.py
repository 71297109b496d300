"""Who lived behind a door before: for the fold at the end of a household's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from linli.registry.models import Household, Relation
from linli.registry.queries.people import HouseholdCard

PERSON: Final = ("pk", "name", "relation", "is_head", "moved_out_on", "died_on")
MOST: Final = 300
"""Rows, one for each person who ever lived behind the door: more than a door has seen."""


@dataclass(frozen=True, slots=True)
class FormerMember:
    """Somebody who left the household; ``died_on`` is set for who died."""

    id: int
    name: str
    relation_label: str
    moved_out_on: date | None
    died_on: date | None


@dataclass(frozen=True, slots=True)
class OtherHousehold:
    """Another household of the same dwelling, named after its head, or "" where none is known."""

    id: int
    head: str
    moved_in_on: date
    moved_out_on: date | None


@dataclass(frozen=True, slots=True)
class HouseholdPast:
    """Former members and the other households of the dwelling, the latest first. False while there are none."""

    members: tuple[FormerMember, ...]
    households: tuple[OtherHousehold, ...]

    def __bool__(self) -> bool:
        return bool(self.members or self.households)


def household_past(*, household: HouseholdCard) -> HouseholdPast:
    """What was, for a household within the reader's scope: whoever sees a door sees who lived behind it. One query."""
    rows = (
        Household.objects.filter(dwelling_id=household.dwelling_id)
        .order_by("-moved_in_on", "-pk", "resident__pk")
        .values_list("pk", "moved_in_on", "moved_out_on", *(f"resident__{name}" for name in PERSON))
    )
    members: list[FormerMember] = []
    others: dict[int, OtherHousehold] = {}
    for household_id, since, until, person_id, name, relation, is_head, out, died in rows[:MOST]:
        if household_id != household.id:
            head = name if is_head else others[household_id].head if household_id in others else ""
            others[household_id] = OtherHousehold(household_id, head, since, until)
        elif person_id and (out or died):
            members.append(FormerMember(person_id, name, str(Relation(relation).label), out, died))
    members.sort(key=lambda one: (one.died_on or one.moved_out_on, -one.id), reverse=True)
    return HouseholdPast(members=tuple(members), households=tuple(others.values()))
