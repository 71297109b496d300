"""The clock of a request: waiting is left out to the second, alarms come in order, waking alarms nobody at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from linli.casework.actions.alarms import say_alarms
from linli.casework.actions.answering import reopen_request, resolve_request, resume_request
from linli.casework.actions.handing import take_request
from linli.casework.actions.joining import merge_request, split_request
from linli.casework.actions.links import answer_case_link, ask_reporter
from linli.casework.actions.sorting import sort_request, time_request
from linli.casework.models import ClockGrade, Policy, Step
from linli.casework.rules.clocks import ALARMS, end_without, next_alarm, not_at_once, times_of
from linli.scheduling.models import CalendarDay, CalendarYear
from linli.scheduling.queries import running_clock

START = datetime(2026, 9, 21, 4, 0, tzinfo=UTC)
DAY = 86_400


class EverySecondHour:
    """Time that passes in the even hours of the day only: a fake whose answers can be counted on fingers."""

    def end(self, *, since: datetime, seconds: int, runs: str) -> datetime:
        at, left = since, seconds
        while True:
            change = at.replace(minute=0, second=0) + timedelta(hours=1)
            if at.hour % 2 == 0:
                room = int((change - at).total_seconds())
                if left <= room:
                    return at + timedelta(seconds=left)
                left -= room
            elif not left:
                return at
            at = change

    def seconds(self, *, since: datetime, until: datetime, runs: str) -> int:
        at, ran = since, 0
        while at < until:
            change = min(at.replace(minute=0, second=0) + timedelta(hours=1), until)
            ran += int((change - at).total_seconds()) if at.hour % 2 == 0 else 0
            at = change
        return ran


FAKE = EverySecondHour()


@pytest.fixture
def real(db):
    """The house's own clock around the National Day, with its holidays and a make-up Saturday."""
    year, _made = CalendarYear.objects.get_or_create(pk=2026, defaults={"source": "by hand"})
    CalendarDay.objects.filter(on__gte="2026-09-20", on__lte="2026-10-12").delete()
    for day in range(1, 8):
        CalendarDay.objects.create(year=year, on=f"2026-10-0{day}", kind="holiday", name="国庆节")
    CalendarDay.objects.create(year=year, on="2026-10-10", kind="workday", name="调休")
    return running_clock(time_zone="Asia/Shanghai", since=START, days=800)


@st.composite
def pauses(draw, most=4):
    """Stretches of waiting in order, some before the clock begins, none overlapping."""
    at, found = START - timedelta(seconds=draw(st.integers(0, DAY))), []
    for _n in range(draw(st.integers(0, most))):
        begin = at + timedelta(seconds=draw(st.integers(0, 4 * DAY)))
        at = begin + timedelta(seconds=draw(st.integers(0, 5 * DAY)))
        found.append((begin, at))
    return found


ALLOWANCE = st.integers(0, 16 * DAY)
RUNS = st.sampled_from(["always", "working_days"])
WITH_A_CLOCK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def left_out(ends_at, stretches, running, runs):
    """The running time of all waiting that began before the end, or had begun when the clock did. Of no time at all none is left out."""
    since = [(max(begin, START), finish) for begin, finish in stretches if finish > START]
    counted = [(begin, finish) for begin, finish in since if begin < ends_at]
    return sum(running.seconds(since=begin, until=finish, runs=runs) for begin, finish in counted)


def waiting_is_left_out(running, allowance, stretches, runs):
    """The due time is moved by exactly the running time waited, and never brought forward."""
    asked = {"since": START, "runs": runs, "running": running}
    ends_at = end_without(seconds=allowance, pauses=stretches, **asked)
    ran = running.seconds(since=START, until=ends_at, runs=runs)
    assert ran - left_out(ends_at, stretches, running, runs) == allowance
    for n in range(len(stretches)):
        fewer = end_without(seconds=allowance, pauses=stretches[:n], **asked)
        assert fewer <= ends_at
        without = end_without(seconds=allowance, pauses=stretches[:n] + stretches[n + 1 :], **asked)
        assert without <= ends_at


