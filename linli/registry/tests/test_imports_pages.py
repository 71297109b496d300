"""The import's pages, as a secretary uses them."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from linli.audit.models import AuditEntry
from linli.registry.actions import imports
from linli.registry.models import ImportBatch, Resident
from linli.registry.tests.conftest import ID_NUMBER, Compound
from linli.registry.tests.corpus.files import xlsx
from linli.registry.tests.test_imports import ROWS, file_of

LIST = reverse("registry:imports")
SPOILED = [9, "郑三", None, 999999195603040000, None, None, "8-4-202", None, None, None, None, None]
LIKE = [10, "张三", None, None, None, "16000004321", "8-4-102", None, None, None, None, None]


@pytest.fixture
def office(client, compound: Compound):
    client.force_login(compound.secretary())
    return client


@pytest.fixture
def uploaded(office, tmp_path):
    """Sends a file, and answers with the address it leads to."""

    def send(rows, name: str = "台账.xlsx"):
        content = file_of(tmp_path / "a.xlsx", rows).read_bytes()
        file = SimpleUploadedFile(name, content)
        return office.post(
            LIST, {"community": ImportBatch.community.field.related_model.objects.get().pk, "file": file}
        )

    return send


def sent(office, compound: Compound, path):
    """A file of its own; answers with the address it leads to."""
    file = SimpleUploadedFile(path.name, path.read_bytes())
    return office.post(LIST, {"community": compound.community.pk, "file": file})


def compared(office, answer, **columns: str) -> ImportBatch:
    """The columns as they were guessed, but for ``columns``, and the work a worker would do."""
    page = office.get(answer.url, follow=True)
    batch = page.context["batch"]
    told = {"policy": "update"}
    for one in page.context["sheets"]:
        told[f"s-{one['sheet'].position}"] = "on"
        told |= {f"c-{one['sheet'].position}-{column['at']}": column["field"] for column in one["columns"]}
    told |= {name.replace("_", "-"): field for name, field in columns.items()}
    assert office.post(reverse("registry:import-columns", args=[batch.pk]), told).status_code == 302
    return worked(batch)


def worked(batch: ImportBatch) -> ImportBatch:
    from django.utils import timezone

    imports.work_on_import(batch=imports.claim_import(now=timezone.now()), clock=timezone.now)
    return ImportBatch.objects.get(pk=batch.pk)


def page_of(batch: ImportBatch) -> str:
    return reverse("registry:import", args=[batch.pk])


def do(office, batch: ImportBatch, what: str) -> ImportBatch:
    assert office.post(reverse("registry:import-do", args=[batch.pk]), {"do": what}).status_code == 302
    return worked(batch)


def test_a_secretary_brings_in_a_register_and_takes_it_back(office, uploaded) -> None:
    batch = compared(office, uploaded([*ROWS, SPOILED]))
    text = office.get(page_of(batch)).content.decode()
    assert "导入 4 行" in text
    assert "被 Excel 弄坏了" in text
    batch = do(office, batch, "commit")
    assert "已导入 4 行" in office.get(page_of(batch)).content.decode()
    assert Resident.objects.filter(name="孙小海").exists()
    batch = do(office, batch, "undo")
    assert "已撤销" in office.get(page_of(batch)).content.decode()
    assert not Resident.objects.filter(name="孙小海").exists()


def test_no_page_of_an_import_shows_a_whole_number(office, uploaded) -> None:
    answer = uploaded(
        [*ROWS, SPOILED, [11, "周二", None, "99999919560304002", None, "1600000", "8-4-301", *[None] * 5]]
    )
    batch = compared(office, answer)
    columns = reverse("registry:import-columns", args=[batch.pk])
    for page in (columns, page_of(batch), f"{page_of(batch)}?kind=error"):
        text = office.get(page).content.decode()
        for number in (ID_NUMBER, "16000005678", "16000001111", "999999195603040000", "99999919560304002", "1600000<"):
            assert number not in text


def test_a_question_is_answered_on_the_page(office, uploaded) -> None:
    batch = compared(office, uploaded([LIKE]))
    page = office.get(page_of(batch)).content.decode()
    assert "是同一个人吗" in page
    assert 'value="commit"' in page
    assert "行</span></button>" not in page  # there is nothing to take over yet
    row = batch.rows.get()
    where = reverse("registry:import-answer", args=[row.pk])
    answer = office.post(where, {"answer": "new"}, headers={"HX-Request": "true"})
    assert "记下了" in answer.content.decode()
    assert answer.headers["HX-Refresh"] == "true"
    assert "导入 1 行" in office.get(page_of(batch)).content.decode()
    assert office.post(where, {"answer": "4711"}).status_code == 403
    do(office, batch, "commit")
    assert Resident.objects.filter(name="张三").count() == 2


def test_the_rows_kept_out_come_back_with_the_reason(office, uploaded) -> None:
    batch = compared(office, uploaded([*ROWS, SPOILED]))
    answer = office.get(reverse("registry:import-errors", args=[batch.pk]))
    sheet = load_workbook(io.BytesIO(answer.content)).active
    head, row = list(sheet.iter_rows(values_only=True))
    assert head[:3] == ("序号", "姓名", "性别")
    assert row[1] == "郑三"
    assert "Excel 弄坏了" in row[12]
    assert row[13] == 7
    assert AuditEntry.objects.filter(verb="exported", object_ref=str(batch.pk)).exists()


def test_the_empty_template_is_understood_whole(office, uploaded, tmp_path) -> None:
    from linli.registry.cells import header_of

    book = load_workbook(io.BytesIO(office.get(reverse("registry:import-template")).content))
    header = header_of([[cell.value for cell in book.active[1]]])
    assert len(header.fields) == len(header.titles)


def test_a_file_that_is_no_table_is_refused_in_a_sentence(office, compound) -> None:
    file = SimpleUploadedFile("照片.xlsx", b"\x89PNG\r\n\x1a\n" + bytes(200))
    answer = office.post(LIST, {"community": compound.community.pk, "file": file})
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_while_the_work_goes_on_the_page_says_how_far(office, uploaded) -> None:
    batch = compared(office, uploaded(ROWS))
    ImportBatch.objects.update(state="committing", done=3, total=4)
    part = office.get(reverse("registry:import-progress", args=[batch.pk]))
    assert "4 行中的 3 行" in part.content.decode()
    assert "HX-Refresh" not in part.headers
    ImportBatch.objects.update(state="committed")
    assert office.get(reverse("registry:import-progress", args=[batch.pk])).headers["HX-Refresh"] == "true"


def test_a_captain_brings_in_nothing(client, compound: Compound) -> None:
    client.force_login(compound.captain())
    assert client.get(LIST).status_code == 403


def test_somebody_elses_community_is_out_of_reach(office, uploaded, compound) -> None:
    batch = compared(office, uploaded(ROWS))
    from linli.registry import actions as register
    from linli.registry.tests.conftest import NOW, SYSTEM

    other = register.add_community(by=SYSTEM, now=NOW, code="bieren", name="别的社区")
    ImportBatch.objects.update(community=other)
    for name in ("import", "import-columns", "import-progress", "import-errors"):
        assert office.get(reverse(f"registry:{name}", args=[batch.pk])).status_code == 404
    assert office.post(reverse("registry:import-do", args=[batch.pk]), {"do": "commit"}).status_code == 404


def test_an_import_page_asks_the_database_little(office, uploaded, django_assert_max_num_queries) -> None:
    batch = compared(office, uploaded(ROWS))
    with django_assert_max_num_queries(20):
        office.get(page_of(batch))


def test_rows_kept_out_are_put_right_and_brought_in_as_they_come(office, compound, tmp_path) -> None:
    rows = [
        ["姓 名", "联系方式\n（手机）", "身份证号", "现住址", None, None, "楼长说"],
        [None, None, None, "楼栋", "单元", "门牌", None],
        ["孙 大海", "+86 16000000002", "999999195603040000", "8", "4", "101", "腿脚不便"],
    ]
    first = compared(office, sent(office, compound, xlsx(*rows, merged=["D1:F1"])(tmp_path / "台账")), c_0_6="note")
    answer = office.get(reverse("registry:import-errors", args=[first.pk]))
    book = load_workbook(io.BytesIO(answer.content))
    assert [cell.value for cell in book.active[1]][:7] == [
        "姓 名", "联系方式 (手机)", "身份证号", "现住址 楼栋", "现住址 单元", "现住址 门牌", "楼长说",
    ]  # fmt: skip
    assert book.active["B2"].value == "+86 16000000002"
    book.active["C2"] = None
    book.save(tmp_path / "退回的行.xlsx")
    again = compared(office, sent(office, compound, tmp_path / "退回的行.xlsx"))
    assert again.counts.get("create") == 1
    do(office, again, "commit")
    person = Resident.objects.get(name="孙大海")
    assert (person.household.dwelling.label, person.phone, person.note) == ("8栋4单元101", "16000000002", "腿脚不便")
