"""What a sheet says of somebody's lists: since when, why, and who helps."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from openpyxl import Workbook

from linli.audit.models import AuditEntry
from linli.registry.actions import imports
from linli.registry.actions.groups import put_on_list
from linli.registry.groups import Group, group_words
from linli.registry.models import ImportBatch
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM
from linli.registry.tests.test_imports import Importer, told_of

HEAD = ["姓名", "身份证号", "住址", "重点人群", "认定日期", "认定依据", "帮扶人"]
SINCE = date(2024, 3, 15)


class Lister(Importer):
    """The same with one sheet about the grandmother of the compound."""

    def brings(self, cells, policy: str = "update") -> ImportBatch:
        book = Workbook()
        book.active.append(HEAD)
        book.active.append(["赵桂兰", ID_NUMBER, "8-3-502", *cells])
        book.save(self.path)
        told = {"community_id": self.compound.community.pk, "path": self.path, "file_name": "台账.xlsx"}
        batch = imports.stage_import(by=SYSTEM, now=NOW, **told)
        columns = {0: {int(at): name for at, name in batch.sheets.get().fields.items()}}
        imports.ask_plan(by=SYSTEM, now=NOW, batch_id=batch.pk, policy=policy, grid_id=None, columns=columns)
        return self.works(batch)


@pytest.fixture
def lister(compound, tmp_path) -> Lister:
    told = {"resident_id": compound.grandmother.pk, "group": "allowance", "since_on": SINCE, "helper_name": "李主任"}
    put_on_list(by=SYSTEM, now=NOW, **told)
    return Lister(compound, tmp_path / "台账.xlsx")


def listed(compound):
    return compound.grandmother.memberships.values_list("since_on", "basis", "helper_name").get()


def test_an_update_changes_what_the_list_says_and_is_taken_back(lister, compound) -> None:
    before = listed(compound)
    batch = lister.brings(["低保户", "2023.5.1", "民政审批", None])
    kind, told = told_of(batch)[2]
    assert (kind, set(told["changes"])) == ("update", {"listed_on", "listed_basis"})
    batch = lister.writes(batch)
    assert listed(compound) == (date(2023, 5, 1), "民政审批", "李主任")
    trace = AuditEntry.objects.filter(object_type="membership").latest("pk")
    assert (trace.verb, trace.details["fields"]) == ("changed", ["basis", "since_on"])
    assert told_of(lister.brings(["低保户", "2023.5.1", "民政审批", None]))[2][0] == "same"
    batch = lister.takes_back(batch)
    assert (batch.left, listed(compound)) == ([], before)


def test_blanks_are_filled_and_nothing_else(lister, compound) -> None:
    lister.writes(lister.brings(["低保户", "2023.5.1", "民政审批", "孙主任"], policy="fill"))
    assert listed(compound) == (SINCE, "民政审批", "李主任")


@pytest.mark.parametrize("written", ["2024年3月", "2024", "2024.3.15", None])
def test_a_month_does_not_make_a_day_less_known(lister, compound, written) -> None:
    assert told_of(lister.brings(["低保", written, None, None]))[2][0] == "same"


def test_a_masked_number_is_no_basis(lister, compound) -> None:
    assert told_of(lister.brings(["低保", None, "残疾证999999**********25", None]))[2][0] == "same"


def test_the_page_shows_before_and_after_by_list(lister, compound, client) -> None:
    batch = lister.brings(["低保、社区矫正对象", "2023.5.1", f"证号{ID_NUMBER}42", None])
    client.force_login(compound.secretary())
    page = client.get(reverse("registry:import", args=[batch.pk])).content.decode()
    assert "低保" in page
    assert "2024-03-15" in page
    assert "2023-05-01" in page
    assert ID_NUMBER not in page


def test_every_group_is_one_word_in_a_file(settings) -> None:
    from django.utils import translation

    with translation.override("zh-hans"):
        words = {str(group): group_words(str(group.label)) for group in Group}
    assert words == {group: ((word, group),) for group, ((word, _group),) in words.items()}
