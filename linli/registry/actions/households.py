"""Households move in and out."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from linli.core.actors import Actor
from linli.registry.errors import AlreadyMovedOut, DatesTurnedRound, DwellingOccupied
from linli.registry.models import Dwelling, Household, Resident
from linli.registry.recording import locked, reach_of_editor, refusing, trace


@transaction.atomic
def move_in(*, by: Actor, now: datetime, dwelling_id: int, on: date) -> Household:
    """Open a household in a dwelling. Raises NotAllowed, NotFound, or DwellingOccupied while another has not moved out."""
    reach = reach_of_editor(by, now)
    dwelling = locked(Dwelling, dwelling_id, reach.covers_dwellings())
    with refusing(("registry_household_one_open", DwellingOccupied())):
        household = Household.objects.create(community_id=dwelling.community_id, dwelling=dwelling, moved_in_on=on)
    trace(household, by=by, now=now, verb="moved_in", details={"on": on.isoformat()})
    return household


@transaction.atomic
def move_out(*, by: Actor, now: datetime, household_id: int, on: date) -> Household:
    """Close a household and everybody still in it. Nothing is deleted. Raises NotAllowed, NotFound, AlreadyMovedOut or DatesTurnedRound."""
    reach = reach_of_editor(by, now)
    household = locked(Household, household_id, reach.covers_households(), "dwelling")
    if household.moved_out_on is not None:
        raise AlreadyMovedOut
    if on < household.moved_in_on:
        raise DatesTurnedRound(fields={"on": DatesTurnedRound.default_sentence})
    household.moved_out_on = on
    household.save(update_fields=["moved_out_on"])
    gone = Resident.objects.filter(household=household, moved_out_on__isnull=True, died_on__isnull=True).update(
        moved_out_on=on
    )
    trace(household, by=by, now=now, verb="moved_out", details={"on": on.isoformat(), "residents": gone})
    return household
