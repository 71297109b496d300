"""What holds of accounts and moves, reckoned without a database; and how what was asked and written is turned into digests. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from linli.core.verdict import YES, Verdict
from linli.ledger.errors import AccountClosed, BadMoves, DayClosed, HoldEnded, NotEnough, TooMuchBack

DEBIT, CREDIT = "debit", "credit"
NOW, HOLD, POST, VOID = "now", "hold", "post", "void"
LIMITLESS: Final = None
SORTS: Final[Mapping[str, tuple[str, int | None]]] = {
    "bank": (DEBIT, LIMITLESS), "till": (DEBIT, 0), "claim": (DEBIT, LIMITLESS), "prepaid": (CREDIT, 0), "fund": (CREDIT, 0),
    "held": (CREDIT, 0), "income": (CREDIT, LIMITLESS), "expense": (DEBIT, LIMITLESS), "difference": (DEBIT, LIMITLESS),
    "opening": (CREDIT, LIMITLESS),
}  # fmt: skip
"""On which side an account of a sort grows, and how far below zero it may go unless told otherwise (fen; None: as far as it likes)."""
MOST_FEN: Final = 100_000_000_00
"""A hundred million yuan: more is a slip of the finger in any community."""
MOST_MOVES: Final = 500


@dataclass(frozen=True, slots=True)
class Move:
    """A transfer that is wanted: ``amount_fen`` is debited to one account and credited to another. ``resolves_id``: the hold that a post
    or void ends. ``reverses_id``: the transfer it takes back."""

    debit_id: int
    credit_id: int
    amount_fen: int
    kind: str = NOW
    resolves_id: int | None = None
    reverses_id: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """A journal that is asked for: on which business day, of what sort, about what, with which moves."""

    business_on: date
    sort: str
    moves: Sequence[Move]
    about: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """An account as it stands (fen)."""

    side: str
    overdraft_fen: int | None
    debits_fen: int = 0
    credits_fen: int = 0
    debits_held_fen: int = 0
    credits_held_fen: int = 0

    @property
    def balance_fen(self) -> int:
        """On its own side: what is owned, owed, earned or spent. What is held counts not yet."""
        sums = self.debits_fen - self.credits_fen
        return sums if self.side == DEBIT else -sums

    @property
    def free_fen(self) -> int:
        """What may still be taken: the balance without what is held against it."""
        return self.balance_fen - (self.credits_held_fen if self.side == DEBIT else self.debits_held_fen)

    @property
    def within(self) -> bool:
        """Whether it keeps its limit."""
        return self.overdraft_fen is None or self.free_fen + self.overdraft_fen >= 0

    def after(self, *, debits: int = 0, credits: int = 0, debits_held: int = 0, credits_held: int = 0) -> Standing:
        return Standing(
            self.side, self.overdraft_fen, self.debits_fen + debits, self.credits_fen + credits,
            self.debits_held_fen + debits_held, self.credits_held_fen + credits_held,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A transfer that is on file, as far as a later one needs it. ``ended``: a hold that was posted or voided. ``back_fen``: what was taken
    back of it already."""

    kind: str
    debit_id: int
    credit_id: int
    amount_fen: int
    is_reversal: bool = False
    ended: bool = False
    back_fen: int = 0


def moves_are_sound(*, moves: Sequence[Move]) -> Verdict:
    """Whole positive amounts between two accounts. A fault of the program that asks, not of the person."""
    sound = 0 < len(moves) <= MOST_MOVES and all(
        type(one.amount_fen) is int
        and 0 < one.amount_fen <= MOST_FEN
        and one.debit_id != one.credit_id
        and one.kind in {NOW, HOLD, POST, VOID}
        and (one.resolves_id is not None) == (one.kind in {POST, VOID})
        and (one.reverses_id is None or one.kind == NOW)
        for one in moves
    )
    return YES if sound else Verdict(BadMoves())


def day_is_open(*, business_on: date, closed_until: date | None) -> Verdict:
    """Nothing is written into a closed day."""
    return YES if closed_until is None or business_on > closed_until else Verdict(DayClosed(until=closed_until))


