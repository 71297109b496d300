"""Imports from the upload to the undoing, on real files."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook

from linli.audit.models import AuditEntry
from linli.registry import actions
from linli.registry.actions import imports
from linli.registry.errors import ImportNotNow, NoHeader
from linli.registry.importing.outcomes import PERSONAL
from linli.registry.importing.plain import unpacked
from linli.registry.models import (
    Building,
    Contact,
    ContactPoint,
    Dwelling,
    Household,
    ImportBatch,
    ImportRow,
    Resident,
    Unit,
)
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM

HEAD = [
    "序号",
    "姓名",
    "性别",
    "身份证号",
    "出生日期",
    "联系电话",
    "住址",
    "与户主关系",
    "政治面貌",
    "备注",
    "紧急联系人",
    "联系人电话",
]
OTHER_ID = "99999919560304002X"
ROWS = [
    [
        1,
        "赵　桂兰",
        "女",
        ID_NUMBER,
        None,
        "16000005678",
        "8号楼3单元502",
        "户主",
        "党员",
        "腿脚不便",
        "钱丽（女儿）",
        "16000001111",
    ],
    [2, "孙 大海", "男", None, "1956.3.4", "１６００００００００２", "8-4-101", "户主", "群众", None, None, None],
    [3, "孙小海", "男", None, "88年3月", None, "8栋4门101室", "子", "团员", None, "李四", "16000000004"],
    [4, "周芳", "女", None, 33000, None, "12号楼1单元201", "户主", "爱好者", None, None, None],
]


def file_of(path: Path, rows, title: str = "常住人口台账") -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.merge_cells("A1:L1")
    sheet.append(HEAD)
    for row in rows:
        sheet.append(row)
    sheet.append(["合计", f"{len(rows)}人"])
    book.save(path)
    return path


class Importer:
    def __init__(self, compound, path: Path) -> None:
        self.compound, self.path, self.now = compound, path, NOW

    def brings(self, rows, policy: str = "update") -> ImportBatch:
        file_of(self.path, rows)
        batch = imports.stage_import(
            by=SYSTEM, now=self.now, community_id=self.compound.community.pk, path=self.path, file_name="台账.xlsx"
        )
        columns = {
            sheet.position: {int(at): name for at, name in sheet.fields.items()}
            for sheet in batch.sheets.filter(included=True)
        }
        imports.ask_plan(by=SYSTEM, now=self.now, batch_id=batch.pk, policy=policy, grid_id=None, columns=columns)
        return self.works(batch)

    def works(self, batch: ImportBatch) -> ImportBatch:
        claimed = imports.claim_import(now=self.now)
        assert claimed is not None
        assert claimed.pk == batch.pk
        imports.work_on_import(batch=claimed, clock=lambda: NOW)
        return ImportBatch.objects.get(pk=batch.pk)

    def writes(self, batch: ImportBatch) -> ImportBatch:
        imports.ask_commit(by=SYSTEM, now=self.now, batch_id=batch.pk)
        return self.works(batch)

    def takes_back(self, batch: ImportBatch) -> ImportBatch:
        imports.ask_undo(by=SYSTEM, now=self.now, batch_id=batch.pk)
        return self.works(batch)


@pytest.fixture
def importer(compound, tmp_path) -> Importer:
    return Importer(compound, tmp_path / "台账.xlsx")


def told_of(batch: ImportBatch) -> dict[int, tuple[str, dict]]:
    return {row.number: (row.kind, unpacked(row.told)) for row in batch.rows.all()}


def whole_register(*, with_keys: bool = True):
    """Everything an import may write, as plain values that do not depend on primary keys."""
    people = {
        (
            *(str(getattr(one, name)) for name in PERSONAL),
            *((one.reference, one.household.number) if with_keys else ()),
            one.household.dwelling.label,
            str(one.household.moved_in_on),
            one.phone_tail_hash,
            one.id_number_hash,
            one.name_initials,
            one.is_head,
        )
        for one in Resident.objects.select_related("household__dwelling")
    }
    calls = {
        (
            one.household.dwelling.label,
            one.name,
            one.relation,
            tuple(point.address for point in one.points.order_by("position")),
        )
        for one in Contact.objects.select_related("household__dwelling")
    }
    places = [model.objects.count() for model in (Building, Unit, Dwelling, Household, ContactPoint)]
    return people, calls, places


def test_a_register_is_compared_before_anything_is_written(importer) -> None:
    before = whole_register()
    batch = importer.brings(ROWS)
    assert batch.state == "planned"
    assert {kind: batch.counts.get(kind, 0) for kind in ("create", "update", "error", "question")} == {
        "create": 3,
        "update": 1,
        "error": 0,
        "question": 0,
    }
    assert batch.counts["places"] == {"buildings": ["12"]}
    kind, told = told_of(batch)[3]
    assert kind == "update"
    assert told["changes"] == {"note": ["", "腿脚不便"], "politics": ["", "01"]}
    assert whole_register() == before


def test_the_good_rows_are_written_and_searchable_with_their_relatives(importer) -> None:
    batch = importer.writes(importer.brings(ROWS))
    assert batch.state == "committed"
    son = Resident.objects.get(name="孙小海")
    assert (son.born_on, son.born_known, son.relation, son.is_head) == (date(1988, 3, 1), "month", "20", False)
    assert (son.name_pinyin, son.household.dwelling.label) == ("sunxiaohai", "8栋4单元101")
    assert son.household.contact_set.get().name == "李四"
    assert Resident.objects.get(name="孙大海").phone == "16000000002"
    assert Resident.objects.get(name="周芳").note == "政治面貌：爱好者"
    assert Dwelling.objects.get(label="12栋1单元201").floor == 2
    assert AuditEntry.objects.filter(verb="imported", object_ref=str(batch.pk)).count() == 1
    assert AuditEntry.objects.filter(object_type="resident", details__import=batch.pk).count() == 4


def test_importing_the_same_file_again_changes_nothing(importer) -> None:
    importer.writes(importer.brings(ROWS))
    before = whole_register()
    again = importer.brings(ROWS)
    assert {kind for kind, _told in told_of(again).values()} == {"same"}
    importer.writes(again)
    assert whole_register() == before


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_rows_does_not_matter(importer, seed) -> None:
    first = importer.writes(importer.brings(ROWS))
    in_order = whole_register(with_keys=False)
    importer.takes_back(first)
    rows = list(ROWS)
    random.Random(seed).shuffle(rows)
    importer.writes(importer.brings(rows))
    assert whole_register(with_keys=False) == in_order


def test_an_import_taken_back_leaves_the_register_as_it_was(importer) -> None:
    before = whole_register()
    batch = importer.takes_back(importer.writes(importer.brings(ROWS)))
    assert (batch.state, batch.left) == ("undone", [])
    assert whole_register() == before


def test_what_was_changed_since_is_listed_and_left(importer) -> None:
    batch = importer.writes(importer.brings(ROWS))
    sun = Resident.objects.get(name="孙大海")
    actions.change_resident(by=SYSTEM, now=NOW, resident_id=sun.pk, changes={"phone": "16000000099"})
    batch = importer.takes_back(batch)
    assert ["resident", "孙大海", "changed"] in batch.left
    assert ["household", "8栋4单元101", "used"] in batch.left
    assert Resident.objects.get(name="孙大海").phone == "16000000099"
    assert not Resident.objects.filter(name="孙小海").exists()


def test_blank_cells_erase_nothing(importer) -> None:
    importer.writes(importer.brings(ROWS))
    before = whole_register()
    bare = [[n, row[1], None, None, None, None, row[6], None, None, None, None, None] for n, row in enumerate(ROWS)]
    importer.writes(importer.brings(bare))
    assert whole_register() == before


@pytest.mark.parametrize(
    ("policy", "kind", "phone"),
    [
        ("update", "update", "16000007777"),
        ("fill", "update", "16000005678"),
        ("skip", "same", "16000005678"),
        ("new", "conflict", "16000005678"),
    ],
)
def test_a_policy_says_what_happens_to_people_who_are_there(importer, policy, kind, phone) -> None:
    row = [1, "赵桂兰", None, ID_NUMBER, None, "16000007777", "8-3-502", None, "党员", None, None, None]
    batch = importer.brings([row], policy=policy)
    assert told_of(batch)[3][0] == kind
    importer.writes(batch)
    grandmother = Resident.objects.get(name="赵桂兰")
    assert grandmother.phone == phone
    assert grandmother.politics == ("01" if policy in {"update", "fill"} else "")


def test_a_like_person_elsewhere_is_a_question_whose_answer_is_remembered(importer) -> None:
    row = [1, "张三", None, None, None, "16000004321", "8-4-102", None, None, None, None, None]
    batch = importer.brings([row])
    asked = batch.rows.get()
    assert asked.kind == "question"
    assert [one["name"] for one in unpacked(asked.told)["candidates"]] == ["张三"]
    imports.answer_question(by=SYSTEM, now=NOW, row_id=asked.pk, answer="new")
    importer.writes(batch)
    assert Resident.objects.filter(name="张三").count() == 2
    assert told_of(importer.brings([row]))[3][0] == "same"
    Resident.objects.filter(name="张三", household__dwelling__label="8栋4单元102").delete()
    assert told_of(importer.brings([row]))[3][0] == "create"


def test_the_answer_may_be_that_it_is_one_of_the_candidates(importer, compound) -> None:
    kept = {"by": SYSTEM, "now": NOW}
    for sex in ("1", "2"):
        actions.add_resident(household_id=compound.far_household.pk, name="李丽", sex=sex, **kept)
    row = [1, "李丽", None, None, None, "16000000123", "9-3-502", None, None, None, None, None]
    batch = importer.brings([row])
    asked = batch.rows.get()
    candidates = [one["pk"] for one in unpacked(asked.told)["candidates"]]
    assert (asked.kind, len(candidates)) == ("question", 2)
    imports.answer_question(row_id=asked.pk, answer=str(candidates[1]), **kept)
    importer.writes(batch)
    assert Resident.objects.get(pk=candidates[1]).phone == "16000000123"


def test_rows_that_contradict_are_kept_out_and_say_why(importer) -> None:
    rows = [
        [1, "吴一", None, None, None, None, "8-4-201", "户主", None, None, None, None],
        [2, "吴二", None, None, None, None, "8-4-201", "户主", None, None, None, None],
        [3, "郑三", None, 999999195603040000, None, None, "8-4-202", None, None, None, None, None],
        [4, "王四", None, OTHER_ID, None, None, "8-4-203", None, None, None, None, None],
        [5, "王四", None, OTHER_ID, None, None, "8-4-204", None, None, None, None, None],
        [6, None, "男", None, None, None, "8-4-205", None, None, None, None, None],
        [7, "冯五", None, None, "1956-13-40", None, "8-4-206", None, None, None, None, None],
        [8, "陈六", None, None, None, None, None, None, None, None, None, None],
        [9, "赵桂兰", None, ID_NUMBER, None, None, "9-3-502", None, None, None, None, None],
    ]
    batch = importer.brings(rows)
    told = {number: (kind, told["reasons"][0][0]) for number, (kind, told) in told_of(batch).items()}
    assert told == {
        3: ("conflict", "second_head"),
        4: ("conflict", "second_head"),
        5: ("error", "id_number:spoiled"),
        6: ("conflict", "two_doors"),
        7: ("conflict", "two_doors"),
        8: ("error", "name:name_missing"),
        9: ("error", "born_on:no_such_day"),
        10: ("error", "address:address_missing"),
        11: ("question", "has_moved"),
    }
    before = whole_register()
    importer.writes(batch)
    assert whole_register() == before


def test_what_a_column_holds_is_learned_from_the_person(importer) -> None:
    rows = [["甲", "孙大海", "8-4-101"]]
    book = Workbook()
    for row in [["姓名", "居民", "住址"], *rows]:
        book.active.append(row)
    book.save(importer.path)
    kept = {"by": SYSTEM, "now": NOW}
    told = {"community_id": importer.compound.community.pk, "path": importer.path, "file_name": "名单.xlsx"}
    batch = imports.stage_import(**told, **kept)
    imports.ask_plan(
        batch_id=batch.pk, policy="update", grid_id=None, columns={0: {0: "", 1: "name", 2: "address"}}, **kept
    )
    importer.writes(importer.works(batch))
    assert Resident.objects.filter(name="孙大海").exists()
    assert imports.stage_import(**told, **kept).sheets.get().fields == {"1": "name", "2": "address"}


def test_a_file_without_headings_is_refused(importer) -> None:
    book = Workbook()
    book.active.append(["一张", "没有", "表头"])
    book.save(importer.path)
    with pytest.raises(NoHeader):
        imports.stage_import(
            by=SYSTEM, now=NOW, community_id=importer.compound.community.pk, path=importer.path, file_name="x.xlsx"
        )


def test_an_import_killed_while_writing_leaves_nothing_and_is_taken_up_again(importer, monkeypatch) -> None:
    batch = importer.brings(ROWS)
    before = whole_register()
    imports.ask_commit(by=SYSTEM, now=NOW, batch_id=batch.pk)
    claimed = imports.claim_import(now=NOW)
    with monkeypatch.context() as broken:
        broken.setattr("linli.registry.actions.imports.writing.record_traces", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            imports.work_on_import(batch=claimed, clock=lambda: NOW)
    assert whole_register() == before
    assert imports.claim_import(now=NOW) is None
    ImportBatch.objects.update(leased_until=NOW - timedelta(seconds=1))
    assert importer.works(batch).state == "committed"
    assert Resident.objects.filter(name="孙小海").exists()


def _interrupted(**told) -> None:
    raise KeyboardInterrupt


def test_an_import_that_is_being_written_is_not_put_away(importer) -> None:
    batch = importer.brings(ROWS)
    imports.ask_commit(by=SYSTEM, now=NOW, batch_id=batch.pk)
    with pytest.raises(ImportNotNow):
        imports.discard_import(by=SYSTEM, now=NOW, batch_id=batch.pk)


def test_an_import_put_away_keeps_nothing_of_the_file(importer) -> None:
    batch = importer.brings(ROWS)
    imports.discard_import(by=SYSTEM, now=NOW, batch_id=batch.pk)
    assert not batch.sheets.exists()
    assert not ImportRow.objects.exists()


def test_what_others_write_meanwhile_is_compared_before_writing(importer) -> None:
    batch = importer.brings(ROWS)
    kept = {"by": SYSTEM, "now": NOW}
    dwelling = actions.add_dwelling(unit_id=importer.compound.other_unit.pk, floor=1, door="101", **kept)
    household = actions.move_in(dwelling_id=dwelling.pk, on=date(2020, 1, 1), **kept)
    actions.add_resident(household_id=household.pk, name="孙大海", relation="02", **kept)
    importer.writes(batch)
    assert Resident.objects.filter(name="孙大海").count() == 1
    assert Resident.objects.get(name="孙小海").household == household
