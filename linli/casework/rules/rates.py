"""The three rates (响应率, 解决率, 满意率): what counts, and what comes of it. Pure, and exact: fractions, never floats.

As the hotline reckons: of the ratings that count, how many were contacted, solved, satisfied (基本满意 at its weight), and one figure
over all three by the weights of the community. A rate is never without its denominator, nor without what was left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from math import lcm
from operator import add, attrgetter, mul, neg
from typing import Final

COUNTED, OBJECTABLE, DISPUTED, STRUCK = "counted", "objectable", "disputed", "struck"
SATISFIED, MOSTLY, UNSATISFIED = "satisfied", "mostly", "unsatisfied"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many requests and ratings. Requests: ``received``; of them ``aside`` (joined to another, taken back) and ``answered``, and of
    these ``unrated`` (their last answer), because calls were ``in_vain``, the link ``expired``, or it is still open to them.
    Ratings: ``counted`` with what they said; ``objectable`` (still in objection time), ``disputed`` (to be decided), ``struck``.
    """

    received: int = 0
    aside: int = 0
    taken: int = 0
    answered: int = 0
    in_time: int = 0
    overdue: int = 0
    returned: int = 0
    returns: int = 0
    counted: int = 0
    contacted: int = 0
    solved: int = 0
    satisfied: int = 0
    mostly: int = 0
    objectable: int = 0
    disputed: int = 0
    struck: int = 0
    unrated: int = 0
    in_vain: int = 0
    expired: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*map(add, _numbers(self), _numbers(other)))

    def __neg__(self) -> Counts:
        return Counts(*map(neg, _numbers(self)))

    @property
    def not_answered(self) -> int:
        return self.received - self.aside - self.answered

    @property
    def late(self) -> int:
        return self.answered - self.in_time

    @property
    def not_contacted(self) -> int:
        return self.counted - self.contacted

    @property
    def not_solved(self) -> int:
        return self.counted - self.solved

    @property
    def unsatisfied(self) -> int:
        return self.counted - self.satisfied - self.mostly

    @property
    def may_still_rate(self) -> int:
        return self.unrated - self.in_vain - self.expired


NAMES: Final = tuple(one.name for one in fields(Counts))
_numbers: Final = attrgetter(*NAMES)


@dataclass(frozen=True, slots=True)
class Weights:
    """As a Policy has them. ``least`` is from how many ratings on percentages are said."""

    response: Decimal
    resolution: Decimal
    satisfaction: Decimal
    mostly: Decimal
    least: int


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``whole``; the part may be broken, where 基本满意 counts nine tenths."""

    part: Fraction
    whole: int

    @property
    def ratio(self) -> Fraction | None:
        """Between 0 and 1; None of nothing."""
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class Rates:
    """``satisfaction`` is None where the weight of 基本满意 is not one and the same, ``overall`` also where there is nothing to weigh."""

    response: Share
    resolution: Share
    satisfaction: Share | None
    overall: Fraction | None
    least: int

    @property
    def speaks(self) -> bool:
        """Whether there are enough ratings for percentages to mean anything."""
        return self.response.whole >= max(self.least, 1)


def standing_of(*, objection: str, counts_at: datetime, now: datetime) -> str:
    """What a rating is worth now: counted; still open to objections; under an objection; or struck by a decision."""
    if objection == "open":
        return DISPUTED
    if objection == "upheld":
        return STRUCK
    return COUNTED if counts_at <= now else OBJECTABLE


def counts_of_ratings(*, ratings: Iterable[tuple[str, bool, bool, str]]) -> Counts:
    """(standing, contacted, solved, satisfaction) of ratings, counted: what the database does in one statement."""
    told = list(ratings)
    counted = [one for one in told if one[0] == COUNTED]
    return Counts(
        counted=len(counted),
        contacted=sum(one[1] for one in counted),
        solved=sum(one[2] for one in counted),
        satisfied=sum(one[3] == SATISFIED for one in counted),
        mostly=sum(one[3] == MOSTLY for one in counted),
        objectable=sum(one[0] == OBJECTABLE for one in told),
        disputed=sum(one[0] == DISPUTED for one in told),
        struck=sum(one[0] == STRUCK for one in told),
    )


def rates_from(*, counts: Counts, weights: Weights | None, least: int = 30) -> Rates:
    """The three rates of these counts, and the one over them. Without weights (communities that weigh differently, taken together)
    there is neither a satisfaction rate nor an overall one."""
    response = Share(Fraction(counts.contacted), counts.counted)
    resolution = Share(Fraction(counts.solved), counts.counted)
    if weights is None:
        return Rates(response, resolution, None, None, least)
    mostly, factors, whole = _exact(weights)
    part = Fraction(counts.satisfied * mostly.denominator + counts.mostly * mostly.numerator, mostly.denominator)
    overall = None
    if whole and counts.counted:
        answers = (counts.contacted, counts.solved, counts.satisfied, counts.mostly)
        overall = Fraction(sum(map(mul, factors, answers)), whole * counts.counted)
    return Rates(response, resolution, Share(part, counts.counted), overall, weights.least)


@lru_cache(maxsize=1024)
def _exact(weights: Weights) -> tuple[Fraction, Sequence[int], int]:
    """What 基本满意 counts; and by which whole numbers the answers (contacted, solved, satisfied, mostly) are to be multiplied, over which
    one: a page has a thousand rates."""
    mostly = Fraction(weights.mostly)
    three = [Fraction(weight) for weight in (weights.response, weights.resolution, weights.satisfaction)]
    whole = sum(three, Fraction())
    if not whole:
        return mostly, (0, 0, 0, 0), 0
    shares = [one / whole for one in (*three, three[2] * mostly)]
    over = lcm(*(one.denominator for one in shares))
    return mostly, [int(one * over) for one in shares], over


def percent(*, ratio: Fraction) -> Decimal:
    """With one digit behind the point, half up: 0.9745 is 97.5."""
    thousandths = ratio * 1000
    return Decimal((2 * thousandths.numerator + thousandths.denominator) // (2 * thousandths.denominator)) / 10
