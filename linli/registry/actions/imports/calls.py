"""The relatives whom the sheets of an import name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max

from linli.core.bulk import insert_rows
from linli.core.fields import sealed
from linli.registry import keeping
from linli.registry.actions.imports.marks import Changes
from linli.registry.models import Contact, ContactPoint, ImportBatch

Call = tuple[int, Mapping[str, Any]]
"""The pk of a household, and the values of a person of the sheet."""
CONTACT = (
    "community", "household", "name", "name_pinyin", "name_initials", "relation", "call_order", "language", "consent",
)  # fmt: skip
POINT = ("community", "contact", "kind", "position", "address", "address_hash", "bounces", "dead_reason")


class Calls:
    """Prepared by its making; ``add`` is called inside the transaction."""

    def __init__(self, *, batch: ImportBatch, told: Iterable[Mapping[str, Any]]) -> None:
        self.batch = batch
        self.names: dict[str, Mapping[str, str]] = {}
        self.numbers: dict[str, tuple[Any, ...]] = {}
        for values in told:
            name, phone = _who(values)
            self.names[name or phone] = keeping.name_columns(name or phone)
            if phone:
                kept = keeping.address_columns(kind="phone", address=phone)
                self.numbers[phone] = (kept["address"], sealed(kept["address"]), kept["address_hash"])

    def add(self, *, calls: Sequence[Call], changes: Changes) -> None:
        """One row for a name or number that several members of a household give."""
        named: dict[int, dict[tuple[str, str], Mapping[str, Any]]] = defaultdict(dict)
        for household_id, values in calls:
            named[household_id].setdefault(_who(values), values)
        rows = Contact.objects.filter(household_id__among=list(named), ended_on__isnull=True)
        last = dict(rows.values_list("household_id").annotate(last=Max("call_order")))
        known: dict[tuple[int, str], int] = {(one.household_id, one.name): one.call_order for one in rows}
        pks: dict[tuple[int, int], int] = {(one.household_id, one.call_order): one.pk for one in rows}
        added: list[tuple[Any, ...]] = []
        numbers: list[tuple[int, int, str]] = []
        for household_id, people in named.items():
            for (name, phone), values in people.items():
                kept = self.names[name or phone]
                order = known.get((household_id, name)) if name else None
                if order is None:
                    order = last[household_id] = last.get(household_id, 0) + 1
                    known[household_id, kept["name"]] = order
                    added.append(self._contact(household_id, kept, values.get("contact_relation", "80"), order))
                if phone:
                    numbers.append((household_id, order, phone))
        new = insert_rows(Contact, columns=CONTACT, rows=added, returning=("household", "call_order", "pk"))
        pks |= {(household_id, order): pk for household_id, order, pk in new}
        for row in added:
            told = dict(zip(CONTACT, row, strict=True))
            changes.note_new(model="contact", pk=pks[told["household"], told["call_order"]], told=told)
        self._add_points(
            [pk for _household, _order, pk in new], [(pks[h, o], phone) for h, o, phone in numbers], changes
        )

    def _contact(self, household_id: int, name: Mapping[str, str], relation: str, order: int) -> tuple[Any, ...]:
        return (self.batch.community_id, household_id, *name.values(), relation, order, "zh-hans", "unasked")

    def _add_points(self, added: Sequence[int], numbers: Sequence[tuple[int, str]], changes: Changes) -> None:
        """An inbox for each new contact, and the numbers behind what they have already."""
        rows = ContactPoint.objects.filter(contact_id__among=[contact for contact, _phone in numbers])
        last = dict.fromkeys(added, 1) | dict(rows.values_list("contact_id").annotate(last=Max("position")))
        points: list[tuple[Any, ...]] = [(contact, 1, "inbox", "") for contact in added]
        for contact, phone in numbers:
            last[contact] = last.get(contact, 0) + 1
            points.append((contact, last[contact], "phone", phone))
        new = [self._point(*point) for point in points]
        written = insert_rows(ContactPoint, columns=POINT, rows=new, returning=("contact", "position", "pk"))
        pks = {(contact, position): pk for contact, position, pk in written}
        for contact, position, kind, phone in points:
            address = self.numbers[phone][0] if phone else ""
            told = {"kind": kind, "address": address, "position": position}
            changes.note_new(model="contactpoint", pk=pks[contact, position], told=told)

    def _point(self, contact: int, position: int, kind: str, phone: str) -> tuple[Any, ...]:
        _address, kept, found_by = self.numbers[phone] if phone else ("", "", "")
        return (self.batch.community_id, contact, kind, position, kept, found_by, 0, "")


def names_somebody(*, values: Mapping[str, Any]) -> bool:
    """Whether a person of the sheet comes with a relative to call."""
    return any(_who(values))


def _who(values: Mapping[str, Any]) -> tuple[str, str]:
    return values.get("contact_name", ""), values.get("contact_phone", "")
