"""What an undoing needs to know of each row that an import wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from linli.core.bulk import insert_rows
from linli.core.secrets import keyed_hash
from linli.registry.importing.outcomes import PERSONAL
from linli.registry.importing.plain import packed
from linli.registry.models import ImportBatch, ImportChange

SNAPSHOT: Mapping[str, Sequence[str]] = {
    "grid": ("number", "name"),
    "building": ("number", "grid_id"),
    "unit": ("number",),
    "dwelling": ("door", "floor"),
    "household": ("number", "moved_in_on", "moved_out_on", "dwelling_id"),
    "resident": (*PERSONAL, "household_id"),
    "membership": ("group", "since_on", "until_on", "basis", "grade", "every_days", "helper_name"),
    "contact": ("name", "relation", "call_order", "ended_on"),
    "contactpoint": ("kind", "address", "position"),
}


def snapshot(*, model: str, row: Any) -> dict[str, Any]:
    """What a row looked like when an import had written it: if it looks so still, the import can be undone."""
    return {name: getattr(row, name) or None for name in SNAPSHOT[model]}


def mark_of(*, looks: Mapping[str, Any]) -> str:
    """What is remembered of how a row looked."""
    return keyed_hash(packed(dict(sorted(looks.items()))), purpose="import-mark")


class Changes:
    """The rows of ``ImportChange`` of one import, written together at its end."""

    def __init__(self, *, batch: ImportBatch) -> None:
        self.batch = batch
        self.rows: list[tuple[Any, ...]] = []

    def note_new(self, *, model: str, pk: int, told: Mapping[str, Any]) -> None:
        """Of what was added only a keyed hash is kept: an undoing asks whether it looks the same still."""
        looks = {name: told.get(name) or None for name in SNAPSHOT[model]}
        self.rows.append((self.batch.pk, model, pk, "", "", mark_of(looks=looks)))

    def note_added(self, *, model: str, rows: Iterable[Any]) -> None:
        """The same for rows of the ORM."""
        for row in rows:
            self.rows.append((self.batch.pk, model, row.pk, "", "", mark_of(looks=snapshot(model=model, row=row))))

    def note(self, *, model: str, pk: int, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """A row that was there already."""
        self.rows.append((self.batch.pk, model, pk, packed(before), packed(after), ""))

    def write(self) -> None:
        """In the transaction of the import."""
        insert_rows(ImportChange, columns=("batch", "model", "object_id", "before", "after", "mark"), rows=self.rows)