@given(allowance=ALLOWANCE, stretches=pauses())
@settings(max_examples=80, deadline=None)
def test_waiting_is_left_out_to_the_second(allowance, stretches):
    waiting_is_left_out(FAKE, allowance, stretches, "always")


@given(allowance=ALLOWANCE, stretches=pauses(), runs=RUNS)
@example(allowance=7 * DAY, stretches=[(START, START + timedelta(days=20))], runs="working_days")
@example(allowance=0, stretches=[(START - timedelta(seconds=1), START + timedelta(seconds=1))], runs="always")
@WITH_A_CLOCK
def test_waiting_is_left_out_of_working_days_too(real, allowance, stretches, runs):
    waiting_is_left_out(real, allowance, stretches, runs)


@given(allowance=ALLOWANCE, stretches=pauses(), percent=st.integers(0, 99), factor=st.integers(0, 9))
@settings(max_examples=80, deadline=None)
def test_warned_before_due_and_due_before_late(allowance, stretches, percent, factor):
    times = times_of(
        since=START, allowance=allowance, runs="always", pauses=stretches, warn_percent=percent, late_factor=factor,
        running=FAKE,
    )  # fmt: skip
    assert START <= times.warn_at <= times.due_at <= times.late_at


@given(allowance=ALLOWANCE, stretches=pauses(), runs=RUNS, numbers=st.tuples(st.integers(0, 99), st.integers(1, 3)))
@WITH_A_CLOCK
def test_alarms_come_once_each_in_order(real, allowance, stretches, runs, numbers):
    percent, factor = numbers
    times = times_of(
        since=START, allowance=allowance, runs=runs, pauses=stretches, warn_percent=percent, late_factor=factor,
        running=real,
    )  # fmt: skip
    said, heard = "", []
    while (coming := next_alarm(said=said, times=times)) != ("", None):
        said, at = coming
        heard.append((said, at))
    assert [alarm for alarm, _at in heard] == list(ALARMS)
    assert all(first[1] <= second[1] for first, second in pairwise(heard))


@given(at=st.integers(-100 * DAY, 100 * DAY), grace=st.integers(0, 7 * DAY))
def test_waking_alarms_nobody_before_the_grace_is_over(at, grace):
    wanted = START + timedelta(seconds=at)
    alarm = not_at_once(at=wanted, now=START, grace_seconds=grace)
    assert alarm >= START + timedelta(seconds=grace)
    assert alarm >= wanted
    assert alarm in {wanted, START + timedelta(seconds=grace)}


# ---------------------------------------------------------------- with requests


def waits(office, request, *, days, by=None):
    """Somebody takes it, asks, and gets the answer so many days later."""
    link = ask_reporter(
        by=by or office.captain,
        now=office.now,
        request_id=request.pk,
        reporter_id=request.reporters.get().pk,
        text="哪一层？",
    )
    office.now += timedelta(days=days)
    answer_case_link(now=office.now, link_id=link.pk, text="三层")
    return office.again(request)


def running_days(office, since, until):
    return running_clock(time_zone="Asia/Shanghai", since=since).seconds(since=since, until=until, runs="working_days")


@pytest.mark.parametrize("days", [0, 1, 4])
def test_waiting_for_the_resident_moves_the_due_time_by_what_was_waited(office, days):
    request = office.enter()
    office.now += timedelta(days=1)
    since = office.now
    after = waits(office, request, days=days)
    assert running_days(office, request.due_at, after.due_at) == running_days(office, since, office.now)
    assert (after.state, after.paused_at) == ("in_hand", None)
    assert after.next_alarm_at >= office.now + timedelta(hours=4)


def test_another_category_and_back_is_the_same_due_time(office):
    before = waits(office, office.enter(), days=2)
    for code in ("snow", "gas", "renovation", "light"):
        sort_request(by=office.captain, now=office.now, request_id=before.pk, category_id=office.category(code).pk)
        if code == "gas":
            assert office.again(before).due_at < before.due_at
    after = office.again(before)
    assert (after.due_at, after.late_at, after.allowance_seconds, after.runs, after.respond_due_at) == (
        before.due_at, before.late_at, before.allowance_seconds, before.runs, before.respond_due_at,
    )  # fmt: skip


