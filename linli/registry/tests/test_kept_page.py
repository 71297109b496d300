"""The page that a resident may ask for: what is kept, why, for how long, and who looked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.registry import actions
from linli.registry.actions.groups import put_on_list
from linli.registry.actions.health import write_health_note
from linli.registry.grades import PURPOSES, Purpose
from linli.registry.models import ChangeRequest, HealthNote, HomeVisit, ImportBatch, ImportChange, Resident
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM, TODAY, Compound, acting

KEPT = {"by": SYSTEM, "now": NOW}
WHY = "本人来社区要求打印"
PHONES = ("16000005678", "16000001111")


def page_of(resident) -> str:
    return reverse("registry:kept", args=[resident.pk])


@pytest.fixture
def known(compound: Compound) -> Compound:
    """The grandmother, with something of everything."""
    Resident.objects.filter(pk=compound.grandmother.pk).update(
        note="儿子电话 16000003333", education="70", born_known="day"
    )
    kept = {**KEPT, "resident_id": compound.grandmother.pk}
    write_health_note(
        **kept, text="心脏支架两个", purpose="急救", legal_basis="consent", review_on=TODAY + timedelta(days=90)
    )
    for group in ("living_alone", "petition"):
        put_on_list(**kept, group=group, since_on=TODAY, basis="社区认定")
    told = {"community": compound.community, "household": compound.household, "resident": compound.grandmother}
    HomeVisit.objects.create(
        **told, visited_on=TODAY, found="well", note="女儿换号 16000002222", visitor_name="网格员", written_at=NOW
    )
    return compound


@pytest.fixture
def office(client, known: Compound):
    client.force_login(known.secretary())
    return client


def test_a_secretary_sees_what_is_kept_why_and_for_how_long(
    office, known: Compound, django_assert_max_num_queries
) -> None:
    with django_assert_max_num_queries(40):
        answer = office.get(page_of(known.grandmother))
    text = answer.content.decode()
    assert all(word in text for word in ("赵桂兰", "8栋3单元502", "160****5678", "钱丽", "160****1111", ID_NUMBER[:6]))
    for purpose in (Purpose.WHO, Purpose.HEALTH, Purpose.LISTS, Purpose.VISITS):
        assert str(PURPOSES[purpose].title) in text
        assert escape(str(PURPOSES[purpose].basis)) in text
    assert "no-store" in answer.headers["Cache-Control"]


def test_no_number_is_whole_not_even_in_free_words(office, known: Compound) -> None:
    text = office.get(page_of(known.grandmother)).content.decode()
    assert "160****3333" in text
    assert "160****2222" in text
    for number in (*PHONES, "16000003333", "16000002222", ID_NUMBER, "心脏支架两个"):
        assert number not in text


def test_opening_it_stands_in_the_trail_and_on_the_page(office, known: Compound) -> None:
    text = office.get(page_of(known.grandmother)).content.decode()
    entry = AuditEntry.objects.get(verb="printed_kept")
    assert (entry.object_type, entry.object_ref) == ("resident", str(known.grandmother.pk))
    looks = text.partition('class="kept-looks"')[2]
    assert "演示shuji" in looks
    assert str(Role.SECRETARY.label) in looks


def test_with_a_reason_the_numbers_are_whole_and_the_trail_says_why(office, known: Compound) -> None:
    answer = office.post(page_of(known.grandmother), {"reason": WHY})
    text = answer.content.decode()
    assert all(number in text for number in (*PHONES, ID_NUMBER, "心脏支架两个"))
    assert AuditEntry.objects.get(verb="printed_kept_whole").reason == WHY
    assert WHY in text


def test_without_a_reason_the_numbers_stay_masked(office, known: Compound) -> None:
    answer = office.post(page_of(known.grandmother), {"reason": "看"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="看"' in text
    assert 'aria-invalid="true"' in text
    assert not any(number in text for number in (*PHONES, ID_NUMBER))
    assert not AuditEntry.objects.filter(verb="printed_kept_whole").exists()


def test_who_looked_before_is_named_with_the_reason(office, known: Compound) -> None:
    by = acting(known.signs_in(Role.DUTY_OFFICER, "zhiban"))
    why = "报警时打 16000009999 找不到人"
    actions.reveal_phone(by=by, now=NOW, resident_id=known.grandmother.pk, reason=why)
    looks = office.get(page_of(known.grandmother)).content.decode().partition('class="kept-looks"')[2]
    assert "演示zhiban" in looks
    assert str(Role.DUTY_OFFICER.label) in looks
    assert "160****9999" in looks


def test_a_captain_prints_it_without_what_only_the_office_sees(client, known: Compound) -> None:
    client.force_login(known.captain())
    answer = client.get(page_of(known.grandmother))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "160****5678" in text
    assert not any(word in text for word in (ID_NUMBER[:6] + "*", "急救", "160****3333", 'id="reason"', "上访"))
    assert client.post(page_of(known.grandmother), {"reason": WHY}).status_code == 403


def test_protected_lists_are_seen_with_the_right_only(client, known: Compound) -> None:
    client.force_login(known.signs_in(Role.GRID_LEAD, "wangge", known.grid.pk))
    lead = client.get(page_of(known.grandmother)).context
    client.force_login(known.secretary())
    secretary = client.get(page_of(known.grandmother)).context

    def lists(context) -> int:
        title = PURPOSES[Purpose.LISTS].title
        return next(len(part.items) for part in context["page"].parts if part.title == title)

    assert (lists(lead), lists(secretary)) == (1, 2)
    assert len(secretary["looks"]) > len(lead["looks"]) - 1
    assert [ref for kind, ref in lead["page"].touching if kind == "membership"] != [
        ref for kind, ref in secretary["page"].touching if kind == "membership"
    ]


def test_nobody_opens_it_out_of_reach_or_signed_out(client, known: Compound) -> None:
    assert client.get(page_of(known.neighbour)).status_code == 302
    client.force_login(known.captain())
    assert client.get(page_of(known.neighbour)).status_code == 404
    assert not AuditEntry.objects.filter(verb__startswith="printed_kept").exists()


def test_a_correction_and_a_file_are_told(office, known: Compound) -> None:
    user = known.signs_in(Role.UNIT_CAPTAIN, "danyuan", known.unit.pk)
    ChangeRequest.objects.create(
        community=known.community, household=known.household, resident=known.grandmother, about="phone", by=user,
        proposed="换号", phone="16000006666", proposed_at=NOW,
    )  # fmt: skip
    batch = ImportBatch.objects.create(
        community=known.community,
        created_at=NOW,
        by_label="x",
        file_name="三月.xlsx",
        state="committed",
        finished_at=NOW,
    )
    ImportChange.objects.create(batch=batch, model="resident", object_id=known.grandmother.pk, mark="x")
    text = office.get(page_of(known.grandmother)).content.decode()
    assert "160****6666" in text
    assert "三月.xlsx" in text


def test_it_speaks_english(office, known: Compound) -> None:
    office.cookies["linli_language"] = "en"
    text = office.get(page_of(known.grandmother)).content.decode()
    assert "What is kept about" in text
    assert "article 13" in text


def test_a_household_page_leads_there(office, known: Compound) -> None:
    text = office.get(reverse("registry:household", args=[known.household.pk])).content.decode()
    assert page_of(known.grandmother) in text


def test_a_health_note_whose_day_is_near_is_on_today(client, known: Compound) -> None:
    today = timezone.localdate()
    HealthNote.objects.update(review_on=today + timedelta(days=13))
    client.force_login(known.secretary())
    title = str(_("Health notes to look at again"))
    assert title in client.get("/").content.decode()
    HealthNote.objects.update(review_on=today + timedelta(days=15))
    assert title not in client.get("/").content.decode()
    HealthNote.objects.update(review_on=today)
    client.force_login(known.captain())
    assert title not in client.get("/").content.decode()
