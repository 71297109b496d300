"""The working calendar: from the library, by hand, or by weekends alone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from linli.audit.models import AuditEntry
from linli.scheduling import holidays
from linli.scheduling.actions import fill_calendar
from linli.scheduling.checks import holiday_table
from linli.scheduling.models import CalendarDay, CalendarYear
from linli.scheduling.queries import days_between, is_workday, workday_after
from linli.scheduling.tests.conftest import NOW, SYSTEM

pytestmark = pytest.mark.django_db
UNKNOWN = 2199


def fill() -> list[int]:
    return fill_calendar(by=SYSTEM, now=NOW)


def test_the_library_fills_the_years_it_knows_once() -> None:
    assert {2020, 2025, 2026} <= set(fill())
    assert fill() == []
    assert CalendarYear.objects.get(pk=2026).source == holidays.source()
    assert AuditEntry.objects.filter(verb="filled_calendar").count() == 1


def test_national_day_is_a_holiday_and_its_make_up_day_a_workday() -> None:
    fill()
    days = days_between(first=date(2026, 9, 14), last=date(2026, 10, 11))
    assert days.kind(date(2026, 10, 1)) == "holiday"
    assert days.names[date(2026, 10, 1)] == "国庆节"
    assert not is_workday(day=date(2026, 10, 1))
    make_up = [on for on, kind in days.marks.items() if kind == "workday"]
    assert make_up
    assert all(on.isoweekday() >= 6 and is_workday(day=on) for on in make_up)


def test_workdays_are_counted_over_a_holiday() -> None:
    fill()
    assert workday_after(day=date(2026, 9, 30)) == date(2026, 10, 8)
    assert workday_after(day=date(2026, 11, 27)) == date(2026, 11, 30)
    assert workday_after(day=date(2026, 11, 23), count=5) == date(2026, 11, 30)
    assert workday_after(day=date(2026, 1, 1), count=200) > date(2026, 10, 1)


def test_an_unknown_year_counts_by_weekends_and_says_so() -> None:
    fill()
    monday = date(UNKNOWN, 1, 7)
    assert is_workday(day=monday)
    assert not is_workday(day=date(UNKNOWN, 1, 5))
    days = days_between(first=date(2026, 12, 30), last=date(2027, 1, 3))
    assert days.is_certain(date(2026, 12, 31))
    assert (2027 in days.guessed) == (2027 not in holidays.tables())
    assert days_between(first=monday, last=monday).guessed == {UNKNOWN}
    assert workday_after(day=date(UNKNOWN, 12, 31), count=1).year == UNKNOWN + 1


def test_what_was_typed_by_hand_stays_when_the_library_knows_better() -> None:
    CalendarYear.objects.create(pk=2026, source="chinesecalendar 1.0")
    CalendarDay.objects.create(year_id=2026, on=date(2026, 10, 1), kind="workday", name="值守")
    CalendarDay.objects.create(year_id=2026, on=date(2026, 11, 4), kind="holiday", by_hand=False)
    assert 2026 in fill()
    assert is_workday(day=date(2026, 10, 1))
    assert is_workday(day=date(2026, 11, 4))


def test_a_year_that_a_person_put_on_file_is_left_alone() -> None:
    CalendarYear.objects.create(pk=2026, source="国办发明电〔2025〕7号")
    assert 2026 not in fill()
    assert is_workday(day=date(2026, 10, 1))


@pytest.mark.parametrize(
    ("day", "known", "fine", "year"),
    [
        ("2026-10-31", {2026}, True, "2026"),
        ("2026-11-02", {2026}, True, "2027"),
        ("2026-12-01", {2026}, False, "2027"),
        ("2026-12-01", {2026, 2027}, True, "2027"),
        ("2027-01-02", {2026}, False, "2027"),
        ("2026-12-01", set(), False, "2026"),
    ],
)
def test_the_house_is_told_in_winter_that_next_years_table_is_missing(day, known, fine, year) -> None:
    for one in known:
        CalendarYear.objects.create(pk=one, source="x")
    with translation.override("en"):
        [finding] = holiday_table(datetime.fromisoformat(day).replace(hour=4, tzinfo=UTC))
        assert (finding.fine, year in str(finding.sentence)) == (fine, True)