def test_a_due_time_given_by_hand_is_kept_by_another_category(office):
    request = office.enter()
    by_hand = office.now + timedelta(days=30)
    time_request(by=office.desk, now=office.now, request_id=request.pk, due_at=by_hand, text="等配件")
    sort_request(by=office.desk, now=office.now, request_id=request.pk, category_id=office.category("gas").pk)
    assert office.again(request).due_at == by_hand


def test_a_due_time_given_while_waiting_is_moved_by_what_is_waited_from_then_on(office):
    """Not by what had been waited before: whoever gave the day knew of that."""
    request = office.enter(category="water_leak")
    link = ask_reporter(
        by=office.captain, now=office.now, request_id=request.pk, reporter_id=request.reporters.get().pk, text="哪里？"
    )
    office.now += timedelta(days=2)
    by_hand = office.now + timedelta(days=2)
    time_request(by=office.desk, now=office.now, request_id=request.pk, due_at=by_hand, text="等配件")
    assert office.again(request).due_at == by_hand
    office.now += timedelta(days=1)
    answer_case_link(now=office.now, link_id=link.pk, text="厨房")
    assert office.again(request).due_at == by_hand + timedelta(days=1)


def test_the_hotlines_due_time_stays_as_its_sheet_has_it(office):
    sheet = office.now + timedelta(days=3)
    request = office.enter(outside_number="12345-1", due_at=sheet)
    after = waits(office, request, days=2)
    sort_request(by=office.desk, now=office.now, request_id=request.pk, category_id=office.category("roof").pk)
    assert (after.due_at, office.again(request).due_at) == (sheet, sheet)


def test_alarms_are_said_to_those_who_can_do_something_once_each(office):
    request = office.enter(category="water_leak")
    for _n in range(80):
        office.now += timedelta(hours=1)
        say_alarms(now=office.now)
        say_alarms(now=office.now)
    said = list(Step.objects.filter(request=request, aspect="alarm").order_by("pk").values_list("verb", "at", "params"))
    assert [verb for verb, _at, _params in said] == ["alarm_warn", "alarm_due", "alarm_late"]
    hours = [(at - request.received_at).total_seconds() / 3600 for _verb, at, _params in said]
    assert hours == [18, 24, 72]
    told = [params["told"] for _verb, _at, params in said]
    assert told == [["赵玉兰"], ["赵玉兰", "孙德福"], ["赵玉兰", "孙德福", "陈书记"]]
    assert (office.again(request).next_alarm, office.again(request).next_alarm_at) == ("", None)


def test_nobody_is_alarmed_while_the_clock_stands_and_not_at_once_when_it_wakes(office):
    request = office.enter(category="water_leak")
    office.now += timedelta(hours=17)
    ask_reporter(
        by=office.captain, now=office.now, request_id=request.pk, reporter_id=request.reporters.get().pk, text="哪里？"
    )
    office.now += timedelta(days=4)
    assert say_alarms(now=office.now) == 0
    resume_request(by=office.captain, now=office.now, request_id=request.pk)
    after = office.again(request)
    assert after.due_at == request.due_at + timedelta(days=4)
    assert say_alarms(now=office.now + timedelta(hours=3, minutes=59)) == 0
    assert say_alarms(now=office.now + timedelta(hours=4)) == 1


def test_an_answer_while_waiting_is_not_late_by_the_waiting(office):
    request = office.enter(category="water_leak")
    office.now += timedelta(hours=1)
    ask_reporter(
        by=office.captain, now=office.now, request_id=request.pk, reporter_id=request.reporters.get().pk, text="哪里？"
    )
    office.now += timedelta(days=3)
    resolve_request(by=office.captain, now=office.now, request_id=request.pk, text="已修好")
    after = office.again(request)
    assert after.due_at == request.due_at + timedelta(days=3)
    assert (after.paused_at, after.next_alarm_at) == (None, None)


