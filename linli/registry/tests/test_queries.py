from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.utils.translation import override

from linli.accounts.roles import Role
from linli.core.errors import NotFound
from linli.registry import actions, queries
from linli.registry.models import Contact, ContactPoint, Dwelling
from linli.registry.queries import EVERYTHING, NOTHING, PlaceRef, Scope
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM, TODAY, Compound

KEPT = {"by": SYSTEM, "now": NOW}


def scope_of(user, on=TODAY) -> Scope:
    return queries.scope_of(user_id=user.pk, is_superuser=False, on=on)


def test_a_scope_is_what_the_posts_of_the_day_reach(compound: Compound) -> None:
    captain = compound.captain()
    lead = compound.signs_in(Role.GRID_LEAD, "wangge", compound.grid.pk)
    assert scope_of(captain).units == {compound.unit.pk}
    assert scope_of(captain).present_in == {compound.community.pk}
    assert compound.building.pk in scope_of(lead).buildings
    assert scope_of(compound.secretary()).communities == {compound.community.pk}
    assert scope_of(captain, on=date(2025, 12, 31)) == NOTHING
    assert queries.scope_of(user_id=captain.pk, is_superuser=True, on=TODAY) is EVERYTHING


def test_a_scope_covers_its_own_doors_only(compound: Compound) -> None:
    def doors(scope: Scope) -> set[int]:
        return set(Dwelling.objects.filter(scope.covers_dwellings()).values_list("pk", flat=True))

    everything = {compound.dwelling.pk, compound.empty_dwelling.pk, compound.far_dwelling.pk}
    assert doors(EVERYTHING) == everything
    assert doors(NOTHING) == set()
    assert doors(Scope(communities=frozenset({compound.community.pk}))) == everything
    assert doors(Scope(buildings=frozenset({compound.building.pk}))) == everything - {compound.far_dwelling.pk}
    assert doors(Scope(units=frozenset({compound.other_unit.pk}))) == set()


def test_relatives_are_given_in_call_order_in_the_active_language(
    compound: Compound, django_assert_num_queries
) -> None:
    actions.add_contact(household_id=compound.household.pk, name="钱刚", relation="20", **KEPT)
    gone = actions.add_contact(household_id=compound.household.pk, name="钱红", **KEPT)
    actions.end_contact(contact_id=gone.pk, on=TODAY, **KEPT)
    with django_assert_num_queries(1), override("en"):
        found = queries.contacts_of(household_ids=[compound.household.pk, *range(10**9, 10**9 + 3000)])
        assert [(c.name, c.relation_label, c.call_order) for c in found[compound.household.pk]] == [
            ("钱丽", "daughter", 1),
            ("钱刚", "son", 2),
        ]
    assert compound.far_household.pk not in found


def test_ways_to_reach_people_come_in_one_query_in_order(compound: Compound, django_assert_num_queries) -> None:
    captain = compound.captain().posts.get()
    with django_assert_num_queries(1):
        found = queries.points_of(contact_ids=[compound.daughter.pk, 10**9], post_ids=[captain.pk])
    assert [(p.kind, p.address) for p in found["contact", compound.daughter.pk]] == [
        ("inbox", ""),
        ("phone", "16000001111"),
    ]
    assert [p.kind for p in found["post", captain.pk]] == ["inbox", "phone"]
    assert queries.points_of() == {}


def test_posts_over_a_thousand_places_cost_one_query(compound: Compound, django_assert_num_queries) -> None:
    secretary, captain = compound.secretary(), compound.captain()
    ended = compound.signs_in(Role.DUTY_OFFICER, "zhiban").posts.get()
    actions.end_post(post_id=ended.pk, on=date(2026, 11, 22), **KEPT)
    compound.signs_in(Role.UNIT_CAPTAIN, "lingdanyuan", compound.other_unit.pk)
    here = PlaceRef(compound.community.pk, compound.grid.pk, compound.building.pk, compound.unit.pk)
    places = [here, *(PlaceRef(10**6 + n, 10**6 + n, 10**6 + n, 10**6 + n) for n in range(1000))]
    with django_assert_num_queries(1):
        found = queries.posts_over(places=places, roles=list(Role), on=TODAY)
    assert {key: [p.user_id for p in posts] for key, posts in found.items()} == {
        ("secretary", compound.community.pk): [secretary.pk],
        ("unit_captain", compound.unit.pk): [captain.pk],
    }
    assert queries.posts_over(places=places, roles=["grid_lead"], on=TODAY) == {}
    assert queries.posts_over(places=[], roles=list(Role), on=TODAY) == {}


