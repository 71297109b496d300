"""When a message is tried again, and over which way; what a community may say in its own words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from linli.core.verdict import YES, Verdict
from linli.notifications.errors import (
    WordingEmpty,
    WordingLacks,
    WordingMarksDrill,
    WordingRefused,
    WordingStrayBrace,
    WordingTooLong,
    WordingUnknown,
)
from linli.notifications.spelling import SMS_UNITS, fill, has_stray_brace, sms_units, unknown_variables, variables_in

TRIES_PER_POINT = 3
MOST_ATTEMPTS = 24
PAUSES_SECONDS = (1, 3, 5, 10, 20, 40, 60)


@dataclass(frozen=True, slots=True)
class NextTry:
    """Where and when a message that did not go out is tried next; ``due_at`` None means it is given up."""

    point: int
    point_attempts: int
    due_at: datetime | None


def next_try(*, point: int, point_attempts: int, attempts: int, points: int, for_good: bool, now: datetime) -> NextTry:
    """After a failed attempt over ``point`` (index; ``point_attempts`` counts the failed one too) of ``points`` ways.

    The same way is tried three times with growing pauses, then the next at once; after the last it begins again, because a
    line that is down at night is often up a minute later. After 24 attempts in all, or when no way is left, it is given up.
    """
    if points == 0 or attempts >= MOST_ATTEMPTS or (for_good and points == 1):
        return NextTry(point=point, point_attempts=point_attempts, due_at=None)
    if for_good or point_attempts >= TRIES_PER_POINT:
        following = (point + 1) % points
        pause = 0 if following > point else PAUSES_SECONDS[min(attempts // points, len(PAUSES_SECONDS) - 1)]
        return NextTry(point=following, point_attempts=0, due_at=now + timedelta(seconds=pause))
    pause = PAUSES_SECONDS[min(point_attempts - 1, len(PAUSES_SECONDS) - 1)]
    return NextTry(point=point, point_attempts=point_attempts, due_at=now + timedelta(seconds=pause))


DRILL_WORDS = ("【演练】", "[DRILL]")
"""Only the machine says this, so that nobody takes an alarm for a drill, or a drill for an alarm."""


def may_word(
    *,
    form: str,
    title: str,
    text: str,
    known: Collection[str],
    needed: Collection[str],
    names: Mapping[str, str],
    samples: Mapping[str, str],
) -> Verdict:
    """Whether a wording may say this. ``title`` and ``text`` in their kept form; ``names`` are the variables as the writer reads them.

    It names no variable that there is not, and every one that it must; it holds no drill mark, which the machine puts; filled
    with ``samples`` a text message fits into one SMS.
    """
    fields: dict[str, WordingRefused] = {}
    if form == "long" and (wrong := _wrong_in(title, known=known)):
        fields["title"] = wrong
    lacking = [names.get(name, name) for name in needed if name not in variables_in(text)]
    if wrong := _wrong_in(text, known=known):
        fields["text"] = wrong
    elif lacking:
        fields["text"] = WordingLacks(names=lacking)
    elif form == "short" and (units := sms_units(fill(text, samples))) > SMS_UNITS:
        fields["text"] = WordingTooLong(units=units)
    if not fields:
        return YES
    return Verdict(WordingRefused(fields={name: wrong.sentence for name, wrong in fields.items()}))


def _wrong_in(text: str, *, known: Collection[str]) -> WordingRefused | None:
    if not text:
        return WordingEmpty()
    if has_stray_brace(text):
        return WordingStrayBrace()
    if unknown := unknown_variables(text, known=known):
        return WordingUnknown(names=unknown)
    if any(mark in text for mark in DRILL_WORDS):
        return WordingMarksDrill()
    return None
