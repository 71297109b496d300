"""Days, spans, gaps, and how duties are shared out."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.scheduling.rules.days import (
    HOLIDAY,
    WEEKEND,
    WORKDAY,
    ShiftTimes,
    days_from,
    gaps_between,
    kind_of,
    occurrences_of,
    span_of,
)
from linli.scheduling.rules.deciding import may_confirm_note, may_give_duty, may_write_note
from linli.scheduling.rules.planning import REST, Held, Person, share_out

CHINA = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 11, 23)
EVERY = frozenset({WORKDAY, WEEKEND, HOLIDAY})
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
# What is proven here is no matter of speed, and a busy machine is no failure.
relaxed = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def shift(number: int, starts: time, ends: time, kinds: frozenset[str] = EVERY) -> ShiftTimes:
    return ShiftTimes(number, starts, ends, kinds, date(2020, 1, 1))


@st.composite
def rotas(draw):
    """Shifts that follow each other round the clock, some left out, and people who are always there."""
    hours = sorted(draw(st.sets(st.integers(0, 23), min_size=1, max_size=4)))
    edges = [*hours, hours[0]]
    shifts = [shift(n, time(a), time(b)) for n, (a, b) in enumerate(pairwise(edges), start=1)]
    kept = [one for one in shifts if draw(st.booleans())] or shifts
    kinds = {one.shift_id: draw(st.sets(st.sampled_from(sorted(EVERY)), min_size=1)) for one in kept}
    shifts = [shift(one.shift_id, one.starts, one.ends, frozenset(kinds[one.shift_id])) for one in kept]
    marks = draw(
        st.dictionaries(st.sampled_from(days_from(first=FIRST, count=28)), st.sampled_from(["holiday", "workday"]))
    )
    stretch = days_from(first=FIRST, count=draw(st.integers(1, 28)))
    found = occurrences_of(shifts=shifts, days=stretch, marks=marks, zone=CHINA)
    people = [Person(n, date(2020, 1, 1)) for n in range(1, draw(st.integers(2, 6)))] or [Person(1, date(2020, 1, 1))]
    return found, people


@relaxed
@given(rotas())
def test_every_shift_gets_exactly_one_officer_and_nobody_more_than_one_duty_more_than_another(rota) -> None:
    occurrences, people = rota
    assert len({(o.shift_id, o.on) for o in occurrences}) == len(occurrences)
    given_to = share_out(occurrences=occurrences, people=people)
    assert len(given_to) == len(occurrences)
    if all(one.ends_at <= other.starts_at for one, other in pairwise(occurrences)):
        assert None not in given_to
        counts = Counter({person.post_id: 0 for person in people}) + Counter()
        counts.update(given_to)
        every = [counts[person.post_id] for person in people]
        assert max(every) - min(every) <= 1


@relaxed
@given(rotas())
def test_nobody_is_on_two_duties_at_once_and_only_a_crowd_of_shifts_leaves_one_open(rota) -> None:
    occurrences, people = rota
    doubled = sorted(occurrences * 2, key=lambda o: (o.starts_at, o.ends_at, o.shift_id))
    given_to = share_out(occurrences=doubled, people=people)
    held = list(zip(doubled, given_to, strict=True))
    for place, (one, post) in enumerate(held):
        at_once = {p for o, p in held[:place] if o.starts_at < one.ends_at and o.ends_at > one.starts_at}
        assert post not in at_once - {None}
        if post is None:
            assert at_once >= {person.post_id for person in people}


@pytest.mark.parametrize(("people", "nights"), [(3, 1), (4, 1), (5, 2)])
def test_nights_are_shared_too_with_rest_in_between(people, nights) -> None:
    shifts = [shift(1, time(8), time(20)), shift(2, time(20), time(8))]
    occurrences = occurrences_of(shifts=shifts, days=days_from(first=FIRST, count=56), marks={}, zone=CHINA)
    everybody = [Person(n, FIRST) for n in range(people)]
    given_to = share_out(occurrences=occurrences, people=everybody)
    at_night = Counter(post for o, post in zip(occurrences, given_to, strict=True) if o.shift_id == 2)
    assert max(at_night.values()) - min(at_night[n] for n in range(people)) <= nights
    ended: dict[int | None, datetime] = {}
    for o, post in zip(occurrences, given_to, strict=True):
        assert o.starts_at - ended.get(post, o.starts_at - REST) >= REST
        ended[post] = o.ends_at


def test_what_was_done_before_counts_but_a_newcomer_need_not_catch_up() -> None:
    occurrences = occurrences_of(
        shifts=[shift(1, time(8), time(20))], days=days_from(first=FIRST, count=6), marks={}, zone=CHINA
    )
    before = [
        Held(post, 1, WORKDAY, NOW - n * 24 * HOUR, NOW - n * 24 * HOUR + HOUR) for n in range(2, 8) for post in (1, 2)
    ]
    people = [Person(1, FIRST), Person(2, FIRST), Person(3, FIRST)]
    assert Counter(share_out(occurrences=occurrences, people=people, held=before)) == {1: 2, 2: 2, 3: 2}
    more = before + [Held(1, 1, WORKDAY, NOW - n * 24 * HOUR, NOW - n * 24 * HOUR + HOUR) for n in (9, 10)]
    counts = Counter(share_out(occurrences=occurrences, people=people[:2], held=more))
    assert counts == {1: 2, 2: 4}


def test_who_has_left_gets_nothing_any_more() -> None:
    occurrences = occurrences_of(
        shifts=[shift(1, time(8), time(20))], days=days_from(first=FIRST, count=4), marks={}, zone=CHINA
    )
    people = [Person(1, FIRST, FIRST + timedelta(days=1))]
    assert share_out(occurrences=occurrences, people=people) == [1, 1, None, None]
    assert share_out(occurrences=occurrences, people=[]) == [None] * 4


def test_a_night_crosses_midnight_and_the_same_hour_means_a_whole_day() -> None:
    begin, finish = span_of(on=FIRST, starts=time(20), ends=time(8), zone=CHINA)
    assert (begin, finish) == (datetime(2026, 11, 23, 12, tzinfo=UTC), datetime(2026, 11, 24, 0, tzinfo=UTC))
    begin, finish = span_of(on=FIRST, starts=time(8, 30), ends=time(8, 30), zone=CHINA)
    assert finish - begin == timedelta(hours=24)


@pytest.mark.parametrize(("night", "hours"), [(date(2026, 3, 7), 11), (date(2026, 10, 31), 13)])
def test_a_night_in_which_clocks_change_is_shorter_or_longer_and_leaves_no_gap(night, hours) -> None:
    shifts = [shift(1, time(8), time(20)), shift(2, time(20), time(8)), shift(3, time(2, 30), time(3))]
    found = occurrences_of(
        shifts=shifts, days=[night, night + timedelta(days=1)], marks={}, zone=ZoneInfo("America/New_York")
    )
    lasted = {(o.shift_id, o.on): o.ends_at - o.starts_at for o in found}
    assert lasted[2, night] == hours * HOUR
    assert all(o.ends_at > o.starts_at for o in found)
    watch = sorted((o.starts_at, o.ends_at) for o in found if o.shift_id != 3)
    assert gaps_between(since=watch[0][0], until=watch[-1][1], covered=watch) == []


def test_shifts_differ_by_the_kind_of_day() -> None:
    shifts = [
        shift(1, time(8, 30), time(17, 30), frozenset({WORKDAY})),
        shift(2, time(8, 30), time(8, 30), frozenset({WEEKEND, HOLIDAY})),
    ]
    marks = {date(2026, 11, 25): HOLIDAY, date(2026, 11, 28): WORKDAY}
    found = occurrences_of(shifts=shifts, days=days_from(first=FIRST, count=7), marks=marks, zone=CHINA)
    assert [(o.on.day, o.shift_id) for o in found] == [(23, 1), (24, 1), (25, 2), (26, 1), (27, 1), (28, 1), (29, 2)]
    assert kind_of(day=date(2026, 11, 29), marks={}) == WEEKEND


def test_a_shift_that_has_ended_takes_place_no_more() -> None:
    ended = ShiftTimes(1, time(8), time(20), EVERY, FIRST, FIRST + timedelta(days=2))
    found = occurrences_of(
        shifts=[ended], days=days_from(first=FIRST - timedelta(days=2), count=9), marks={}, zone=CHINA
    )
    assert [o.on.day for o in found] == [23, 24, 25]


spans = st.lists(
    st.tuples(st.integers(-5, 30), st.integers(1, 9)).map(lambda s: (NOW + s[0] * HOUR, NOW + (s[0] + s[1]) * HOUR))
)


@relaxed
@given(spans)
def test_a_gap_is_exactly_what_nobody_covers(covered) -> None:
    gaps = gaps_between(since=NOW, until=NOW + 24 * HOUR, covered=covered)
    for n in range(24 * 2):
        at = NOW + n * HOUR / 2
        assert any(a <= at < b for a, b in gaps) != any(a <= at < b for a, b in covered)
    assert all(a < b for a, b in gaps)
    assert all(one[1] < other[0] for one, other in pairwise(gaps))


def test_a_duty_that_is_over_stays_and_nobody_stands_at_two_desks() -> None:
    span = (NOW, NOW + 8 * HOUR)
    assert may_give_duty(ends_at=span[1], now=NOW + HOUR, span=span, others=[(NOW - HOUR, NOW)])
    assert may_give_duty(ends_at=span[1], now=span[1], span=span, others=[]).refusal.code == "duty-over"
    assert (
        may_give_duty(ends_at=span[1], now=NOW, span=span, others=[(NOW, NOW + HOUR)]).refusal.code == "already-on-duty"
    )


def test_a_note_is_written_about_a_duty_of_late_in_words_and_confirmed_by_another() -> None:
    of = {"starts_at": NOW, "ends_at": NOW + 8 * HOUR}
    assert may_write_note(**of, now=NOW + 9 * HOUR, text="无事")
    assert may_write_note(**of, now=NOW + 9 * HOUR, text="  ").refusal.fields
    assert may_write_note(**of, now=NOW + 21 * HOUR, text="无事").refusal.code == "not-on-duty"
    assert may_write_note(**of, now=NOW - HOUR, text="无事").refusal.code == "not-on-duty"
    assert may_confirm_note(confirmed_at=None, author_user=1, user=2)
    assert may_confirm_note(confirmed_at=None, author_user=1, user=1).refusal.code == "own-note"
    assert may_confirm_note(confirmed_at=NOW, author_user=1, user=2).refusal.code == "already-confirmed"
