"""What a person does with an import: bring a file, say what its columns hold, answer questions, ask for the long work."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.registry.cells import header_of
from linli.registry.cells.headers import BESIDE_KEPT_OUT, SYNONYMS
from linli.registry.errors import ImportEmptied, ImportNotNow, NoHeader, NothingToImport
from linli.registry.importing.outcomes import MOVED
from linli.registry.importing.plain import packed, unpacked
from linli.registry.models import Community, Grid, ImportBatch, ImportRow, ImportSheet, LearnedMapping, ToldApart
from linli.registry.queries.importing import identity_hash
from linli.registry.recording import locked, reach_of_editor, trace
from linli.registry.scopes import Scope
from linli.registry.workbooks import Sheet, fill_down, read_workbook

State = ImportBatch.State


def stage_import(
    *, by: Actor, now: datetime, community_id: int, path: Path, file_name: str, password: str = ""
) -> ImportBatch:
    """Read a file and keep its sheets with a first idea of their columns: learned from the same headings, or from synonyms.

    Raises NotAllowed, NotFound, NoHeader, or what ``read_workbook`` raises. The password is not kept.
    """
    reach = reach_of_editor(by, now)
    _check_community(community_id, reach)
    sheets = read_workbook(path=path, password=password).sheets
    read = [(position, sheet, header_of(sheet.rows)) for position, sheet in enumerate(sheets)]
    if not any(header for _position, _sheet, header in read):
        raise NoHeader
    with transaction.atomic():
        community = locked(Community, community_id, reach.covers_communities("pk"))
        batch = ImportBatch.objects.create(
            community=community,
            created_at=now,
            by_user_id=by.user_id,
            by_label=by.label[:80],
            file_name=file_name[-200:],
            grid=Grid.objects.filter(community=community).order_by("number").first(),
        )
        for position, sheet, header in read:
            _keep_sheet(batch, position, sheet, header)
        trace(batch, by=by, now=now, verb="uploaded", details={"sheets": len(sheets)})
    return batch


def _check_community(community_id: int, reach: Scope) -> None:
    """Raises NotFound, before a file is read for nothing."""
    with transaction.atomic():
        locked(Community, community_id, reach.covers_communities("pk"))


def _keep_sheet(batch: ImportBatch, position: int, sheet: Sheet, header: Any) -> None:
    first_row = header.first_row if header else 0
    rows = [*sheet.rows[:first_row], *fill_down(sheet=sheet, first_row=first_row)]
    titles = list(header.titles) if header else []
    fields = _learned(batch, titles) or (
        {str(column): name for column, name in header.fields.items()} if header else {}
    )
    ImportSheet.objects.create(
        batch=batch,
        position=position,
        name=sheet.name[:100],
        rows=packed(rows),
        row_count=max(len(rows) - first_row, 0),
        first_row=first_row,
        titles=titles,
        fields=fields,
        included=header is not None,
    )


def _learned(batch: ImportBatch, titles: Sequence[str]) -> dict[str, str] | None:
    """What was said of these headings before; rows that were kept out come back with two more."""
    if tuple(titles[-len(BESIDE_KEPT_OUT) :]) == BESIDE_KEPT_OUT:
        titles = titles[: -len(BESIDE_KEPT_OUT)]
    known = LearnedMapping.objects.filter(community_id=batch.community_id, titles_hash=_titles_hash(titles)).first()
    return dict(known.fields) if known else None


def _titles_hash(titles: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(titles).encode()).hexdigest()


@transaction.atomic
def ask_plan(
    *,
    by: Actor,
    now: datetime,
    batch_id: int,
    policy: str,
    grid_id: int | None,
    columns: Mapping[int, Mapping[int, str]],
) -> ImportBatch:
    """Say what the columns hold (by position of the sheet, then of the column; a sheet left out is not taken), and have it compared.

    What was said is remembered for the next sheet with these headings. Raises NotAllowed, NotFound, ImportNotNow or NothingToImport.
    """
    batch = _own(by, now, batch_id, State.DRAFT, State.PLANNED)
    for sheet in batch.sheets.all():
        told = columns.get(sheet.position)
        sheet.included = told is not None
        if told is not None:
            sheet.fields = {str(column): name for column, name in told.items() if name in SYNONYMS}
            LearnedMapping.objects.update_or_create(
                community_id=batch.community_id,
                titles_hash=_titles_hash(sheet.titles),
                defaults={"fields": sheet.fields},
            )
        sheet.save(update_fields=["included", "fields"])
    if not any("name" in sheet.fields.values() for sheet in batch.sheets.filter(included=True)):
        raise NothingToImport
    batch.policy = ImportBatch.Policy(policy)
    if grid_id is not None:
        batch.grid = Grid.objects.filter(community_id=batch.community_id, pk=grid_id).first() or batch.grid
    return _ask(batch, State.PLANNING, "policy", "grid")


@transaction.atomic
def answer_question(*, by: Actor, now: datetime, row_id: int, answer: str) -> ImportRow:
    """Say who the person of a row is: the pk of a candidate, or "new" for none of them, which is remembered. The rows are compared
    anew when asked for. Raises NotAllowed, NotFound or ImportNotNow."""
    reach = reach_of_editor(by, now)
    row = locked(ImportRow, row_id, reach.covers_communities("batch__community_id"), "batch")
    if row.batch.state != State.PLANNED:
        raise ImportNotNow
    told = unpacked(row.told)
    candidates = [int(one["pk"]) for one in told["candidates"]]
    if answer != "new" and answer not in {str(pk) for pk in candidates}:
        raise NotAllowed
    row.answer = answer
    row.save(update_fields=["answer"])
    if answer == "new":
        for pk in candidates:
            ToldApart.objects.get_or_create(
                community_id=row.batch.community_id,
                identity_hash=identity_hash(identity=told["identity"]),
                resident_id=pk,
            )
    trace(row.batch, by=by, now=now, verb="answered", details={"row": row.number, "new": answer == "new"})
    return row


@transaction.atomic
def answer_moves(*, by: Actor, now: datetime, batch_id: int) -> ImportBatch:
    """Say that all people who live behind another door in the register have moved, and have the rows compared anew.

    Raises NotAllowed, NotFound or ImportNotNow.
    """
    batch = _own(by, now, batch_id, State.PLANNED)
    answered = []
    for row in batch.rows.filter(kind=ImportRow.Kind.QUESTION, answer=""):
        told = unpacked(row.told)
        if told["reasons"][0][0] == MOVED:
            row.answer = str(told["candidates"][0]["pk"])
            answered.append(row)
    ImportRow.objects.bulk_update(answered, ["answer"], batch_size=500)
    trace(batch, by=by, now=now, verb="answered", details={"moved": len(answered)})
    return _ask(batch, State.PLANNING)


@transaction.atomic
def ask_commit(*, by: Actor, now: datetime, batch_id: int) -> ImportBatch:
    """Have the good rows written. Raises NotAllowed, NotFound or ImportNotNow."""
    return _ask(_own(by, now, batch_id, State.PLANNED), State.COMMITTING)


@transaction.atomic
def ask_undo(*, by: Actor, now: datetime, batch_id: int) -> ImportBatch:
    """Have an import undone. Raises NotAllowed, NotFound, ImportNotNow or ImportEmptied."""
    return _ask(_with_rows(_own(by, now, batch_id, State.COMMITTED)), State.UNDOING)


@transaction.atomic
def discard_import(*, by: Actor, now: datetime, batch_id: int) -> None:
    """Put an import away that was not written: what was read of the file is deleted. Raises NotAllowed, NotFound or ImportNotNow."""
    batch = _own(by, now, batch_id, State.DRAFT, State.PLANNED)
    batch.sheets.all().delete()
    batch.rows.all().delete()
    batch.state, batch.finished_at = State.DISCARDED, now
    batch.save(update_fields=["state", "finished_at"])
    trace(batch, by=by, now=now, verb="discarded")


@transaction.atomic
def record_download(*, by: Actor, now: datetime, batch_id: int) -> None:
    """Note that somebody took the rows that were kept out, which hold personal data. Raises NotAllowed, NotFound, ImportNotNow or
    ImportEmptied."""
    batch = _with_rows(_own(by, now, batch_id, State.PLANNED, State.COMMITTED))
    trace(batch, by=by, now=now, verb="exported", details={"rows": "kept out"})


def _own(by: Actor, now: datetime, batch_id: int, *states: str) -> ImportBatch:
    reach = reach_of_editor(by, now)
    batch = locked(ImportBatch, batch_id, reach.covers_communities())
    if batch.state not in states:
        raise ImportNotNow
    return batch


def _with_rows(batch: ImportBatch) -> ImportBatch:
    if batch.emptied_at is not None:
        raise ImportEmptied
    return batch


def _ask(batch: ImportBatch, state: str, *changed: str) -> ImportBatch:
    batch.state, batch.done, batch.total, batch.trouble, batch.leased_until = state, 0, 0, "", None
    batch.save(update_fields=["state", "done", "total", "trouble", "leased_until", *changed])
    return batch
