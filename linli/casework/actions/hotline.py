"""Sheets of the hotline: read, looked at, put right, brought in or put away."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.casework.access import HOTLINE, Reach, reach_of_actor
from linli.casework.errors.hotline import ColumnsMissing, EmptyHotlineSheet, NoHotlineSheet, SheetNotFound, SheetNotNow
from linli.casework.hotline.columns import FIELDS, NEEDED, REQUESTS, Found, sheet_found
from linli.casework.hotline.rows import is_row
from linli.casework.models import HotlineBatch, HotlineRow
from linli.casework.queries.hotline import Judged, judged_rows
from linli.casework.queries.office import looks_after
from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.core.fields import sealed
from linli.registry.importing.plain import packed, unpacked
from linli.registry.models import Community
from linli.registry.workbooks import read_workbook

State = HotlineBatch.State


def stage_hotline_sheet(
    *, by: Actor, now: datetime, community_id: int, path: Path, file_name: str, password: str = ""
) -> HotlineBatch:
    """Read a file, find the hotline's sheet in it, and keep each row with what would become of it. Nothing is brought in yet.

    The columns are those last chosen for the same headings, else found by what people call them. The password is not kept.
    Raises NotAllowed, NotFound, NoHotlineSheet, EmptyHotlineSheet, or what ``read_workbook`` raises.
    """
    reach = reach_of_actor(by=by, now=now).need(HOTLINE)
    if not looks_after(reach=reach, community_id=community_id):
        raise NotFound
    found = sheet_found(sheets=read_workbook(path=path, password=password).sheets)
    if found is None:
        raise NoHotlineSheet
    community = Community.objects.get(pk=community_id)
    at = [place for place, row in enumerate(found.rows) if is_row(row=row, titles=found.titles)]
    if not at:
        raise EmptyHotlineSheet
    columns = _columns(community_id, found)
    fields = {int(column): name for column, name in columns["fields"].items()}
    judged = judged_rows(community=community, found=found, fields=fields, now=now, rows=at)
    kept = [sealed(packed({"cells": list(found.rows[place]), "cut": place in found.shortened})) for place in at]
    with transaction.atomic():
        batch = HotlineBatch.objects.create(
            community=community, file_name=file_name[-200:], columns=columns, uploaded_at=now, uploaded_by_id=by.user_id
        )
        HotlineRow.objects.bulk_create(
            [
                HotlineRow(
                    batch=batch, row=place + found.first_row, outside_number=one.number, cells=cells, outcome=one.outcome,
                    reason=one.reason,
                )
                for place, one, cells in zip(at, judged, kept, strict=True)
            ],
            batch_size=500,
        )  # fmt: skip
        _tell(batch, by, now, "uploaded", {"rows": len(at)})
    return batch


@transaction.atomic
def choose_hotline_columns(*, by: Actor, now: datetime, batch_id: int, fields: Mapping[int, str]) -> HotlineBatch:
    """Say what the columns hold; every row is judged anew, and the next sheet with these headings begins so.

    Raises NotAllowed, SheetNotFound, SheetNotNow, ColumnsMissing.
    """
    batch = _own(by, now, batch_id, State.READ)
    kind = batch.columns["kind"]
    chosen = {column: name for column, name in fields.items() if name in FIELDS[kind]}
    there = set(chosen.values())
    if not set(NEEDED[kind]) <= there or (kind == REQUESTS and not {"text", "title"} & there):
        raise ColumnsMissing
    batch.columns = {**batch.columns, "fields": {str(column): name for column, name in chosen.items()}}
    batch.save(update_fields=["columns"])
    rows = list(HotlineRow.objects.filter(batch=batch).order_by("row"))
    for row, one in zip(rows, _judged_again(batch, rows, chosen, now), strict=True):
        row.outside_number, row.outcome, row.reason = one.number, one.outcome, one.reason
    HotlineRow.objects.bulk_update(rows, ["outside_number", "outcome", "reason"], batch_size=500)
    _tell(batch, by, now, "changed", {"columns": len(chosen)})
    return batch


@transaction.atomic
def ask_hotline_taking(*, by: Actor, now: datetime, batch_id: int) -> HotlineBatch:
    """Have all new rows brought in, in this person's name; the worker does it. Raises NotAllowed, SheetNotFound, SheetNotNow."""
    batch = _own(by, now, batch_id, State.READ)
    batch.state, batch.taken_by_id = State.TAKING, by.user_id
    batch.save(update_fields=["state", "taken_by"])
    _tell(batch, by, now, "took_sheet", {})
    return batch


