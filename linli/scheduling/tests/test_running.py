"""Clocks that run always, or in working days only: what must hold wherever the zone is and whatever the holidays are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.scheduling.rules.days import HOLIDAY, ONE_DAY, WORKDAY, days_from, kind_of
from linli.scheduling.rules.running import ALWAYS, RUNS, WORKING_DAYS, day_at, running_end, running_seconds

CHINA = ZoneInfo("Asia/Shanghai")
DAY = 86400
# Clocks are changed in the night, at midnight (forward, back), by half an hour; and a day that was left out.
ZONES = [
    ZoneInfo(name)
    for name in (
        "Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Asia/Beirut", "America/Havana", "America/St_Johns",
        "Australia/Lord_Howe", "Pacific/Apia",
    )
]  # fmt: skip
# What is proven here is no matter of speed, and a busy machine is no failure.
relaxed = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
amounts = st.one_of(
    st.just(0), st.integers(0, 3 * DAY), st.integers(0, 40).map(lambda n: n * DAY), st.integers(0, 40 * DAY)
)


@st.composite
def clocks(draw):
    """A kind of clock with its calendar, and an instant near a change of clocks, a year's end or a year nobody knows yet."""
    zone = draw(st.sampled_from(ZONES))
    near = draw(
        st.sampled_from(
            ["2006-10-28", "2011-12-29", "2018-02-17", "2018-11-03", "2026-03-28", "2026-10-24", "2199-12-30"]
        )
    )
    since = datetime.fromisoformat(near).replace(tzinfo=UTC) + timedelta(seconds=draw(st.integers(-5 * DAY, 5 * DAY)))
    days = days_from(first=since.date() - 3 * ONE_DAY, count=60)
    marks = draw(st.dictionaries(st.sampled_from(days), st.sampled_from([HOLIDAY, WORKDAY]), max_size=30))
    return since, {"runs": draw(st.sampled_from(RUNS)), "marks": marks, "zone": zone}


