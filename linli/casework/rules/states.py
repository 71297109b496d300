"""The states of a request as a table: what may follow, what is written into the history, what the reporter is told.

Everything that changes a state asks this table; a test walks all of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from linli.casework.errors.requests import AnswerMissing, NotFromHere, ReasonMissing
from linli.core.errors import Refusal
from linli.core.verdict import YES, Verdict

RECEIVED, ASSIGNED, IN_HAND, WAITING, OUTSIDE, RETURNED = (
    "received",
    "assigned",
    "in_hand",
    "waiting",
    "outside",
    "returned",
)
RESOLVED, REOPEN_ASKED, REOPENED, SPLIT = "resolved", "reopen_asked", "reopened", "split"
MERGED, CANCELLED, CLOSED = "merged", "cancelled", "closed"

ENDED: Final = frozenset({MERGED, CANCELLED, CLOSED})
STANDING: Final = frozenset({WAITING, RESOLVED, REOPEN_ASKED}) | ENDED
"""The clock does not run in these."""
AT_WORK: Final = frozenset({RECEIVED, ASSIGNED, IN_HAND, OUTSIDE, RETURNED, REOPENED})
"""Somebody has to do something now."""


@dataclass(frozen=True, slots=True)
class Row:
    """``next``: the states that may follow. ``verb``: what stands in the history when this state is entered. ``message``: the wording
    owed to the reporters then, or "". ``needs``: the refusal if no text comes with it, or None."""

    next: frozenset[str]
    verb: str
    message: str = ""
    needs: type[Refusal] | None = None


_WORK: Final = frozenset({IN_HAND, WAITING, OUTSIDE, RESOLVED, MERGED, CANCELLED})

TABLE: Final[Mapping[str, Row]] = {
    RECEIVED: Row(_WORK | {ASSIGNED, SPLIT}, "received", "request.received"),
    ASSIGNED: Row(_WORK | {RETURNED, SPLIT}, "handed_on"),
    IN_HAND: Row((_WORK - {IN_HAND}) | {ASSIGNED, RETURNED, SPLIT}, "took"),
    WAITING: Row(
        frozenset({IN_HAND, RESOLVED, MERGED, CANCELLED}), "asked_reporter", "request.question", ReasonMissing
    ),
    OUTSIDE: Row(frozenset({IN_HAND, WAITING, RESOLVED, MERGED, CANCELLED}), "gave_outside", "", ReasonMissing),
    RETURNED: Row(_WORK | {ASSIGNED, SPLIT}, "sent_back", "", ReasonMissing),
    RESOLVED: Row(frozenset({REOPEN_ASKED, REOPENED, CLOSED}), "answered_request", "request.resolved", AnswerMissing),
    REOPEN_ASKED: Row(frozenset({REOPENED, CLOSED}), "asked_again"),
    REOPENED: Row(_WORK | {ASSIGNED, RETURNED, SPLIT}, "reopened", "request.reopened", ReasonMissing),
    SPLIT: Row(frozenset({RESOLVED, CANCELLED}), "split"),
    MERGED: Row(frozenset({REOPENED}), "joined", "request.joined"),
    CANCELLED: Row(frozenset({REOPENED}), "took_back", "", ReasonMissing),
    CLOSED: Row(frozenset({REOPENED, REOPEN_ASKED}), "closed_request"),
}


def may_become(*, state: str, wanted: str, text: str) -> Verdict:
    """Whether a request in ``state`` may enter ``wanted`` with this text. Refuses with NotFromHere, AnswerMissing or ReasonMissing."""
    if wanted not in TABLE[state].next:
        return Verdict(NotFromHere())
    needs = TABLE[wanted].needs
    if needs is not None and not text.strip():
        return Verdict(needs(fields={"text": needs.default_sentence}))
    return YES


def can_become(*, state: str, wanted: str) -> bool:
    """The same without a text, for pages that offer a button."""
    return wanted in TABLE[state].next
