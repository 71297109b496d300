"""People of the register whom a sheet finds behind another door, once somebody has said that they moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max

from linli.core.bulk import insert_rows, update_rows
from linli.registry.actions.imports.marks import Changes
from linli.registry.actions.imports.people import BLANK, INSERTED, inserted
from linli.registry.importing import Outcome, Person
from linli.registry.importing.outcomes import HEAD, Door
from linli.registry.models import Contact, Household, ImportBatch, Resident

REMEMBERED = ("name", "sex", "born_on", "born_known", "relation", "moved_in_on")
"""What the household that somebody left keeps of them. All that hangs on a person, such as lists and notes, goes with them."""


class Moving:
    """Prepared by its making; ``leave_behind`` is called inside the transaction, when the movers are behind their new doors.

    ``days`` has the day of each move by the outcome's id; ``closed`` the households that nobody lives in any more.
    """

    def __init__(self, *, batch: ImportBatch, outcomes: Sequence[Outcome], today: date, changes: Changes) -> None:
        self.batch, self.outcomes, self.changes = batch, outcomes, changes
        self.days = {id(one): _moved_on(one, today) for one in outcomes}
        self.past = {id(one): self._past(one) for one in outcomes}
        self.closed: set[int] = set()

    def columns_of(self, one: Outcome) -> dict[str, Any]:
        """What moving changes of a resident, but for the household."""
        return {"moved_in_on": self.days[id(one)], "is_head": _relation(one) == HEAD}

    def leave_behind(self, *, households: Mapping[Door, int]) -> None:
        """A former member where each of them lived; where nobody is left, the household ends, and its relatives move along."""
        rows = [
            (self.batch.community_id, _of(one).household_id, *inserted(values=self.past[id(one)]))
            for one in self.outcomes
        ]
        at = INSERTED.index("reference")
        written = insert_rows(Resident, columns=INSERTED, rows=rows, returning=("reference", "pk"))
        pks: dict[str, int] = dict(written)
        for one, row in zip(self.outcomes, rows, strict=True):
            told = {**BLANK, **self.past[id(one)], "household_id": _of(one).household_id}
            self.changes.note_new(model="resident", pk=pks[row[at]], told=told)
        self._close(households)

    def _past(self, one: Outcome) -> dict[str, Any]:
        return {name: _of(one).values.get(name) or BLANK[name] for name in REMEMBERED} | {
            "moved_out_on": self.days[id(one)]
        }

    def _close(self, households: Mapping[Door, int]) -> None:
        leavers: dict[int, list[Outcome]] = defaultdict(list)
        for one in self.outcomes:
            leavers[_of(one).household_id].append(one)
        present = Resident.objects.filter(moved_out_on__isnull=True, died_on__isnull=True)
        lived_in = set(present.filter(household_id__among=list(leavers)).values_list("household_id", flat=True))
        open_ones = Household.objects.filter(pk__among=list(leavers), moved_out_on__isnull=True)
        ended, contacts_to = [], {}
        for household in open_ones.order_by("pk"):
            if household.pk in lived_in:
                continue
            gone = leavers[household.pk]
            day = max(household.moved_in_on, *(self.days[id(one)] for one in gone))
            ended.append((household.pk, day))
            first = next((one for one in gone if _of(one).values.get("relation") == HEAD), gone[0])
            contacts_to[household.pk] = households[first.door]
            self.changes.note(
                model="household", pk=household.pk, before={"moved_out_on": None}, after={"moved_out_on": day}
            )
        update_rows(Household, key="pk", columns=("moved_out_on",), rows=ended)
        self.closed = set(contacts_to)
        self._take_contacts(contacts_to)

    def _take_contacts(self, to: Mapping[int, int]) -> None:
        """They are called after those whom the new household has already."""
        known = Contact.objects.filter(household_id__among=list(to.values()), ended_on__isnull=True)
        last = dict(known.values_list("household_id").annotate(last=Max("call_order")))
        rows = []
        contacts = Contact.objects.filter(household_id__among=list(to), ended_on__isnull=True)
        for contact in contacts.order_by("household_id", "call_order"):
            new = to[contact.household_id]
            last[new] = last.get(new, 0) + 1
            rows.append((contact.pk, new, last[new]))
            before = {"household_id": contact.household_id, "call_order": contact.call_order}
            after = {"household_id": new, "call_order": last[new]}
            self.changes.note(model="contact", pk=contact.pk, before=before, after=after)
        update_rows(Contact, key="pk", columns=("household_id", "call_order"), rows=sorted(rows))


def _of(one: Outcome) -> Person:
    assert one.person is not None
    return one.person


def _relation(one: Outcome) -> Any:
    changed = one.changes.get("relation")
    return changed[1] if changed else _of(one).values.get("relation")


def _moved_on(one: Outcome, today: date) -> date:
    """The sheet's day of moving in, if it is one after the person came to the old door; else the day of the import."""
    since, told = _of(one).values.get("moved_in_on"), one.values.get("moved_in_on")
    return told if told and (since is None or told > since) else max(today, since or today)
