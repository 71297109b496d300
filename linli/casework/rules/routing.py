"""Which sentence holds for a new request. Pure: the same code answers for real and on trial."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import time

ANY, WORKING, FREE = "", "working", "free"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sentence can ask of a request. ``category_ids``: its category and the main one above it. ``at``: local time."""

    category_ids: Collection[int]
    channel: str
    grid_id: int | None
    building_id: int | None
    works: bool
    at: time


@dataclass(frozen=True, slots=True)
class Sentence:
    """A routing rule; None and "" hold always. It goes to the team or to the post."""

    id: int
    category_id: int | None = None
    channel: str = ""
    grid_id: int | None = None
    building_id: int | None = None
    days: str = ANY
    begins: time | None = None
    ends: time | None = None
    team_id: int | None = None
    post_id: int | None = None


def holds(*, sentence: Sentence, facts: Facts) -> bool:
    """Whether every part of a sentence is true of a request."""
    return (
        (sentence.category_id is None or sentence.category_id in facts.category_ids)
        and (not sentence.channel or sentence.channel == facts.channel)
        and (sentence.grid_id is None or sentence.grid_id == facts.grid_id)
        and (sentence.building_id is None or sentence.building_id == facts.building_id)
        and (sentence.days == ANY or (sentence.days == WORKING) == facts.works)
        and _within(sentence.begins, sentence.ends, facts.at)
    )


def first_that_holds(*, sentences: Sequence[Sentence], facts: Facts) -> Sentence | None:
    """The first of the ordered sentences that is true of a request."""
    return next((one for one in sentences if holds(sentence=one, facts=facts)), None)


def _within(begins: time | None, ends: time | None, at: time) -> bool:
    """From (included) to (not included); over midnight if it ends before it begins; the same time twice is the whole day."""
    if begins is None or ends is None or begins == ends:
        return True
    return begins <= at < ends if begins < ends else at >= begins or at < ends
