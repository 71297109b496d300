"""What holds of every import, tried on small communities with many namesakes, shared doors and half-empty rows."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.registry.actions import imports
from linli.registry.actions.exporting import export_people_whole
from linli.registry.importing.outcomes import PERSONAL
from linli.registry.models import ImportBatch, Membership, Resident
from linli.registry.people_files import people_workbook
from linli.registry.queries.lists import PeopleFilter
from linli.registry.queries.rows import HEADINGS
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM, Compound
from linli.registry.tests.corpus.files import csv, id_number
from linli.registry.tests.test_corpus import outcomes, worked
from linli.registry.tests.test_imports import whole_register

HEAD: Final = [
    "姓名",
    "住址",
    "身份证号",
    "出生日期",
    "电话",
    "与户主关系",
    "重点人群",
    "认定日期",
    "认定依据",
    "帮扶人",
    "备注",
    "紧急联系人",
    "联系人电话",
]
NEEDED: Final = 2
WRITTEN: Final = [name for name in HEADINGS if name not in {"age", "compound"}]
"""The columns of an export that belong to the people and not to the day it was made on."""
tried = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
Rows = list[list[str | None]]


def maybe(*cells: str) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.sampled_from(cells))


one_row = st.tuples(
    st.sampled_from(["赵桂兰", "张三", "孙大海", "孙　大海", "李梅", "钱大力（户主）"]),
    st.sampled_from(["8-3-502", "8号楼3单元502", "8-4-101", "8栋4门101室", "8-4-102", "9-3-502", "12-1-301", "9-301"]),
    maybe(ID_NUMBER, id_number("19560304", 11), id_number("19880305", 24), "999999195603040000"),
    maybe("1949-12-31", "1956.3.4", "56年3月", "1988", "1988.3.5", "没有"),
    maybe("16000000002", "16000004321", "16000000003/16000000004", "1600"),
    maybe("户主", "妻", "长子", "邻居"),
    maybe("独居", "低保、残疾人", "候鸟"),
    maybe("2024.5.1", "2023年3月；2024-05-01", "2024年"),
    maybe("入户核实", "民政审批；残疾证：12号", "民政审批；"),
    maybe("孙主任", "孙主任;李主任"),
    maybe("腿脚不便", "租户"),
    maybe("钱丽（女儿）", "李四"),
    maybe("16000001111", "16000000009"),
).map(list)
sheets = st.lists(one_row, min_size=1, max_size=9)


def told_of(rows: Rows, compound: Compound, folder: Path, policy: str = "update") -> ImportBatch:
    path = csv(HEAD, *rows, encoding="utf-8")(folder / "台账")
    told: dict[str, Any] = {"by": SYSTEM, "now": NOW}
    batch = imports.stage_import(community_id=compound.community.pk, path=path, file_name="台账.csv", **told)
    columns = {0: {int(at): name for at, name in batch.sheets.get().fields.items()}}
    imports.ask_plan(batch_id=batch.pk, policy=policy, grid_id=None, columns=columns, **told)
    return worked(batch)


def written(batch: ImportBatch) -> ImportBatch:
    imports.ask_commit(by=SYSTEM, now=NOW, batch_id=batch.pk)
    return worked(batch)


def taken_over(rows: Rows, compound: Compound, folder: Path, policy: str = "update") -> ImportBatch:
    return written(told_of(rows, compound, folder, policy))


def taken_back(batch: ImportBatch) -> ImportBatch:
    imports.ask_undo(by=SYSTEM, now=NOW, batch_id=batch.pk)
    return worked(batch)


def register(*, with_keys: bool = True) -> Any:
    lists = {
        (one.resident.name, one.resident.household.dwelling.label, one.group, one.since_on, one.basis, one.helper_name)
        for one in Membership.objects.all()
    }
    return whole_register(with_keys=with_keys), lists


def exported() -> dict[str, bytes]:
    """The parts of the file of everybody, byte by byte; the part that only says when it was made is left out."""
    told: dict[str, Any] = {"wanted": PeopleFilter(), "words": "全部", "fields": WRITTEN, "reason": "核对台账"}
    rows = export_people_whole(by=SYSTEM, now=NOW, **told)
    with zipfile.ZipFile(io.BytesIO(people_workbook(rows=rows, fields=WRITTEN, mark="核对"))) as packed:
        return {name: packed.read(name) for name in packed.namelist() if name != "docProps/core.xml"}


def forgotten(deed: Callable[[], Any]) -> Any:
    """Do it, and leave the register as it was before."""
    with transaction.atomic():
        found = deed()
        transaction.set_rollback(True)
    return found


@tried
@given(rows=sheets, shuffled=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_is_of_no_account(compound, tmp_path, rows, shuffled) -> None:
    other = list(rows)
    shuffled.shuffle(other)

    def after(some: Rows) -> Any:
        taken_over(some, compound, tmp_path)
        return register(with_keys=False)

    # Whoever takes 同上 or the row above means the order; no row of these does.
    assert forgotten(lambda: after(rows)) == forgotten(lambda: after(other))


@tried
@given(rows=sheets)
def test_the_same_file_again_changes_nothing(compound, tmp_path, rows) -> None:
    def twice() -> None:
        first = outcomes(taken_over(rows, compound, tmp_path))
        before = register()
        again = outcomes(taken_over(rows, compound, tmp_path))
        assert register() == before
        good = {number for number, (kind, _said) in first.items() if kind in {"create", "update", "same"}}
        assert {again[number][0] for number in good} <= {"same"}

    forgotten(twice)


@tried
@given(rows=sheets, more=sheets)
def test_what_is_taken_back_leaves_the_same_files(compound, tmp_path, rows, more) -> None:
    def there_and_back() -> None:
        taken_over(rows, compound, tmp_path)
        before, file = register(), exported()
        batch = taken_back(taken_over(more, compound, tmp_path))
        assert batch.left == []
        assert register() == before
        assert exported() == file

    forgotten(there_and_back)


@tried
@given(rows=sheets, holes=st.sets(st.tuples(st.integers(0, 8), st.integers(NEEDED, len(HEAD) - 1))))
def test_blank_cells_erase_nothing(compound, tmp_path, rows, holes) -> None:
    def blanked() -> None:
        taken_over(rows, compound, tmp_path)
        before = {one.pk: {name: getattr(one, name) for name in PERSONAL} for one in Resident.objects.all()}
        fewer = [
            [None if (number, column) in holes else cell for column, cell in enumerate(row)]
            for number, row in enumerate(rows)
        ]
        taken_over(fewer, compound, tmp_path)
        for pk, was in before.items():
            now = Resident.objects.get(pk=pk)
            assert {name for name, value in was.items() if value and not getattr(now, name)} == set()

    forgotten(blanked)


@tried
@given(rows=sheets, policy=st.sampled_from(["fill", "skip", "new"]))
def test_only_an_update_changes_what_is_said_of_somebody(compound, tmp_path, rows, policy) -> None:
    def as_told() -> None:
        unsaid = {"", None, "0", "80"}
        before = {one.pk: {name: getattr(one, name) for name in PERSONAL} for one in Resident.objects.all()}
        taken_over(rows, compound, tmp_path, policy)
        for pk, was in before.items():
            now = Resident.objects.get(pk=pk)
            changed = {name for name in PERSONAL if getattr(now, name) != was[name]}
            assert {name for name in changed if was[name] not in unsaid} <= {"born_known"}
            assert policy == "fill" or not changed

    forgotten(as_told)


@tried
@given(rows=sheets)
def test_what_was_exported_is_what_was_imported(compound, tmp_path, rows) -> None:
    def out_and_in() -> None:
        taken_over(rows, compound, tmp_path)
        before = register()
        told: dict[str, Any] = {"wanted": PeopleFilter(), "words": "全部", "fields": WRITTEN, "reason": "核对台账"}
        people = export_people_whole(by=SYSTEM, now=NOW, **told)
        path = tmp_path / "导出.xlsx"
        path.write_bytes(people_workbook(rows=people, fields=WRITTEN, mark="核对"))
        batch = imports.stage_import(
            by=SYSTEM, now=NOW, community_id=compound.community.pk, path=path, file_name="导出.xlsx"
        )
        columns = {0: {int(at): name for at, name in batch.sheets.get().fields.items()}}
        imports.ask_plan(by=SYSTEM, now=NOW, batch_id=batch.pk, policy="update", grid_id=None, columns=columns)
        batch = worked(batch)
        assert {kind for kind, _said in outcomes(batch).values()} == {"same"}
        written(batch)
        assert register() == before

    forgotten(out_and_in)


@pytest.mark.parametrize("policy", ["update", "fill"])
def test_somebody_told_apart_is_not_asked_about_again(compound, tmp_path, policy) -> None:
    row = ["张三", "8-4-102", None, None, "16000004321", *[None] * (len(HEAD) - 5)]
    batch = told_of([row], compound, tmp_path, policy)
    asked = batch.rows.get()
    assert asked.kind == "question"
    imports.answer_question(by=SYSTEM, now=NOW, row_id=asked.pk, answer="new")
    imports.discard_import(by=SYSTEM, now=NOW, batch_id=batch.pk)
    assert told_of([row], compound, tmp_path, policy).rows.get().kind == "create"
