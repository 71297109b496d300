"""The rows an import adds and changes. Everything slow is prepared before the transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.bulk import insert_rows, update_rows
from linli.core.fields import sealed
from linli.registry import keeping
from linli.registry.actions.imports.calls import Calls, names_somebody
from linli.registry.actions.imports.listing import put_on_lists
from linli.registry.actions.imports.marks import Changes
from linli.registry.actions.imports.places import dwellings_behind
from linli.registry.importing import Outcome, Plan
from linli.registry.importing.plans import HEAD, PERSONAL, Door, new_groups
from linli.registry.models import Household, ImportBatch, Resident
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
        self.changes = Changes(batch=batch)
        self.traces: list[Trace] = []
        self.created = [outcome for outcome in plan.outcomes if outcome.kind == "create"]
        self.updated = [outcome for outcome in plan.outcomes if outcome.kind == "update"]
        self.pks = {id(one): one.person.pk for one in self.updated if one.person is not None}
        self.kept = {id(one): _inserted(one.values) for one in self.created}
        self.changed = {id(one): _changed(one) for one in self.updated}
        self.numbers = {door: _number(members) for door, members in self._members().items()}
        self.callers = [one for one in self.updated if "contact" in one.changes and one.person]
        self.callers += [one for one in self.created if names_somebody(values=one.values)]
        self.calls = Calls(batch=batch, told=[one.values for one in self.callers])

    def write(self) -> None:
        """Places, households, people, whom to call; then what an undoing needs, and the trail."""
        doors = {one.door for one in self.created}
        dwellings = dwellings_behind(doors=doors, batch=self.batch, changes=self.changes)
        households = self._households(dwellings)
        self._add_residents(households)
        self._change_residents()
        self._number_households()
        self._put_on_lists()
        lived_in = [one.person.household_id if one.person else households[one.door] for one in self.callers]
        calls = [(household, one.values) for household, one in zip(lived_in, self.callers, strict=True)]
        self.calls.add(calls=calls, changes=self.changes)
        self.changes.write()
        counts = {key: value for key, value in self.plan.counts().items() if value}
        self.traces.append(self._trace(self.batch, "imported", self.batch.file_name, counts))
        record_traces(by=self.by, now=self.now, traces=self.traces)

    def _members(self) -> dict[Door, list[Outcome]]:
        members: dict[Door, list[Outcome]] = defaultdict(list)
        for one in self.created:
            members[one.door].append(one)
        return members

    def _households(self, dwellings: Mapping[Door, int]) -> dict[Door, int]:
        """The open household behind each door of the new people, or one that opens with them."""
        members = self._members()
        ids = [dwellings[door] for door in members]
        rows = Household.objects.filter(dwelling_id__among=ids, moved_out_on__isnull=True)
        open_ones: dict[int, int] = dict(rows.values_list("dwelling_id", "pk"))
        new = {dwellings[door]: door for door in members if dwellings[door] not in open_ones}
        added = {dwelling: self._household(dwelling, door, members[door]) for dwelling, door in new.items()}
        columns = ("community", "dwelling", "number", "moved_in_on", "moved_out_on")
        written = insert_rows(Household, columns=columns, rows=list(added.values()), returning=("dwelling", "pk"))
        for dwelling, pk in written:
            told = {**dict(zip(columns, added[dwelling], strict=True)), "dwelling_id": dwelling}
            self.changes.note_new(model="household", pk=pk, told=told)
            open_ones[dwelling] = pk
        return {door: open_ones[dwellings[door]] for door in members}

    def _household(self, dwelling: int, door: Door, members: Sequence[Outcome]) -> tuple[Any, ...]:
        """Here since the first of its members came; gone if all of them are."""
        left = [_left_on(one.values) for one in members]
        since = [one.values["moved_in_on"] for one in members if one.values.get("moved_in_on")]
        gone_on = max((day for day in left if day), default=None) if all(left) else None
        begun = min([*since, *([gone_on] if gone_on else [])], default=self.today)
        return self.batch.community_id, dwelling, self.numbers[door], begun, gone_on

    def _add_residents(self, households: Mapping[Door, int]) -> None:
        rows = [(self.batch.community_id, households[one.door], *self.kept[id(one)]) for one in self.created]
        written = insert_rows(Resident, columns=INSERTED, rows=rows, returning=("pk", "reference"))
        by_reference = {reference: pk for pk, reference in written}
        at = INSERTED.index("reference") - 2
        for one in self.created:
            kept = self.kept[id(one)]
            pk = self.pks[id(one)] = by_reference[kept[at]]
            told = {**BLANK, **_personal(one.values), "household_id": households[one.door]}
            self.changes.note_new(model="resident", pk=pk, told=told)
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
            self.changes.note(model="resident", pk=one.person.pk, before=before, after=after)
            told = {"fields": sorted(after), "import": self.batch.pk}
            self.traces.append(
                Trace(
                    "changed", "resident", str(one.person.pk), self.batch.community_id, one.values["name"], details=told
                )
            )
        for names, rows in alike.items():
            update_rows(Resident, key="pk", columns=names, rows=sorted(rows, key=lambda row: row[0]))

    def _put_on_lists(self) -> None:
        listed = [
            (self.pks[id(one)], one.values["name"], group)
            for one in (*self.created, *self.updated)
            for group in new_groups(one.values, one.person)
        ]
        self.traces += put_on_lists(listed=listed, batch=self.batch, changes=self.changes, on=self.today)

    def _number_households(self) -> None:
        numbers: dict[int, tuple[str, str]] = {}
        for one in self.updated:
            if "household_number" in one.changes and one.person is not None:
                numbers.setdefault(one.person.household_id, one.changes["household_number"])
        rows = [(pk, after) for pk, (_before, after) in sorted(numbers.items())]
        before = dict(Household.objects.filter(pk__among=list(numbers)).values_list("pk", "number"))
        update_rows(Household, key="pk", columns=("number",), rows=rows)
        for pk, after in rows:
            self.changes.note(model="household", pk=pk, before={"number": before[pk]}, after={"number": after})

    def _trace(self, row: Any, verb: str, label: str, details: Mapping[str, Any]) -> Trace:
        return Trace(
            verb, str(row._meta.model_name), str(row.pk), self.batch.community_id, label, details=dict(details)
        )


def _inserted(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """All columns of a new resident but the community and the household, in the order of ``INSERTED``."""
    kept = {**BLANK, **columns_of(values=_personal(values)), "reference": new_reference()}
    return tuple(sealed(kept[name]) if name in SEALED else kept[name] for name in INSERTED[2:])


def _personal(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in PERSONAL}


def _changed(outcome: Outcome) -> dict[str, Any]:
    return columns_of(values={name: after for name, (_before, after) in outcome.changes.items() if name in PERSONAL})


def _number(members: Sequence[Outcome]) -> str:
    """The number of the household register that one of them comes with, or a key of ours."""
    return next((said for one in members if (said := one.values.get("household_number"))), None) or new_reference()


def _left_on(values: Mapping[str, Any]) -> date | None:
    left: date | None = values.get("moved_out_on") or values.get("died_on")
    return left
