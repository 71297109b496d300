"""Numbers about incidents, counted by hand on a small town."""

from datetime import date, datetime, timedelta

import pytest

from linli.incidents.models import Cause, Drill, Incident
from linli.incidents.queries import Period, quantile, statistics_of
from linli.registry.queries import EVERYTHING, NOTHING
from tests.harness import Town

START = datetime.fromisoformat("2026-10-05T08:00:00+08:00")  # a Monday
WHOLE = Period(since_on=date(2026, 10, 5), until_on=date(2026, 11, 1))


@pytest.fixture
def town(db):
    return Town()


def add(town, number, *, hour=8, day=0, answered=None, cause=None, **fields):
    opened = START + timedelta(days=day, hours=hour - 8)
    closed = {}
    if cause:
        found = Cause.objects.get(kind_id=fields.get("kind_id", "gas_leak"), code=cause)
        closed = {"closed_at": opened + timedelta(hours=1), "handling": "closed", "cause": found}
    else:
        closed = {"handling": "unacknowledged", "next_step_at": opened}
    given = {"kind_id": "gas_leak", "severity": 1, "building": town.building, **closed, **fields}
    Incident.objects.create(
        community=town.community, source=f"device:{number}", source_label="G", place="8栋", condition="active",
        opened_at=opened, happened_at=opened, last_signal_at=opened,
        first_answer_at=opened + timedelta(seconds=answered) if answered is not None else None, **given,
    )  # fmt: skip


def numbers(period=WHOLE, scope=EVERYTHING):
    return statistics_of(scope=scope, period=period)


def test_weeks_without_incidents_are_counted_too(town):
    add(town, 1, cause="test", answered=30)
    add(town, 2, day=15, cause="old_hose", answered=600)
    weeks = numbers().weeks
    assert [(week.starts_on.isoformat(), week.incidents, week.false_alarms) for week in weeks] == [
        ("2026-10-05", 1, 1), ("2026-10-12", 0, 0), ("2026-10-19", 1, 0), ("2026-10-26", 0, 0),
    ]  # fmt: skip
    assert weeks[1].first_answer.median_seconds is None


def test_both_days_of_a_period_count(town):
    add(town, 1, day=-1)
    add(town, 2)
    add(town, 3, day=27, hour=23)
    add(town, 4, day=28, hour=0)
    assert numbers().incidents == 2


def test_drills_and_what_can_wait_are_left_out(town):
    drill = Drill.objects.create(
        community=town.community, title="x", kind_id="gas_leak", started_at=START, started_by="陈书记"
    )
    add(town, 1, drill=drill)
    add(town, 2, kind_id="low_battery", severity=3)
    add(town, 3)
    found = numbers()
    assert (found.incidents, found.drills_left_out, found.still_open) == (1, 1, 1)
    assert numbers(Period(WHOLE.since_on, WHOLE.until_on, "low_battery")).incidents == 1


def test_the_wait_for_a_first_answer(town):
    for number, seconds in enumerate([10, 20, 30, 40, 50, 60, 70, 80, 90, 4000]):
        add(town, number, answered=seconds)
    add(town, 99)
    found = numbers()
    assert (found.first_answer.count, found.first_answer.median_seconds, found.first_answer.p90_seconds) == (10, 50, 90)
    assert found.first_answer.longest_seconds == 4000
    assert found.first_answer_steps == [6, 3, 0, 0, 0, 1]
    assert found.unanswered == 1


def test_under_ten_the_slowest_tenth_is_not_said(town):
    add(town, 1, answered=10)
    waits = numbers().first_answer
    assert (waits.p90_seconds, waits.longest_seconds, waits.tail_is_known) == (None, 10, False)


def test_causes_kinds_buildings_and_hours(town):
    add(town, 1, hour=18, cause="test")
    add(town, 2, hour=18, cause="test", building=None)
    add(town, 3, hour=3, cause="smoking", kind_id="smoke")
    found = numbers()
    assert [(one.title, one.incidents) for one in found.kinds] == [("燃气泄漏报警", 2), ("烟雾报警", 1)]
    assert [(one.ident, one.incidents) for one in found.causes] == [("test", 2), ("smoking", 1)]
    assert [(one.title, one.incidents) for one in found.buildings] == [("8栋", 2), ("", 1)]
    assert (found.hours[18], found.hours[3], sum(found.hours)) == (2, 1, 3)
    assert (found.false_alarms.part, found.false_alarms.whole, found.false_alarms.percent) == (3, 3, None)


def test_thirty_are_enough_for_a_rate(town):
    for number in range(30):
        add(town, number, cause="test" if number < 6 else "old_hose")
    assert numbers().false_alarms.percent == 20


def test_nobody_counts_what_is_not_theirs(town):
    add(town, 1)
    assert numbers(scope=NOTHING).incidents == 0


@pytest.mark.parametrize("many", [1, 60])
def test_statistics_cost_the_same_however_much_happened(town, many, django_assert_max_num_queries):
    for number in range(many):
        add(town, number, cause="test", answered=number)
    with django_assert_max_num_queries(5):
        numbers()


@pytest.mark.parametrize(
    ("values", "share", "found"),
    [([], 0.5, None), ([4], 0.9, 4), ([1, 2, 3], 0.5, 2), ([1, 2, 3, 4], 0.5, 2), (list(range(1, 11)), 0.9, 9)],
)
def test_a_quantile_is_a_value_that_was_measured(values, share, found):
    assert quantile(sorted_values=values, share=share) == found
