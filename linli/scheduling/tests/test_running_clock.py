"""One clock for thousands of deadlines, by the calendar on file."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from linli.scheduling.actions import fill_calendar
from linli.scheduling.models import CalendarDay, CalendarYear
from linli.scheduling.queries import RunningClock, running_clock
from linli.scheduling.rules.running import ALWAYS, WORKING_DAYS
from linli.scheduling.tests.conftest import NOW, SYSTEM

pytestmark = pytest.mark.django_db
SHANGHAI = "Asia/Shanghai"
CHINA = ZoneInfo(SHANGHAI)
DAY = 86400


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def clock(since: str, **days: int) -> RunningClock:
    return running_clock(time_zone=SHANGHAI, since=at(since), **days)


def ends(held: RunningClock, since: str, days: float) -> str:
    """By the clock on the wall."""
    end = held.end(since=at(since), seconds=round(days * DAY), runs=WORKING_DAYS)
    return end.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@pytest.fixture
def filled() -> None:
    fill_calendar(by=SYSTEM, now=NOW)


def test_national_day_stops_the_clock_and_its_make_up_days_do_not(filled) -> None:
    make_up = set(CalendarDay.objects.filter(year_id=2026, kind="workday").values_list("on", flat=True))
    assert {date(2026, 9, 20), date(2026, 10, 10)} <= make_up
    held = clock("2026-09-01T00:00")
    assert ends(held, "2026-09-30T15:00", 1) == "2026-10-08 15:00"
    assert ends(held, "2026-10-09T15:00", 1) == "2026-10-10 15:00"  # a Saturday that is worked
    assert ends(held, "2026-10-10T15:00", 1) == "2026-10-12 15:00"
    assert ends(held, "2026-09-18T15:00", 1) == "2026-09-20 15:00"  # a Sunday that is worked
    ran = held.seconds(since=at("2026-09-30T15:00"), until=at("2026-10-10T15:00"), runs=WORKING_DAYS)
    assert ran == 3 * DAY
    assert held.end(since=at("2026-09-30T15:00"), seconds=DAY, runs=ALWAYS) == at("2026-10-01T15:00")


def test_one_clock_serves_thousands_of_deadlines_with_one_query(filled, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        held = clock("2026-09-01T00:00")
        for hour in range(2000):
            since = at("2026-09-01T00:00") + timedelta(hours=hour / 2)
            end = held.end(since=since, seconds=5 * DAY, runs=WORKING_DAYS)
            assert held.seconds(since=since, until=end, runs=WORKING_DAYS) == 5 * DAY


@pytest.mark.parametrize("days", [0, 1, 5, 29, 30, 120, 400])
def test_a_window_of_any_size_says_the_same(filled, days) -> None:
    known = clock("2025-12-01T00:00", days=500)
    held = clock("2026-09-01T00:00", days=days)
    for length in (0, 0.5, 1, 20, 21.5, 22, 100):
        assert ends(held, "2026-09-01T09:00", length) == ends(known, "2026-09-01T09:00", length)
    span = {"since": at("2026-01-01T09:00"), "until": at("2026-12-31T09:00"), "runs": WORKING_DAYS}
    assert clock("2026-09-01T00:00", days=days).seconds(**span) == known.seconds(**span)


def test_what_lies_beyond_the_window_is_asked_for_once(filled, django_assert_num_queries) -> None:
    held = clock("2026-09-01T00:00", days=20)
    with django_assert_num_queries(1):
        assert ends(held, "2026-09-30T15:00", 1) == "2026-10-08 15:00"
        assert ends(held, "2026-10-09T15:00", 1) == "2026-10-10 15:00"
    with django_assert_num_queries(1):  # what began before the clock did
        assert ends(held, "2026-04-30T15:00", 1) == "2026-05-06 15:00"
        assert ends(held, "2026-06-18T15:00", 1) == "2026-06-22 15:00"
    with django_assert_num_queries(0):
        held.end(since=at("2030-01-01T09:00"), seconds=900 * DAY, runs=ALWAYS)


def test_a_year_without_a_table_counts_by_weekends(filled) -> None:
    held = clock("2026-12-01T00:00")
    assert ends(held, "2198-01-05T15:00", 1) == "2198-01-08 15:00"  # a Friday
    assert ends(held, "2199-12-31T15:00", 1) == "2200-01-01 15:00"
    assert ends(clock("2199-12-01T00:00"), "2199-12-28T10:00", 1) == "2199-12-31 00:00"  # a Saturday


def test_a_day_typed_by_hand_counts_without_the_rest_of_its_year() -> None:
    CalendarYear.objects.create(pk=2031, source="x")
    CalendarDay.objects.create(year_id=2031, on=date(2031, 3, 3), kind="holiday")
    assert ends(clock("2031-02-01T00:00"), "2031-02-28T15:00", 1) == "2031-03-04 15:00"
