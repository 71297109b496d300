"""How duties are shared out: nobody twice at once, everybody as often, nights and weekends too, with rest in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.scheduling.rules.days import Occurrence

REST = timedelta(hours=11)
"""Between two duties of one person, wherever somebody else as little used is free (the daily rest of EU directive 2003/88, article 3;
Chinese law sets none for those who keep watch)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the rota, as long as the post lasts; both ends count."""

    post_id: int
    since_on: date
    until_on: date | None = None

    def is_there(self, *, on: date) -> bool:
        return self.since_on <= on and (self.until_on is None or on <= self.until_on)


@dataclass(frozen=True, slots=True)
class Held:
    """A duty that somebody has had or will have."""

    post_id: int
    shift_id: int
    kind: str
    starts_at: datetime
    ends_at: datetime


def share_out(
    *, occurrences: Sequence[Occurrence], people: Sequence[Person], held: Iterable[Held] = ()
) -> list[int | None]:
    """Who takes each of the occurrences (in order of time); None where everybody is away or on duty at that time already.

    ``held`` are the duties of before, which count, and those within the time that stay as they are. With people who are all
    there and shifts that do not overlap, nobody gets more than one duty more than anybody else.
    """
    ledger = _Ledger(people, held)
    return [ledger.give(occurrence) for occurrence in occurrences]


class _Ledger:
    """Who has had what so far."""

    def __init__(self, people: Sequence[Person], held: Iterable[Held]) -> None:
        self._people = people
        self._duties: dict[int, list[Held]] = {person.post_id: [] for person in people}
        for duty in held:
            if duty.post_id in self._duties:
                self._duties[duty.post_id].append(duty)
        self._totals = _level({post: len(duties) for post, duties in self._duties.items()})
        self._of_shift = Counter((duty.post_id, duty.shift_id) for duties in self._duties.values() for duty in duties)
        self._of_kind = Counter((duty.post_id, duty.kind) for duties in self._duties.values() for duty in duties)

    def give(self, occurrence: Occurrence) -> int | None:
        free = [
            (self._reasons(person.post_id, occurrence), position, person.post_id)
            for position, person in enumerate(self._people)
            if person.is_there(on=occurrence.on) and not self._is_busy(person.post_id, occurrence)
        ]
        if not free:
            return None
        post = min(free)[2]
        self._duties[post].append(
            Held(post, occurrence.shift_id, occurrence.kind, occurrence.starts_at, occurrence.ends_at)
        )
        self._totals[post] += 1
        self._of_shift[post, occurrence.shift_id] += 1
        self._of_kind[post, occurrence.kind] += 1
        return post

    def _reasons(self, post: int, occurrence: Occurrence) -> tuple[int, bool, int, int, float]:
        """Smaller comes first: fewer duties, rested, fewer of this shift, fewer on such days, longest off duty."""
        ends = [duty.ends_at for duty in self._duties[post] if duty.ends_at <= occurrence.starts_at]
        last = max(ends).timestamp() if ends else 0.0
        return (
            self._totals[post],
            self._is_busy(post, occurrence, around=REST),
            self._of_shift[post, occurrence.shift_id],
            self._of_kind[post, occurrence.kind],
            last,
        )

    def _is_busy(self, post: int, occurrence: Occurrence, around: timedelta = timedelta(0)) -> bool:
        begin, finish = occurrence.starts_at - around, occurrence.ends_at + around
        return any(duty.starts_at < finish and duty.ends_at > begin for duty in self._duties[post])


def _level(totals: dict[int, int]) -> dict[int, int]:
    """Who is new begins where the least used of the others stands, and need not catch up with their past."""
    least = min((count for count in totals.values() if count), default=0)
    return {post: max(count, least) for post, count in totals.items()}
