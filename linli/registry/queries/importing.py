"""The register of a community as an import sees it, and an import's own rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from linli.audit.models import AuditEntry
from linli.core.errors import NotFound
from linli.core.secrets import keyed_hash
from linli.registry.importing import Entry, Person, Register, entries_in
from linli.registry.importing.listings import LISTED
from linli.registry.importing.outcomes import PERSONAL, Door
from linli.registry.importing.plain import unpacked
from linli.registry.keeping import NUMBERED
from linli.registry.models import (
    Contact,
    Dwelling,
    Grid,
    ImportBatch,
    ImportSheet,
    Membership,
    Resident,
    ToldApart,
    Unit,
)
from linli.registry.scopes import Scope

SHEET_ROWS = 1_000_000
"""A row of the second sheet has the place 1,000,000 + its number: one number for every row of a file."""
_TOUCHING = (
    "resident",
    "household",
    "contact",
    "contactpoint",
    "dwelling",
    "unit",
    "building",
    "membership",
    "importbatch",
)
_DOOR = ("unit__building__number", "unit__number", "door")
_PERSON = ("pk", "household_id", "household__number", *(f"household__dwelling__{name}" for name in _DOOR), *PERSONAL)


def batch_for(*, scope: Scope, batch_id: int) -> ImportBatch:
    """An import within a scope. Raises NotFound."""
    batch = ImportBatch.objects.select_related("community").filter(scope.covers_communities(), pk=batch_id).first()
    if batch is None:
        raise NotFound
    return batch


def batches_for(*, scope: Scope, limit: int) -> list[ImportBatch]:
    """The newest imports within a scope."""
    rows = ImportBatch.objects.filter(scope.covers_communities()).exclude(state=ImportBatch.State.DISCARDED)
    return list(rows.select_related("community").order_by("-created_at")[:limit])


def entries_of(*, batch: ImportBatch, today: date, groups: Collection[str]) -> list[Entry]:
    """The people in the sheets that are taken; of the priority groups only ``groups``."""
    found: list[Entry] = []
    for sheet in batch.sheets.filter(included=True):
        rows = unpacked(sheet.rows)[sheet.first_row :]
        fields = {int(column): name for column, name in sheet.fields.items() if name}
        start = sheet.position * SHEET_ROWS + sheet.first_row + 1
        found += entries_in(rows=rows, fields=fields, first_number=start, today=today, groups=groups)
    return found


def last_write(*, community_id: int) -> int:
    """The newest line of the trail about places and people: who finds the same number later knows that nothing was written."""
    rows = AuditEntry.objects.filter(community_id=community_id, object_type__in=_TOUCHING)
    return rows.order_by("-pk").values_list("pk", flat=True).first() or 0


def register_of(*, batch: ImportBatch, groups: Collection[str]) -> Register:
    """Everybody ever registered in the community, with those of ``groups`` they are in, all doors, and what was answered. Seven queries."""
    community = {"community_id": batch.community_id}
    contacts: dict[int, dict[str, list[str]]] = defaultdict(dict)
    calls = Contact.objects.filter(**community, ended_on__isnull=True).prefetch_related("points")
    for contact in calls:
        numbers = [point.address for point in contact.points.all() if point.kind in NUMBERED]
        contacts[contact.household_id][contact.name] = numbers
    lists: dict[int, dict[str, dict[str, Any]]] = defaultdict(dict)
    memberships = Membership.objects.filter(**community, until_on__isnull=True, group__in=groups)
    for one in memberships.values("resident_id", "group", "pk", *LISTED.values()):
        lists[one["resident_id"]][one["group"]] = one
    rows = Resident.objects.filter(**community).order_by("pk").values_list(*_PERSON)  # objects would take twice as long
    persons = [
        Person(
            pk,
            dict(zip(PERSONAL, values, strict=True)),
            door=(building, unit, door),
            household_id=household_id,
            household_number=number,
            contacts=contacts.get(household_id, {}),
            groups=lists.get(pk, {}),
        )
        for pk, household_id, number, building, unit, door, *values in rows.iterator(chunk_size=2000)
    ]
    doors: set[Door] = set(Dwelling.objects.filter(**community).values_list(*_DOOR))
    stairwells = Unit.objects.filter(**community).values_list("building__number", "number")
    doors |= {(building, unit, "") for building, unit in stairwells}  # one without dwellings may be meant, too
    return Register(persons, doors, answers_of(batch=batch), _told_apart(batch))


def answers_of(*, batch: ImportBatch) -> dict[int, int | str]:
    """Who the person of a row is, as somebody said: by the row's place."""
    rows = batch.rows.exclude(answer="").values_list("sheet", "number", "answer")
    return {sheet * SHEET_ROWS + number: int(a) if a.isdigit() else a for sheet, number, a in rows}


def identity_hash(*, identity: str) -> str:
    """What is kept of somebody who was told apart: not readable, but found again."""
    return keyed_hash(identity, purpose="import-identity")


class _ToldApart:
    """Asked with an identity in clear, answers from hashes."""

    def __init__(self, pairs: Iterable[tuple[str, int]]) -> None:
        self.pairs = frozenset(pairs)

    def __contains__(self, pair: object) -> bool:
        assert isinstance(pair, tuple)
        return bool(self.pairs) and (identity_hash(identity=pair[0]), pair[1]) in self.pairs

    def __iter__(self) -> Any:
        return iter(self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)


def _told_apart(batch: ImportBatch) -> _ToldApart:
    rows = ToldApart.objects.filter(community_id=batch.community_id)
    return _ToldApart(rows.values_list("identity_hash", "resident_id"))


def sheets_of(*, batch: ImportBatch) -> list[ImportSheet]:
    """The sheets of an import, in order."""
    return list(batch.sheets.order_by("position"))


def grids_of(*, batch: ImportBatch) -> list[Grid]:
    """Where new buildings may go."""
    return list(Grid.objects.filter(community_id=batch.community_id).order_by("number"))


def import_waits(*, now: datetime) -> bool:
    """Whether an import waits for its long work, and nobody holds it."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    waiting = (ImportBatch.State.PLANNING, ImportBatch.State.COMMITTING, ImportBatch.State.UNDOING)
    return ImportBatch.objects.filter(free, state__in=waiting).exists()
