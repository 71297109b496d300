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
from linli.registry.actions.imports.calls import Calls, names_somebody
from linli.registry.actions.imports.listing import change_lists, put_on_lists
from linli.registry.actions.imports.marks import SNAPSHOT, Changes
from linli.registry.actions.imports.moving import Moving
from linli.registry.actions.imports.people import BLANK, INSERTED, columns_of, inserted, personal
from linli.registry.actions.imports.places import dwellings_behind
from linli.registry.importing import Outcome, Plan
from linli.registry.importing.meeting import new_contact, new_groups
from linli.registry.importing.outcomes import HEAD, PERSONAL, Door
from linli.registry.models import Household, ImportBatch, Resident
from linli.registry.models.people import new_reference


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
        self.kept = {id(one): inserted(values=one.values) for one in self.created}
        self.changed = {id(one): _changed(one) for one in self.updated}
        self.moving = Moving(
            batch=batch, outcomes=[one for one in self.updated if one.moved], today=self.today, changes=self.changes
        )
        for one in self.moving.outcomes:
            self.changed[id(one)] |= self.moving.columns_of(one)
        self.numbers = {door: _number(members) for door, members in self._members().items()}
        self.callers = [one for one in self.updated if "contact" in one.changes and one.person]
        self.callers += [one for one in self.created if names_somebody(values=one.values)]
        self.calls = Calls(batch=batch, told=[one.values for one in self.callers])

    def write(self) -> None:
        """Places, households, people, whom to call; then what an undoing needs, and the trail."""
        doors = {one.door for one in (*self.created, *self.moving.outcomes)}
        dwellings = dwellings_behind(doors=doors, batch=self.batch, changes=self.changes)
        households = self._households(dwellings)
        self._step_down()
        self._add_residents(households)
        self._change_residents(households)
        self._number_households()
        self.moving.leave_behind(households=households)
        self._put_on_lists()
        self._add_contacts(households)
        self.changes.write()
        counts = {key: value for key, value in self.plan.counts().items() if value}
        self.traces.append(self._trace(self.batch, "imported", self.batch.file_name, counts))
        record_traces(by=self.by, now=self.now, traces=self.traces)

    def _members(self) -> dict[Door, list[Outcome]]:
        members: dict[Door, list[Outcome]] = defaultdict(list)
        for one in (*self.created, *self.moving.outcomes):
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
        since = [day for one in members if (day := self.moving.days.get(id(one)) or one.values.get("moved_in_on"))]
        gone_on = max((day for day in left if day), default=None) if all(left) else None
        begun = min([*since, *([gone_on] if gone_on else [])], default=self.today)
        return self.batch.community_id, dwelling, self.numbers[door], begun, gone_on

    def _step_down(self) -> None:
        """Who is head and will not be, or moves, makes room first: a household has one head at any moment."""
        heads = [
            (one.person.pk, False)
            for one in self.updated
            if one.person is not None
            and one.person.values.get("relation") == HEAD
            and (one.moved or "relation" in one.changes)
        ]
        update_rows(Resident, key="pk", columns=("is_head",), rows=sorted(heads))

    def _add_residents(self, households: Mapping[Door, int]) -> None:
        rows = [(self.batch.community_id, households[one.door], *self.kept[id(one)]) for one in self.created]
        written = insert_rows(Resident, columns=INSERTED, rows=rows, returning=("pk", "reference"))
        by_reference = {reference: pk for pk, reference in written}
        at = INSERTED.index("reference") - 2
        for one in self.created:
            kept = self.kept[id(one)]
            pk = self.pks[id(one)] = by_reference[kept[at]]
            told = {**BLANK, **personal(values=one.values), "household_id": households[one.door]}
            self.changes.note_new(model="resident", pk=pk, told=told)
            details = {"import": self.batch.pk}
            self.traces.append(
                Trace("added", "resident", str(pk), self.batch.community_id, one.values["name"], details=details)
            )

    def _change_residents(self, households: Mapping[Door, int]) -> None:
        alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for one in self.updated:
            assert one.person is not None
            kept = self.changed[id(one)]
            if not kept:
                continue
            if one.moved:
                kept["household_id"] = households[one.door]
            names = tuple(sorted(kept))
            alike[names].append((one.person.pk, *(kept[name] for name in names)))
            was = {**one.person.values, "household_id": one.person.household_id}
            named = [name for name in kept if name in SNAPSHOT["resident"]]
            before, after = ({name: looks[name] or None for name in named} for looks in (was, kept))
            self.changes.note(model="resident", pk=one.person.pk, before=before, after=after)
            told = {"fields": sorted(after), "import": self.batch.pk}
            self.traces.append(
                Trace(
                    "changed", "resident", str(one.person.pk), self.batch.community_id, one.values["name"], details=told
                )
            )
        for names, rows in alike.items():
            update_rows(Resident, key="pk", columns=names, rows=sorted(rows, key=lambda row: row[0]))

    def _add_contacts(self, households: Mapping[Door, int]) -> None:
        calls = []
        for one in self.callers:
            known = one.person if one.moved and one.person and one.person.household_id in self.moving.closed else None
            if known is None or new_contact(values=one.values, person=known):
                at_home = one.person.household_id if one.person and not one.moved else households[one.door]
                calls.append((at_home, one.values))
        self.calls.add(calls=calls, changes=self.changes)

    def _put_on_lists(self) -> None:
        listed = [
            (self.pks[id(one)], one.values, group)
            for one in (*self.created, *self.updated)
            for group in new_groups(values=one.values, person=one.person)
        ]
        self.traces += put_on_lists(listed=listed, batch=self.batch, changes=self.changes, on=self.today)
        self.traces += change_lists(outcomes=self.updated, batch=self.batch, changes=self.changes)

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


def _changed(outcome: Outcome) -> dict[str, Any]:
    return columns_of(values={name: after for name, (_before, after) in outcome.changes.items() if name in PERSONAL})


def _number(members: Sequence[Outcome]) -> str:
    """The number of the household register that one of them comes with, or a key of ours."""
    return next((said for one in members if (said := one.values.get("household_number"))), None) or new_reference()


def _left_on(values: Mapping[str, Any]) -> date | None:
    left: date | None = values.get("moved_out_on") or values.get("died_on")
    return left
