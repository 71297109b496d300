"""The search box: households and people by name, pinyin, address, phone or ID number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final, TypeVar

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from linli.core.errors import Refusal
from linli.core.masking import mask_phone
from linli.registry import keeping
from linli.registry.holds import Holds
from linli.registry.models import Contact, ContactPoint, Household, Relation, Resident
from linli.registry.queries.people import people_of
from linli.registry.rules import age_on
from linli.registry.scopes import Scope
from linli.registry.sought import PlaceSought, Sought, understood

PLACE = "dwelling__"
BEHIND_DOOR = "household__dwelling__"
ENOUGH: Final = 100
Row = TypeVar("Row", Resident, Contact)


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
        hits = _households(scope, _at(scope, sought.place, PLACE), on, limit)
    elif sought.digits:
        door = PlaceSought(sought.place.building, sought.place.unit, sought.digits)
        hits += _households(scope, _at(scope, door, PLACE), on, limit) if not (sought.names or sought.letters) else []
    if len(hits) <= limit and (sought.names or sought.letters or sought.phone):
        hits += _relatives(scope, sought, limit)
    return SearchAnswer(tuple(hits[:limit]), more=len(hits) > limit)


def _asks_for_people(sought: Sought) -> bool:
    return bool(sought.names or sought.letters or sought.digits or sought.phone or sought.id_number)


def _residents(scope: Scope, sought: Sought, on: date, limit: int) -> list[Hit]:
    exact = Q(name__in=sought.names) | Q(name_initials__in=sought.letters) | Q(name_pinyin__in=sought.letters)
    reached = Resident.objects.filter(
        scope.covers_people(), scope.stands_in(), moved_out_on__isnull=True, died_on__isnull=True
    )
    rows = (
        _found(scope, reached.filter(_at(scope, sought.place, BEHIND_DOOR)), _ways_to_residents(scope, sought))
        .annotate(distance=Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField()))
        .order_by("distance", "household__dwelling__unit__building_id", "household__dwelling_id", "pk")
        .values_list("household_id", "name", "household__dwelling__label", "born_on", "relation", "phone")
    )
    return [
        Hit("resident", household, name, place, _detail(relation, born_on, on), mask_phone(phone))
        for household, name, place, born_on, relation, phone in _one_by_one(rows[: limit + 1])
    ]


def _found(scope: Scope, reached: QuerySet[Row], ways: Sequence[Q]) -> QuerySet[Row]:
    """Who is found on any of these ways: everybody within a community, and in a whole city of each way the first that come to hand.
    Putting all people of a city named 王 in order to show twenty would take longer than anybody waits."""
    if scope.is_of_one_community:
        return reached.filter(reduce(or_, ways))
    everybody = reached.model._default_manager
    found = [everybody.filter(pk__in=reached.filter(way).values("pk")[:ENOUGH]) for way in ways]
    if len(found) == 1:
        return found[0]
    keys = [rows.values("pk") for rows in found]
    return everybody.filter(pk__in=keys[0].union(*keys[1:], all=True))


def _one_by_one(rows: QuerySet[Any, Any]) -> Iterator[Any]:
    """Over a cursor: PostgreSQL then plans for the first rows, and starts no helpers, which on a busy machine come too late to help."""
    return rows.iterator(chunk_size=100)


def _households(scope: Scope, wanted: Q, on: date, limit: int) -> list[Hit]:
    found = (
        Household.objects.filter(scope.covers_households(), wanted, moved_out_on__isnull=True)
        .order_by("dwelling__unit__building_id", "dwelling__unit__number", "dwelling__floor", "dwelling__door")
        .values_list("pk", "dwelling__label")
    )
    rows = list(_one_by_one(found[: limit + 1]))
    people = people_of(household_ids=[pk for pk, _label in rows], on=on)
    return [Hit("household", pk, label, label, _names(p.name for p in people.get(pk, ())), "") for pk, label in rows]


def _relatives(scope: Scope, sought: Sought, limit: int) -> list[Hit]:
    """Relatives by name, pinyin or whole phone number; they are found at the household they are called for."""
    reached = Contact.objects.filter(
        scope.covers_people(),
        scope.stands_in(),
        _at(scope, sought.place, BEHIND_DOOR),
        ended_on__isnull=True,
        household__moved_out_on__isnull=True,
    )
    if sought.phone:
        points = ContactPoint.objects.filter(
            scope.stands_in(), address_hash=_phone_hash(sought.phone), contact__isnull=False
        )
        reached = reached.filter(pk__among=list(points.values_list("contact_id", flat=True)))
    rows = (
        _found(scope, reached, _ways_by_name(sought))
        .order_by("household__dwelling__unit__building_id", "household__dwelling_id", "call_order")
        .values_list("household_id", "name", "household__dwelling__label", "relation")
    )
    return [
        Hit("contact", household, name, place, str(Relation(relation).label), "")
        for household, name, place, relation in _one_by_one(rows[: limit + 1])
    ]


def _ways_to_residents(scope: Scope, sought: Sought) -> list[Q]:
    """Together they find everybody who is meant. In a city each is a question that one index answers; an OR of them none would."""
    if sought.phone:
        return [Q(phone_hash=_phone_hash(sought.phone))]
    if sought.id_number:
        return [Q(id_number_hash=keeping.id_number_hash(sought.id_number))]
    if sought.digits:
        tail = Q(phone_tail_hash=keeping.phone_tail_hash(sought.digits))
        if not (sought.names or sought.letters):
            return [tail]
        door = _at(scope, PlaceSought(door=sought.digits), BEHIND_DOOR)
        return [way & reduce(or_, _called(sought)) for way in (tail, door)]
    return _ways_by_name(sought) if sought.place else [*_exactly_called(sought), *_ways_by_name(sought)]


def _ways_by_name(sought: Sought) -> list[Q]:
    """Where there is a building, people are looked for behind its doors, and their names compared there."""
    ways = _called(sought)
    return [reduce(or_, ways)] if sought.place.building else ways


def _called(sought: Sought) -> list[Q]:
    """The ways in which somebody may be called so. A lone surname is a beginning; longer pieces may stand anywhere in the name.

    Two at most, by the longest word: were each word of many to fork, the last would have no end of ways.
    """
    called = Q()
    for name in sought.names:
        called &= Q(name__startswith=name) if len(name) == 1 else Q((f"name__{Holds.lookup_name}", name))
    words = sorted(sought.letters, key=len)
    for word in words[:-1]:
        called &= reduce(or_, _spelt(word))
    return [called & way for way in _spelt(words[-1])] if words else [called]


def _spelt(word: str) -> list[Q]:
    return [Q(name_initials__startswith=word), Q(name_pinyin__startswith=word)]


def _exactly_called(sought: Sought) -> list[Q]:
    """The ways to those who stand first, looked for by themselves: among very many others they might be missed."""
    if len(sought.names) + len(sought.letters) != 1:
        return []
    letters = [way for word in sought.letters for way in (Q(name_initials=word), Q(name_pinyin=word))]
    return [Q(name=name) for name in sought.names] + letters


def _at(scope: Scope, place: PlaceSought, prefix: str) -> Q:
    """The address, reached over ``prefix`` from the row that is looked for; everywhere if there is none."""
    parts = {
        "unit__building__number__iexact": place.building or None,
        "unit__number": place.unit,
        "door": place.door or None,
    }
    known = {f"{prefix}{name}": value for name, value in parts.items() if value is not None}
    return Q(**known) & scope.stands_in(f"{prefix}community") if known else Q()


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
