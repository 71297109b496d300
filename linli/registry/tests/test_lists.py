"""Lists of people, files of them and captains' sheets: who is on them, who may take them, and what stands in them."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from linli.accounts.actors import actor_of
from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.core.errors import NotAllowed
from linli.registry import actions
from linli.registry.actions import imports
from linli.registry.actions.exporting import export_people, export_people_whole, print_people, print_people_whole
from linli.registry.errors import ReasonTooShort
from linli.registry.groups import OPEN, Group
from linli.registry.models import ImportBatch, Membership, Resident
from linli.registry.people_files import people_workbook
from linli.registry.queries import EVERYTHING
from linli.registry.queries.lists import PeopleFilter, born_between, people_listed
from linli.registry.queries.rows import HEADINGS, REGISTER, VALUES
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM, TODAY
from linli.registry.tests.test_imports import ROWS, Importer, told_of

REASON = "上门核对老人信息"
ALL = PeopleFilter()


def names(**wanted) -> list[str]:
    found = people_listed(scope=EVERYTHING, wanted=PeopleFilter(**wanted), on=TODAY, groups=OPEN)
    return [person.name for person in found]


def cells(content: bytes) -> list[list[object]]:
    sheet = load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture
def filled(compound, tmp_path) -> Importer:
    importer = Importer(compound, tmp_path / "台账.xlsx")
    importer.writes(importer.brings(ROWS))
    return importer


def test_people_are_found_by_building_age_group_and_household(compound) -> None:
    grandmother, neighbour = compound.grandmother.name, compound.neighbour.name
    assert names(building_id=compound.building.pk) == [grandmother]
    assert names(unit_id=compound.other_unit.pk) == []
    assert grandmother in names(age_from=60)
    assert grandmother not in names(age_to=59)
    assert names(group=Group.LIVING_ALONE) == []
    Membership.objects.create(
        community=compound.community, resident=compound.neighbour, group=Group.LIVING_ALONE, since_on=TODAY
    )
    assert names(group=Group.LIVING_ALONE) == [neighbour]
    assert set(names(alone=True)) == {grandmother, neighbour}


def test_a_year_is_full_on_the_birthday(compound) -> None:
    compound.grandmother.born_on = date(1966, 11, 23)
    compound.grandmother.save()
    there = Resident.objects.filter(pk=compound.grandmother.pk)
    assert there.filter(born_between(age_from=60, age_to=60, on=TODAY)).exists()
    assert not there.filter(born_between(age_from=60, age_to=None, on=date(2026, 11, 22))).exists()
    assert not there.filter(born_between(age_from=None, age_to=60, on=date(2027, 11, 23))).exists()


def test_nobody_is_found_by_a_group_that_the_reader_may_not_know(compound) -> None:
    Membership.objects.create(
        community=compound.community, resident=compound.neighbour, group=Group.CORRECTION, since_on=TODAY
    )
    assert names(group=Group.CORRECTION) == []
    lead = actor_of(compound.signs_in(Role.GRID_LEAD, "wangge", compound.grid.pk))
    with pytest.raises(NotAllowed):
        export_people(by=lead, now=NOW, wanted=PeopleFilter(group=Group.CORRECTION), words="", fields=REGISTER)
    rows = export_people(by=lead, now=NOW, wanted=ALL, words="", fields=REGISTER)
    assert all(row["groups"] == "" for row in rows)
    secretary = actor_of(compound.secretary())
    rows = export_people(by=secretary, now=NOW, wanted=ALL, words="", fields=REGISTER)
    assert [row["groups"] for row in rows if row["name"] == compound.neighbour.name] == ["社区矫正对象"]


def test_a_file_is_masked_and_written_down(compound) -> None:
    secretary = actor_of(compound.secretary())
    rows = export_people(by=secretary, now=NOW, wanted=ALL, words="全部", fields=REGISTER)
    grandmother = next(row for row in rows if row["name"] == compound.grandmother.name)
    assert ID_NUMBER not in str(rows)
    assert grandmother["id_number"] == "999999**********25"
    entry = AuditEntry.objects.get(verb="exported")
    assert (entry.object_label, entry.details["people"]) == ("全部", len(rows))


def test_a_whole_file_needs_a_reason_and_tells_of_every_number(compound) -> None:
    secretary = actor_of(compound.secretary())
    told = {"by": secretary, "now": NOW, "wanted": ALL, "words": "全部", "fields": REGISTER}
    with pytest.raises(ReasonTooShort):
        export_people_whole(reason="看", **told)
    assert not AuditEntry.objects.filter(verb="exported").exists()
    rows = export_people_whole(reason=REASON, **told)
    assert ID_NUMBER in str(rows)
    looked = AuditEntry.objects.filter(verb="revealed_id_number")
    assert looked.count() == sum(bool(row["id_number"]) for row in rows)
    assert {entry.reason for entry in looked} == {REASON}


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.UNIT_CAPTAIN, Role.BUILDING_CAPTAIN])
def test_others_take_no_file(compound, role) -> None:
    places = {Role.UNIT_CAPTAIN: compound.unit.pk, Role.BUILDING_CAPTAIN: compound.building.pk}
    somebody = actor_of(compound.signs_in(role, "ren", places.get(role)))
    with pytest.raises(NotAllowed):
        export_people(by=somebody, now=NOW, wanted=ALL, words="", fields=REGISTER)


def test_a_captain_prints_the_own_stairwell_masked(compound) -> None:
    captain = actor_of(compound.captain())
    people = print_people(by=captain, now=NOW, wanted=ALL, words="")
    assert [person.name for person in people] == [compound.grandmother.name]
    with pytest.raises(NotAllowed):
        print_people_whole(by=captain, now=NOW, wanted=ALL, words="", reason=REASON)


def test_every_field_has_a_value_and_a_heading() -> None:
    assert set(VALUES) == set(HEADINGS)
    assert set(REGISTER) <= set(HEADINGS)


def test_what_is_taken_out_is_brought_in_as_the_same(filled) -> None:
    """Import after export is the identity: nobody is new, nobody changes, and the mark below the table is nobody."""
    rows = export_people_whole(by=SYSTEM, now=NOW, wanted=ALL, words="全部", fields=REGISTER, reason=REASON)
    filled.path.write_bytes(people_workbook(rows=rows, fields=REGISTER, mark="由测试导出，含个人信息"))
    told = {"by": SYSTEM, "now": NOW}
    batch = imports.stage_import(
        community_id=filled.compound.community.pk, path=filled.path, file_name="导出.xlsx", **told
    )
    columns = {
        sheet.position: {int(at): name for at, name in sheet.fields.items()}
        for sheet in batch.sheets.filter(included=True)
    }
    imports.ask_plan(batch_id=batch.pk, policy=ImportBatch.Policy.UPDATE, grid_id=None, columns=columns, **told)
    batch = filled.works(batch)
    changes = [told["changes"] for kind, told in told_of(batch).values() if kind != "same"]
    assert changes == []
    assert batch.counts["same"] == Resident.objects.count()


def test_what_looks_like_a_formula_stays_text(compound) -> None:
    actions.change_resident(by=SYSTEM, now=NOW, resident_id=compound.neighbour.pk, changes={"name": "=1+1"})
    rows = export_people(by=SYSTEM, now=NOW, wanted=ALL, words="", fields=REGISTER)
    book = load_workbook(io.BytesIO(people_workbook(rows=rows, fields=REGISTER, mark="测试")))
    cell = next(row[0] for row in book.active.iter_rows() if row[0].value == "=1+1")
    assert cell.data_type == "s"


def test_an_office_worker_lists_and_takes_files(compound, client, django_assert_max_num_queries) -> None:
    client.force_login(compound.secretary())
    with django_assert_max_num_queries(20):
        page = client.get(reverse("registry:list"), {"age_from": "60"})
    assert compound.grandmother.name in page.content.decode()
    wrong = client.get(reverse("registry:list"), {"age_from": "80", "age_to": "60"})
    assert wrong.status_code == 422
    masked = client.post(reverse("registry:list-file"), {"numbers": "masked"})
    assert cells(masked.content)[0] == [HEADINGS[name] for name in REGISTER]
    refused = client.post(reverse("registry:list-file"), {"numbers": "whole", "reason": "看"})
    assert refused.status_code == 422
    whole = client.post(reverse("registry:list-file"), {"numbers": "whole", "reason": REASON})
    assert ID_NUMBER in {value for row in cells(whole.content) for value in row}
    marked = load_workbook(io.BytesIO(whole.content))
    assert "演示shuji" in marked.properties.description
    assert "演示shuji" in marked.active.oddFooter.center.text


def test_a_captain_opens_the_sheet_of_the_own_stairwell(compound, client) -> None:
    client.force_login(compound.captain())
    page = client.get(reverse("registry:sheet")).content.decode()
    assert compound.grandmother.name in page
    assert compound.neighbour.name not in page
    assert compound.grandmother.phone not in page
    assert "<svg" in page
    assert client.post(reverse("registry:sheet"), {"reason": REASON}).status_code == 403
    assert client.post(reverse("registry:list-file"), {"numbers": "masked"}).status_code == 403


def test_an_office_worker_chooses_before_a_whole_community_is_printed(compound, client) -> None:
    client.force_login(compound.secretary())
    assert compound.grandmother.name not in client.get(reverse("registry:sheet")).content.decode()
    chosen = {"building": compound.building.pk, "unit": compound.unit.pk}
    assert compound.grandmother.name in client.get(reverse("registry:sheet"), chosen).content.decode()
    whole = client.post(f"{reverse('registry:sheet')}?building={compound.building.pk}", {"reason": REASON})
    assert compound.grandmother.phone in whole.content.decode()
    assert AuditEntry.objects.filter(verb="revealed_phone", reason=REASON).count() == 1
