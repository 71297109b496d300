"""Who may change a duty, swap it, write and confirm a hand-over note."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from linli.core.verdict import YES, Verdict
from linli.scheduling.errors import (
    AlreadyConfirmed,
    AlreadyOnDuty,
    DutyBegun,
    DutyOver,
    NoteMissing,
    NotOnDuty,
    NotYourDuty,
    OwnNote,
    SwapAnswered,
    SwapOutdated,
    SwapWithOneself,
    TooManyWeeks,
)
from linli.scheduling.rules.days import Span

ASKED = "asked"
MOST_WEEKS = 26
WRITES_UNTIL = timedelta(hours=12)
"""For so long after the end of a duty its officer may still write what was forgotten at the hand-over."""


def may_plan(*, weeks: int) -> Verdict:
    """One week to half a year at once."""
    return YES if 1 <= weeks <= MOST_WEEKS else Verdict(TooManyWeeks(fields={"weeks": TooManyWeeks.default_sentence}))


def may_give_duty(*, ends_at: datetime, now: datetime, span: Span, others: Collection[Span]) -> Verdict:
    """A duty can be given to somebody else until it is over, and only to somebody who has none at that time (``others``)."""
    if ends_at <= now:
        return Verdict(DutyOver())
    return may_hold(span=span, others=others)


def may_hold(*, span: Span, others: Collection[Span]) -> Verdict:
    """Nobody is at two desks at once."""
    begin, finish = span
    clash = any(starts_at < finish and ends_at > begin for starts_at, ends_at in others)
    return Verdict(AlreadyOnDuty()) if clash else YES


def may_ask_swap(
    *, holder: int | None, own: Collection[int], asked: int, starts_at: datetime, now: datetime
) -> Verdict:
    """Only who holds a duty that has not begun asks somebody else to take it."""
    if holder is None or holder not in own:
        return Verdict(NotYourDuty())
    if asked in own:
        return Verdict(SwapWithOneself())
    return Verdict(DutyBegun()) if starts_at <= now else YES


def may_answer_swap(*, state: str, asked: int, own: Collection[int]) -> Verdict:
    """The one who was asked answers, once."""
    if asked not in own:
        return Verdict(NotYourDuty())
    return YES if state == ASKED else Verdict(SwapAnswered())


def may_withdraw_swap(*, state: str, asker: int, own: Collection[int]) -> Verdict:
    """Who asked may take it back until it is answered."""
    if asker not in own:
        return Verdict(NotYourDuty())
    return YES if state == ASKED else Verdict(SwapAnswered())


def may_carry_out_swap(*, holders: tuple[int | None, int | None], expected: tuple[int, int | None]) -> Verdict:
    """Both duties are still with those who agreed."""
    return YES if holders == expected else Verdict(SwapOutdated())


def may_write_note(*, starts_at: datetime, ends_at: datetime, now: datetime, text: str) -> Verdict:
    """During a duty and for some hours after it, in words."""
    if not starts_at <= now < ends_at + WRITES_UNTIL:
        return Verdict(NotOnDuty())
    return YES if text.strip() else Verdict(NoteMissing(fields={"text": NoteMissing.default_sentence}))


def may_confirm_note(*, confirmed_at: datetime | None, author_user: int | None, user: int | None) -> Verdict:
    """Somebody else than the author, once."""
    if confirmed_at is not None:
        return Verdict(AlreadyConfirmed())
    return Verdict(OwnNote()) if author_user is not None and author_user == user else YES
