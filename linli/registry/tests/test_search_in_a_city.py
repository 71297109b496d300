"""Search where a reader reaches many communities: by other questions to the database, with the same answers."""

from __future__ import annotations

import pytest
from django.db import connection

from linli.registry import actions, queries
from linli.registry.models import Community, Resident
from linli.registry.queries import EVERYTHING, Scope, searching
from linli.registry.queries.lists import PeopleFilter, people_listed
from linli.registry.tests.conftest import ID_NUMBER, NOW, SYSTEM, TODAY, Compound

KEPT = {"by": SYSTEM, "now": NOW}
WORDS = [
    "赵", "赵桂兰", "桂兰", "兰", "zgl", "zhao", "z", "ql", "钱丽", "丽", "5678", "赵 502", "zgl 8-3", "王 502", "赵 5678", "张 502",
    "502", "8栋", "8-3-502", "16000005678", "16000001111", ID_NUMBER, "%", "_", "\\", "'", "张三 李四", "zhang san", "z s", "z " * 50,
    "赵 gui", "zgl zhao 8-3",
]  # fmt: skip


def only(*communities: Community) -> Scope:
    reached = frozenset(community.pk for community in communities)
    return Scope(communities=reached, present_in=reached)


@pytest.fixture
def elsewhere(compound: Compound) -> Compound:
    """A second community with one family behind the same door number."""
    community = actions.add_community(code="bieshequ", name="别的社区", **KEPT)
    grid = actions.add_grid(community_id=community.pk, number=1, **KEPT)
    building = actions.add_building(grid_id=grid.pk, number="8", **KEPT)
    unit = actions.add_unit(building_id=building.pk, number=3, **KEPT)
    dwelling = actions.add_dwelling(unit_id=unit.pk, floor=5, door="502", **KEPT)
    household = actions.move_in(dwelling_id=dwelling.pk, on=TODAY, **KEPT)
    actions.add_resident(household_id=household.pk, name="赵桂兰", phone="16000015678", **KEPT)
    actions.add_contact(household_id=household.pk, name="钱丽丽", phone="16000001112", **KEPT)
    compound.second, compound.second_household = community, household
    return compound


def found(scope: Scope, words: str) -> list[tuple[str, int, str]]:
    return [(h.kind, h.household_id, h.name) for h in queries.search(scope=scope, words=words, on=TODAY).hits]


@pytest.mark.parametrize("words", WORDS)
def test_a_city_and_its_communities_give_the_same_answers(elsewhere: Compound, words: str) -> None:
    each = [hit for one in (elsewhere.community, elsewhere.second) for hit in found(only(one), words)]
    assert sorted(found(only(elsewhere.community, elsewhere.second), words)) == sorted(each)
    assert sorted(found(EVERYTHING, words)) == sorted(each)


def test_a_city_sees_only_its_own_communities(elsewhere: Compound) -> None:
    third = actions.add_community(code="disan", name="第三社区", **KEPT)
    assert [household for _, household, _ in found(only(elsewhere.second, third), "赵桂兰")] == [
        elsewhere.second_household.pk
    ]
    looking_at_one = EVERYTHING.narrowed(community_id=elsewhere.community.pk)
    assert [household for _, household, _ in found(looking_at_one, "赵桂兰")] == [elsewhere.household.pk]


def test_a_post_over_a_stairwell_besides_a_community_reaches_both(elsewhere: Compound) -> None:
    both = frozenset({elsewhere.community.pk, elsewhere.second.pk})
    scope = Scope(communities=frozenset({elsewhere.second.pk}), units=frozenset({elsewhere.unit.pk}), present_in=both)
    assert {household for _, household, _ in found(scope, "赵桂兰")} == {
        elsewhere.household.pk, elsewhere.second_household.pk,
    }  # fmt: skip
    assert found(scope, "张三") == []


@pytest.mark.parametrize(("words", "name"), [("张三", "张三"), ("zs", "张三"), ("zhangsan", "张三")])
def test_who_is_called_exactly_so_stands_first_among_very_many(compound: Compound, monkeypatch, words, name) -> None:
    monkeypatch.setattr(searching, "ENOUGH", 2)
    for other in ("张三丰", "张三娘", "张三光", "张三明"):
        actions.add_resident(household_id=compound.household.pk, name=other, **KEPT)
    hits = queries.search(scope=EVERYTHING, words=words, on=TODAY).hits
    assert (hits[0].name, hits[0].household_id) == (name, compound.far_household.pk)
    assert len({hit.name for hit in hits}) == len(hits)


@pytest.mark.parametrize(
    ("piece", "is_held"),
    [("依古", True), ("阿依古丽", True), ("古丽·买", True), ("丽古", False), ("依丽", False), ("%", False), ("_", False), ("\\", False)],
)  # fmt: skip
def test_a_name_holds_a_piece_in_the_order_of_its_characters(compound: Compound, piece: str, is_held: bool) -> None:
    actions.add_resident(household_id=compound.household.pk, name="阿依古丽·买买提", **KEPT)
    everybody = Resident.objects.filter(name__startswith="阿")
    assert everybody.filter(name__holds=piece).exists() == is_held
    assert everybody.filter(name__contains=piece).exists() == is_held


def test_postgresql_finds_pieces_of_names_in_an_index(db) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite compares the names of a community")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "registry_resident_characters" in Resident.objects.filter(name__holds="桂兰").explain()


def test_a_list_of_one_community_is_the_same_for_whoever_reaches_it(elsewhere: Compound) -> None:
    def listed(scope: Scope, community_id: int | None) -> list[str]:
        wanted = PeopleFilter(community_id=community_id)
        return [one.name for one in people_listed(scope=scope, wanted=wanted, on=TODAY, groups=())]

    assert listed(EVERYTHING, elsewhere.community.pk) == ["赵桂兰", "张三"]
    assert listed(only(elsewhere.community), None) == ["赵桂兰", "张三"]
    assert listed(only(elsewhere.community, elsewhere.second), elsewhere.second.pk) == ["赵桂兰"]
    assert len(listed(EVERYTHING, None)) == 3
    assert listed(
        Scope(units=frozenset({elsewhere.unit.pk}), present_in=frozenset({elsewhere.community.pk})), None
    ) == ["赵桂兰"]
