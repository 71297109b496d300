"""The search box: households and people by name, pinyin, address, phone or ID number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Q, Value, When

from linli.core.errors import Refusal
from linli.core.masking import mask_phone
from linli.registry import keeping
from linli.registry.models import Contact, ContactPoint, Household, Relation, Resident
from linli.registry.queries.people import people_of
from linli.registry.rules import age_on
from linli.registry.scopes import Scope
from linli.registry.sought import PlaceSought, Sought, understood

PLACE = "dwelling__"


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of the answer; it leads to the household. ``kind``: resident, contact or household."""

    kind: str
    household_id: int
    name: str
    place: str
    detail: str
    phone_masked: str


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """``more``: there is more than was asked for, so the question should be narrower."""

    hits: tuple[Hit, ...]
    more: bool = False


def search(*, scope: Scope, words: str, on: date, limit: int = 20) -> SearchAnswer:
    """Present residents, and relatives to call, within the reader's scope; an address alone gives households. At most three queries."""
    sought = understood(words)
    if not sought or scope.reaches_nothing:
        return SearchAnswer(())
    hits = _residents(scope, sought, on, limit) if _asks_for_people(sought) else []
    if sought.place and not _asks_for_people(sought):
        hits = _households(scope, Q(*_at(sought.place, PLACE)), on, limit)
    elif sought.digits:
        door = PlaceSought(sought.place.building, sought.place.unit, sought.digits)
        hits += _households(scope, Q(*_at(door, PLACE)), on, limit) if not (sought.names or sought.letters) else []
    if len(hits) <= limit and (sought.names or sought.letters or sought.phone):
        hits += _relatives(scope, sought, limit)
    return SearchAnswer(tuple(hits[:limit]), more=len(hits) > limit)


def _asks_for_people(sought: Sought) -> bool:
    return bool(sought.names or sought.letters or sought.digits or sought.phone or sought.id_number)


def _residents(scope: Scope, sought: Sought, on: date, limit: int) -> list[Hit]:
    wanted = Q(*_called(sought), *_at(sought.place, f"household__{PLACE}"), *_numbered(sought))
    exact = Q(name__in=sought.names) | Q(name_initials__in=sought.letters) | Q(name_pinyin__in=sought.letters)
    rows = (
        Resident.objects.filter(scope.covers_people(), wanted, moved_out_on__isnull=True, died_on__isnull=True)
        .annotate(distance=Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField()))
        .order_by("distance", "household__dwelling__unit__building_id", "household__dwelling_id", "pk")
        .values_list("household_id", "name", "household__dwelling__label", "born_on", "relation", "phone")
    )
    return [
        Hit("resident", household, name, place, _detail(relation, born_on, on), mask_phone(phone))
        for household, name, place, born_on, relation, phone in rows[: limit + 1]
    ]


def _households(scope: Scope, wanted: Q, on: date, limit: int) -> list[Hit]:
    rows = list(
        Household.objects.filter(scope.covers_households(), wanted, moved_out_on__isnull=True)
        .order_by("dwelling__unit__building_id", "dwelling__unit__number", "dwelling__floor", "dwelling__door")
        .values_list("pk", "dwelling__label")[: limit + 1]
    )
    people = people_of(household_ids=[pk for pk, _label in rows], on=on)
    return [Hit("household", pk, label, label, _names(p.name for p in people.get(pk, ())), "") for pk, label in rows]


def _relatives(scope: Scope, sought: Sought, limit: int) -> list[Hit]:
    """Relatives by name, pinyin or whole phone number; they are found at the household they are called for."""
    wanted = Q(*_at(sought.place, f"household__{PLACE}"), *_called(sought))
    if sought.phone:
        points = ContactPoint.objects.filter(address_hash=_phone_hash(sought.phone), contact__isnull=False)
        wanted &= Q(pk__among=list(points.values_list("contact_id", flat=True)))
    rows = (
        Contact.objects.filter(
            scope.covers_people(), wanted, ended_on__isnull=True, household__moved_out_on__isnull=True
        )
        .order_by("household__dwelling__unit__building_id", "household__dwelling_id", "call_order")
        .values_list("household_id", "name", "household__dwelling__label", "relation")
    )
    return [
        Hit("contact", household, name, place, str(Relation(relation).label), "")
        for household, name, place, relation in rows[: limit + 1]
    ]


def _called(sought: Sought) -> list[Q]:
    """A lone surname is a beginning; longer pieces may stand anywhere in the name."""
    names = [Q(name__startswith=name) if len(name) == 1 else Q(name__contains=name) for name in sought.names]
    return names + [Q(name_initials__startswith=word) | Q(name_pinyin__startswith=word) for word in sought.letters]


def _numbered(sought: Sought) -> list[Q]:
    wanted = []
    if sought.digits:
        at_door = Q(household__dwelling__door=sought.digits)
        tail = Q(phone_tail_hash=keeping.phone_tail_hash(sought.digits))
        wanted.append(tail | at_door if sought.names or sought.letters else tail)
    if sought.phone:
        wanted.append(Q(phone_hash=_phone_hash(sought.phone)))
    if sought.id_number:
        wanted.append(Q(id_number_hash=keeping.id_number_hash(sought.id_number)))
    return wanted


def _at(place: PlaceSought, prefix: str) -> list[Q]:
    """The address, reached over ``prefix`` from the row that is looked for."""
    wanted = []
    if place.building:
        wanted.append(Q(**{f"{prefix}unit__building__number__iexact": place.building}))
    if place.unit is not None:
        wanted.append(Q(**{f"{prefix}unit__number": place.unit}))
    if place.door:
        wanted.append(Q(**{f"{prefix}door": place.door}))
    return wanted


def _phone_hash(typed: str) -> str:
    """The hash of the number as it is kept; of something nobody has when it is no number."""
    try:
        return keeping.phone_hash(keeping.clean_phone(typed))
    except Refusal:
        return "-"


def _detail(relation: str, born_on: date | None, on: date) -> str:
    label = str(Relation(relation).label)
    return f"{label} · {age_on(born_on=born_on, day=on)}" if born_on else label


def _names(names: Iterable[str]) -> str:
    return "、".join(names)
