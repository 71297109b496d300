"""Imports that find people behind another door, and that name the priority groups they belong to."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from openpyxl import Workbook

from linli.registry import actions
from linli.registry.access import PERMISSIONS, Access
from linli.registry.actions import imports
from linli.registry.actions.groups import put_on_list
from linli.registry.models import (
    Contact,
    Dwelling,
    Household,
    ImportBatch,
    Membership,
    Relation,
    Resident,
)
from linli.registry.scopes import EVERYTHING
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM, TODAY
from linli.registry.tests.test_imports import OTHER_ID, Importer, told_of, whole_register

KEPT = {"by": SYSTEM, "now": NOW}


class Movers(Importer):
    """The same with sheets of name, ID number, address, relation, groups and the day of moving in."""

    def brings(self, rows, policy: str = "update") -> ImportBatch:
        book = Workbook()
        for row in [
            ["姓名", "身份证号", "住址", "与户主关系", "重点人群", "入住日期", "紧急联系人", "联系人电话", "迁出日期"],
            *rows,
        ]:
            book.active.append(row)
        book.save(self.path)
        told = {"community_id": self.compound.community.pk, "path": self.path, "file_name": "台账.xlsx"}
        batch = imports.stage_import(by=SYSTEM, now=NOW, **told)
        columns = {0: {int(at): name for at, name in batch.sheets.get().fields.items()}}
        imports.ask_plan(by=SYSTEM, now=NOW, batch_id=batch.pk, policy=policy, grid_id=None, columns=columns)
        return self.works(batch)

    def says_moved(self, batch: ImportBatch) -> ImportBatch:
        imports.answer_moves(by=SYSTEM, now=NOW, batch_id=batch.pk)
        return self.works(batch)


@pytest.fixture
def movers(compound, tmp_path) -> Movers:
    return Movers(compound, tmp_path / "台账.xlsx")


def row(name, number, address, relation=None, **more):
    beside = (more.get(column) for column in ("groups", "since", "relative", "phone", "left"))
    return [name, number, address, relation, *beside]


GRANDMOTHER = row("赵桂兰", ID_NUMBER, "8-3-501", "户主")


def everything():
    lists = {(one.resident.name, one.group, one.since_on, one.until_on) for one in Membership.objects.all()}
    homes = {
        (one.dwelling.label, one.moved_in_on, one.moved_out_on, tuple(one.resident_set.values_list("name", flat=True)))
        for one in Household.objects.select_related("dwelling")
    }
    return whole_register(), lists, homes


def test_whoever_stands_behind_another_door_is_asked_about_and_stays_without_an_answer(movers) -> None:
    before = everything()
    batch = movers.brings([GRANDMOTHER])
    kind, told = told_of(batch)[2]
    assert (kind, told["reasons"][0]) == ("question", ["has_moved", "8-3-502"])
    assert batch.counts["moves"] == 1
    movers.writes(batch)
    assert everything() == before


def test_a_mover_keeps_what_hangs_on_them_and_the_old_home_remembers_them(movers, compound) -> None:
    grandmother = compound.grandmother
    put_on_list(resident_id=grandmother.pk, group="living_alone", since_on=date(2026, 1, 1), **KEPT)
    batch = movers.says_moved(movers.brings([GRANDMOTHER]))
    kind, told = told_of(batch)[2]
    assert (kind, told["changes"]) == ("update", {"place": ["8-3-502", "8-3-501"]})
    movers.writes(batch)
    grandmother.refresh_from_db()
    assert (grandmother.household.dwelling, grandmother.moved_in_on) == (compound.empty_dwelling, TODAY)
    assert (grandmother.is_head, grandmother.moved_out_on) == (True, None)
    assert grandmother.memberships.get(until_on__isnull=True).group == "living_alone"
    past = compound.household.resident_set.get()
    assert (past.name, past.relation, past.moved_out_on) == ("赵桂兰", Relation.HEAD, TODAY)
    assert (past.phone, past.id_number, past.note) == ("", "", "")


def test_a_home_that_nobody_is_left_in_ends_and_its_relatives_move_along(movers, compound) -> None:
    movers.writes(movers.says_moved(movers.brings([GRANDMOTHER])))
    compound.household.refresh_from_db()
    assert compound.household.moved_out_on == TODAY
    compound.daughter.refresh_from_db()
    assert compound.daughter.household.dwelling == compound.empty_dwelling
    assert compound.daughter.points.filter(kind="phone").get().address == "16000001111"


def test_where_somebody_stays_the_relatives_stay_too(movers, compound) -> None:
    actions.add_resident(household_id=compound.household.pk, name="赵小兰", relation="30", **KEPT)
    rows = [row("赵桂兰", ID_NUMBER, "8-3-501", "户主", relative="钱丽（女儿）", phone="16000001111")]
    movers.writes(movers.says_moved(movers.brings(rows)))
    compound.household.refresh_from_db()
    assert compound.household.moved_out_on is None
    assert compound.daughter.household_id == Contact.objects.get(pk=compound.daughter.pk).household_id
    new = Household.objects.get(dwelling=compound.empty_dwelling)
    assert [one.name for one in new.contact_set.all()] == ["钱丽"]


def test_relatives_that_moved_along_are_not_added_again(movers, compound) -> None:
    rows = [row("赵桂兰", ID_NUMBER, "8-3-501", "户主", relative="钱丽（女儿）", phone="16000001111")]
    movers.writes(movers.says_moved(movers.brings(rows)))
    assert Contact.objects.count() == 1
    assert compound.daughter.points.filter(kind="phone").count() == 1


def test_the_sheet_says_since_when_if_that_is_later_than_the_old_home(movers, compound) -> None:
    Resident.objects.filter(pk=compound.grandmother.pk).update(moved_in_on=date(2001, 5, 1))
    told = row("赵桂兰", ID_NUMBER, "8-3-501", "户主", since="2026.9.1")
    movers.writes(movers.says_moved(movers.brings([told])))
    grandmother = Resident.objects.get(pk=compound.grandmother.pk)
    assert (grandmother.moved_in_on, grandmother.household.moved_in_on) == (date(2026, 9, 1), date(2026, 9, 1))
    assert compound.household.resident_set.get().moved_in_on == date(2001, 5, 1)


def test_an_old_day_of_moving_in_is_not_the_day_of_the_move(movers, compound) -> None:
    Resident.objects.filter(pk=compound.grandmother.pk).update(moved_in_on=date(2001, 5, 1))
    told = row("赵桂兰", ID_NUMBER, "8-3-501", "户主", since="2001.5.1")
    movers.writes(movers.says_moved(movers.brings([told])))
    assert Resident.objects.get(pk=compound.grandmother.pk).moved_in_on == TODAY


def test_the_same_file_again_finds_everybody_where_they_moved(movers) -> None:
    movers.writes(movers.says_moved(movers.brings([GRANDMOTHER])))
    before = everything()
    again = movers.brings([GRANDMOTHER])
    assert told_of(again)[2][0] == "same"
    movers.writes(again)
    assert everything() == before


def test_a_move_taken_back_leaves_the_register_as_it_was(movers, compound) -> None:
    put_on_list(resident_id=compound.grandmother.pk, group="living_alone", since_on=TODAY, **KEPT)
    before = everything()
    newcomer = row("钱一", None, "8-3-502", "户主")
    batch = movers.writes(movers.says_moved(movers.brings([GRANDMOTHER, newcomer])))
    assert Resident.objects.get(name="钱一").is_head
    batch = movers.takes_back(batch)
    assert (batch.state, batch.left) == ("undone", [])
    assert everything() == before


def test_who_has_moved_into_the_old_home_since_is_not_joined_by_those_who_left(movers, compound) -> None:
    batch = movers.writes(movers.says_moved(movers.brings([GRANDMOTHER])))
    actions.move_in(dwelling_id=compound.dwelling.pk, on=TODAY, **KEPT)
    batch = movers.takes_back(batch)
    assert batch.state == "undone"
    assert ["resident", "赵桂兰", "used"] in batch.left
    assert ["household", "8栋3单元502", "used"] in batch.left
    assert Household.objects.filter(dwelling=compound.dwelling, moved_out_on__isnull=True).count() == 1
    assert Resident.objects.get(pk=compound.grandmother.pk).household.dwelling == compound.empty_dwelling


def test_a_head_who_moves_in_with_another_head_is_a_contradiction(movers) -> None:
    batch = movers.says_moved(movers.brings([row("赵桂兰", ID_NUMBER, "9-3-502", "户主")]))
    kind, told = told_of(batch)[2]
    assert (kind, told["reasons"][0][0]) == ("conflict", "second_head")
    as_mother = movers.says_moved(movers.brings([row("赵桂兰", ID_NUMBER, "9-3-502", "母亲")]))
    movers.writes(as_mother)
    assert Resident.objects.get(id_number_hash__gt="").household.dwelling.label == "9栋3单元502"


def test_two_heads_who_change_places_and_back(movers, compound) -> None:
    actions.change_resident(resident_id=compound.neighbour.pk, changes={"id_number": OTHER_ID}, **KEPT)
    before = everything()
    rows = [row("赵桂兰", ID_NUMBER, "9-3-502", "户主"), row("张三", OTHER_ID, "8-3-502", "户主")]
    batch = movers.writes(movers.says_moved(movers.brings(rows)))
    homes = {name: Resident.objects.get(name=name, moved_out_on=None).household_id for name in ("赵桂兰", "张三")}
    assert homes == {"赵桂兰": compound.far_household.pk, "张三": compound.household.pk}
    assert Resident.objects.filter(is_head=True, moved_out_on=None).count() == 2
    batch = movers.takes_back(batch)
    assert batch.left == []
    assert everything() == before


def test_a_new_head_may_come_with_the_row_that_says_the_old_one_is_none_any_more(movers) -> None:
    rows = [row("赵桂兰", ID_NUMBER, "8-3-502", "母亲"), row("赵大", None, "8-3-502", "户主")]
    batch = movers.writes(movers.brings(rows))
    assert Resident.objects.get(name="赵大").is_head
    assert not Resident.objects.get(name="赵桂兰").is_head
    assert movers.takes_back(batch).left == []
    assert Resident.objects.get(name="赵桂兰").is_head


@pytest.mark.parametrize("policy", ["fill", "skip"])
def test_only_where_the_file_counts_it_is_asked_about_moves(movers, policy) -> None:
    kind, told = told_of(movers.brings([GRANDMOTHER], policy=policy))[2]
    assert (kind, told["reasons"][0][0]) == ("conflict", "lives_elsewhere")


def test_a_door_that_is_not_in_the_register_is_added_for_a_mover(movers) -> None:
    movers.writes(movers.says_moved(movers.brings([row("赵桂兰", ID_NUMBER, "15-1-302", "户主")])))
    assert Dwelling.objects.filter(label="15栋1单元302").exists()


def test_the_groups_of_a_sheet_are_lists_people_are_put_on(movers, compound) -> None:
    rows = [
        row("赵桂兰", ID_NUMBER, "8-3-502", groups="独居老人、高龄（80岁以上）"),
        row("李一", None, "8-3-501", groups="低保户/残疾人 候鸟"),
    ]
    batch = movers.brings(rows)
    assert told_of(batch)[2][1]["changes"] == {"groups": [[], ["advanced_age", "living_alone"]]}
    movers.writes(batch)
    lists = compound.grandmother.memberships
    assert set(lists.values_list("group", "since_on", "every_days", "basis")) == {
        ("living_alone", TODAY, 7, "导入：台账.xlsx"),
        ("advanced_age", TODAY, 30, "导入：台账.xlsx"),
    }
    new = Resident.objects.get(name="李一")
    assert set(new.memberships.values_list("group", flat=True)) == {"allowance", "disabled"}
    assert new.note == "重点人群：候鸟"


def test_a_sheet_takes_nobody_off_a_list_and_puts_nobody_on_it_twice(movers, compound) -> None:
    put_on_list(resident_id=compound.grandmother.pk, group="allowance", since_on=TODAY, **KEPT)
    rows = [row("赵桂兰", ID_NUMBER, "8-3-502", groups="独居"), row("赵桂兰", ID_NUMBER, "8-3-502", groups="高龄")]
    movers.writes(movers.brings(rows))
    before = everything()
    assert {group for _name, group, _since, _until in before[1]} == {"allowance", "living_alone", "advanced_age"}
    again = movers.brings(rows)
    assert {kind for kind, _told in told_of(again).values()} == {"same"}
    movers.writes(again)
    movers.writes(movers.brings([row("赵桂兰", ID_NUMBER, "8-3-502")]))
    assert everything() == before


def test_lists_an_import_put_people_on_are_taken_back_with_it(movers, compound) -> None:
    before = everything()
    rows = [row("赵桂兰", ID_NUMBER, "8-3-502", groups="独居"), row("李一", None, "8-3-501", groups="低保")]
    batch = movers.takes_back(movers.writes(movers.brings(rows)))
    assert batch.left == []
    assert everything() == before


def test_somebody_who_left_is_put_on_no_list(movers, compound) -> None:
    actions.resident_moves_out(resident_id=compound.grandmother.pk, on=TODAY, **KEPT)
    gone = row("赵桂兰", ID_NUMBER, "8-3-502", groups="低保", left="2026.11.20")
    movers.writes(movers.brings([gone]))
    assert not Membership.objects.exists()


def without_restricted_lists(**_asked) -> Access:
    return Access(frozenset(PERMISSIONS) - {"registry.restricted"}, EVERYTHING)


def test_restricted_lists_are_left_out_for_those_who_may_not_see_them(movers, compound, monkeypatch) -> None:
    put_on_list(resident_id=compound.grandmother.pk, group="petition", since_on=TODAY, **KEPT)
    rows = [row("赵桂兰", ID_NUMBER, "8-3-502", groups="独居、社区矫正对象")]
    with monkeypatch.context() as fewer:
        fewer.setattr("linli.registry.actions.imports.planning.access_of", without_restricted_lists)
        told = told_of(movers.brings(rows))[2][1]
    assert told["changes"]["groups"] == [[], ["living_alone"]]
    assert told["reasons"] == [["groups:restricted", ""]]
    assert told_of(movers.brings(rows))[2][1]["changes"]["groups"][1] == ["correction", "living_alone", "petition"]


def test_the_page_names_only_lists_its_reader_may_see(movers, compound, client, monkeypatch) -> None:
    batch = movers.brings([row("赵桂兰", ID_NUMBER, "8-3-502", groups="独居、社区矫正对象")])
    client.force_login(compound.secretary())
    address = reverse("registry:import", args=[batch.pk])
    assert "矫正" in client.get(address).content.decode()
    monkeypatch.setattr("linli.registry.views.imports.access_of", without_restricted_lists)
    page = client.get(address).content.decode()
    assert "独居老人" in page
    assert "矫正" not in page


def test_all_may_be_said_to_have_moved_with_one_button(movers, compound, client) -> None:
    rows = [GRANDMOTHER, row("张三", None, "8-4-101", "户主")]
    actions.change_resident(resident_id=compound.neighbour.pk, changes={"id_number": OTHER_ID}, **KEPT)
    rows[1][1] = OTHER_ID
    batch = movers.brings(rows)
    client.force_login(compound.secretary())
    page = client.get(reverse("registry:import", args=[batch.pk])).content.decode()
    assert 'value="moved"' in page
    assert "8-3-501" in page
    client.post(reverse("registry:import-do", args=[batch.pk]), {"do": "moved"})
    movers.works(batch)
    batch.refresh_from_db()
    assert (batch.state, batch.counts.get("update"), batch.counts.get("question")) == ("planned", 2, None)