@transaction.atomic
def drop_hotline_sheet(*, by: Actor, now: datetime, batch_id: int) -> HotlineBatch:
    """Put a sheet away that is not brought in; what it told is deleted. Raises NotAllowed, SheetNotFound, SheetNotNow."""
    batch = _own(by, now, batch_id, State.READ)
    drop_rows(batch=batch)
    _tell(batch, by, now, "discarded", {})
    return batch


def drop_rows(*, batch: HotlineBatch) -> None:
    """Put it away with what its rows told."""
    batch.state = State.DROPPED
    batch.save(update_fields=["state"])
    HotlineRow.objects.filter(batch=batch).update(cells="")


@transaction.atomic
def take_hotline_errors(*, by: Actor, now: datetime, batch_id: int) -> list[tuple[HotlineRow, list[Any]]]:
    """The rows that were not understood, with their cells, for a file; the trail says who took them.

    Raises NotAllowed, SheetNotFound.
    """
    batch = _own(by, now, batch_id, State.READ, State.TAKING, State.DONE)
    rows = HotlineRow.objects.filter(batch=batch, outcome=HotlineRow.Outcome.ERROR).exclude(cells="").order_by("row")
    found = [(row, unpacked(row.cells)["cells"]) for row in rows]
    _tell(batch, by, now, "exported", {"rows": len(found)})
    return found


def _own(by: Actor, now: datetime, batch_id: int, *states: str) -> HotlineBatch:
    reach: Reach = reach_of_actor(by=by, now=now).need(HOTLINE)
    rows = HotlineBatch.objects.select_for_update(of=("self",)).select_related("community")
    batch = rows.filter(pk=batch_id).first()
    if batch is None or not looks_after(reach=reach, community_id=batch.community_id):
        raise SheetNotFound
    if batch.state not in states:
        raise SheetNotNow
    return batch


def _columns(community_id: int, found: Found) -> dict[str, Any]:
    titles_hash = hashlib.sha256("\n".join([found.kind, *found.titles]).encode()).hexdigest()
    fields = {str(column): name for column, name in found.fields.items()}
    last = (
        HotlineBatch.objects.filter(community_id=community_id, columns__titles_hash=titles_hash).order_by("-pk").first()
    )
    return {
        "kind": found.kind, "sheet": found.name[:100], "titles": list(found.titles), "titles_hash": titles_hash,
        "fields": last.columns["fields"] if last else fields, "first_row": found.first_row,
    }  # fmt: skip


def _judged_again(
    batch: HotlineBatch, rows: Sequence[HotlineRow], fields: Mapping[int, str], now: datetime
) -> list[Judged]:
    kept = [unpacked(row.cells) for row in rows]
    first_row = batch.columns["first_row"]
    height = rows[-1].row - first_row + 1 if rows else 0
    cells: list[Sequence[object]] = [()] * height
    for row, one in zip(rows, kept, strict=True):
        cells[row.row - first_row] = one["cells"]
    at = [row.row - first_row for row in rows]
    cut = frozenset(place for place, one in zip(at, kept, strict=True) if one["cut"])
    columns = batch.columns
    found = Found(columns["kind"], columns["sheet"], tuple(columns["titles"]), fields, cells, first_row, cut)
    return judged_rows(community=batch.community, found=found, fields=fields, now=now, rows=at)


def _tell(batch: HotlineBatch, by: Actor, now: datetime, verb: str, details: Mapping[str, Any]) -> None:
    trace = Trace(
        verb, "casework.hotline_batch", str(batch.pk), batch.community_id, batch.file_name[:200], details=details
    )
    record_traces(by=by, now=now, traces=[trace])