def found(compound: Compound, words: str, scope: Scope = EVERYTHING) -> list[tuple[str, int]]:
    answer = queries.search(scope=scope, words=words, on=TODAY)
    return [(hit.kind, hit.household_id) for hit in answer.hits]


@pytest.mark.parametrize(
    "words", ["zgl 8-3", "赵桂兰", "桂兰", "赵 502", "赵502", "zhaoguilan", "16000005678", ID_NUMBER, "160 0000 5678"]
)
def test_the_box_finds_grandmother(compound: Compound, words) -> None:
    assert found(compound, words) == [("resident", compound.household.pk)]


@pytest.mark.parametrize("words", ["8-3-502", "８号楼３单元５０２", "8栋3门502室", "8栋", "8-502"])
def test_the_box_finds_the_door(compound: Compound, words) -> None:
    assert found(compound, words) == [("household", compound.household.pk)]


@pytest.mark.parametrize("words", ["ql", "qianli", "ql 8-3", "钱丽"])
def test_the_box_finds_relatives_by_pinyin_too(compound: Compound, words: str) -> None:
    hits = queries.search(scope=EVERYTHING, words=words, on=TODAY).hits
    assert [(hit.kind, hit.name, hit.household_id) for hit in hits] == [("contact", "钱丽", compound.household.pk)]


def test_the_box_finds_by_the_end_of_a_phone_and_by_relatives(compound: Compound) -> None:
    assert found(compound, "5678") == [("resident", compound.household.pk)]
    assert found(compound, "钱丽") == [("contact", compound.household.pk)]
    assert found(compound, "16000001111") == [("contact", compound.household.pk)]


def test_the_box_shows_a_captain_their_own_stairwell(compound: Compound) -> None:
    mine = scope_of(compound.captain())
    assert found(compound, "502", mine) == [("household", compound.household.pk)]
    assert found(compound, "张三", mine) == []
    assert found(compound, "16000004321", mine) == []
    assert found(compound, "502", NOTHING) == []


def test_the_box_masks_numbers_and_says_when_there_is_more(compound: Compound) -> None:
    hit = queries.search(scope=EVERYTHING, words="赵桂兰", on=TODAY).hits[0]
    assert hit.phone_masked == "160****5678"
    assert queries.search(scope=EVERYTHING, words="502", on=TODAY, limit=1).more
    assert not queries.search(scope=EVERYTHING, words="502", on=TODAY, limit=2).more


@pytest.mark.parametrize(
    "words", ["zgl 8-3", "赵", "5678", "8-3-502", "16000001111", "%", "_", "'; --", "\x00", "🙂" * 50]
)
def test_the_box_asks_little_whatever_is_typed(compound: Compound, words, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(3):
        queries.search(scope=EVERYTHING, words=words, on=TODAY)


def test_the_dead_and_the_gone_are_not_found(compound: Compound) -> None:
    actions.move_out(household_id=compound.household.pk, on=TODAY, **KEPT)
    assert found(compound, "赵桂兰") == []
    assert found(compound, "8-3-502") == []
    assert found(compound, "钱丽") == []


def test_a_household_card_shows_masked_numbers_in_few_queries(
    compound: Compound, django_assert_max_num_queries
) -> None:
    compound.captain()
    with django_assert_max_num_queries(5):
        card = queries.household_card(scope=EVERYTHING, household_id=compound.household.pk, on=TODAY)
    assert card.place == "8栋3单元502"
    person = card.people[0]
    assert (person.name, person.age, person.phone_masked, person.id_number_doubt) == ("赵桂兰", 76, "160****5678", "")
    assert ID_NUMBER not in str(card)
    assert "16000001111" not in str(card)
    assert [(c.name, c.phones[0].masked) for c in card.relatives] == [("钱丽", "160****1111")]
    assert [c.name for c in card.posts] == ["演示danyuan"]


def test_a_household_out_of_reach_does_not_exist(compound: Compound) -> None:
    mine = scope_of(compound.captain())
    with pytest.raises(NotFound):
        queries.household_card(scope=mine, household_id=compound.far_household.pk, on=TODAY)


def test_numbers_are_encrypted_in_the_database(compound: Compound) -> None:
    assert Contact.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT phone, id_number FROM registry_resident UNION ALL SELECT address, '' FROM registry_contactpoint"
        )
        kept = str(cursor.fetchall())
    assert not any(number in kept for number in ("16000005678", "16000001111", ID_NUMBER))
    assert ContactPoint.objects.get(contact=compound.daughter, kind="phone").address == "16000001111"
