"""Registers of lists, visits and health notes: restricted lists stay hidden, and what a note says is not shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from linli.audit.models import AuditEntry
from linli.registry.groups import Group
from linli.registry.models import HealthNote, HomeVisit, Membership
from tests.admin.conftest import NOW, PHONE, Town
from tests.admin.test_bulk import asked
from tests.admin.test_registers import address, form_of, last

SINCE = date(2026, 9, 1)
TEXT = "夜里吸氧"


def listed(town: Town, group: str, **more) -> Membership:
    return Membership.objects.create(
        community=town.community, resident=town.resident, group=group, since_on=SINCE, every_days=7, **more
    )


@pytest.fixture
def noted(town: Town) -> HealthNote:
    return HealthNote.objects.create(
        community=town.community, resident=town.resident, text=TEXT, purpose="火灾时背她下楼", legal_basis="consent",
        review_on=date(2099, 1, 1), written_at=NOW,
    )  # fmt: skip


def test_restricted_lists_are_hidden_from_those_who_may_not_know_them(browser, town: Town) -> None:
    shown, hidden = listed(town, Group.LIVING_ALONE), listed(town, Group.PETITION)
    officer = browser("duty_officer")
    page = officer.get(address(Membership))
    assert [row.pk for row in page.context["cl"].result_list] == [shown.pk]
    assert "petitioner" not in page.content.decode()
    assert officer.get(address(Membership, "change", hidden.pk)).status_code == 302, "as if it were not there"
    assert officer.get(address(Membership), {"group": "petition"}).context["cl"].result_count == 0
    secretary = browser("secretary")
    assert len(secretary.get(address(Membership)).context["cl"].result_list) == 2
    assert "petitioner" in secretary.get(address(Membership)).content.decode()


def test_somebody_is_put_on_a_list_with_its_usual_interval_and_only_once(browser, town: Town) -> None:
    client = browser("secretary")
    url = address(Membership, "add")
    told = {"resident": str(town.resident.pk), "group": "advanced_age", "since_on": "2026-09-01"}
    assert client.post(url, form_of(client, url) | told).status_code == 302
    assert Membership.objects.get().every_days == 30
    assert (last().verb, last().object_type, last().community_id) == ("added", "membership", town.community.pk)
    assert client.post(url, form_of(client, url) | told).status_code == 200
    assert Membership.objects.count() == 1


def test_nobody_who_left_is_put_on_a_list(browser, town: Town) -> None:
    client = browser("secretary")
    url = address(Membership, "add")
    town.resident.died_on = SINCE
    town.resident.save(update_fields=["died_on"])
    told = {"resident": str(town.resident.pk), "group": "advanced_age", "since_on": "2026-09-01"}
    assert client.post(url, form_of(client, url) | told).context["adminform"].form.errors.keys() == {"resident"}


def test_the_trail_does_not_name_a_restricted_list(browser, town: Town) -> None:
    client = browser("secretary")
    place = listed(town, Group.PETITION)
    url = address(Membership, "change", place.pk)
    assert client.post(url, form_of(client, url) | {"every_days": "5"}).status_code == 302
    assert (last().object_label, "petition" in str(last().details).lower()) == ("赵老太", False)


def test_many_are_taken_off_and_many_get_an_interval(browser, town: Town) -> None:
    client = browser("secretary")
    rows = [listed(town, group) for group in (Group.LIVING_ALONE, Group.ADVANCED_AGE, Group.RELEASED)]
    assert asked(client, Membership, "set_interval", rows, every_days="14").status_code == 302
    assert set(Membership.objects.values_list("every_days", flat=True)) == {14}
    assert asked(client, Membership, "set_interval", rows, every_days="9999").status_code == 422
    assert asked(client, Membership, "take_off_list", rows, until_on="2020-01-01").status_code == 302
    assert not Membership.objects.filter(until_on__isnull=False).exists(), "nobody leaves before they came"
    assert asked(client, Membership, "take_off_list", rows, until_on="2026-11-24").status_code == 302
    assert not Membership.objects.filter(until_on__isnull=True).exists()
    assert AuditEntry.objects.filter(verb="taken_off_list").count() == 3


def test_a_duty_officer_takes_nobody_off(browser, town: Town) -> None:
    place = listed(town, Group.LIVING_ALONE)
    asked(browser("duty_officer"), Membership, "take_off_list", [place], until_on="2026-11-24")
    place.refresh_from_db()
    assert place.until_on is None


def test_visits_are_read_only_and_numbers_in_them_masked(browser, town: Town) -> None:
    visit = HomeVisit.objects.create(
        community=town.community, household=town.household, visited_on=SINCE, found="well", visitor_name="冯婶",
        note=f"女儿电话 {PHONE}", written_at=NOW,
    )  # fmt: skip
    client = browser("secretary")
    text = client.get(address(HomeVisit, "change", visit.pk)).content.decode()
    assert "女儿电话" in text
    assert PHONE not in text
    assert client.post(address(HomeVisit, "change", visit.pk), {"note": "x"}).status_code == 403
    assert client.get(address(HomeVisit, "add")).status_code == 403


def test_a_health_note_is_written_and_what_it_says_is_never_shown(browser, town: Town, noted: HealthNote) -> None:
    client = browser("secretary")
    for page in (
        address(HealthNote),
        address(HealthNote, "change", noted.pk),
        address(HealthNote, "history", noted.pk),
    ):
        assert TEXT not in client.get(page).content.decode(), page
    url = address(HealthNote, "change", noted.pk)
    assert client.post(url, form_of(client, url) | {"purpose": "体检"}).status_code == 302
    noted.refresh_from_db()
    assert (noted.text, noted.purpose) == (TEXT, "体检")
    assert client.post(url, form_of(client, url) | {"new_text": "已不用吸氧"}).status_code == 302
    noted.refresh_from_db()
    assert noted.text == "已不用吸氧"
    assert "吸氧" not in str(vars(last()))


def test_a_new_health_note_needs_its_text_and_a_day_ahead(browser, town: Town) -> None:
    client = browser("secretary")
    url = address(HealthNote, "add")
    ahead = (timezone.localdate() + timedelta(days=90)).isoformat()
    told = {"resident": str(town.resident.pk), "purpose": "防走失", "legal_basis": "consent", "review_on": ahead}
    assert client.post(url, form_of(client, url) | told).context["adminform"].form.errors.keys() == {"new_text"}
    late = told | {"new_text": TEXT, "review_on": "2020-01-01"}
    assert client.post(url, form_of(client, url) | late).context["adminform"].form.errors.keys() == {"review_on"}
    assert client.post(url, form_of(client, url) | told | {"new_text": TEXT}).status_code == 302
    assert HealthNote.objects.get().text == TEXT


def test_health_notes_do_not_exist_for_those_without_the_permission(browser, noted, monkeypatch) -> None:
    client = browser("duty_officer")
    assert client.get(address(HealthNote)).status_code == 200
    monkeypatch.setattr("linli.registry.admin.care.HealthNoteRegister._may_read", lambda self, request: False)
    assert client.get(address(HealthNote)).status_code == 403
    assert client.get(address(HealthNote, "change", noted.pk)).status_code == 403
