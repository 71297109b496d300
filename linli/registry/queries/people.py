"""Who lives where, as it is shown on a page: numbers masked, only what the reader's posts reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Q
from django.utils.translation import gettext as _

from linli.accounts.roles import Role
from linli.core.errors import NotFound
from linli.core.masking import mask_id_number, mask_phone
from linli.registry.keeping import is_own_reference, same_width
from linli.registry.models import (
    Contact,
    ContactPoint,
    Dwelling,
    Household,
    Post,
    Relation,
    Residence,
    Resident,
    Sex,
)
from linli.registry.rules import age_on, id_number_doubt
from linli.registry.scopes import Scope, valid_on
from linli.registry.sought import place_in

ORDER_OF_ROLES = (Role.UNIT_CAPTAIN, Role.BUILDING_CAPTAIN, Role.GRID_LEAD, Role.DUTY_OFFICER, Role.SECRETARY)


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A present member of a household. ``id_number_doubt``: why the number on file looks wrong, in words, or "".

    ``registered_elsewhere``: the household register has them at another address than this (人户分离), as far as is known.
    """

    id: int
    household_id: int
    name: str
    age: int | None
    sex_label: str
    relation_label: str
    is_head: bool
    phone_masked: str
    id_number_masked: str
    id_number_doubt: str
    registered_elsewhere: bool = False
    registered_address: str = ""


@dataclass(frozen=True, slots=True)
class PhoneCard:
    """A phone behind a mask; ``point_id`` is what one reveals."""

    point_id: int
    masked: str


@dataclass(frozen=True, slots=True)
class CallCard:
    """Somebody to call about a household: a relative, with a Consent value, or the holder of a post."""

    id: int
    name: str
    title: str
    phones: tuple[PhoneCard, ...]
    consent: str = ""


@dataclass(frozen=True, slots=True)
class HouseholdCard:
    """All that the household page shows of the register."""

    id: int
    community_id: int
    building_id: int
    unit_id: int
    dwelling_id: int
    place: str
    desk_phone: str
    moved_in_on: date
    moved_out_on: date | None
    people: tuple[PersonCard, ...]
    relatives: tuple[CallCard, ...]
    posts: tuple[CallCard, ...]
    number: str
    number_is_ours: bool


def household_card(*, scope: Scope, household_id: int, on: date) -> HouseholdCard:
    """A household, its people, whom to call, and who is responsible on that day. Five queries. Raises NotFound, also out of scope."""
    household = (
        Household.objects.filter(scope.covers_households(), pk=household_id)
        .select_related("dwelling__unit__building", "community")
        .first()
    )
    if household is None:
        raise NotFound
    unit = household.dwelling.unit
    relatives = list(
        Contact.objects.filter(household=household, ended_on__isnull=True)
        .order_by("call_order", "pk")
        .values_list("pk", "name", "relation", "consent")
    )
    posts = _posts_over(household, on)
    phones = _phones(contact_ids=[row[0] for row in relatives], post_ids=[row[0] for row in posts])
    return HouseholdCard(
        id=household.pk,
        community_id=household.community_id,
        building_id=unit.building_id,
        unit_id=unit.pk,
        dwelling_id=household.dwelling_id,
        place=household.dwelling.label,
        desk_phone=household.community.desk_phone,
        moved_in_on=household.moved_in_on,
        moved_out_on=household.moved_out_on,
        people=tuple(
            _registered(person, household.dwelling)
            for person in people_of(household_ids=[household.pk], on=on).get(household.pk, ())
        ),
        relatives=tuple(
            CallCard(pk, name, str(Relation(relation).label), phones.get(("contact", pk), ()), consent)
            for pk, name, relation, consent in relatives
        ),
        posts=tuple(
            CallCard(pk, name, str(Role(role).label), phones.get(("post", pk), ())) for pk, name, role in posts
        ),
        number=household.number,
        number_is_ours=is_own_reference(text=household.number),
    )


def people_of(*, household_ids: Iterable[int], on: date) -> dict[int, list[PersonCard]]:
    """Who is present in these households, the head first, then by age. One query; asks nothing about the reader's scope."""
    present = Resident.objects.filter(
        household_id__among=list(household_ids), moved_out_on__isnull=True, died_on__isnull=True
    )
    rows = present.order_by("household_id", "-is_head", "born_on", "pk").values_list(
        "pk", "household_id", "name", "born_on", "sex", "relation", "is_head", "phone", "id_number", "residence",
        "registered_address",
    )  # fmt: skip
    found: dict[int, list[PersonCard]] = defaultdict(list)
    for pk, household_id, name, born_on, sex, relation, is_head, phone, id_number, residence, address in rows:
        person = PersonCard(
            id=pk,
            household_id=household_id,
            name=name,
            age=age_on(born_on=born_on, day=on) if born_on else None,
            sex_label=str(Sex(sex).label) if sex in {Sex.MALE, Sex.FEMALE} else "",
            relation_label=str(Relation(relation).label),
            is_head=is_head,
            phone_masked=mask_phone(phone),
            id_number_masked=mask_id_number(id_number),
            id_number_doubt=_doubt(id_number),
            registered_elsewhere=residence == Residence.ELSEWHERE,
            registered_address=address,
        )
        found[household_id].append(person)
    return dict(found)


def _registered(person: PersonCard, dwelling: Dwelling) -> PersonCard:
    """The registered address is worth a word only where it is not this door."""
    if not person.registered_address:
        return person
    place, _rest = place_in(same_width(person.registered_address))
    unit = dwelling.unit
    here = place.door == dwelling.door and place.building == unit.building.number and place.unit in {None, unit.number}
    if here and not person.registered_elsewhere:
        return replace(person, registered_address="")
    return replace(person, registered_elsewhere=True)


def _posts_over(household: Household, on: date) -> list[tuple[int, str, str]]:
    """(id, holder, role) of the posts that look after this door, the nearest first."""
    unit = household.dwelling.unit
    over = (
        Q(role=Role.UNIT_CAPTAIN, unit_id=unit.pk)
        | Q(role=Role.BUILDING_CAPTAIN, building_id=unit.building_id)
        | Q(role=Role.GRID_LEAD, grid_id=unit.building.grid_id)
        | Q(role__in=[Role.DUTY_OFFICER, Role.SECRETARY])
    )
    posts = Post.objects.filter(valid_on(day=on), over, community_id=household.community_id)
    rows = list(posts.order_by("pk").values_list("pk", "holder_name", "role"))
    return sorted(rows, key=lambda row: ORDER_OF_ROLES.index(Role(row[2])))


def _phones(*, contact_ids: list[int], post_ids: list[int]) -> Mapping[tuple[str, int], tuple[PhoneCard, ...]]:
    holders = Q(contact_id__among=contact_ids) | Q(post_id__among=post_ids)
    rows = (
        ContactPoint.objects.filter(holders, kind=ContactPoint.Kind.PHONE)
        .order_by("position", "pk")
        .values_list("pk", "contact_id", "post_id", "address")
    )
    found: dict[tuple[str, int], tuple[PhoneCard, ...]] = {}
    for pk, contact_id, post_id, address in rows:
        holder = ("contact", contact_id) if contact_id else ("post", post_id)
        found[holder] = (*found.get(holder, ()), PhoneCard(pk, mask_phone(address)))
    return found


def _doubt(id_number: str) -> str:
    if not id_number:
        return ""
    return {
        "": "",
        "form": _("not 18 characters"),
        "birth_date": _("no such birth date"),
        "check_digit": _("last character does not fit"),
    }[id_number_doubt(number=id_number)]
