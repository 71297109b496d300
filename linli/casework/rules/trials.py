"""Routing sentences on trial: in whose hands requests of the past would have come, and which sentence never has a say. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Final

from linli.casework.rules.routing import ANY, Facts, Sentence, first_that_holds, holds

MOST_CHANGES: Final = 50
DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Target:
    """A team or a post; with neither it is nobody, and stands where the office sees it."""

    team_id: int | None = None
    post_id: int | None = None


NOBODY: Final = Target()


@dataclass(frozen=True, slots=True)
class Case:
    """One request of the past: what the sentences ask of it, and whose it is where none holds (its category's team, or by place)."""

    request_id: int
    number: str
    facts: Facts
    otherwise: Target


@dataclass(frozen=True, slots=True)
class Change:
    """A request that would come into other hands."""

    request_id: int
    number: str
    before: Target
    after: Target


@dataclass(frozen=True, slots=True)
class Count:
    """What a sentence does to the requests: ``decides`` as the first that holds, of ``is_true`` of which it is true at all."""

    decides: int = 0
    is_true: int = 0

    @property
    def is_silent(self) -> bool:
        """It is true of some, and a sentence above takes all of them."""
        return self.is_true > 0 and self.decides == 0


@dataclass(frozen=True, slots=True)
class Trial:
    """``counts`` by sentence of the draft; ``changes`` are the first fifty, ``changed`` says how many there are of ``cases``.
    ``otherwise`` counts those of which no sentence of the draft is true."""

    cases: int = 0
    changed: int = 0
    otherwise: int = 0
    counts: Mapping[int, Count] = field(default_factory=dict)
    changes: Sequence[Change] = ()


def target_of(*, sentence: Sentence) -> Target:
    """Whose a request becomes by a sentence."""
    return Target(team_id=sentence.team_id, post_id=sentence.post_id)


def with_somebody(*, sentences: Sequence[Sentence], posts: Collection[int], teams: Collection[int]) -> list[Sentence]:
    """The sentences, in order, whose post is held and whose team has somebody: the others are passed over."""
    return [one for one in sentences if one.post_id in posts or (one.post_id is None and one.team_id in teams)]


def whose(*, sentences: Sequence[Sentence], case: Case) -> Target:
    """By the first of the ordered sentences that is true of the request, else as without sentences."""
    first = first_that_holds(sentences=sentences, facts=case.facts)
    return target_of(sentence=first) if first is not None else case.otherwise


def on_trial(*, cases: Sequence[Case], in_use: Sequence[Sentence], draft: Sequence[Sentence]) -> Trial:
    """The draft against the sentences in use, over these requests. Both are in order and have somebody to go to."""
    decides = {one.id: 0 for one in draft}
    is_true = {one.id: 0 for one in draft}
    changes: list[Change] = []
    changed = otherwise = 0
    for case in cases:
        true = [one for one in draft if holds(sentence=one, facts=case.facts)]
        for one in true:
            is_true[one.id] += 1
        if true:
            decides[true[0].id] += 1
        else:
            otherwise += 1
        before = whose(sentences=in_use, case=case)
        after = target_of(sentence=true[0]) if true else case.otherwise
        if before != after:
            changed += 1
            if len(changes) < MOST_CHANGES:
                changes.append(Change(case.request_id, case.number, before, after))
    counts = {one.id: Count(decides[one.id], is_true[one.id]) for one in draft}
    return Trial(len(cases), changed, otherwise, counts, changes)


def swallowed(
    *, sentences: Sequence[Sentence], parents: Mapping[int, int | None], grids: Mapping[int, int]
) -> dict[int, int]:
    """Sentences that can never decide, each with the one above that is true whenever it is: order goes before everything.

    ``parents``: the main category above each; ``grids``: the grid of each building.
    """
    found: dict[int, int] = {}
    for place, below in enumerate(sentences):
        above = next((one for one in sentences[:place] if _includes(one, below, parents, grids)), None)
        if above is not None:
            found[below.id] = above.id
    return found


def _includes(above: Sentence, below: Sentence, parents: Mapping[int, int | None], grids: Mapping[int, int]) -> bool:
    of_category = {below.category_id, parents.get(below.category_id) if below.category_id is not None else None}
    of_grid = {below.grid_id, grids.get(below.building_id) if below.building_id is not None else None}
    return (
        (above.category_id is None or above.category_id in of_category)
        and (not above.channel or above.channel == below.channel)
        and (above.grid_id is None or above.grid_id in of_grid)
        and (above.building_id is None or above.building_id == below.building_id)
        and above.days in {ANY, below.days}
        and _minutes(below.begins, below.ends) <= _minutes(above.begins, above.ends)
    )


def _minutes(begins: time | None, ends: time | None) -> frozenset[int]:
    """The minutes of the day in which a sentence may be true; sentences are kept to the minute."""
    if begins is None or ends is None or begins == ends:
        return frozenset(range(DAY_MINUTES))
    first, last = begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute
    if first < last:
        return frozenset(range(first, last))
    return frozenset(range(first, DAY_MINUTES)) | frozenset(range(last))