def may_be_moved(
    *, moves: Sequence[Move], standings: Mapping[int, Standing], closed: Iterable[int], known: Mapping[int, Known]
) -> Verdict:
    """Whether all moves can be made, one after the other as the database takes them. ``standings``: the accounts as they are, by id;
    ``closed``: those that are shut; ``known``: the transfers that the moves resolve or reverse."""
    shut, now, file = set(closed), dict(standings), dict(known)
    for one in moves:
        if shut & {one.debit_id, one.credit_id}:
            return Verdict(AccountClosed())
        if not (verdict := _fits(one, file)):
            return verdict
        held = _held(one, file)
        posted = one.amount_fen if one.kind in {NOW, POST} else 0
        now[one.debit_id] = now[one.debit_id].after(debits=posted, debits_held=held)
        now[one.credit_id] = now[one.credit_id].after(credits=posted, credits_held=held)
        for pk in (one.debit_id, one.credit_id):
            if not now[pk].within:
                return Verdict(NotEnough(account_id=pk, free_fen=standings[pk].free_fen))
        _note(one, file)
    return YES


def _fits(one: Move, file: Mapping[int, Known]) -> Verdict:
    if one.resolves_id is not None:
        hold = file.get(one.resolves_id)
        if hold is None or hold.kind != HOLD or (hold.debit_id, hold.credit_id) != (one.debit_id, one.credit_id):
            return Verdict(BadMoves())
        if hold.ended or one.amount_fen > hold.amount_fen or (one.kind == VOID and one.amount_fen != hold.amount_fen):
            return Verdict(HoldEnded())
    if one.reverses_id is not None:
        first = file.get(one.reverses_id)
        if first is None or first.is_reversal or first.kind not in {NOW, POST}:
            return Verdict(BadMoves())
        if (first.debit_id, first.credit_id) != (one.credit_id, one.debit_id):
            return Verdict(BadMoves())
        if first.back_fen + one.amount_fen > first.amount_fen:
            return Verdict(TooMuchBack(left_fen=first.amount_fen - first.back_fen))
    return YES


def _held(one: Move, file: Mapping[int, Known]) -> int:
    if one.kind == HOLD:
        return one.amount_fen
    return -file[one.resolves_id].amount_fen if one.resolves_id is not None else 0


def _note(one: Move, file: dict[int, Known]) -> None:
    """Two moves of one journal may not end the same hold, nor take the same amount back twice."""
    if one.resolves_id is not None:
        file[one.resolves_id] = replace(file[one.resolves_id], ended=True)
    if one.reverses_id is not None:
        was = file[one.reverses_id]
        file[one.reverses_id] = replace(was, back_fen=was.back_fen + one.amount_fen)


def request_hash(*, wanted: Wanted) -> str:
    """What was asked, as 64 hex digits: the same key with another hash is another deed."""
    asked = [
        wanted.business_on.isoformat(),
        wanted.sort,
        wanted.about,
        wanted.note,
        [_row(one) for one in wanted.moves],
    ]
    return _digest(asked)


def chain_digest(*, previous: str, journal: Sequence[Any], transfers: Iterable[Sequence[Any]]) -> str:
    """The digest of a journal, which holds the one before: whoever changes, takes out or puts in one changes all that follow."""
    return _digest([previous, list(journal), [list(one) for one in transfers]])


def seal_of(*, previous: str, until_on: date, digest: str, totals: Mapping[str, Sequence[int]]) -> str:
    """The seal of a closed day or month: the seal before, the end of the chain and the sums of every account."""
    return _digest([previous, until_on.isoformat(), digest, sorted((key, list(sums)) for key, sums in totals.items())])


def _row(one: Move) -> list[Any]:
    return [one.kind, one.debit_id, one.credit_id, one.amount_fen, one.resolves_id, one.reverses_id]


def _digest(told: Any) -> str:
    return hashlib.sha256(
        json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def may_be_reversed(*, transfers: Sequence[tuple[str, bool, int]]) -> bool:
    """Whether anything is left to take back, of (kind, is itself a reversal, fen not taken back yet)."""
    return any(kind in {NOW, POST} and not back and left > 0 for kind, back, left in transfers)
