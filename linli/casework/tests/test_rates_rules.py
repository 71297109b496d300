"""The three rates as rules: between 0 and 1, in the right direction, untouched by what does not count."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.casework.rules.rates import (
    COUNTED,
    DISPUTED,
    OBJECTABLE,
    STRUCK,
    Counts,
    Weights,
    counts_of_ratings,
    percent,
    rates_from,
    standing_of,
)

NOW = datetime.fromisoformat("2026-11-30T12:00:00+08:00")
USUAL = Weights(Decimal("0.1"), Decimal("0.5"), Decimal("0.4"), Decimal("0.9"), 30)

weight = st.decimals(min_value=0, max_value=9, places=3)
share = st.decimals(min_value=0, max_value=1, places=3)
weights = st.builds(Weights, weight, weight, weight, share, st.integers(0, 100))
answers = st.tuples(st.booleans(), st.booleans(), st.sampled_from(["satisfied", "mostly", "unsatisfied"]))
ratings = st.lists(st.tuples(st.sampled_from([COUNTED, OBJECTABLE, DISPUTED, STRUCK]), answers), max_size=60)


def counts_from(told):
    return counts_of_ratings(ratings=[(standing, *answer) for standing, answer in told])


def ratios(rates):
    found = [rates.response.ratio, rates.resolution.ratio, rates.overall]
    return found if rates.satisfaction is None else [*found, rates.satisfaction.ratio]


def test_they_are_reckoned_as_the_hotline_does() -> None:
    counts = Counts(counted=40, contacted=39, solved=36, satisfied=30, mostly=8)
    rates = rates_from(counts=counts, weights=USUAL)
    assert rates.response.ratio == Fraction(39, 40)
    assert rates.resolution.ratio == Fraction(9, 10)
    assert rates.satisfaction is not None
    assert rates.satisfaction.ratio == Fraction(372, 400)
    assert rates.overall == Fraction(975 * 1 + 900 * 5 + 930 * 4, 10_000)
    assert rates.overall is not None
    assert percent(ratio=rates.overall) == Decimal("92.0")
    assert rates.speaks


@settings(deadline=None)
@given(told=ratings, by=weights)
def test_each_lies_between_nothing_and_all(told, by) -> None:
    for ratio in ratios(rates_from(counts=counts_from(told), weights=by)):
        assert ratio is None or 0 <= ratio <= 1


@settings(deadline=None)
@given(told=ratings, by=weights)
def test_a_happy_rating_lowers_none_and_an_unhappy_one_raises_none(told, by) -> None:
    before = ratios(rates_from(counts=counts_from(told), weights=by))
    happier = ratios(rates_from(counts=counts_from([*told, (COUNTED, (True, True, "satisfied"))]), weights=by))
    sadder = ratios(rates_from(counts=counts_from([*told, (COUNTED, (False, False, "unsatisfied"))]), weights=by))
    for was, up, down in zip(before, happier, sadder, strict=True):
        assert was is None or (down <= was <= up)


@settings(deadline=None)
@given(told=ratings, by=weights, more=ratings)
def test_what_does_not_count_changes_no_rate_and_is_named(told, by, more) -> None:
    uncounted = [(standing, answer) for standing, answer in more if standing != COUNTED]
    before, after = counts_from(told), counts_from([*told, *uncounted])
    assert rates_from(counts=before, weights=by) == rates_from(counts=after, weights=by)
    left_out = after.objectable + after.disputed + after.struck
    assert left_out - (before.objectable + before.disputed + before.struck) == len(uncounted)
    assert after.counted + left_out == len(told) + len(uncounted)


@settings(deadline=None)
@given(told=ratings, by=weights, factor=st.integers(2, 50))
def test_only_the_proportion_of_the_weights_matters(told, by, factor) -> None:
    times = Weights(by.response * factor, by.resolution * factor, by.satisfaction * factor, by.mostly, by.least)
    counts = counts_from(told)
    assert rates_from(counts=counts, weights=by).overall == rates_from(counts=counts, weights=times).overall


@settings(deadline=None)
@given(told=ratings, one=ratings)
def test_counts_of_two_parts_are_the_counts_of_the_whole(told, one) -> None:
    assert counts_from(told) + counts_from(one) == counts_from([*told, *one])


@settings(deadline=None)
@given(told=ratings)
def test_the_three_kinds_of_satisfaction_are_all_there_is(told) -> None:
    counts = counts_from(told)
    assert counts.satisfied + counts.mostly + counts.unsatisfied == counts.counted


@pytest.mark.parametrize(
    ("objection", "hours", "standing"),
    [("", 0, COUNTED), ("", -1, COUNTED), ("", 1, OBJECTABLE), ("open", -9, DISPUTED), ("upheld", -9, STRUCK), ("rejected", 0, COUNTED)],
)  # fmt: skip
def test_what_a_rating_is_worth(objection, hours, standing) -> None:
    assert standing_of(objection=objection, counts_at=NOW + timedelta(hours=hours), now=NOW) == standing


def test_of_nothing_there_is_no_rate() -> None:
    rates = rates_from(counts=Counts(), weights=USUAL)
    assert ratios(rates) == [None, None, None, None]
    assert not rates.speaks


def test_under_thirty_there_are_counts_and_no_percentages() -> None:
    assert not rates_from(counts=Counts(counted=29), weights=USUAL).speaks
    assert rates_from(counts=Counts(counted=30), weights=USUAL).speaks


def test_communities_that_weigh_differently_have_no_overall_rate_together() -> None:
    rates = rates_from(counts=Counts(counted=40, contacted=40, solved=20, satisfied=40), weights=None)
    assert rates.overall is None
    assert rates.satisfaction is None
    assert rates.resolution.ratio == Fraction(1, 2)


def test_weights_that_are_all_nothing_make_no_overall_rate() -> None:
    nothing = Weights(Decimal(0), Decimal(0), Decimal(0), Decimal("0.9"), 30)
    assert rates_from(counts=Counts(counted=40, contacted=40), weights=nothing).overall is None


@pytest.mark.parametrize(
    ("ratio", "said"),
    [(Fraction(1, 3), "33.3"), (Fraction(9745, 10000), "97.5"), (Fraction(1), "100"), (Fraction(0), "0")],
)
def test_a_percentage_is_rounded_half_up_to_one_digit(ratio, said) -> None:
    assert percent(ratio=ratio) == Decimal(said)
