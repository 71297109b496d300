"""What keeps coming back, as pure rules: the order of rows says nothing, more rows take nothing away, the edges are as written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.casework.rules import aims, measuring
from linli.casework.rules import repeats as judge
from linli.casework.rules.repeats import Cluster, Month, Told

TODAY = date(2026, 11, 25)  # a Wednesday
relaxed = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
CLOSE = (judge.PLACE, judge.UNIT, judge.PERSON)


def row(pk: int, days_ago: int = 0, **more: object) -> Told:
    told: dict[str, object] = {"category_id": 1, "root": pk, "building_id": 8, "unit_id": 83, "persons": ("r1",)}
    return Told(id=pk, on=TODAY - timedelta(days=days_ago), **{**told, **more})  # type: ignore[arg-type]


@st.composite
def rows(draw: st.DrawFn, lowest: int = 0, highest: int = 25) -> list[Told]:
    n = draw(st.integers(0, 18))
    return [
        row(
            pk,
            draw(st.integers(lowest, highest)),
            category_id=draw(st.integers(1, 2)),
            root=draw(st.integers(1, pk)),
            building_id=draw(st.sampled_from([None, 8, 9])),
            unit_id=draw(st.sampled_from([None, 83, 84])),
            persons=tuple(draw(st.lists(st.sampled_from(["r1", "r2", "h3"]), max_size=2))),
        )
        for pk in range(1, n + 1)
    ]


def contains(found: Sequence[Cluster], cluster: Cluster) -> bool:
    return any(one.group == cluster.group and set(one.ids) >= set(cluster.ids) for one in found)


@relaxed
@given(rows(), st.sampled_from(CLOSE), st.integers(1, 10), st.integers(2, 4), st.randoms())
def test_the_order_of_rows_does_not_matter(told, kind, days, least, chance) -> None:
    mixed = list(told)
    chance.shuffle(mixed)
    found = judge.close_together(kind=kind, rows=told, days=days, least=least)
    assert judge.close_together(kind=kind, rows=mixed, days=days, least=least) == found


@relaxed
@given(rows(), rows(), st.sampled_from(CLOSE), st.integers(1, 10), st.integers(2, 4))
def test_more_rows_never_take_a_cluster_away(told, more, kind, days, least) -> None:
    added = [*told, *(Told(**{**{f: getattr(one, f) for f in Told.__slots__}, "id": one.id + 100}) for one in more)]
    before = judge.close_together(kind=kind, rows=told, days=days, least=least)
    after = judge.close_together(kind=kind, rows=added, days=days, least=least)
    assert all(contains(after, cluster) for cluster in before)


@relaxed
@given(rows(), st.sampled_from(CLOSE), st.integers(1, 10), st.integers(2, 4))
def test_every_cluster_is_of_one_group_and_large_enough(told, kind, days, least) -> None:
    by_id = {one.id: one for one in told}
    found = judge.close_together(kind=kind, rows=told, days=days, least=least)
    for cluster in found:
        members = [by_id[pk] for pk in cluster.ids]
        assert cluster.size == len({one.root for one in members}) >= least
        gaps = pairwise(members)
        assert all(0 <= (second.on - first.on).days < days for first, second in gaps)
        if kind == judge.PERSON:
            assert all(cluster.group[1:] in one.persons for one in members)
        else:
            assert (
                len({(one.category_id, one.building_id if kind == judge.PLACE else one.unit_id) for one in members})
                == 1
            )
    assert len({(one.group, pk) for one in found for pk in one.ids}) == sum(len(one.ids) for one in found), "once each"


@relaxed
@given(rows(0, 420), rows(0, 420), st.integers(1, 28), st.integers(2, 4), st.randoms())
def test_last_year_too_neither_order_nor_more_rows_take_away(told, more, days, least, chance) -> None:
    found = judge.returning(rows=told, on=TODAY, days=days, least=least)
    mixed = list(told)
    chance.shuffle(mixed)
    assert judge.returning(rows=mixed, on=TODAY, days=days, least=least) == found
    added = [*told, *(Told(**{**{f: getattr(one, f) for f in Told.__slots__}, "id": one.id + 100}) for one in more)]
    after = judge.returning(rows=added, on=TODAY, days=days, least=least)
    assert all(contains(after, cluster) for cluster in found if cluster.facts["form"] == judge.AGAIN)
    assert {cluster.group for cluster in found} <= {cluster.group for cluster in after}


@pytest.mark.parametrize(("days_apart", "found"), [(0, 1), (6, 1), (7, 0), (8, 0)])
def test_seven_days_are_today_and_the_six_before(days_apart: int, found: int) -> None:
    told = [row(1, days_apart), row(2, 0)]
    clusters = judge.close_together(kind=judge.PLACE, rows=told, days=7, least=2)
    assert len(clusters) == found
    if found:
        assert (clusters[0].ids, clusters[0].size, clusters[0].group) == ((1, 2), 2, "b8:c1")


def test_windows_that_share_a_request_are_one_cluster_and_others_are_two() -> None:
    chain = [row(1, 12), row(2, 6), row(3, 0)]
    assert [one.ids for one in judge.close_together(kind=judge.PLACE, rows=chain, days=7, least=2)] == [(1, 2, 3)]
    apart = [row(1, 20), row(2, 19), row(3, 1), row(4, 0)]
    assert [one.ids for one in judge.close_together(kind=judge.PLACE, rows=apart, days=7, least=2)] == [(1, 2), (3, 4)]


def test_parts_of_one_request_are_told_once() -> None:
    told = [row(1), row(2, root=1), row(3, root=1)]
    assert judge.close_together(kind=judge.PLACE, rows=told, days=7, least=2) == []
    (cluster,) = judge.close_together(kind=judge.PLACE, rows=[*told, row(4)], days=7, least=2)
    assert (cluster.size, cluster.ids) == (2, (1, 2, 3, 4))


def test_a_request_without_a_place_or_a_name_is_in_no_cluster() -> None:
    told = [row(1, building_id=None, unit_id=None, persons=()), row(2, building_id=None, unit_id=None, persons=())]
    assert not any(judge.close_together(kind=kind, rows=told, days=7, least=2) for kind in CLOSE)


def test_the_same_week_last_year_and_again_now() -> None:
    last = [row(1, 364), row(2, 364 + 9), row(3, 364 - 11)]  # Wednesday; the Monday before; the Sunday after
    assert judge.returning(rows=last, on=TODAY, days=7, least=3) == [], "not again yet"
    (cluster,) = judge.returning(rows=[*last, row(4, 1)], on=TODAY, days=7, least=3)
    assert (cluster.facts["form"], cluster.facts["then"], cluster.facts["now"], cluster.size) == ("again", 3, 1, 4)
    outside = [row(1, 364), row(2, 364 + 10), row(3, 364 - 12), row(4, 1)]
    assert judge.returning(rows=outside, on=TODAY, days=7, least=3) == []


def test_what_came_last_year_in_the_week_to_come_is_said_before_it_comes() -> None:
    last = [row(1, 364 - 5), row(2, 364 - 11)]  # the Monday and the Sunday of that week
    (cluster,) = judge.returning(rows=last, on=TODAY, days=7, least=2)
    assert (cluster.facts["form"], cluster.size) == ("coming", 2)


def months(*counts: int, year: int = 2025, category: int = 1) -> list[Month]:
    return [Month(category, year, number, n) for number, n in enumerate(counts, start=1) if n]


FLAT = (2,) * 10
FIRST = date(2025, 1, 1)


def test_a_category_rises_where_the_month_is_clearly_above_the_others() -> None:
    told = {"first_on": FIRST, "on": date(2026, 11, 3), "days": 1, "least": 5}
    (cluster,) = judge.rising(months=[*months(*FLAT, 9, 2), Month(1, 2026, 11, 4)], **told)
    assert cluster.group == "c1:2026-11"
    assert (cluster.facts["then"], cluster.facts["mean"], cluster.facts["now"], cluster.size) == (9, 2.0, 4, 9)
    assert judge.rising(months=months(*FLAT, 4, 2), **told) == [], "too few"
    assert judge.rising(months=months(*((5,) * 10), 6, 5), **told) == [], "not clearly more"


def test_a_season_is_said_before_its_month_begins() -> None:
    told = {"months": months(*FLAT, 9, 2), "first_on": FIRST, "least": 5}
    assert judge.rising(on=date(2026, 10, 20), days=10, **told) == []
    (cluster,) = judge.rising(on=date(2026, 10, 20), days=12, **told)
    assert (cluster.facts["year"], cluster.facts["month"], cluster.facts["now"]) == (2026, 11, 0)
    told["months"] = [*months(9, *FLAT), Month(1, 2026, 1, 8)]
    (cluster,) = judge.rising(on=date(2026, 12, 20), days=30, **told)
    assert cluster.group == "c1:2027-01"


def test_one_year_that_rose_among_three_is_no_season() -> None:
    once = [*months(*FLAT, 9, 2, year=2024), *months(*FLAT, 2, 2, year=2023), *months(*FLAT, 2, 2)]
    told = {"first_on": date(2023, 1, 1), "on": date(2026, 11, 3), "days": 1, "least": 5}
    assert judge.rising(months=once, **told) == []
    twice = [*months(*FLAT, 9, 2, year=2024), *months(*FLAT, 2, 2, year=2023), *months(*FLAT, 8, 2)]
    (cluster,) = judge.rising(months=twice, **told)
    assert (cluster.facts["years"], cluster.facts["of_years"], cluster.facts["then_year"]) == (2, 3, 2025)


def test_a_year_with_few_months_on_record_says_nothing() -> None:
    told = {"on": date(2026, 11, 3), "days": 1, "least": 5, "months": [Month(1, 2025, 11, 9)]}
    assert judge.rising(first_on=date(2025, 9, 1), **told) == []
    assert len(judge.rising(first_on=date(2025, 7, 1), **told)) == 1


@relaxed
@given(st.lists(st.integers(0, 20), min_size=12, max_size=12), st.integers(1, 30))
def test_more_in_its_month_never_takes_a_season_away(counts, more) -> None:
    told = {"first_on": FIRST, "on": date(2026, 11, 3), "days": 1, "least": 5}
    before = judge.rising(months=months(*counts), **told)
    counts[10] += more
    after = judge.rising(months=months(*counts), **told)
    assert {one.group for one in before} <= {one.group for one in after}


def test_what_was_put_away_has_more_only_with_what_was_not_there_then() -> None:
    cluster = Cluster("b8:c1", (1, 2, 3), 3, {})
    assert not judge.has_more(kind=judge.PLACE, then={}, before=[1, 2, 3], cluster=cluster)
    assert judge.has_more(kind=judge.PLACE, then={}, before=[1, 2], cluster=cluster)
    season = Cluster("c1:2026-11", (), 9, {"then": 9, "now": 9})
    assert not judge.has_more(kind=judge.SEASON, then={"now": 4}, before=[], cluster=season)
    assert judge.has_more(
        kind=judge.SEASON, then={"now": 4}, before=[], cluster=Cluster("c1:2026-11", (), 10, {"then": 9, "now": 10})
    )


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (0, 0, "too_few"), (4, 0, "too_few"), (5, 0, "fewer"), (9, 2, "fewer"), (6, 5, "as_many"), (20, 14, "fewer"),
        (20, 15, "as_many"), (0, 5, "more"), (3, 9, "more"),
    ],
)  # fmt: skip
def test_what_may_be_said_of_two_counts(before: int, after: int, verdict: str) -> None:
    assert measuring.judged(before=before, after=after) == verdict


@relaxed
@given(st.integers(0, 200), st.integers(0, 200))
def test_the_verdict_is_fair_both_ways(before: int, after: int) -> None:
    turned = {"fewer": "more", "more": "fewer"}
    verdict = measuring.judged(before=before, after=after)
    assert measuring.judged(before=after, after=before) == turned.get(verdict, verdict)
    if verdict in turned:
        assert (after < before) == (verdict == "fewer")


@pytest.mark.parametrize(
    ("door", "column"), [("502", "02"), ("1203", "03"), ("101A", "01"), ("2", ""), ("门面", ""), ("１０２", "")]
)
def test_a_riser_is_the_last_two_digits_of_the_door(door: str, column: str) -> None:
    assert aims.column_of(door=door) == column


def test_an_aim_comes_back_from_its_data_as_it_was() -> None:
    aim = aims.Aim(buildings=(8,), units=(3, 4), column="02", floor_to=1, group="passbook", age_from=70, alone=True)
    assert aims.aim_from(data={**aim.as_data(), "unknown": 1}) == aim
    assert aim.is_for_people
    assert not aims.Aim(buildings=(8,)).is_for_people
    assert aims.Aim(told_days=30).says_nothing
    assert not aims.Aim(told_category_id=3).says_nothing
