"""Visits as somebody at the door, at the desk or with a pile of paper sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.accounts.roles import Role
from linli.registry import actions
from linli.registry.actions.groups import put_on_list
from linli.registry.groups import Group
from linli.registry.models import HomeVisit
from linli.registry.tests.conftest import NOW, SYSTEM, Compound

LIST, PAPER = "/registry/visits/", "/registry/visits/paper/"
KEPT: dict[str, Any] = {"by": SYSTEM, "now": NOW}
MONTHS_AGO = timezone.localdate() - timedelta(days=60)


@pytest.fixture
def listed(compound: Compound) -> Compound:
    """Both households have somebody on a list; the grandmother is also on one that few may know of."""
    since = {"since_on": MONTHS_AGO, **KEPT}
    put_on_list(resident_id=compound.grandmother.pk, group=Group.LIVING_ALONE, **since)
    put_on_list(resident_id=compound.grandmother.pk, group=Group.PETITION, every_days=3, helper_name="吴干事", **since)
    put_on_list(resident_id=compound.neighbour.pk, group=Group.ADVANCED_AGE, helper_name="郑助老员", **since)
    return compound


@pytest.fixture
def entered(client: Client, listed: Compound) -> Callable[[str], Client]:
    def enter(role: str) -> Client:
        client.cookies["linli_language"] = "en"
        if role == "captain":
            client.force_login(listed.captain())
        else:
            client.force_login(listed.signs_in(role, role, listed.grid.pk if role == Role.GRID_LEAD else None))
        return client

    return enter


def form_of(client: Client, household: Any, query: str = "") -> str:
    """The address of a fresh form: the first call leads to one with a key."""
    answer = client.get(reverse("registry:visit", args=[household.pk]) + query)
    assert answer.status_code == 302
    return str(answer.url)


def said(**more: str) -> dict[str, str]:
    told = {"found": "well", "note": "精神挺好", "to_do": "", "visitor_name": "冯婶"}
    return told | {"visited_on": timezone.localdate().isoformat()} | more


def main_of(answer: Any) -> str:
    return str(answer.content.decode().partition("<main")[2].partition("</main")[0])


def test_a_secretary_sees_who_is_late_and_who_looks_after_them(entered, django_assert_max_num_queries) -> None:
    client = entered(Role.SECRETARY)
    with django_assert_max_num_queries(20):
        text = main_of(client.get(LIST))
    assert text.index("8栋3单元502") < text.index("9栋3单元502"), "the latest first"
    assert text.count("never visited") == 2
    assert all(word in text for word in ("elder living alone", "petitioner", "吴干事", "郑助老员"))
    chosen = main_of(client.get(LIST, {"who": "郑助老员"}))
    assert "9栋3单元502" in chosen
    assert "8栋3单元502" not in chosen


@pytest.mark.parametrize("role", [Role.GRID_LEAD, Role.DUTY_OFFICER, "captain"])
def test_a_restricted_list_is_named_to_nobody_who_may_not_know_it(entered, listed: Compound, role: str) -> None:
    client = entered(role)
    home = listed.household.pk
    pages = [LIST, PAPER, reverse("registry:household", args=[home]), form_of(client, listed.household)]
    pages += [reverse("registry:care", args=[home])] if role == Role.GRID_LEAD else []
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert "petitioner" not in main_of(answer).lower(), page
        assert "吴干事" not in main_of(answer), page
    assert "8栋3单元502" in main_of(client.get(LIST)), "its interval counts all the same"


def test_a_captain_sees_and_visits_their_own_stairwell_only(entered, listed: Compound) -> None:
    client = entered("captain")
    for page in (LIST, PAPER, f"{PAPER}?building={listed.far_dwelling.unit.building_id}"):
        assert "9栋" not in main_of(client.get(page))
    assert client.get(reverse("registry:visit", args=[listed.far_household.pk])).status_code == 404
    address = reverse("registry:visit", args=[listed.far_household.pk]) + f"?form={uuid4()}"
    assert client.post(address, said()).status_code == 404
    assert not HomeVisit.objects.exists()


def test_a_captain_answers_three_questions_and_is_led_on(
    entered, listed: Compound, django_assert_max_num_queries
) -> None:
    client = entered(Role.SECRETARY)
    address = form_of(client, listed.household)
    with django_assert_max_num_queries(20):
        text = main_of(client.get(address))
    assert text.count("<legend>") == 1
    assert text.count("<textarea") == 2
    assert "<details" in text.partition('name="visited_on"')[0]
    assert not re.search(r"<details[^>]* open", text)
    answer = client.post(address, said(visitor_name="冯婶"))
    assert answer.status_code == 302
    with django_assert_max_num_queries(20):
        saved = main_of(client.get(answer.url))
    assert "冯婶" in saved
    assert "9栋3单元502" in saved
    assert reverse("registry:visit", args=[listed.far_household.pk]) in saved
    visit = HomeVisit.objects.get()
    assert (visit.found, visit.note, visit.visitor_name) == ("well", "精神挺好", "冯婶")


def test_a_form_sent_twice_or_after_going_back_is_one_visit(entered, listed: Compound) -> None:
    client = entered("captain")
    address = form_of(client, listed.household)
    first = client.post(address, said())
    assert client.post(address, said()).url == first.url
    again = main_of(client.get(address))
    assert "saved already" in again
    assert "精神挺好" in again
    assert client.post(address, said(note="腿疼")).url == first.url
    assert [visit.note for visit in HomeVisit.objects.all()] == ["腿疼"]


def test_what_is_missing_is_said_and_nothing_typed_is_lost(entered, listed: Compound) -> None:
    client = entered("captain")
    address = form_of(client, listed.household)
    answer = client.post(address, {**said(note="门口有积水"), "found": ""})
    assert answer.status_code == 422
    assert "门口有积水" in main_of(answer)
    assert "Choose how it was." in main_of(answer)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    wrong = client.post(address, said(visited_on=tomorrow))
    assert wrong.status_code == 422
    assert "A visit cannot lie in the future." in main_of(wrong)
    assert re.search(r"<details[^>]* open", main_of(wrong)), "the field that is wrong lies open"
    assert client.post(address, said(found="needs_help", note="")).status_code == 422
    assert not HomeVisit.objects.exists()


def test_paper_forms_stand_in_the_order_of_the_doors_and_are_typed_in_so(entered, listed: Compound) -> None:
    client, kept = entered(Role.SECRETARY), KEPT
    ground = actions.add_dwelling(unit_id=listed.unit.pk, floor=1, door="101", **kept)
    home = actions.move_in(dwelling_id=ground.pk, on=date(2010, 5, 1), **kept)
    person = actions.add_resident(household_id=home.pk, name="韩奶奶", **kept)
    put_on_list(resident_id=person.pk, group=Group.ALLOWANCE, every_days=55, since_on=MONTHS_AGO, **kept)
    paper = main_of(client.get(PAPER, {"unit": listed.unit.pk}))
    assert paper.index("8栋3单元101") < paper.index("8栋3单元502")
    assert "9栋3单元502" not in paper
    assert paper.count("nobody opened") == 2
    walk = f"?unit={listed.unit.pk}&typing=1"
    address = form_of(client, home, walk)
    text = main_of(client.get(address))
    assert re.search(r"<details[^>]* open", text)
    day = (timezone.localdate() - timedelta(days=2)).isoformat()
    saved = client.post(address, said(found="nobody", note="", visited_on=day, visitor_name="孙二娘"))
    after = main_of(client.get(saved.url))
    assert "8栋3单元502" in after
    following = client.get(reverse("registry:visit", args=[listed.household.pk]) + walk + f"&on={day}").url
    assert f'value="{day}"' in main_of(client.get(following)), "the day stays for the whole pile"
    last = client.post(following, said(visited_on=day))
    assert "end of the list" in main_of(client.get(last.url))


def test_today_and_the_household_say_that_a_visit_is_overdue(entered, listed: Compound) -> None:
    client = entered("captain")
    assert "1 household should have been visited" in client.get("/").content.decode()
    home = reverse("registry:household", args=[listed.household.pk])
    assert "visit overdue since" in main_of(client.get(home))
    client.post(form_of(client, listed.household), said())
    assert "should have been visited" not in client.get("/").content.decode()
    text = main_of(client.get(home))
    assert "next by" in text
    assert "冯婶" in text


def test_the_chart_is_coloured_by_visits(entered) -> None:
    text = entered(Role.SECRETARY).get("/desk/chart/", {"by": "visits", "view": "table"}).content.decode()
    assert "Visits overdue" in text


def test_a_visitor_must_sign_in_to_see_any_of_it(client: Client, listed: Compound) -> None:
    for page in (LIST, PAPER, reverse("registry:visit", args=[listed.household.pk])):
        assert client.get(page).status_code == 302
        assert "sign-in" in client.get(page).url


def test_a_list_of_many_costs_no_more_questions(entered, listed: Compound, django_assert_max_num_queries) -> None:
    for floor in range(1, 13):
        dwelling = actions.add_dwelling(unit_id=listed.other_unit.pk, floor=floor, door=f"{floor}01", **KEPT)
        home = actions.move_in(dwelling_id=dwelling.pk, on=date(2010, 5, 1), **KEPT)
        person = actions.add_resident(household_id=home.pk, name=f"高{floor}", **KEPT)
        put_on_list(resident_id=person.pk, group=Group.EMPTY_NEST, since_on=MONTHS_AGO, every_days=floor, **KEPT)
    client = entered(Role.SECRETARY)
    client.get(LIST)
    with django_assert_max_num_queries(16):
        assert "8栋4单元1201" in main_of(client.get(LIST))
