"""Many rows in one statement, on whichever database the tests run."""

from datetime import UTC, date, datetime

import pytest

from linli.audit.models import AuditEntry
from linli.core.bulk import insert_rows, update_rows
from linli.registry.models import Community, Grid

NOW = datetime(2026, 11, 23, 4, 0, 0, 123456, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def grids(count: int) -> list[tuple[int, int, str]]:
    community = Community.objects.create(code="demo", name="邻里")
    return [(community.pk, n, f"第{n}网格 \"'\\ 😀") for n in range(count)]


def test_rows_are_inserted_as_they_are_and_come_back():
    rows = grids(2000)
    back = insert_rows(Grid, columns=("community_id", "number", "name"), rows=rows, returning=("id", "number"))
    assert len(back) == 2000
    assert sorted(Grid.objects.values_list("community_id", "number", "name")) == sorted(rows)


def test_rows_that_break_a_constraint_are_left_out_if_asked():
    rows = grids(3)
    columns = ("community_id", "number", "name")
    insert_rows(Grid, columns=columns, rows=rows[:1])
    back = insert_rows(Grid, columns=columns, rows=rows, returning=("number",), ignore_conflicts=True)
    assert sorted(back) == [(1,), (2,)]


def test_every_kind_of_value_survives():
    details = {"a": [1, None, True, {"深": "值"}], "text": "it's"}
    columns = (
        "at", "community_id", "actor_kind", "actor_ref", "actor_label", "address", "verb", "object_type", "object_ref",
        "object_label", "reason", "details",
    )  # fmt: skip
    insert_rows(
        AuditEntry, columns=columns, rows=[(NOW, None, "user", "1", "小林", "", "did", "thing", "1", "", "", details)]
    )
    entry = AuditEntry.objects.get()
    assert (entry.at, entry.community_id, entry.details) == (NOW, None, details)


def test_rows_are_updated_with_guard_and_kept_values():
    insert_rows(Grid, columns=("community_id", "number", "name"), rows=grids(3))
    ids = list(Grid.objects.order_by("number").values_list("id", flat=True))
    back = update_rows(
        Grid,
        key="id",
        columns=("number", "name"),
        rows=[(ids[0], 10, None), (ids[1], 11, "新"), (ids[2], 12, "no")],
        kept_if_null=("name",),
        guard="t.number < 2",
        returning=("number",),
    )
    assert sorted(back) == [(10,), (11,)]
    assert list(Grid.objects.order_by("id").values_list("number", flat=True)) == [10, 11, 2]
    assert Grid.objects.get(number=11).name == "新"
    assert Grid.objects.get(number=10).name.startswith("第0")


def test_no_rows_is_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert insert_rows(Grid, columns=("number",), rows=[], returning=("id",)) == []
        assert update_rows(Grid, key="id", columns=("number",), rows=[]) == []


def test_dates_and_booleans_survive():
    from linli.registry.models import Building, Dwelling, Household, Resident, Unit

    community_id, *_ = grids(1)[0]
    grid = Grid.objects.create(community_id=community_id, number=1, name="一")
    building = Building.objects.create(community_id=community_id, grid=grid, number="1")
    unit = Unit.objects.create(community_id=community_id, number=1, building=building)
    dwelling = Dwelling.objects.create(community_id=community_id, unit=unit, floor=1, door="101", label="1-1-101")
    columns = ("community_id", "dwelling_id", "number", "moved_in_on", "moved_out_on")
    ((household_id,),) = insert_rows(
        Household,
        columns=columns,
        rows=[(community_id, dwelling.pk, "0101", date(2020, 2, 29), None)],
        returning=("id",),
    )
    household = Household.objects.get(pk=household_id)
    assert (household.moved_in_on, household.moved_out_on) == (date(2020, 2, 29), None)
    resident = Resident.objects.create(community_id=community_id, household=household, name="赵")
    update_rows(
        Resident,
        key="pk",
        columns=("is_head", "born_on", "phone"),
        rows=[(resident.pk, True, date(1950, 1, 1), "13800000000")],
    )
    resident.refresh_from_db()
    assert (resident.is_head, resident.born_on, resident.phone) == (True, date(1950, 1, 1), "13800000000")
