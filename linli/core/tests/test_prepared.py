"""Reads whose SQL is built once give what the ORM gives, and cost one query each time."""

from datetime import UTC, date, datetime

import pytest

from linli.core.among import Slot
from linli.core.prepared import PreparedRead
from linli.registry.models import Community, Grid, Household
from linli.safety.models import QuarantinedSignal

pytestmark = pytest.mark.django_db

NAMES = PreparedRead(
    lambda: Community.objects.filter(code__among=Slot("codes")).order_by("code").values_list("id", "name")
)
GRIDS = PreparedRead(
    lambda most: (
        Grid.objects.filter(community_id__among=Slot("communities"), number__lte=most)
        .order_by("number")
        .values_list("number", "community__code")
    )
)


@pytest.fixture
def towns():
    return [Community.objects.create(code=code, name=f"{code} 社区") for code in ("east", "west")]


def test_a_prepared_read_gives_what_is_there_now(towns, django_assert_num_queries) -> None:
    east, west = towns
    assert NAMES.rows(codes=["east"]) == [(east.id, "east 社区")]
    Community.objects.filter(id=east.id).update(name="东")
    with django_assert_num_queries(1):
        assert NAMES.rows(codes=["west", "east", "nowhere"]) == [(east.id, "东"), (west.id, "west 社区")]
    assert NAMES.rows(codes=[]) == []


def test_a_prepared_read_takes_any_number_of_values(towns) -> None:
    assert len(NAMES.rows(codes=["east", *(f"no-{n}" for n in range(5000))])) == 1


def test_a_value_cannot_become_a_statement(towns) -> None:
    assert NAMES.rows(codes=["east') OR 1=1 --", "%s", '"']) == []


def test_another_shape_is_another_query(towns) -> None:
    east, west = towns
    for number in range(1, 4):
        Grid.objects.create(community=east, number=number, name=str(number))
    assert GRIDS.rows(1, communities=[east.id, west.id]) == [(1, "east")]
    assert GRIDS.rows(2, communities=[east.id]) == [(1, "east"), (2, "east")]
    assert GRIDS.rows(1, communities=[west.id]) == []


def test_values_come_converted_as_from_the_orm(towns) -> None:
    at = datetime(2026, 11, 23, 4, 5, 6, 789, tzinfo=UTC)
    QuarantinedSignal.objects.create(
        community=towns[0], origin="a", received_at=at, subject="", reason="not_json", payload=b"x", size_bytes=1
    )
    query = QuarantinedSignal.objects.filter(community_id__among=Slot("ids")).values_list("received_at", "reason")
    assert PreparedRead(lambda: query).rows(ids=[towns[0].id]) == [(at, "not_json")]


def test_a_date_in_the_shape_is_understood(towns) -> None:
    since = PreparedRead(
        lambda day: Household.objects.filter(moved_in_on__lte=day, community_id__among=Slot("ids")).values_list("id")
    )
    assert since.rows(date(2026, 1, 1), ids=[1]) == []