def test_grades_that_change_hold_for_what_begins_then_and_not_for_what_runs(office):
    request = office.enter(category="water_leak")
    on = office.now.date() + timedelta(days=1)
    ClockGrade.objects.create(
        community=office.community, code="24h", title_zh="水电", title_en="x", seconds=DAY // 2, respond_seconds=600, runs="always",
        since_on=on,
    )  # fmt: skip
    office.now += timedelta(days=2)
    link = ask_reporter(
        by=office.captain, now=office.now, request_id=request.pk, reporter_id=request.reporters.get().pk, text="哪里？"
    )
    answer_case_link(now=office.now, link_id=link.pk, text="厨房")
    ask_reporter(
        by=office.captain, now=office.now, request_id=request.pk, reporter_id=request.reporters.get().pk, text="哪里？"
    )
    resolve_request(by=office.captain, now=office.now, request_id=request.pk, text="已修好")
    assert office.again(request).due_at == request.due_at
    reopen_request(by=office.desk, now=office.now, request_id=request.pk, text="又漏了")
    assert office.again(request).due_at == office.now + timedelta(hours=12)


def test_joined_the_earlier_due_time_counts_also_after_waiting_and_answering(office):
    slow, quick = office.enter(), office.enter("楼道漏水", category="water_leak")
    merge_request(by=office.desk, now=office.now, request_id=quick.pk, into_id=slow.pk)
    into = office.again(slow)
    assert into.due_at == min(slow.due_at, quick.due_at) == quick.due_at
    ask_reporter(
        by=office.captain,
        now=office.now,
        request_id=slow.pk,
        reporter_id=slow.reporters.order_by("pk")[0].pk,
        text="哪里？",
    )
    office.now += timedelta(days=1)
    resolve_request(by=office.captain, now=office.now, request_id=slow.pk, text="已修好")
    assert office.again(slow).due_at == quick.due_at + timedelta(days=1)


def test_joined_to_one_that_has_waited_the_due_time_is_not_brought_forward_later(office):
    into = office.enter(category="water_leak")
    into = waits(office, into, days=4)
    other = office.enter("又漏水", category="gas")
    merge_request(by=office.desk, now=office.now, request_id=other.pk, into_id=into.pk)
    assert office.again(into).due_at == other.due_at
    after = waits(office, office.again(into), days=1) if into.reporters.count() == 1 else office.again(into)
    assert after.due_at >= other.due_at


def test_a_part_has_waited_as_long_as_the_whole(office):
    whole = waits(office, office.enter(category="water_leak"), days=3)
    parts = split_request(
        by=office.desk, now=office.now, request_id=whole.pk,
        parts=[("厨房漏水", office.category("water_leak").pk), ("灯不亮", office.category("light").pk)],
    )  # fmt: skip
    assert parts[0].due_at == whole.due_at
    assert office.again(parts[0]).next_alarm_at > office.now


@pytest.mark.parametrize("deed", ["take", "resume", "resolve"])
def test_whatever_ends_the_waiting_wakes_the_clock(office, deed):
    request = office.enter(category="water_leak")
    ask_reporter(
        by=office.captain, now=office.now, request_id=request.pk, reporter_id=request.reporters.get().pk, text="哪里？"
    )
    office.now += timedelta(days=3)
    common = {"by": office.captain, "now": office.now, "request_id": request.pk}
    if deed == "take":
        take_request(**common)
    elif deed == "resume":
        resume_request(**common)
    else:
        resolve_request(**common, text="已修好")
    after = office.again(request)
    assert (after.paused_at, after.due_at) == (None, request.due_at + timedelta(days=3))


def test_the_rules_numbers_are_the_communitys(office):
    Policy.objects.create(community=office.community, since_on=office.now.date(), wake_grace_seconds=60, late_factor=2)
    request = office.enter(category="water_leak")
    assert request.late_at - request.received_at == timedelta(days=2)
    after = waits(office, request, days=4)
    assert after.next_alarm_at >= office.now + timedelta(seconds=60)
