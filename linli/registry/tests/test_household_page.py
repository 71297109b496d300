from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from linli.registry import actions, queries
from linli.registry.keeping import is_own_reference
from linli.registry.models import Household, Resident
from linli.registry.models.people import new_reference
from linli.registry.queries import EVERYTHING
from linli.registry.queries.past import household_past
from linli.registry.tests.conftest import NOW, SYSTEM, TODAY, Compound

KEPT = {"by": SYSTEM, "now": NOW}


@pytest.fixture
def page(client, compound: Compound):
    """The household page in English, for the secretary."""
    client.force_login(compound.secretary())
    client.cookies["linli_language"] = "en"
    return lambda household=compound.household: client.get(
        reverse("registry:household", args=[household.pk])
    ).content.decode()


def card_of(household: Household):
    return queries.household_card(scope=EVERYTHING, household_id=household.pk, on=TODAY)


@pytest.mark.parametrize(
    ("residence", "address", "elsewhere", "shown"),
    [
        ("", "", False, ""),
        ("usual", "邻里示范社区8栋3单元502", False, ""),
        ("", "８号楼三单元５０２室", False, ""),
        ("", "8-3-502", False, ""),
        ("", "9栋3单元502", True, "9栋3单元502"),
        ("usual", "某县某镇某村", True, "某县某镇某村"),
        ("elsewhere", "", True, ""),
        ("elsewhere", "别的小区8-3-502", True, "别的小区8-3-502"),
        ("migrant", "", False, ""),
    ],
)
def test_a_registered_address_is_told_where_it_is_not_this_door(
    compound: Compound, residence, address, elsewhere, shown
) -> None:
    Resident.objects.filter(pk=compound.grandmother.pk).update(residence=residence, registered_address=address)
    person = card_of(compound.household).people[0]
    assert (person.registered_elsewhere, person.registered_address) == (elsewhere, shown)


def test_the_office_reads_the_registered_address_and_a_captain_that_there_is_one(
    client, page, compound: Compound
) -> None:
    Resident.objects.filter(pk=compound.grandmother.pk).update(registered_address="某县某镇某村")
    assert "registered elsewhere" in page()
    assert "某县某镇某村" in page()
    client.force_login(compound.captain())
    text = page()
    assert "某县某镇某村" not in text
    assert "registered elsewhere" in text or "户籍" in text


def test_the_page_says_the_household_number_or_that_it_is_not_known(page, compound: Compound) -> None:
    assert is_own_reference(text=new_reference())
    assert not is_own_reference(text="22010312345")
    assert f"our own key {compound.household.number}" in page()
    Household.objects.filter(pk=compound.household.pk).update(number="22010312345")
    assert "Household number 22010312345" in page()


def test_the_page_says_who_refused_to_be_called_and_who_was_not_asked(page, compound: Compound) -> None:
    assert "not asked yet" in page()
    actions.change_contact(contact_id=compound.daughter.pk, changes={"consent": "refused"}, **KEPT)
    assert "refused: is not called" in page()
    actions.change_contact(contact_id=compound.daughter.pk, changes={"consent": "given"}, **KEPT)
    text = page()
    assert "refused: is not called" not in text
    assert "not asked yet" not in text


def test_who_lived_here_before_is_folded_away_with_dates(page, compound: Compound) -> None:
    assert "Who lived here before" not in page()
    son = actions.add_resident(household_id=compound.household.pk, name="钱刚", relation="20", **KEPT)
    actions.resident_moves_out(resident_id=son.pk, on=date(2020, 2, 1), **KEPT)
    husband = actions.add_resident(household_id=compound.household.pk, name="钱有福", relation="10", **KEPT)
    actions.record_death(resident_id=husband.pk, on=date(2019, 3, 4), **KEPT)
    text = page()
    assert all(part in text for part in ("Who lived here before", "moved out on Feb. 1, 2020", "died on March 4, 2019"))
    people = text.partition("Who lives here")[2].partition("Who looks after")[0]
    assert "钱刚" not in people
    assert "钱有福" not in people


def test_other_households_of_the_dwelling_are_named_and_linked(page, compound: Compound) -> None:
    actions.move_out(household_id=compound.household.pk, on=date(2026, 1, 1), **KEPT)
    new = actions.move_in(dwelling_id=compound.dwelling.pk, on=date(2026, 2, 1), **KEPT)
    past = household_past(household=card_of(new))
    assert [(one.id, one.head, one.moved_out_on) for one in past.households] == [
        (compound.household.pk, "赵桂兰", date(2026, 1, 1))
    ]
    assert reverse("registry:household", args=[compound.household.pk]) in page(new)
    assert reverse("registry:household", args=[new.pk]) in page(compound.household)
    assert reverse("registry:correct-choose", args=[compound.household.pk]) not in page(compound.household)


def test_a_full_household_costs_no_more_queries(client, compound: Compound, django_assert_max_num_queries) -> None:
    for n in range(8):
        added = actions.add_resident(household_id=compound.household.pk, name=f"钱{n}", **KEPT)
        actions.add_contact(household_id=compound.household.pk, name=f"亲{n}", **KEPT)
        if n % 2:
            actions.resident_moves_out(resident_id=added.pk, on=TODAY, **KEPT)
    card = card_of(compound.household)
    with django_assert_max_num_queries(1):
        household_past(household=card)
    client.force_login(compound.secretary())
    with django_assert_max_num_queries(21):
        client.get(reverse("registry:household", args=[compound.household.pk]))
