"""How silence, age, chatter, wills and flags are judged: the rules alone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.safety.rules.flags import battery_is_low, self_test_result, troubles_told
from linli.safety.rules.flapping import after_quiet, after_signal, flap_percent, is_unstable
from linli.safety.rules.life import end_of_life_on, latest_begun, life_level
from linli.safety.rules.sessions import session_of, will_counts
from linli.safety.rules.silence import downtime, late_until, merged, offline_at, offline_seconds_of

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
moments = st.integers(0, 100_000).map(lambda minutes: NOW + minutes * MINUTE)
spans = st.lists(st.tuples(st.integers(0, 3000), st.integers(1, 300)), max_size=6).map(
    lambda pairs: [(NOW + a * MINUTE, NOW + (a + n) * MINUTE) for a, n in pairs]
)

# ------------------------------------------------------------------------------------------ flapping


def test_a_leak_and_its_end_are_no_chatter():
    turns = after_signal(turns=None, at=NOW, changed=True)
    turns = after_signal(turns=turns, at=NOW + 3 * MINUTE, changed=True)
    assert not is_unstable(turns=turns)


def test_seven_turns_in_a_row_are_chatter_and_an_hour_of_quiet_ends_it():
    turns = None
    for turn in range(7):
        turns = after_signal(turns=turns, at=NOW + timedelta(seconds=turn), changed=True)
    assert is_unstable(turns=turns)
    assert 30 < flap_percent(turns=turns) < 45
    assert not is_unstable(turns=after_quiet(turns=turns, at=NOW + timedelta(hours=1)))


def test_the_weights_are_icingas():
    newest = after_signal(turns=None, at=NOW, changed=True)
    oldest = after_quiet(turns=newest, at=NOW + 19 * MINUTE)
    assert flap_percent(turns=newest) == pytest.approx(1.15 * 5)
    assert flap_percent(turns=oldest) == pytest.approx(0.8 * 5)
    assert flap_percent(turns=after_quiet(turns=newest, at=NOW + 20 * MINUTE)) == 0


def test_between_25_and_30_percent_it_stays_what_it_was():
    calm = None
    for turn in range(5):
        calm = after_signal(turns=calm, at=NOW + timedelta(seconds=turn), changed=True)
    assert 25 < flap_percent(turns=calm) < 30
    assert not is_unstable(turns=calm)
    excited = after_signal(turns=calm, at=NOW + timedelta(seconds=9), changed=True)
    assert is_unstable(turns=excited)
    falling = after_quiet(turns=excited, at=NOW + 9 * MINUTE)
    assert 25 < flap_percent(turns=falling) < 31
    assert is_unstable(turns=falling)


@given(st.lists(st.tuples(st.integers(0, 120), st.booleans()), max_size=60))
def test_the_window_is_bounded_and_forgets(events):
    turns, at = None, NOW
    for seconds, changed in events:
        at += timedelta(seconds=seconds)
        turns = after_signal(turns=turns, at=at, changed=changed)
        assert 0 <= flap_percent(turns=turns) <= 97.5 + 1e-9
        assert 0 < turns < 2**62
    assert not is_unstable(turns=after_quiet(turns=turns, at=at + timedelta(minutes=20)))


@given(moments, moments)
def test_a_clock_that_is_put_back_breaks_no_window(first, second):
    turns = after_signal(turns=after_signal(turns=None, at=first, changed=True), at=second, changed=True)
    assert flap_percent(turns=turns) > 0


# ------------------------------------------------------------------------------------------ silence


@given(spans)
def test_merged_outages_lie_apart_and_cover_all(outages):
    joined = merged(outages=outages)
    assert all(b[0] - a[1] > timedelta(minutes=10) for a, b in pairwise(joined))
    assert all(any(begun <= a and b <= ended for begun, ended in joined) for a, b in outages)


@given(spans, st.integers(0, 3300), st.integers(1, 600))
def test_the_scan_shifts_each_deadline_by_our_downtime(outages, seen, patience):
    """What the pairs of ``late_until`` say is what adding the downtime to the deadline says."""
    outages = merged(outages=outages)
    now, seen_at = NOW + timedelta(minutes=3400), NOW + seen * MINUTE
    if any(begun < seen_at < ended for begun, ended in outages):
        return  # nobody is heard in an outage
    deadline = seen_at + patience * MINUTE
    late, before_heard = False, None
    for after, before in late_until(outages=outages, now=now):
        if (after is None or seen_at > after) and (before_heard is None or seen_at <= before_heard):
            late = late or deadline < before
        before_heard = after
    assert late == (deadline + downtime(outages=outages, since=seen_at, until=now) < now)


@given(st.integers(10, 86_400), st.none() | st.integers(0, 1_000_000))
def test_offline_never_comes_before_late(report, wanted):
    assert offline_seconds_of(report_seconds=report, wanted=wanted) >= 2 * report + 60


def test_a_will_makes_offline_come_sooner_and_an_outage_later():
    common = {"seen_at": NOW, "offline_seconds": 7200, "now": NOW + timedelta(hours=9)}
    assert offline_at(will_at=None, outages=[], **common) == NOW + timedelta(hours=2)
    assert offline_at(will_at=NOW + MINUTE, outages=[], **common) == NOW + 6 * MINUTE
    assert offline_at(will_at=NOW - MINUTE, outages=[], **common) == NOW + timedelta(hours=2)
    outage = [(NOW + 2 * MINUTE, NOW + 62 * MINUTE)]
    assert offline_at(will_at=None, outages=outage, **common) == NOW + timedelta(hours=3)


# ------------------------------------------------------------------------------------------ life


@given(st.dates(date(2000, 1, 1), date(2080, 12, 31)), st.integers(1, 200))
def test_the_latest_day_that_has_ended_is_the_latest(on, months):
    begun = latest_begun(on=on, life_months=months)
    assert end_of_life_on(made_on=begun, installed_on=None, life_months=months) <= on
    next_day = begun + timedelta(days=1)
    assert end_of_life_on(made_on=next_day, installed_on=None, life_months=months) > on


def test_life_counts_from_making_and_else_from_hanging_up():
    made, hung = date(2021, 1, 31), date(2022, 5, 1)
    assert end_of_life_on(made_on=made, installed_on=hung, life_months=61) == date(2026, 2, 28)
    assert end_of_life_on(made_on=None, installed_on=hung, life_months=60) == date(2027, 5, 1)
    assert end_of_life_on(made_on=None, installed_on=None, life_months=60) is None


@pytest.mark.parametrize(("days", "level"), [(181, 0), (180, 1), (61, 1), (60, 2), (1, 2), (0, 3), (-900, 3)])
def test_warnings_come_180_60_and_0_days_before(days, level):
    on = date(2026, 11, 23)
    assert life_level(end_on=on + timedelta(days=days), on=on) == level


# ------------------------------------------------------------------------------------------ wills


def counts(session, known, *, after_seconds=3600):
    return will_counts(session=session, known=known, at=NOW + timedelta(seconds=after_seconds), seen_at=NOW)


def test_a_late_will_of_an_old_session_does_not_count():
    assert counts(7, 7)
    assert not counts(6, 7)
    assert counts(8, 7)  # its birth was lost
    assert not counts(255, 0)  # numbers that begin again
    assert counts(0, 255)
    assert not counts(1_700_000_000, 1_700_003_600)


def test_without_numbers_the_times_decide():
    assert counts(None, None)
    assert counts(None, 7)
    assert counts(7, None)
    assert not counts(None, None, after_seconds=3)
    assert will_counts(session=None, known=None, at=NOW, seen_at=None)


@given(st.integers(0, 255), st.integers(0, 255))
def test_of_two_sessions_at_most_one_is_later(a, b):
    assert a == b or not (counts(a, b) and counts(b, a))


@pytest.mark.parametrize("session", [True, -1, 2**60, "7", 7.0, None, [7]])
def test_what_is_no_number_is_no_session(session):
    assert session_of(payload={"session": session}) is None


# ------------------------------------------------------------------------------------------ flags


@pytest.mark.parametrize(
    ("payload", "told"),
    [
        ({"lel": 3, "battery": 80, "id": "x"}, {}),
        ({"battery_low": True}, {"low_battery": True}),
        ({"fault": "E7"}, {"fault": True}),
        ({"fault": 0, "contaminated": False}, {"fault": False, "contamination": False}),
        ({"dirty": "off", "expired": 1}, {"contamination": False, "end_of_life": True}),
        ({"self_test": "failed"}, {"fault": True}),
        ({"self_test": "passed"}, {}),
        ({"fault": None, "dirty": []}, {}),
    ],
)
def test_what_a_message_tells_of_troubles(payload, told):
    assert troubles_told(payload=payload) == told


anything = st.none() | st.booleans() | st.text() | st.floats() | st.lists(st.integers())


@given(st.dictionaries(st.sampled_from(["fault", "battery_low", "self_test", "expired", "x"]), anything))
def test_no_payload_breaks_the_reading(payload):
    assert all(isinstance(there, bool) for there in troubles_told(payload=payload).values())
    assert self_test_result(payload=payload) in {True, False, None}


@given(st.floats(0, 100), st.integers(0, 90))
def test_a_battery_that_swings_around_its_threshold_is_told_once(percent, threshold):
    low = battery_is_low(percent=percent, threshold=threshold, was=False)
    assert not low or battery_is_low(percent=percent, threshold=threshold, was=True)
    assert battery_is_low(percent=threshold + 9, threshold=threshold, was=True)
    assert not battery_is_low(percent=threshold + 10, threshold=threshold, was=True)
    assert not battery_is_low(percent=percent, threshold=None, was=True)
