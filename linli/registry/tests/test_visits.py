"""Visits: who is due by when, writing one down, and the pages at the door and on paper."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.core.actors import Actor
from linli.core.errors import NotAllowed, NotFound
from linli.core.rooms import ChartArea
from linli.registry import actions, errors
from linli.registry.actions.groups import put_on_list, take_off_list
from linli.registry.actions.visits import record_visit
from linli.registry.groups import OPEN, Group
from linli.registry.measures import visits_by_door
from linli.registry.models import HomeVisit, Membership
from linli.registry.queries import EVERYTHING, Scope
from linli.registry.queries.visits import overdue_count, visits_at, visits_due
from linli.registry.rules import visit_due_on
from linli.registry.tests.conftest import NOW, SYSTEM, TODAY, Compound, acting

KEPT: dict[str, Any] = {"by": SYSTEM, "now": NOW}
SINCE = date(2026, 9, 1)
ALL = tuple(map(str, Group))


def listed(compound: Compound, group: str = Group.LIVING_ALONE, **more: Any) -> Membership:
    """The grandmother is on a list since September."""
    told: dict[str, Any] = {"resident_id": compound.grandmother.pk, "group": group, "since_on": SINCE, **KEPT, **more}
    return put_on_list(**told)


def visited(compound: Compound, on: date = TODAY, found: str = "well", **more: Any) -> HomeVisit:
    told: dict[str, Any] = {"household_id": compound.household.pk, "key": uuid4(), "visited_on": on, "found": found}
    return record_visit(**(told | KEPT | more))


def due(scope: Scope = EVERYTHING, *, until: int = 400, groups: tuple[str, ...] = ALL) -> list[Any]:
    return visits_due(scope=scope, on=TODAY, until=TODAY + timedelta(days=until), groups=groups)


def test_who_was_never_visited_is_due_an_interval_after_being_listed(compound: Compound) -> None:
    listed(compound)
    row = due()[0]
    assert (row.place, row.people, row.last_on) == ("8栋3单元502", ("赵桂兰",), None)
    assert row.due_on == SINCE + timedelta(days=7)
    assert row.late_days == (TODAY - row.due_on).days


def test_a_visit_that_found_somebody_moves_the_day_and_one_in_vain_does_not(compound: Compound) -> None:
    listed(compound)
    visited(compound, TODAY - timedelta(days=5))
    assert due()[0].due_on == TODAY + timedelta(days=2)
    visited(compound, TODAY, "nobody")
    assert due()[0].due_on == TODAY + timedelta(days=2)
    visited(compound, TODAY, "needs_help", to_do="换灯泡")
    assert (due()[0].due_on, due()[0].last_on) == (TODAY + timedelta(days=7), TODAY)


def test_the_shortest_interval_of_a_household_counts(compound: Compound) -> None:
    listed(compound, Group.ALLOWANCE)
    visited(compound, TODAY)
    assert due()[0].due_on == TODAY + timedelta(days=90)
    listed(compound, Group.ADVANCED_AGE)
    assert due()[0].due_on == TODAY + timedelta(days=30)
    other = actions.add_resident(household_id=compound.household.pk, name="钱大爷", **KEPT)
    place = listed(compound, Group.DEPENDENT, resident_id=other.pk)
    assert due()[0].due_on == TODAY + timedelta(days=7)
    take_off_list(membership_id=place.pk, until_on=TODAY - timedelta(days=1), **KEPT)
    assert due()[0].due_on == TODAY + timedelta(days=30)


def test_who_is_put_on_a_list_today_is_not_late_today(compound: Compound) -> None:
    visited(compound, TODAY - timedelta(days=300))
    listed(compound, since_on=TODAY)
    assert due()[0].due_on == TODAY + timedelta(days=7)


def test_nobody_who_left_died_or_need_not_be_visited_is_due(compound: Compound) -> None:
    listed(compound, every_days=0)
    assert due() == []
    listed(compound, Group.ADVANCED_AGE)
    assert len(due()) == 1
    actions.record_death(resident_id=compound.grandmother.pk, on=TODAY, **KEPT)
    assert due() == []
    assert overdue_count(scope=EVERYTHING, on=TODAY) == 0


def test_the_latest_come_first_then_door_by_door(compound: Compound) -> None:
    listed(compound, every_days=10)
    listed(compound, resident_id=compound.neighbour.pk, every_days=10)
    assert [row.place for row in due()] == ["8栋3单元502", "9栋3单元502"]
    record_visit(
        household_id=compound.household.pk, key=uuid4(), visited_on=SINCE + timedelta(days=1), found="well", **KEPT
    )
    assert [row.place for row in due()] == ["9栋3单元502", "8栋3单元502"]


@given(
    since=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    every=st.integers(1, 730),
    last=st.none() | st.dates(date(2020, 1, 1), date(2026, 12, 31)),
)
def test_nobody_waits_longer_than_the_interval_nor_is_due_before_it(since: date, every: int, last: date | None) -> None:
    day = visit_due_on(since_on=since, every_days=every, last_on=last)
    began = max(since, last or since)
    assert (day - began).days == every
    assert day > since
    assert last is None or day > last


places = st.lists(
    st.tuples(
        st.sampled_from(ALL),
        st.integers(-400, 3),
        st.none() | st.sampled_from([1, 7, 30, 90]) | st.integers(1, 730),
        st.none() | st.integers(-60, 60),
    ),
    unique_by=lambda place: place[0],
    max_size=5,
)
seen = st.lists(st.tuples(st.integers(-400, 0), st.sampled_from(["well", "needs_help", "nobody"])), max_size=5)


def naive_due(places: list[Any], visits: list[Any]) -> date | None:
    """The same said slowly, day by day, without the database."""
    found = [on for on, how in visits if how != "nobody"]
    days = [
        max(since, *found) + every if found else since + every
        for _group, since, every, until in places
        if every is not None and since <= 0 and (until is None or max(until, since) >= 0)
    ]
    return TODAY + timedelta(days=min(days)) if days else None


def write_down(compound: Compound, places: list[Any], visits: list[Any]) -> None:
    Membership.objects.all().delete()
    HomeVisit.objects.all().delete()
    for group, since, every, until in places:
        Membership.objects.create(
            community=compound.community, resident=compound.grandmother, group=group, every_days=every,
            since_on=TODAY + timedelta(days=since),
            until_on=None if until is None else TODAY + timedelta(days=max(until, since)),
        )  # fmt: skip
    for on, found in visits:
        HomeVisit.objects.create(
            community=compound.community, household=compound.household, visited_on=TODAY + timedelta(days=on),
            found=found, visitor_name="孙二娘", written_at=NOW,
        )  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=places, visits=seen, until=st.integers(-30, 30))
def test_the_day_is_what_one_would_count_by_hand(compound: Compound, places, visits, until) -> None:
    write_down(compound, places, visits)
    wanted = naive_due(places, visits)
    assert visits_at(household_id=compound.household.pk, on=TODAY).due_on == wanted
    rows = due(until=until)
    assert [row.due_on for row in rows] == (
        [wanted] if wanted is not None and wanted <= TODAY + timedelta(days=until) else []
    )
    late = wanted is not None and wanted < TODAY
    assert overdue_count(scope=EVERYTHING, on=TODAY) == late
    marks = visits_by_door(ChartArea(compound.community.pk), NOW)
    assert (compound.dwelling.pk in marks) == (wanted is not None)
    assert marks[compound.dwelling.pk].shade == 3 if late else True


def test_the_same_form_twice_is_one_visit_and_one_trace(compound: Compound) -> None:
    by, key = acting(compound.captain()), uuid4()
    first = visited(compound, by=by, key=key, note="挺好")
    again = visited(compound, by=by, key=key, note=" 挺好 ", now=NOW + timedelta(days=40))
    assert again.pk == first.pk
    assert AuditEntry.objects.filter(verb="visited", object_type="homevisit").count() == 1
    assert first.visitor_name == "演示danyuan"


def test_a_form_corrected_on_the_same_day_changes_its_visit_and_later_or_by_others_does_not(compound: Compound) -> None:
    by, key = acting(compound.captain()), uuid4()
    first = visited(compound, by=by, key=key)
    visited(compound, by=by, key=key, found="needs_help", to_do="修门锁")
    first.refresh_from_db()
    assert (first.found, first.to_do) == ("needs_help", "修门锁")
    trace = AuditEntry.objects.get(verb="changed", object_type="homevisit")
    assert "门锁" not in str(trace.details)
    secretary = acting(compound.secretary())
    for told in (
        {"by": by, "now": NOW + timedelta(days=1), "note": "另一天"},
        {"by": secretary, "note": "别人"},
        {"by": secretary, "household_id": compound.far_household.pk},
    ):
        with pytest.raises(errors.VisitAlreadyKept):
            visited(compound, key=key, **told)
    first.refresh_from_db()
    assert (first.note, HomeVisit.objects.count()) == ("", 1)


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"found": ""}, "found"),
        ({"found": "fine"}, "found"),
        ({"found": "needs_help"}, "to_do"),
        ({"on": TODAY + timedelta(days=1)}, "visited_on"),
        ({"on": date(2001, 4, 30)}, "visited_on"),
    ],
)
def test_a_visit_that_cannot_be_is_refused_at_its_field(compound: Compound, told, field: str) -> None:
    with pytest.raises((errors.VisitIncomplete, errors.VisitDayWrong)) as refused:
        visited(compound, **told)
    assert field in refused.value.fields
    assert not HomeVisit.objects.exists()


def test_a_visit_of_before_a_household_left_can_still_be_typed_in(compound: Compound) -> None:
    actions.move_out(household_id=compound.household.pk, on=TODAY - timedelta(days=10), **KEPT)
    visited(compound, TODAY - timedelta(days=11))
    with pytest.raises(errors.VisitDayWrong):
        visited(compound, TODAY)


def test_a_captain_writes_for_their_own_stairwell_only_and_a_visitor_for_none(compound: Compound) -> None:
    captain = acting(compound.captain())
    visited(compound, by=captain)
    with pytest.raises(NotFound):
        visited(compound, by=captain, household_id=compound.far_household.pk)
    with pytest.raises(NotAllowed):
        visited(compound, by=Actor(kind="visitor", label="visitor"))


def test_what_was_seen_is_neither_in_the_trail_nor_in_clear_in_the_database(compound: Compound) -> None:
    visit = visited(compound, note="独自在家", to_do="送药")
    entry = AuditEntry.objects.get(verb="visited")
    assert entry.details == {"found": "well", "on": TODAY.isoformat()}
    with connection.cursor() as cursor:
        cursor.execute("SELECT note, to_do FROM registry_homevisit WHERE id = %s", [visit.pk])
        assert not any("独自" in text or "送药" in text for text in cursor.fetchone())


def test_restricted_lists_count_and_are_not_named(compound: Compound) -> None:
    listed(compound, Group.PETITION, every_days=3, helper_name="吴干事")
    row = due(groups=OPEN)[0]
    assert (row.groups, row.looks_after, row.due_on) == ((), "", SINCE + timedelta(days=3))
    assert due()[0].looks_after == "吴干事"


def test_the_captain_of_the_stairwell_looks_after_it_before_that_of_the_building(compound: Compound) -> None:
    listed(compound)
    assert due()[0].looks_after == ""
    compound.signs_in(Role.BUILDING_CAPTAIN, "louzhang", compound.building.pk)
    assert due()[0].looks_after == "演示louzhang"
    compound.captain()
    assert due()[0].looks_after == "演示danyuan"


def test_due_visits_are_asked_for_in_four_questions(compound: Compound, django_assert_num_queries) -> None:
    for group in (Group.LIVING_ALONE, Group.ALLOWANCE, Group.ADVANCED_AGE):
        listed(compound, group)
        listed(compound, group, resident_id=compound.neighbour.pk)
    with django_assert_num_queries(4):
        assert len(due()) == 2
    with django_assert_num_queries(2):
        assert overdue_count(scope=EVERYTHING, on=TODAY) == 2
    with django_assert_num_queries(1):
        visits_by_door(ChartArea(compound.community.pk), NOW)
