"""Adding and changing residents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from linli.core.actors import Actor
from linli.registry import keeping
from linli.registry.errors import (
    AlreadyEnded,
    AlreadyMovedOut,
    DatesTurnedRound,
    IdNumberTaken,
    NameMissing,
    PhoneNotUnderstood,
    SecondHead,
)
from linli.registry.models import Household, Relation, Resident, Sex
from linli.registry.recording import changed, locked, reach_of_editor, refusing, trace
from linli.registry.rules import born_according_to, id_number_doubt, sex_according_to

CHANGEABLE = frozenset({"name", "sex", "born_on", "relation", "phone", "id_number", "moved_in_on", "residence"})
SECOND_HEAD = ("registry_resident_one_head", SecondHead(fields={"relation": SecondHead.default_sentence}))
SAME_ID_NUMBER = ("registry_resident_id_number", IdNumberTaken(fields={"id_number": IdNumberTaken.default_sentence}))


@transaction.atomic
def add_resident(
    *,
    by: Actor,
    now: datetime,
    household_id: int,
    name: str,
    relation: str = Relation.OTHER,
    sex: str = Sex.UNKNOWN,
    born_on: date | None = None,
    phone: str = "",
    id_number: str = "",
    moved_in_on: date | None = None,
) -> Resident:
    """Add somebody to a household; only the name is needed. ``relation`` "02" makes them its head.

    A doubtful ID number is kept as typed (``rules.id_number_doubt`` says why it is doubtful); from a right one, sex and
    birth date are taken where they are not given. Raises NotAllowed, NotFound, AlreadyMovedOut, NameMissing,
    PhoneNotUnderstood, SecondHead or IdNumberTaken.
    """
    reach = reach_of_editor(by, now)
    household = locked(Household, household_id, reach.covers_households(), "dwelling")
    if household.moved_out_on is not None:
        raise AlreadyMovedOut
    kept = _kept({"name": name, "phone": phone, "id_number": id_number, "relation": relation})
    number = kept["id_number"]
    with refusing(SECOND_HEAD, SAME_ID_NUMBER):
        resident = Resident.objects.create(
            community_id=household.community_id,
            household=household,
            sex=sex if sex != Sex.UNKNOWN else sex_according_to(number=number),
            born_on=born_on or born_according_to(number=number),
            moved_in_on=moved_in_on,
            **kept,
        )
    trace(resident, by=by, now=now, verb="added", details={"household": str(household), **_doubts(number)})
    return resident


@transaction.atomic
def change_resident(*, by: Actor, now: datetime, resident_id: int, changes: Mapping[str, Any]) -> Resident:
    """Change any of name, sex, born_on, relation, phone, id_number, moved_in_on, residence. Raises as ``add_resident`` does."""
    reach = reach_of_editor(by, now)
    resident = locked(Resident, resident_id, reach.covers_people())
    given = {name: value for name, value in changes.items() if name in CHANGEABLE}
    fields = changed(resident, _kept(given))
    if fields:
        with refusing(SECOND_HEAD, SAME_ID_NUMBER):
            resident.save(update_fields=fields)
        told = [name for name in fields if name in CHANGEABLE]
        doubts = _doubts(resident.id_number) if "id_number" in fields else {}
        trace(resident, by=by, now=now, verb="changed", details={"fields": told, **doubts})
    return resident


@transaction.atomic
def resident_moves_out(*, by: Actor, now: datetime, resident_id: int, on: date) -> Resident:
    """One person leaves, the household stays. Raises NotAllowed, NotFound, AlreadyEnded or DatesTurnedRound."""
    return _leaves(by=by, now=now, resident_id=resident_id, field="moved_out_on", on=on, verb="moved_out")


@transaction.atomic
def record_death(*, by: Actor, now: datetime, resident_id: int, on: date) -> Resident:
    """Raises NotAllowed, NotFound, AlreadyEnded or DatesTurnedRound."""
    return _leaves(by=by, now=now, resident_id=resident_id, field="died_on", on=on, verb="died")


def _leaves(*, by: Actor, now: datetime, resident_id: int, field: str, on: date, verb: str) -> Resident:
    reach = reach_of_editor(by, now)
    resident = locked(Resident, resident_id, reach.covers_people())
    if resident.died_on is not None or getattr(resident, field) is not None:
        raise AlreadyEnded
    since = resident.moved_in_on or resident.born_on
    if since is not None and on < since:
        raise DatesTurnedRound(fields={"on": DatesTurnedRound.default_sentence})
    setattr(resident, field, on)
    resident.save(update_fields=[field])
    trace(resident, by=by, now=now, verb=verb, details={"on": on.isoformat()})
    return resident


def _kept(given: Mapping[str, Any]) -> dict[str, Any]:
    """The columns for what was given, with those derived from it. Raises NameMissing, PhoneNotUnderstood."""
    kept = dict(given)
    if "name" in given:
        kept |= keeping.name_columns(given["name"])
        if not kept["name"]:
            raise NameMissing(fields={"name": NameMissing.default_sentence})
    if "phone" in given:
        try:
            kept |= keeping.phone_columns(given["phone"])
        except PhoneNotUnderstood as refusal:
            raise PhoneNotUnderstood(fields={"phone": refusal.sentence}) from refusal
    if "id_number" in given:
        kept |= keeping.id_number_columns(given["id_number"])
    if "relation" in given:
        kept["is_head"] = given["relation"] == Relation.HEAD
    return kept


def _doubts(number: str) -> dict[str, str]:
    doubt = id_number_doubt(number=number) if number else ""
    return {"doubtful_id_number": doubt} if doubt else {}
