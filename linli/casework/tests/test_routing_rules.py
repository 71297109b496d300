"""Sentences on trial, without a database."""

from __future__ import annotations

from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from linli.casework.rules.routing import Facts, Sentence, first_that_holds, holds
from linli.casework.rules.trials import MOST_CHANGES, Case, Target, on_trial, swallowed, whose, with_somebody

PARENTS = {1: None, 2: None, 11: 1, 12: 1, 21: 2}
GRIDS = {100: 1, 101: 1, 200: 2}
minutes = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30, 59]))
hours = st.one_of(st.just((None, None)), st.tuples(minutes, minutes))


@st.composite
def sentences(draw) -> list[Sentence]:
    found = []
    for number in range(draw(st.integers(0, 6))):
        begins, ends = draw(hours)
        team = draw(st.booleans())
        found.append(
            Sentence(
                id=number,
                category_id=draw(st.sampled_from([None, *PARENTS])),
                channel=draw(st.sampled_from(["", "phone", "web"])),
                grid_id=draw(st.sampled_from([None, 1, 2])),
                building_id=draw(st.sampled_from([None, *GRIDS])),
                days=draw(st.sampled_from(["", "working", "free"])),
                begins=begins,
                ends=ends,
                team_id=draw(st.integers(1, 3)) if team else None,
                post_id=None if team else draw(st.integers(1, 3)),
            )
        )
    return found


@st.composite
def facts(draw) -> Facts:
    category = draw(st.sampled_from([11, 12, 21]))
    building = draw(st.sampled_from([None, *GRIDS]))
    return Facts(
        category_ids=[category, PARENTS[category]],
        channel=draw(st.sampled_from(["phone", "web", "door"])),
        grid_id=GRIDS[building] if building else None,
        building_id=building,
        works=draw(st.booleans()),
        at=draw(st.times()),
    )


cases = st.lists(
    st.builds(Case, st.integers(1, 999), st.just("20261130-001"), facts(), st.builds(Target, st.integers(1, 3))),
    max_size=20,
)


@given(sentences(), facts())
def test_a_swallowed_sentence_never_decides(lot, told) -> None:
    by_id = {one.id: one for one in lot}
    for below, above in swallowed(sentences=lot, parents=PARENTS, grids=GRIDS).items():
        assert lot.index(by_id[above]) < lot.index(by_id[below])
        if holds(sentence=by_id[below], facts=told):
            assert holds(sentence=by_id[above], facts=told)
        assert first_that_holds(sentences=lot, facts=told) != by_id[below]


@given(cases, sentences(), sentences())
def test_every_request_is_counted_once_and_the_changes_are_those_that_differ(lot, used, draft) -> None:
    trial = on_trial(cases=lot, in_use=used, draft=draft)
    assert trial.cases == len(lot)
    assert sum(count.decides for count in trial.counts.values()) + trial.otherwise == len(lot)
    assert all(count.decides <= count.is_true for count in trial.counts.values())
    differ = [one for one in lot if whose(sentences=used, case=one) != whose(sentences=draft, case=one)]
    assert trial.changed == len(differ)
    assert [one.request_id for one in trial.changes] == [one.request_id for one in differ][:MOST_CHANGES]
    assert on_trial(cases=lot, in_use=draft, draft=draft).changed == 0


@given(sentences(), st.sets(st.integers(1, 3)), st.sets(st.integers(1, 3)))
def test_sentences_with_nobody_are_left_out_and_the_order_stays(lot, posts, teams) -> None:
    there = with_somebody(sentences=lot, posts=posts, teams=teams)
    assert there == [one for one in lot if (one.post_id in posts) or (one.team_id in teams)]


def test_the_whole_of_a_category_takes_what_is_below_it() -> None:
    lot = [Sentence(id=1, category_id=1, team_id=1), Sentence(id=2, category_id=11, building_id=100, team_id=2)]
    assert swallowed(sentences=lot, parents=PARENTS, grids=GRIDS) == {2: 1}
    assert swallowed(sentences=lot[::-1], parents=PARENTS, grids=GRIDS) == {}


def test_a_night_over_midnight_takes_the_hours_within_it() -> None:
    night = Sentence(id=1, begins=time(17), ends=time(8), team_id=1)
    small = Sentence(id=2, begins=time(23), ends=time(1), team_id=2)
    noon = Sentence(id=3, begins=time(7), ends=time(9), team_id=2)
    assert swallowed(sentences=[night, small, noon], parents=PARENTS, grids=GRIDS) == {2: 1}


def test_a_grid_takes_its_buildings() -> None:
    lot = [Sentence(id=1, grid_id=1, team_id=1), Sentence(id=2, building_id=101, team_id=2)]
    assert swallowed(sentences=lot, parents=PARENTS, grids=GRIDS) == {2: 1}
    lot = [Sentence(id=1, grid_id=2, team_id=1), Sentence(id=2, building_id=101, team_id=2)]
    assert swallowed(sentences=lot, parents=PARENTS, grids=GRIDS) == {}
