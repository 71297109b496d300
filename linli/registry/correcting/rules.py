"""What a correction of each kind has to say before the office can act on it. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from linli.core.errors import NotAllowed
from linli.core.verdict import YES, Verdict
from linli.registry.correcting.errors import AnswerMissing, CorrectionIncomplete, DayAhead

NO, MAY, MUST = "", "may", "must"
MOST_LETTERS: Final = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """Which parts a kind of correction has: NO, MAY or MUST. ``whom`` MAY: without a person the whole household is meant."""

    whom: str = NO
    text: str = NO
    relation: str = NO
    phone: str = NO
    day: str = NO


ASKED: Final[Mapping[str, Asked]] = {
    "phone": Asked(whom=MUST, phone=MUST),
    "name": Asked(whom=MUST, text=MUST),
    "left": Asked(whom=MAY, day=MUST),
    "died": Asked(whom=MUST, day=MUST),
    "newcomer": Asked(text=MUST, relation=MUST, phone=MAY, day=MAY),
    "relative": Asked(text=MUST, relation=MUST, phone=MUST),
    "other": Asked(text=MUST),
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody says is right. ``about`` is a ChangeRequest.About value, ``relation`` a Relation value."""

    about: str
    resident_id: int | None = None
    text: str = ""
    relation: str = ""
    phone: str = ""
    on: date | None = None


def may_propose(*, permissions: Collection[str], user_id: int | None) -> Verdict:
    """Corrections are proposed by people with a login who hold registry.propose: they get the answer."""
    return YES if user_id is not None and "registry.propose" in permissions else Verdict(NotAllowed())


def may_send(*, proposal: Proposal, today: date) -> Verdict:
    """Whether a proposal says all that its kind needs, and its day is not ahead."""
    asked = ASKED[proposal.about]
    parts = {
        "resident": (asked.whom, proposal.resident_id),
        "text": (asked.text, proposal.text.strip()),
        "relation": (asked.relation, proposal.relation),
        "phone": (asked.phone, proposal.phone),
        "on": (asked.day, proposal.on),
    }
    missing = [name for name, (needed, value) in parts.items() if needed == MUST and not value]
    if missing:
        return Verdict(CorrectionIncomplete(fields=dict.fromkeys(missing, CorrectionIncomplete.default_sentence)))
    if proposal.on is not None and proposal.on > today:
        return Verdict(DayAhead(fields={"on": DayAhead.default_sentence}))
    return YES


def may_reject(*, answer: str) -> Verdict:
    """A no comes with its reason: the proposer stood at the door."""
    return YES if answer.strip() else Verdict(AnswerMissing(fields={"answer": AnswerMissing.default_sentence}))


def packed(*, proposal: Proposal) -> str:
    """The words of a proposal as they are kept: the name, and on a second line the code of the relation."""
    return f"{proposal.text}\n{proposal.relation}" if ASKED[proposal.about].relation else proposal.text


def unpacked(*, about: str, kept: str) -> tuple[str, str]:
    """(words, relation) out of what is kept."""
    if not ASKED[about].relation:
        return kept, ""
    text, _line, relation = kept.rpartition("\n")
    return text, relation
