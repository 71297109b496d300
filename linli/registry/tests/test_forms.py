"""One form: a blank as an office sends it, matched once, filled from the register, and looking as it was sent."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

from linli.accounts.actors import actor_of
from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.core.errors import NotAllowed, NotFound
from linli.registry import actions
from linli.registry.actions.forms import fill_form, fill_form_whole, keep_form, match_form, put_form_away
from linli.registry.errors import FormRefused, NothingToFill, ReasonTooShort
from linli.registry.form_words import REFUSALS, TITLES, WARNINGS
from linli.registry.groups import OPEN
from linli.registry.models import FormReport, FormTemplate
from linli.registry.queries import EVERYTHING
from linli.registry.queries.forms import gone_since
from linli.registry.queries.lists import PeopleFilter, people_listed
from linli.registry.queries.rows import HEADINGS
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM, TODAY

ALL = PeopleFilter()
REASON = "街道要求上报老年人名册"
THIN = Side(style="thin")


def blank() -> bytes:
    """A title over all columns, a header of two rows, three ruled rows, a total and who filled it in."""
    book = Workbook()
    sheet = book.active
    sheet.title = "报表"
    sheet["A1"] = "老年人基本情况登记表"
    sheet.merge_cells("A1:F1")
    sheet["A1"].font, sheet["A1"].alignment = Font(name="黑体", size=18, bold=True), Alignment(horizontal="center")
    for column, (upper, lower) in enumerate(
        [("序号", None), ("姓名", None), ("身份证号", None), ("年龄", None), ("住址", "楼栋"), (None, "门牌")], start=1
    ):
        sheet.cell(2, column, upper)
        sheet.cell(3, column, lower)
    sheet.merge_cells("E2:F2")
    for column in "ABCD":
        sheet.merge_cells(f"{column}2:{column}3")
    for row in range(2, 8):
        for column in range(1, 7):
            sheet.cell(row, column).border = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
    sheet["A7"], sheet["B7"] = "合计", "=COUNTA(B4:B6)"
    sheet["A8"] = "填表人："
    sheet["B4"].fill = PatternFill("solid", fgColor="FFFFCC")
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 8
    sheet.column_dimensions["C"].width = 24
    return saved(book)


def saved(document) -> bytes:
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def letter() -> bytes:
    document = Document()
    document.add_paragraph("{{ 社区 }}共 {{ 人数 }} 人，{{ 明天 }}")
    document.add_paragraph("{% for r in 名单 %}{{ r.序号 }}.{{ r.姓名 }} {% endfor %}")
    return saved(document)


@pytest.fixture
def form(compound) -> FormTemplate:
    return keep_form(by=SYSTEM, now=NOW, community_id=compound.community.pk, name="老年人表", data=blank())


def sheet_of(content: bytes):
    return load_workbook(io.BytesIO(content))["报表"]


def test_a_blank_is_matched_by_its_headings(form) -> None:
    assert (form.kind, form.sheet) == ("xlsx", "报表")
    assert form.mapping == {"B": "name", "C": "id_number", "D": "age", "E": "building", "F": "door"}


def test_a_filled_form_looks_as_it_was_sent(form, compound) -> None:
    mapping = {**form.mapping, "D": "age"}
    match_form(by=SYSTEM, now=NOW, form_id=form.pk, sheet="报表", mapping=mapping)
    for number in range(3):
        actions.add_resident(by=SYSTEM, now=NOW, household_id=compound.household.pk, name=f"赵小{'一二三'[number]}")
    done = fill_form(by=SYSTEM, now=NOW, form_id=form.pk, wanted=ALL)
    sheet = sheet_of(done.content)
    people = [[cell.value for cell in row] for row in sheet["A4:F8"]]
    assert [row[0] for row in people] == [1, 2, 3, 4, 5]
    assert people[0][:4] == [1, "赵桂兰", "999999**********25", 76]
    assert {row[4] for row in people} == {"8", "9"}
    assert (sheet["A9"].value, sheet["B9"].value, sheet["A10"].value) == ("合计", "=COUNTA(B4:B8)", "填表人：")
    assert {str(box) for box in sheet.merged_cells.ranges} >= {"A1:F1", "E2:F2", "A2:A3"}
    assert (sheet["A1"].font.name, sheet["A1"].font.size, sheet.page_setup.orientation) == ("黑体", 18, "landscape")
    assert all(cell.border.bottom.style == "thin" for row in sheet["A4:F9"] for cell in row)
    assert sheet.column_dimensions["C"].width == 24
    assert "请勿外传" in (sheet.oddFooter.left.text or "") + (sheet.oddFooter.right.text or "") + (
        sheet.oddFooter.center.text or ""
    )


def test_only_what_changed_goes_into_the_next_report(form, compound) -> None:
    fill_form(by=SYSTEM, now=NOW, form_id=form.pk, wanted=ALL)
    report = FormReport.objects.get()
    told = {"by": SYSTEM, "now": NOW, "form_id": form.pk, "wanted": ALL, "since_report_id": report.pk}
    with pytest.raises(NothingToFill):
        fill_form(**told)
    actions.change_resident(by=SYSTEM, now=NOW, resident_id=compound.neighbour.pk, changes={"name": "张叁"})
    actions.record_death(by=SYSTEM, now=NOW, resident_id=compound.grandmother.pk, on=NOW.date())
    done = fill_form(**told)
    assert sheet_of(done.content)["B4"].value == "张叁"
    assert done.count == 1
    assert FormReport.objects.count() == 2
    everybody = people_listed(scope=EVERYTHING, wanted=ALL, on=TODAY, groups=OPEN)
    assert gone_since(report=report, people=everybody) == ["赵桂兰"]
    assert "张" not in str(report.marks)


def test_whole_numbers_need_the_right_and_a_reason(form, compound) -> None:
    told = {"now": NOW, "form_id": form.pk, "wanted": ALL}
    with pytest.raises(NotAllowed):
        fill_form_whole(by=actor_of(compound.captain()), reason=REASON, **told)
    secretary = actor_of(compound.secretary())
    with pytest.raises(ReasonTooShort):
        fill_form_whole(by=secretary, reason="报", **told)
    assert not FormReport.objects.exists()
    done = fill_form_whole(by=secretary, reason=REASON, **told)
    assert sheet_of(done.content)["C4"].value == ID_NUMBER
    assert AuditEntry.objects.filter(verb="revealed_id_number", reason=REASON).exists()
    assert AuditEntry.objects.get(verb="filled_form").details["people"] == 2
    assert not AuditEntry.objects.filter(verb="revealed_phone").exists()  # the form asks for none


def test_a_grid_lead_fills_only_people_of_the_own_grid(form, compound) -> None:
    other = actions.add_grid(by=SYSTEM, now=NOW, community_id=compound.community.pk, number=2)
    lead = actor_of(compound.signs_in(Role.GRID_LEAD, "wangge", other.pk))
    with pytest.raises(NothingToFill):
        fill_form(by=lead, now=NOW, form_id=form.pk, wanted=ALL)
    own = actor_of(compound.signs_in(Role.GRID_LEAD, "wangge1", compound.grid.pk))
    assert fill_form(by=own, now=NOW, form_id=form.pk, wanted=ALL).count == 2
    elsewhere = actions.add_community(by=SYSTEM, now=NOW, code="bie", name="别的社区")
    with pytest.raises(NotFound):
        keep_form(by=own, now=NOW, community_id=elsewhere.pk, name="表", data=blank())


def test_a_blank_of_the_same_name_takes_the_place_of_the_older_and_keeps_its_reports(form, compound) -> None:
    fill_form(by=SYSTEM, now=NOW, form_id=form.pk, wanted=ALL)
    newer = keep_form(by=SYSTEM, now=NOW, community_id=compound.community.pk, name=form.name, data=blank())
    assert newer.pk == form.pk
    assert newer.reports.count() == 1
    put_form_away(by=SYSTEM, now=NOW, form_id=newer.pk)
    assert not FormTemplate.objects.filter(put_away_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ""),
        (b"PK\x03\x04 broken", ""),
        (saved(Workbook()), "姓名"),
    ],
)
def test_what_is_no_blank_form_is_refused_in_a_sentence(compound, data, words) -> None:
    with pytest.raises(FormRefused) as refusal:
        keep_form(by=SYSTEM, now=NOW, community_id=compound.community.pk, name="坏表", data=data)
    assert words in str(refusal.value)


def test_a_word_template_is_filled_with_its_list(compound) -> None:
    form = keep_form(by=SYSTEM, now=NOW, community_id=compound.community.pk, name="通知", data=letter())
    done = fill_form(by=SYSTEM, now=NOW, form_id=form.pk, wanted=ALL)
    texts = [paragraph.text for paragraph in Document(io.BytesIO(done.content)).paragraphs]
    assert texts == ["邻里示范社区共 2 人，", "1.赵桂兰 2.张三 "]


def test_a_column_merged_over_several_people_is_left_out(compound) -> None:
    book = load_workbook(io.BytesIO(blank()))
    book.active.merge_cells("E4:E6")
    kept = keep_form(by=SYSTEM, now=NOW, community_id=compound.community.pk, name="并", data=saved(book))
    assert kept.mapping == {"B": "name", "C": "id_number", "D": "age", "F": "door"}
    assert fill_form(by=SYSTEM, now=NOW, form_id=kept.pk, wanted=ALL).count == 2


def test_every_field_refusal_and_warning_has_words() -> None:
    assert set(TITLES) == set(HEADINGS)
    assert {"pivot", "protected", "rows-filled", "merged-down", "total-not-a-range", "data-table"} <= set(WARNINGS)
    assert {"locked", "macros", "no-header", "word-syntax", "took-too-long", "signed", "strict"} <= set(REFUSALS)


def test_an_office_worker_uploads_matches_and_fills(compound, client) -> None:
    client.force_login(compound.secretary())
    bad = SimpleUploadedFile("旧表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert client.post(reverse("registry:forms"), {"community": compound.community.pk, "file": bad}).status_code == 422
    sent = {"community": compound.community.pk, "file": SimpleUploadedFile("老年人表.xlsx", blank())}
    page = client.post(reverse("registry:forms"), sent, follow=True)
    form = FormTemplate.objects.get()
    text = page.content.decode()
    assert form.name == "老年人表"
    assert "赵桂兰" in text
    assert ID_NUMBER not in text
    columns = {"sheet": "报表", "c-B": "name", "c-D": "age", "c-C": "nonsense"}
    client.post(reverse("registry:form-columns", args=[form.pk]), columns)
    form.refresh_from_db()
    assert form.mapping == {"B": "name", "D": "age"}
    address = f"{reverse('registry:form-file', args=[form.pk])}?building={compound.building.pk}"
    filled = client.post(address, {"numbers": "masked"})
    assert sheet_of(filled.content)["B5"].value is None
    refused = client.post(address, {"numbers": "whole", "reason": "报"})
    assert refused.status_code == 422
    assert "报" in refused.content.decode()


def test_a_word_template_says_what_it_asks_for(compound, client) -> None:
    client.force_login(compound.secretary())
    sent = {"community": compound.community.pk, "file": SimpleUploadedFile("通知.docx", letter())}
    text = client.post(reverse("registry:forms"), sent, follow=True).content.decode()
    assert "明天" in text
    assert "名单、名单.姓名" in text
    assert "rows." not in text


def test_a_blank_is_read_once_however_often_its_page_is_opened(form, compound, client, monkeypatch) -> None:
    client.force_login(compound.secretary())
    page = reverse("registry:form", args=[form.pk])
    assert client.get(page).status_code == 200
    monkeypatch.setattr("linli.registry.queries.forms.read_template", None)
    assert client.get(page).status_code == 200


def test_a_captain_has_no_forms(compound, client) -> None:
    client.force_login(compound.captain())
    assert client.get(reverse("registry:forms")).status_code == 403
