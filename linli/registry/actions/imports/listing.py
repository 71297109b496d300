"""The priority groups that the sheets of an import name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from linli.audit.actions import Trace
from linli.core.bulk import insert_rows
from linli.registry.actions.imports.marks import Changes
from linli.registry.groups import RULES
from linli.registry.models import ImportBatch, Membership

MEMBERSHIP = ("community", "resident", "group", "since_on", "basis", "grade", "every_days", "helper_name")
Listed = tuple[int, str, str]
"""The pk of a resident, their name, and the group."""


def put_on_lists(*, listed: Sequence[Listed], batch: ImportBatch, changes: Changes, on: date) -> list[Trace]:
    """Put people on the lists of their groups, to be visited as often as each group usually is; what the trail is to say of it."""
    basis = f"导入：{batch.file_name}"[:100]
    rows: list[tuple[Any, ...]] = [
        (batch.community_id, pk, group, on, basis, "", RULES[group].every_days, "") for pk, _name, group in listed
    ]
    written = insert_rows(Membership, columns=MEMBERSHIP, rows=rows, returning=("resident", "group", "pk"))
    pks = {(resident, group): pk for resident, group, pk in written}
    traces = []
    for (resident, name, group), row in zip(listed, rows, strict=True):
        pk = pks[resident, group]
        changes.note_new(model="membership", pk=pk, told=dict(zip(MEMBERSHIP, row, strict=True)))
        secret = RULES[group].restricted
        details = {"import": batch.pk} | ({} if secret else {"group": group})
        traces.append(Trace("put_on_list", "membership", str(pk), batch.community_id, name, details=details))
    return traces