def at(text: str, zone: ZoneInfo = CHINA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def in_working_days(since: datetime, seconds: int, *, zone: ZoneInfo = CHINA, **marks: str) -> datetime:
    """By the wall of the zone; ``d20261010="workday"`` marks a day."""
    days = {date.fromisoformat(day[1:]): kind for day, kind in marks.items()}
    end = running_end(since=since, seconds=seconds, runs=WORKING_DAYS, marks=days, zone=zone)
    assert end.tzinfo is UTC
    return end.astimezone(zone)


@relaxed
@given(clocks(), amounts)
def test_a_clock_has_run_for_exactly_as_long_as_it_was_set_and_not_a_second_before(clock, seconds) -> None:
    since, how = clock
    end = running_end(since=since, seconds=seconds, **how)
    assert running_seconds(since=since, until=end, **how) == seconds
    assert running_seconds(since=since, until=end - timedelta(seconds=1), **how) == max(seconds - 1, 0)


@relaxed
@given(clocks(), amounts, amounts)
def test_a_later_beginning_or_more_time_never_ends_earlier(clock, one, more) -> None:
    since, how = clock
    end = running_end(since=since, seconds=one, **how)
    assert end >= since + timedelta(seconds=one)
    assert running_end(since=since, seconds=one + more, **how) >= end
    assert running_end(since=since + timedelta(seconds=more), seconds=one, **how) >= end


@relaxed
@given(clocks(), amounts, amounts)
def test_what_runs_grows_with_the_span_and_never_faster_than_time(clock, one, more) -> None:
    since, how = clock
    until = since + timedelta(seconds=one)
    ran = running_seconds(since=since, until=until, **how)
    assert 0 <= ran <= one
    assert ran <= running_seconds(since=since, until=until + timedelta(seconds=more), **how) <= ran + more


@relaxed
@given(clocks(), amounts, amounts)
def test_two_times_after_each_other_are_their_sum(clock, one, other) -> None:
    since, how = clock
    middle = running_end(since=since, seconds=one, **how)
    end = running_end(since=middle, seconds=other, **how)
    assert end == running_end(since=since, seconds=one + other, **how)
    split = [running_seconds(since=a, until=b, **how) for a, b in ((since, middle), (middle, end))]
    assert split == [one, other]


@relaxed
@given(clocks(), amounts, amounts, amounts)
def test_a_pause_moves_the_end_and_takes_nothing_of_the_time(clock, seconds, before, pause) -> None:
    since, how = clock
    paused_at = since + timedelta(seconds=before)
    spent = running_seconds(since=since, until=paused_at, **how)
    if spent > seconds:
        return  # it had run down before
    resumed_at = paused_at + timedelta(seconds=pause)
    end = running_end(since=resumed_at, seconds=seconds - spent, **how)
    assert spent + running_seconds(since=resumed_at, until=end, **how) == seconds
    if not pause:
        assert running_seconds(since=since, until=end, **how) == seconds


@relaxed
@given(clocks())
def test_every_instant_lies_in_one_day_and_a_day_off_counts_nothing(clock) -> None:
    since, how = clock
    day = day_at(at=since, zone=how["zone"])
    assert day <= day_at(at=since + timedelta(seconds=1), zone=how["zone"])
    second = {"since": since, "until": since + timedelta(seconds=1), **how}
    works = how["runs"] == ALWAYS or kind_of(day=day, marks=how["marks"]) == WORKDAY
    assert running_seconds(**second) == works


def test_a_day_from_friday_afternoon_ends_on_monday_afternoon() -> None:
    assert in_working_days(at("2026-11-27T15:00"), DAY) == at("2026-11-30T15:00")


def test_what_comes_on_a_saturday_begins_on_monday_at_midnight() -> None:
    assert in_working_days(at("2026-11-28T10:00"), DAY) == at("2026-12-01T00:00")
    assert in_working_days(at("2026-11-28T10:00"), 1) == at("2026-11-30T00:00:01")


def test_what_runs_down_with_the_week_is_not_carried_over_to_monday() -> None:
    assert in_working_days(at("2026-11-23T00:00"), 5 * DAY) == at("2026-11-28T00:00")
    assert in_working_days(at("2026-11-28T10:00"), 0) == at("2026-11-28T10:00")


def test_a_make_up_workday_counts_and_a_holiday_does_not() -> None:
    friday = at("2026-11-27T15:00")
    assert in_working_days(friday, DAY, d20261128="workday") == at("2026-11-28T15:00")
    assert in_working_days(friday, DAY, d20261130="holiday") == at("2026-12-01T15:00")


def test_a_working_day_on_which_clocks_change_has_the_hours_it_has() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    sunday_is_worked = {"d20260329": "workday", "d20261025": "workday"}
    for night, hours in (("2026-03-29", 23), ("2026-10-25", 25)):
        begin = at(f"{night}T00:00", berlin)
        assert in_working_days(begin, hours * 3600, zone=berlin, **sunday_is_worked) == begin + ONE_DAY
    across = in_working_days(at("2026-03-27T15:00", berlin), DAY, zone=berlin)
    assert across == at("2026-03-30T15:00", berlin)


def test_always_runs_over_weekends_and_holidays() -> None:
    end = running_end(since=at("2026-09-30T15:00"), seconds=DAY, runs=ALWAYS, marks={}, zone=CHINA)
    assert (end, end.tzinfo) == (at("2026-10-01T15:00"), UTC)


def test_nothing_runs_backwards() -> None:
    since = at("2026-11-27T15:00")
    for runs in RUNS:
        for until in (since, since - ONE_DAY):
            assert running_seconds(since=since, until=until, runs=runs, marks={}, zone=CHINA) == 0


def test_a_part_of_a_second_is_no_second() -> None:
    since = at("2026-11-27T15:00")
    until = since + timedelta(seconds=2, microseconds=999_999)
    assert {running_seconds(since=since, until=until, runs=runs, marks={}, zone=CHINA) for runs in RUNS} == {2}


@pytest.mark.parametrize(("seconds", "runs"), [(-1, ALWAYS), (-1, WORKING_DAYS), (1, "sometimes"), (0, "")])
def test_a_clock_that_cannot_be_is_a_fault(seconds, runs) -> None:
    with pytest.raises(ValueError, match="a clock"):
        running_end(since=at("2026-11-27T15:00"), seconds=seconds, runs=runs, marks={}, zone=CHINA)
    if seconds >= 0:
        with pytest.raises(ValueError, match="a clock"):
            running_seconds(since=at("2026-11-27T15:00"), until=at("2026-11-27T15:00"), runs=runs, marks={}, zone=CHINA)
