"""Who tells us: the residents that a clerk may mean by what is typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from linli.core.masking import mask_phone
from linli.registry.models import Resident
from linli.registry.queries import Scope, search

MOST = 6


@dataclass(frozen=True, slots=True)
class Likely:
    """A resident: where they live, and whether there is a number to call them by."""

    id: int
    name: str
    place: str
    phone_masked: str


def likely_reporters(*, scope: Scope, words: str, on: date) -> list[Likely]:
    """At most six present residents found by name, initials, door or phone. At most four queries."""
    if len(words.strip()) < 2:
        return []
    hits = search(scope=scope, words=words, on=on, limit=MOST).hits
    doors = {hit.household_id for hit in hits if hit.kind == "household"}
    named = {(hit.household_id, hit.name) for hit in hits if hit.kind == "resident"}
    households = doors | {household for household, _name in named}
    rows = Resident.objects.filter(household_id__in=households, moved_out_on__isnull=True, died_on__isnull=True)
    rows = rows.order_by("-is_head", "pk").select_related("household__dwelling")
    meant = [row for row in rows if (row.household_id, row.name) in named or row.household_id in doors]
    return [Likely(row.pk, row.name, row.household.dwelling.label, mask_phone(row.phone)) for row in meant[:MOST]]


def likely_reporter(*, scope: Scope, resident_id: int) -> Likely | None:
    """The one that was chosen, if within the scope. One query."""
    row = Resident.objects.filter(scope.covers_people(), pk=resident_id).select_related("household__dwelling").first()
    return Likely(row.pk, row.name, row.household.dwelling.label, mask_phone(row.phone)) if row else None
