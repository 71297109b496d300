"""Taking an import back: what it added goes, what it changed becomes what it was, unless somebody has changed it since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.bulk import update_rows
from linli.registry.actions.imports.marks import mark_of, snapshot
from linli.registry.actions.imports.people import columns_of
from linli.registry.actions.imports.planning import Progress
from linli.registry.importing.outcomes import HEAD
from linli.registry.importing.plain import unpacked
from linli.registry.models import (
    Building,
    Contact,
    ContactPoint,
    Dwelling,
    Grid,
    Household,
    ImportBatch,
    ImportChange,
    Membership,
    Resident,
    ToldApart,
    Unit,
)

ORDER: Sequence[tuple[str, type[models.Model]]] = (
    ("contactpoint", ContactPoint),
    ("contact", Contact),
    ("membership", Membership),
    ("resident", Resident),
    ("household", Household),
    ("dwelling", Dwelling),
    ("unit", Unit),
    ("building", Building),
    ("grid", Grid),
)
LISTED = 200
OF_IMPORTS = (ToldApart, ImportBatch)
"""They refer to what an import wrote without being a use of it."""
Left = list[list[str]]


def undo_import(*, batch: ImportBatch, by: Actor, now: datetime, progress: Progress) -> None:
    """One transaction: all that can be restored is, and ``batch.left`` says what cannot, and why (changed since, or in use)."""
    changes = _changes(batch)
    total = sum(len(found) for found in changes.values())
    progress(0, total)
    left: Left = []
    with transaction.atomic():
        kept = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if kept.state != ImportBatch.State.UNDOING:
            return
        taken = _reoccupied(changes.get("household", []))
        for name, model in ORDER:
            found = changes.get(name, [])
            _take_away(name, model, [one for one in found if one[3]], left)
            _restore(name, model, [one for one in found if not one[3]], left, taken)
        batch.state, batch.finished_at, batch.left = ImportBatch.State.UNDONE, now, left[:LISTED]
        batch.save(update_fields=["state", "finished_at", "left"])
        ImportChange.objects.filter(batch=batch)._raw_delete(connection.alias)
        details = {"rows": total - len(left), "left": len(left)}
        trace = Trace("undone", "importbatch", str(batch.pk), batch.community_id, batch.file_name, details=details)
        record_traces(by=by, now=now, traces=[trace])
    progress(total, total)


Taken = Collection[int]
Restored = tuple[Any, dict[str, Any]]
"""A row, and what its columns were."""
Change = tuple[int, Mapping[str, Any], Mapping[str, Any], str]
"""pk, before, after; and for what was added, instead of both, the mark of how it looked."""


def _changes(batch: ImportBatch) -> dict[str, list[Change]]:
    found: dict[str, list[Change]] = defaultdict(list)
    for change in batch.changes.order_by("pk").iterator(chunk_size=2000):
        before, after = (unpacked(text) if text else {} for text in (change.before, change.after))
        found[change.model].append((change.object_id, before, after, change.mark))
    return found


def _restore(name: str, model: type[models.Model], changes: Sequence[Change], left: Left, taken: Taken) -> None:
    rows = _rows(model, [change[0] for change in changes])
    good: list[Restored] = []
    for pk, before, after, _mark in changes:
        row = rows.get(pk)
        if row is None or any((getattr(row, field) or None) != value for field, value in after.items()):
            left.append([name, str(row) if row else str(pk), "changed"])
        elif pk in taken if model is Household else before.get("household_id") in taken:
            left.append([name, str(row), "used"])
        else:
            good.append((row, _blank(model, before)))
    if model is Resident:
        good = _with_room(good, left)
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for row, values in good:
        columns = columns_of(values=values) if model is Resident else values
        names = tuple(sorted(columns))
        alike[names].append((row.pk, *(columns[field] for field in names)))
    for names, found in alike.items():
        update_rows(model, key="pk", columns=names, rows=sorted(found, key=lambda one: one[0]))


def _reoccupied(changes: Sequence[Change]) -> Taken:
    """The households that the import closed and whose dwelling has another one by now: they cannot be opened again."""
    closed = [
        pk for pk, before, _after, _mark in changes if "moved_out_on" in before and before["moved_out_on"] is None
    ]
    dwellings = dict(Household.objects.filter(pk__among=closed).values_list("dwelling_id", "pk"))
    others = Household.objects.filter(dwelling_id__among=list(dwellings), moved_out_on__isnull=True)
    return {dwellings[dwelling] for dwelling in others.values_list("dwelling_id", flat=True)}


def _with_room(good: list[Restored], left: Left) -> list[Restored]:
    """Without those who would be a second head; the others step down first, since two may change places."""
    while True:
        at = {values.get("household_id", row.household_id) for row, values in good}
        heads = Resident.objects.filter(household_id__among=list(at), is_head=True)
        stay = heads.filter(moved_out_on__isnull=True, died_on__isnull=True).exclude(
            pk__among=[row.pk for row, _ in good]
        )
        full = set(stay.values_list("household_id", flat=True))
        room = [one for one in good if not (_leads(*one) and one[1].get("household_id", one[0].household_id) in full)]
        left += [["resident", str(row), "used"] for row, _values in (one for one in good if one not in room)]
        if len(room) == len(good):
            break
        good = room
    changing = [row.pk for row, values in good if row.is_head and {"relation", "household_id"} & values.keys()]
    Resident.objects.filter(pk__among=changing).update(is_head=False)
    return [(row, {**values, "relation": values.get("relation", row.relation)}) for row, values in good]


def _leads(row: Any, values: Mapping[str, Any]) -> bool:
    return bool(values.get("relation", row.relation) == HEAD)


def _blank(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """What was empty before is empty again: "" for text, nothing for days."""
    blank = {}
    for name, value in values.items():
        field = model._meta.get_field(name)
        assert isinstance(field, models.Field)
        blank[name] = value if value is not None or field.null else field.get_default() or ""
    return blank


def _take_away(name: str, model: type[models.Model], changes: Sequence[Change], left: Left) -> None:
    rows = _rows(model, [change[0] for change in changes])
    going: list[int] = []
    for pk, _before, _after, mark in changes:
        row = rows.get(pk)
        if row is None:
            continue
        if mark_of(looks=snapshot(model=name, row=row)) != mark:
            left.append([name, str(row), "changed"])
        else:
            going.append(pk)
    used = _used(model, going)
    left += [[name, str(rows[pk]), "used"] for pk in going if pk in used]
    gone = [pk for pk in going if pk not in used]
    if model is Resident:
        ToldApart.objects.filter(resident_id__among=gone)._raw_delete(connection.alias)
    elif model is Grid:
        ImportBatch.objects.filter(grid_id__among=gone).update(grid=None)
    for start in range(0, len(gone), 500):
        model._default_manager.filter(pk__in=gone[start : start + 500])._raw_delete(connection.alias)


def _rows(model: type[models.Model], ids: Sequence[int]) -> dict[Any, Any]:
    related = {Household: ("dwelling",), Unit: ("building",)}.get(model, ())
    rows = model._default_manager.filter(pk__among=list(ids)).select_related(*related)
    return {row.pk: row for row in rows}


def _used(model: type[models.Model], ids: Iterable[int]) -> set[Any]:
    """Those that something else in the house refers to by now: a post, a device, somebody who was added by hand."""
    wanted, used = list(ids), set()
    for relation in model._meta.related_objects:
        child: type[models.Model] = relation.related_model
        if child in OF_IMPORTS:
            continue
        column = f"{relation.field.name}_id"
        used |= set(child._default_manager.filter(**{f"{column}__among": wanted}).values_list(column, flat=True))
    return used
