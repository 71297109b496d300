"""The corpus, file by file: read, matched, compared, written, and brought in once more. Every row is looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linli.registry.actions import imports
from linli.registry.importing.plain import unpacked
from linli.registry.models import ImportBatch, Resident
from linli.registry.tests.conftest import NOW, SYSTEM, Compound
from linli.registry.tests.corpus import cells, layouts, meetings
from linli.registry.tests.corpus.expected import Case, Row
from linli.registry.tests.test_imports import whole_register

CASES = {**layouts.CASES, **cells.CASES, **meetings.CASES}
INVENTED = {"phone:unusual"}
"""Numbers of nobody are in a range that no network gives out, and every row with one says so."""
STAYS = {"create": "same", "update": "same", "same": "same"}


def brought(compound: Compound, path: Path, case: Case) -> ImportBatch:
    told: dict[str, Any] = {"path": path, "file_name": path.name, "password": case.password}
    batch = imports.stage_import(by=SYSTEM, now=NOW, community_id=compound.community.pk, **told)
    columns = {
        sheet.position: {int(at): name for at, name in sheet.fields.items()}
        for sheet in batch.sheets.filter(included=True)
    }
    imports.ask_plan(by=SYSTEM, now=NOW, batch_id=batch.pk, policy=case.policy, grid_id=None, columns=columns)
    return worked(batch)


def worked(batch: ImportBatch) -> ImportBatch:
    claimed = imports.claim_import(now=NOW, batch_id=batch.pk)
    assert claimed is not None
    imports.work_on_import(batch=claimed, clock=lambda: NOW)
    return ImportBatch.objects.get(pk=batch.pk)


def outcomes(batch: ImportBatch) -> dict[int | tuple[int, int], tuple[str, list[str]]]:
    return {
        (row.sheet, row.number) if row.sheet else row.number: (
            row.kind,
            sorted({code for code, _typed in unpacked(row.told)["reasons"]} - INVENTED),
        )
        for row in batch.rows.all()
    }


def looks(person: Resident, name: str) -> Any:
    if name == "groups":
        return set(person.memberships.values_list("group", flat=True))
    if name == "lists":
        rows = person.memberships.values_list("group", "since_on", "basis", "helper_name")
        return {group: tuple(told) for group, *told in rows}
    if name == "calls":
        return {
            one.name: [point.address for point in one.points.filter(kind="phone").order_by("position")]
            for one in person.household.contact_set.all()
        }
    holder, _, column = name.rpartition("__")
    return getattr(person.household if holder else person, column)


def is_kept(row: Row) -> bool:
    found = Resident.objects.filter(name=row.name, household__dwelling__label=row.at).order_by("pk")
    assert found, f"{row.name} at {row.at} is not there"
    kept = [{name: looks(one, name) for name in row.columns} for one in found]
    assert dict(row.columns) in kept, kept
    return True


def test_the_corpus_is_large_enough() -> None:
    assert len(CASES) >= 30


@pytest.mark.parametrize("name", CASES)
def test_every_row_becomes_what_it_should(compound, tmp_path, name) -> None:
    case = CASES[name]
    path = case.file(tmp_path / "台账")
    batch = brought(compound, path, case)
    assert outcomes(batch) == {number: (row.kind, sorted(row.said)) for number, row in case.rows.items()}
    imports.ask_commit(by=SYSTEM, now=NOW, batch_id=batch.pk)
    worked(batch)
    assert all(is_kept(row) for row in case.rows.values() if row.name)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.policy != "new"])
def test_the_same_file_again_changes_nothing(compound, tmp_path, name) -> None:
    case = CASES[name]
    path = case.file(tmp_path / "台账")
    batch = brought(compound, path, case)
    imports.ask_commit(by=SYSTEM, now=NOW, batch_id=batch.pk)
    worked(batch)
    before = whole_register()
    again = brought(compound, path, case)
    kinds = {number: kind for number, (kind, _said) in outcomes(again).items()}
    assert kinds == {number: STAYS.get(row.kind, row.kind) for number, row in case.rows.items()}
    imports.ask_commit(by=SYSTEM, now=NOW, batch_id=again.pk)
    worked(again)
    assert whole_register() == before


@pytest.mark.parametrize("name", CASES)
def test_an_import_taken_back_leaves_no_trace_in_the_register(compound, tmp_path, name) -> None:
    case = CASES[name]
    before = whole_register()
    batch = brought(compound, case.file(tmp_path / "台账"), case)
    imports.ask_commit(by=SYSTEM, now=NOW, batch_id=batch.pk)
    batch = worked(batch)
    imports.ask_undo(by=SYSTEM, now=NOW, batch_id=batch.pk)
    batch = worked(batch)
    assert (batch.state, batch.left) == ("undone", [])
    assert whole_register() == before
