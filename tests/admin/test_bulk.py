"""One change for many rows: asked first, done by the actions, kept in the trail and in each row's history."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from linli.audit.models import AuditEntry
from linli.registry import keeping
from linli.registry.models import Contact, Household, Resident
from tests.admin.conftest import Town
from tests.admin.test_registers import address, form_of, last


@pytest.fixture
def people(town: Town) -> list[Resident]:
    added = [
        Resident.objects.create(community=town.community, household=town.household, **keeping.name_columns(f"人{n}"))
        for n in range(3)
    ]
    return [town.resident, *added]


def asked(client, model, action: str, rows, **told):
    sent = {"action": action, ACTION_CHECKBOX_NAME: [row.pk for row in rows]}
    return client.post(address(model), sent | ({"sure": "yes"} | told if told else {}))


def test_a_bulk_edit_asks_before_it_changes(browser, people) -> None:
    page = asked(browser("secretary"), Resident, "set_residence", people)
    text = page.content.decode()
    assert page.status_code == 200
    assert all(person.name in text for person in people)
    assert text.count(f'name="{ACTION_CHECKBOX_NAME}"') == len(people)
    assert not Resident.objects.exclude(residence="").exists()


def test_the_residence_of_many_is_set_and_told_row_by_row(browser, people) -> None:
    client = browser("secretary")
    assert asked(client, Resident, "set_residence", people, residence="migrant").status_code == 302
    assert set(Resident.objects.values_list("residence", flat=True)) == {"migrant"}
    entries = AuditEntry.objects.filter(object_type="resident", verb="changed")
    assert entries.count() == len(people)
    assert (last().details, last().actor_label) == ({"fields": ["residence"]}, "某secretary")
    assert "Changed residence." in client.get(address(Resident, "history", people[1].pk)).content.decode()
    again = asked(client, Resident, "set_residence", people, residence="migrant")
    assert again.status_code == 302
    assert entries.count() == len(people), "nothing changed, nothing told"


def test_many_move_out_on_a_day_and_the_others_stay_as_they_are(browser, people) -> None:
    client = browser("secretary")
    Resident.objects.filter(pk=people[0].pk).update(died_on=date(2024, 1, 1))
    done = asked(client, Resident, "set_moved_out", people, on="2025-03-01")
    assert done.status_code == 302
    assert [r.moved_out_on for r in Resident.objects.order_by("pk")] == [None, *[date(2025, 3, 1)] * 3]
    assert AuditEntry.objects.filter(object_type="resident", verb="moved_out").count() == 3
    page = client.get(address(Resident)).content.decode()
    assert "3 rows changed." in page
    assert "Left as they were: 赵老太" in page
    assert "Changed moved out on." in client.get(address(Resident, "history", people[1].pk)).content.decode()


@pytest.mark.parametrize("on", ["", "tomorrow", "2999-01-01"])
def test_a_day_that_makes_no_sense_is_refused_on_the_page(browser, people, on: str) -> None:
    page = asked(browser("secretary"), Resident, "set_moved_out", people, on=on)
    assert page.status_code == 422
    assert not Resident.objects.exclude(moved_out_on=None).exists()


def test_the_consent_of_relatives_is_set(browser, town: Town) -> None:
    client = browser("secretary")
    assert asked(client, Contact, "set_consent", [town.contact], consent="refused").status_code == 302
    town.contact.refresh_from_db()
    assert town.contact.consent == "refused"
    assert last().details == {"fields": ["consent"]}
    assert "Changed agrees to be called." in client.get(address(Contact, "history", town.contact.pk)).content.decode()


def test_who_only_looks_changes_nothing_and_nobody_reaches_another_community(
    browser, town: Town, other: Town, people
) -> None:
    client = browser("duty_officer")
    assert "set_residence" not in client.get(address(Resident)).content.decode()
    asked(client, Resident, "set_residence", people, residence="migrant")
    assert not Resident.objects.exclude(residence="").exists()
    asked(browser("secretary"), Resident, "set_residence", [other.resident], residence="migrant")
    assert not Resident.objects.exclude(residence="").exists()


def test_too_many_rows_at_once_are_refused(browser, people, monkeypatch) -> None:
    monkeypatch.setattr("linli.registry.admin.bulk.MOST_ROWS", 2)
    client = browser("secretary")
    assert asked(client, Resident, "set_residence", people, residence="migrant").status_code == 302
    assert "Choose at most 2 rows" in client.get(address(Resident)).content.decode()
    assert not Resident.objects.exclude(residence="").exists()


def test_the_newer_columns_of_a_resident_are_offered_and_kept(browser, town: Town) -> None:
    client, url = browser("secretary"), address(Resident, "change", town.resident.pk)
    told = {
        "ethnicity": "01", "politics": "13", "education": "90", "marriage": "20", "residence": "elsewhere",
        "workplace": "某厂", "registered_address": "某县某村", "note": "听力不好", "born_known": "year",
        "new_other_phones": "13800001234 儿子；0431-88881234",
    }  # fmt: skip
    page = client.post(url, form_of(client, url) | told)
    assert page.status_code == 302, page.context["adminform"].form.errors
    kept = Resident.objects.get(pk=town.resident.pk)
    assert {name: getattr(kept, name) for name in told if name != "new_other_phones"} == {
        name: value for name, value in told.items() if name != "new_other_phones"
    }
    assert kept.other_phones == "13800001234（儿子）、043188881234"
    text = client.get(url).content.decode()
    assert "138****1234" in text
    assert "13800001234" not in text
    assert "13800001234" not in str(vars(last()))
    refused = client.post(url, form_of(client, url) | {"new_other_phones": "问他儿子"})
    assert refused.context["adminform"].form.errors.keys() == {"new_other_phones"}
    assert client.post(url, form_of(client, url) | {"new_other_phones": "-"}).status_code == 302
    assert Resident.objects.get(pk=town.resident.pk).other_phones == ""


@pytest.mark.parametrize("typed", ["", "0", "００"])
def test_a_household_never_has_a_blank_number_nor_nought(browser, town: Town, typed: str) -> None:
    client, url = browser("secretary"), address(Household, "change", town.household.pk)
    assert client.post(url, form_of(client, url) | {"number": "22010312345"}).status_code == 302
    assert Household.objects.get(pk=town.household.pk).number == "22010312345"
    assert [r.pk for r in client.get(address(Household), {"q": "22010312345"}).context["cl"].result_list] == [
        town.household.pk
    ]
    assert client.post(url, form_of(client, url) | {"number": typed}).status_code == 302
    assert keeping.is_own_reference(text=Household.objects.get(pk=town.household.pk).number)
