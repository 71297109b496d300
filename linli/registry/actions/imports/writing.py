"""The rows an import adds and changes. Everything slow is prepared before the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.bulk import insert_rows, update_rows
from linli.core.fields import sealed
from linli.core.secrets import keyed_hash
from linli.registry import keeping
from linli.registry.importing import Outcome, Plan
from linli.registry.importing.plain import packed
from linli.registry.importing.plans import HEAD, PERSONAL, Door
from linli.registry.models import (
    Building,
    Contact,
    ContactPoint,
    Dwelling,
    Grid,
    Household,
    ImportBatch,
    ImportChange,
    Resident,
    Unit,
)
from linli.registry.models.people import new_reference

DERIVED = {
    "name": ("name_pinyin", "name_initials"),
    "phone": ("phone_hash", "phone_tail_hash"),
    "id_number": ("id_number_hash",),
    "relation": ("is_head",),
}
DAYS = ("born_on", "moved_in_on", "moved_out_on", "died_on")
BLANK: Mapping[str, Any] = {
    **{name: None if name in DAYS else "" for name in PERSONAL},
    **{name: "" for derived in DERIVED.values() for name in derived},
    "sex": "0",
    "relation": "80",
    "is_head": False,
    "born_known": "day",
    "reference": "",
}
"""What is not said of a new resident."""
SEALED = frozenset({"phone", "other_phones", "id_number"})
INSERTED = ("community", "household", *BLANK)
Call = tuple[int, Mapping[str, Any]]


def columns_of(*, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a resident for ``values``, with those derived from them."""
    kept = dict(values)
    if "name" in values:
        kept |= keeping.name_columns(values["name"])
    if "phone" in values:
        kept |= keeping.phone_columns(values["phone"])
    if "id_number" in values:
        kept |= keeping.id_number_columns(values["id_number"])
    if "relation" in values:
        kept["is_head"] = values["relation"] == HEAD
    return kept


