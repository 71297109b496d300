"""The priority groups that the sheets of an import name, and what they say of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from linli.audit.actions import Trace
from linli.core.bulk import insert_rows, update_rows
from linli.registry.actions.imports.marks import Changes
from linli.registry.groups import RULES
from linli.registry.importing import Outcome
from linli.registry.importing.listings import LISTED
from linli.registry.models import ImportBatch, Membership

MEMBERSHIP = ("community", "resident", "group", "since_on", "basis", "grade", "every_days", "helper_name")
Listed = tuple[int, Mapping[str, Any], str]
"""The pk of a resident, what the sheet says of them, and the group."""


def put_on_lists(*, listed: Sequence[Listed], batch: ImportBatch, changes: Changes, on: date) -> list[Trace]:
    """Put people on the lists of their groups, to be visited as often as each group usually is; what the trail is to say of it.

    Where the sheet does not say since when, it is since ``on``; the basis is the file if it names none.
    """
    basis = f"导入：{batch.file_name}"[:100]
    rows: list[tuple[Any, ...]] = [
        (
            batch.community_id,
            pk,
            group,
            _said(values, "listed_on", group) or on,
            _said(values, "listed_basis", group) or basis,
            "",
            RULES[group].every_days,
            _said(values, "helper", group) or "",
        )
        for pk, values, group in listed
    ]
    written = insert_rows(Membership, columns=MEMBERSHIP, rows=rows, returning=("resident", "group", "pk"))
    pks = {(resident, group): pk for resident, group, pk in written}
    traces = []
    for (resident, values, group), row in zip(listed, rows, strict=True):
        pk = pks[resident, group]
        changes.note_new(model="membership", pk=pk, told=dict(zip(MEMBERSHIP, row, strict=True)))
        secret = RULES[group].restricted
        details = {"import": batch.pk} | ({} if secret else {"group": group})
        traces.append(Trace("put_on_list", "membership", str(pk), batch.community_id, values["name"], details=details))
    return traces


def change_lists(*, outcomes: Sequence[Outcome], batch: ImportBatch, changes: Changes) -> list[Trace]:
    """Since when, why, and who helps, of people who were on the lists already."""
    traces, rows = [], []
    for one in outcomes:
        for group, kept in sorted(one.person.groups.items()) if one.person else ():
            after = {
                column: one.changes[name][1][group]
                for name, column in LISTED.items()
                if group in one.changes.get(name, ({}, {}))[1]
            }
            if not after:
                continue
            rows.append((kept["pk"], *(after.get(column, kept[column]) for column in LISTED.values())))
            before = {column: kept[column] or None for column in after}
            changes.note(model="membership", pk=kept["pk"], before=before, after=after)
            told = {"fields": sorted(after), "import": batch.pk}
            name = one.values["name"]
            traces.append(Trace("changed", "membership", str(kept["pk"]), batch.community_id, name, details=told))
    update_rows(Membership, key="pk", columns=tuple(LISTED.values()), rows=sorted(rows, key=lambda row: row[0]))
    return traces


def _said(values: Mapping[str, Any], name: str, group: str) -> Any:
    return values.get(name, {}).get(group)
