"""Every register leaves as an Excel file: the rows and columns of its list, masked as there, and the trail knows."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from linli.accounts.registers import base
from linli.audit.models import AuditEntry
from linli.registry import keeping
from linli.registry.models import Contact, Household, Resident, Unit
from tests.admin.conftest import ID_NUMBER, PHONE
from tests.admin.test_registers import IDS, REGISTERS, address

OWN_FILES = {Resident}


def rows_of(answer) -> list[tuple]:
    assert answer.status_code == 200
    return [row for row in load_workbook(io.BytesIO(answer.content)).active.values if any(row)]


@pytest.mark.parametrize(("model", "register"), REGISTERS, ids=IDS)
def test_every_register_is_taken_as_it_is_listed(browser, town, model, register, django_assert_max_num_queries) -> None:
    client = browser("superuser")
    listed = client.get(address(model))
    if model in OWN_FILES:
        assert client.get(address(model, "excel")).status_code == 403
        assert b"/registry/list" in listed.content
        return
    with django_assert_max_num_queries(25):
        rows = rows_of(client.get(address(model, "excel")))
    changes = listed.context["cl"]
    assert len(rows) == 1 + changes.result_count
    assert len(rows[0]) == len(changes.list_display) - ("action_checkbox" in changes.list_display)
    text = str(rows)
    assert PHONE not in text
    assert ID_NUMBER not in text
    assert "<" not in text
    assert AuditEntry.objects.filter(verb="exported", object_type=model._meta.model_name).exists()


def test_what_is_taken_is_filtered_and_searched_as_the_list_is(browser, town, other) -> None:
    client = browser("superuser")
    Contact.objects.create(
        community=town.community, household=town.household, call_order=2, **keeping.name_columns("=1+1")
    )
    rows = rows_of(client.get(address(Contact, "excel"), {"q": "=1+1"}))
    assert [row[0] for row in rows[1:]] == ["=1+1"]
    assert client.get(address(Contact), {"q": "=1+1"}).content.decode().count("excel/?q=%3D1%2B1") == 1
    told = AuditEntry.objects.filter(verb="exported").latest("pk")
    assert (told.community_id, told.object_label) == (town.community.pk, "contacts (1)")


def test_nobody_takes_what_they_do_not_see(browser, town, other) -> None:
    rows = rows_of(browser("secretary").get(address(Unit, "excel")))
    assert len(rows) == 2
    assert "baihua" not in str(rows)
    officer = browser("duty_officer")
    assert officer.get(address(Household)).status_code == 200
    assert officer.get(address(Household, "excel")).status_code == 403
    assert b"excel/" not in officer.get(address(Household)).content


def test_too_long_a_list_is_to_be_narrowed_down_first(browser, town, monkeypatch) -> None:
    monkeypatch.setattr(base, "MOST_ROWS", 0)
    answer = browser("superuser").get(address(Unit, "excel"), follow=True)
    assert "narrow the list down" in answer.content.decode()
    assert not AuditEntry.objects.filter(verb="exported").exists()


@pytest.mark.parametrize(("model", "register"), REGISTERS, ids=IDS)
def test_an_empty_form_is_refused_with_sentences(browser, town, model, register) -> None:
    answer = browser("superuser").post(address(model, "add"), {})
    assert answer.status_code in {200, 302, 403}