class Writing:
    """Prepared by its making; ``write`` is called inside the transaction."""

    def __init__(self, *, batch: ImportBatch, by: Actor, now: datetime, plan: Plan) -> None:
        self.batch, self.by, self.now, self.plan = batch, by, now, plan
        self.today = timezone.localdate(now)
        self.changes: list[tuple[Any, ...]] = []
        self.traces: list[Trace] = []
        self.created = [outcome for outcome in plan.outcomes if outcome.kind == "create"]
        self.updated = [outcome for outcome in plan.outcomes if outcome.kind == "update"]
        self.kept = {id(one): _inserted(one.values) for one in self.created}
        self.changed = {id(one): _changed(one) for one in self.updated}

    def write(self) -> None:
        """Places, households, people, whom to call; then what an undoing needs, and the trail."""
        dwellings = self._dwellings()
        households = self._households(dwellings)
        self._add_residents(households)
        self._change_residents()
        self._number_households()
        calls = [
            (one.person.household_id, one.values) for one in self.updated if "contact" in one.changes and one.person
        ]
        calls += [(households[one.door].pk, one.values) for one in self.created if _calls(one.values)]
        self._add_contacts(calls)
        insert_rows(ImportChange, columns=("batch", "model", "object_id", "before", "after", "mark"), rows=self.changes)
        counts = {key: value for key, value in self.plan.counts().items() if value}
        self.traces.append(self._trace(self.batch, "imported", self.batch.file_name, counts))
        record_traces(by=self.by, now=self.now, traces=self.traces)

    def _dwellings(self) -> dict[Door, Dwelling]:
        """Every door somebody new lives behind; those that are missing are added, with their stairwells and buildings."""
        wanted = sorted({one.door for one in self.created}, key=lambda door: (door[0], door[1] or 0, door[2]))
        community = {"community_id": self.batch.community_id}
        rows = Dwelling.objects.filter(**community).select_related("unit__building")
        known: dict[Door, Dwelling] = {
            (one.unit.building.number, one.unit.number, one.door): one for one in rows.iterator(chunk_size=2000)
        }
        missing = [door for door in wanted if door not in known]
        units = self._units({(building, unit) for building, unit, _door in missing})
        added = [self._dwelling(units[building, unit], building, unit or 1, door) for building, unit, door in missing]
        Dwelling.objects.bulk_create(added)
        self._note_added("dwelling", added)
        return known | dict(zip(missing, added, strict=True))

    def _dwelling(self, unit: Unit, building: str, number: int, door: str) -> Dwelling:
        label = keeping.dwelling_label(building=building, unit=number, door=door)
        floor = int(door[:-2]) if len(door) > 2 and door[:-2].isdigit() else 1
        return Dwelling(community_id=self.batch.community_id, unit=unit, floor=floor, door=door, label=label)

    def _units(self, wanted: set[tuple[str, int | None]]) -> dict[tuple[str, int | None], Unit]:
        community = {"community_id": self.batch.community_id}
        buildings = {one.number: one for one in Building.objects.filter(**community)}
        missing = sorted({building for building, _unit in wanted} - buildings.keys())
        if missing:
            grid = self.batch.grid or self._first_grid()
            added = [Building(grid=grid, number=number, **community) for number in missing]
            Building.objects.bulk_create(added)
            self._note_added("building", added)
            buildings |= {one.number: one for one in added}
        units: dict[tuple[str, int | None], Unit] = {
            (one.building.number, one.number): one
            for one in Unit.objects.filter(**community).select_related("building")
        }
        lacking = sorted(wanted - units.keys(), key=lambda pair: (pair[0], pair[1] or 0))
        new = [Unit(building=buildings[building], number=unit or 1, **community) for building, unit in lacking]
        Unit.objects.bulk_create(new)
        self._note_added("unit", new)
        return units | dict(zip(lacking, new, strict=True))

    def _first_grid(self) -> Grid:
        grid = Grid.objects.create(community_id=self.batch.community_id, number=1, name="第1网格")
        self._note_added("grid", [grid])
        return grid

    def _households(self, dwellings: Mapping[Door, Dwelling]) -> dict[Door, Household]:
        """The open household behind each door of the new people, or one that opens with them."""
        members: dict[Door, list[Outcome]] = defaultdict(list)
        for one in self.created:
            members[one.door].append(one)
        ids = [dwellings[door].pk for door in members]
        rows = Household.objects.filter(dwelling_id__among=ids, moved_out_on__isnull=True)
        open_ones = {one.dwelling_id: one for one in rows}
        found = {door: open_ones.get(dwellings[door].pk) for door in members}
        added = {door: self._household(dwellings[door], members[door]) for door, one in found.items() if one is None}
        Household.objects.bulk_create(added.values())
        self._note_added("household", list(added.values()))
        return {door: one for door, one in found.items() if one is not None} | added

    def _household(self, dwelling: Dwelling, members: Sequence[Outcome]) -> Household:
        """Here since the first of its members came; gone if all of them are."""
        left = [_left_on(one.values) for one in members]
        since = [one.values["moved_in_on"] for one in members if one.values.get("moved_in_on")]
        gone_on = max((day for day in left if day), default=None) if all(left) else None
        begun = min([*since, *([gone_on] if gone_on else [])], default=self.today)
        numbers = [one.values["household_number"] for one in members if one.values.get("household_number")]
        number = {"number": numbers[0]} if numbers else {}
        return Household(
            community_id=self.batch.community_id, dwelling=dwelling, moved_in_on=begun, moved_out_on=gone_on, **number
        )

    def _add_residents(self, households: Mapping[Door, Household]) -> None:
        rows = [(self.batch.community_id, households[one.door].pk, *self.kept[id(one)]) for one in self.created]
        written = insert_rows(Resident, columns=INSERTED, rows=rows, returning=("pk", "reference"))
        by_reference = {reference: pk for pk, reference in written}
        at = INSERTED.index("reference") - 2
        for one in self.created:
            kept = self.kept[id(one)]
            pk = by_reference[kept[at]]
            told = {**BLANK, **_personal(one.values), "household_id": households[one.door].pk}
            self._note_new("resident", pk, {name: told[name] or None for name in SNAPSHOT["resident"]})
            details = {"import": self.batch.pk}
            self.traces.append(
                Trace("added", "resident", str(pk), self.batch.community_id, one.values["name"], details=details)
            )

    def _change_residents(self) -> None:
        alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for one in self.updated:
            assert one.person is not None
            kept = self.changed[id(one)]
            if not kept:
                continue
            names = tuple(sorted(kept))
            alike[names].append((one.person.pk, *(kept[name] for name in names)))
            before, after = (
                {name: pair[at] or None for name, pair in one.changes.items() if name in PERSONAL} for at in (0, 1)
            )
            self._note("resident", one.person.pk, before, after)
            told = {"fields": sorted(after), "import": self.batch.pk}
            self.traces.append(
                Trace(
                    "changed", "resident", str(one.person.pk), self.batch.community_id, one.values["name"], details=told
                )
            )
        for names, rows in alike.items():
            update_rows(Resident, key="pk", columns=names, rows=sorted(rows, key=lambda row: row[0]))

    def _number_households(self) -> None:
        numbers: dict[int, tuple[str, str]] = {}
        for one in self.updated:
            if "household_number" in one.changes and one.person is not None:
                numbers.setdefault(one.person.household_id, one.changes["household_number"])
        rows = [(pk, after) for pk, (_before, after) in sorted(numbers.items())]
        before = dict(Household.objects.filter(pk__among=list(numbers)).values_list("pk", "number"))
        update_rows(Household, key="pk", columns=("number",), rows=rows)
        for pk, after in rows:
            self._note("household", pk, {"number": before[pk]}, {"number": after})

    def _add_contacts(self, calls: Sequence[Call]) -> None:
        """Whom to call: one row for a name or number that several members of a household give."""
        named: dict[int, dict[tuple[str, str], Mapping[str, Any]]] = defaultdict(dict)
        for household_id, values in calls:
            key = (values.get("contact_name", ""), values.get("contact_phone", ""))
            named[household_id].setdefault(key, values)
        rows = Contact.objects.filter(household_id__among=list(named), ended_on__isnull=True)
        last = dict(rows.values_list("household_id").annotate(last=Max("call_order")))
        known = {(one.household_id, one.name): one for one in rows}
        added: list[Contact] = []
        numbers: list[tuple[Contact, str]] = []
        for household_id, people in named.items():
            for (name, phone), values in people.items():
                contact = known.get((household_id, name)) if name else None
                if contact is None:
                    last[household_id] = last.get(household_id, 0) + 1
                    contact = self._contact(household_id, name or phone, values, last[household_id])
                    known[household_id, contact.name] = contact
                    added.append(contact)
                if phone:
                    numbers.append((contact, phone))
        Contact.objects.bulk_create(added)
        self._note_added("contact", added)
        self._add_points(added, numbers)

    def _contact(self, household_id: int, name: str, values: Mapping[str, Any], order: int) -> Contact:
        relation = values.get("contact_relation", "80")
        return Contact(
            community_id=self.batch.community_id,
            household_id=household_id,
            **keeping.name_columns(name),
            relation=relation,
            call_order=order,
        )

    def _add_points(self, added: Sequence[Contact], numbers: Sequence[tuple[Contact, str]]) -> None:
        """An inbox for each new contact, and the numbers behind what they have already."""
        points = [ContactPoint(community_id=one.community_id, contact=one, kind="inbox", position=1) for one in added]
        rows = ContactPoint.objects.filter(contact_id__among=[contact.pk for contact, _phone in numbers])
        last = {one.pk: 1 for one in added} | dict(rows.values_list("contact_id").annotate(last=Max("position")))
        for contact, phone in numbers:
            last[contact.pk] = last.get(contact.pk, 0) + 1
            kept = keeping.address_columns(kind="phone", address=phone)
            points.append(
                ContactPoint(
                    community_id=contact.community_id, contact=contact, kind="phone", position=last[contact.pk], **kept
                )
            )
        ContactPoint.objects.bulk_create(points)
        self._note_added("contactpoint", points)

    def _note_added(self, model: str, rows: Sequence[Any]) -> None:
        for row in rows:
            self._note_new(model, row.pk, snapshot(model=model, row=row))

    def _note_new(self, model: str, pk: int, looks: Mapping[str, Any]) -> None:
        """Of what was added only a keyed hash is kept: an undoing asks whether it looks the same still."""
        self.changes.append((self.batch.pk, model, pk, "", "", mark_of(looks=looks)))

    def _note(self, model: str, pk: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self.changes.append((self.batch.pk, model, pk, packed(before), packed(after), ""))

    def _trace(self, row: Any, verb: str, label: str, details: Mapping[str, Any]) -> Trace:
        return Trace(
            verb, str(row._meta.model_name), str(row.pk), self.batch.community_id, label, details=dict(details)
        )


SNAPSHOT: Mapping[str, Sequence[str]] = {
    "grid": ("number", "name"),
    "building": ("number", "grid_id"),
    "unit": ("number",),
    "dwelling": ("door", "floor"),
    "household": ("number", "moved_in_on", "moved_out_on", "dwelling_id"),
    "resident": (*PERSONAL, "household_id"),
    "contact": ("name", "relation", "call_order", "ended_on"),
    "contactpoint": ("kind", "address", "position"),
}


def snapshot(*, model: str, row: Any) -> dict[str, Any]:
    """What a row looked like when an import had written it: if it looks so still, the import can be undone."""
    return {name: getattr(row, name) or None for name in SNAPSHOT[model]}


def mark_of(*, looks: Mapping[str, Any]) -> str:
    """What is remembered of how a row looked."""
    return keyed_hash(packed(dict(sorted(looks.items()))), purpose="import-mark")


def _inserted(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """All columns of a new resident but the community and the household, in the order of ``INSERTED``."""
    kept = {**BLANK, **columns_of(values=_personal(values)), "reference": new_reference()}
    return tuple(sealed(kept[name]) if name in SEALED else kept[name] for name in INSERTED[2:])


def _personal(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in PERSONAL}


def _changed(outcome: Outcome) -> dict[str, Any]:
    return columns_of(values={name: after for name, (_before, after) in outcome.changes.items() if name in PERSONAL})


def _calls(values: Mapping[str, Any]) -> bool:
    return bool(values.get("contact_name") or values.get("contact_phone"))


def _left_on(values: Mapping[str, Any]) -> date | None:
    left: date | None = values.get("moved_out_on") or values.get("died_on")
    return left
