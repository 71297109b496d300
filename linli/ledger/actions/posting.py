"""Writing journals: once for each key, answered the same way for ever, chained one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Sum

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.ledger.errors import STORED, AccountNotFound, BookReadOnly, KeyUsed, LedgerRefusal, TooMuchBack
from linli.ledger.models import Account, Book, Journal, Transfer
from linli.ledger.queries.chain import digest_of, standing_of
from linli.ledger.rules import (
    NOW,
    POST,
    VOID,
    Known,
    Move,
    Wanted,
    day_is_open,
    may_be_moved,
    moves_are_sound,
    request_hash,
)

CREATED, REPLAYED = "created", "replayed"
TICK: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a journal: written now (``created``) or before (``replayed``); ``refusal`` says why it was not done."""

    journal: Journal
    outcome: str
    refusal: LedgerRefusal | None = None

    def enforce(self) -> Journal:
        """The journal; raises its refusal. Inside a transaction that takes the refusal back, too: then nothing was asked."""
        if self.refusal is not None:
            raise self.refusal
        return self.journal


@transaction.atomic
def post_journal(*, by: Actor, now: datetime, book_id: int, key: str, wanted: Wanted) -> Answer:
    """Write what is wanted, all of it or none, and say what became of it. Whoever calls has asked whether ``by`` may.

    The same key again gets the first answer, refusals too; the asker makes it and keeps it before asking (docs/adr/0010). Raises
    NotFound, BadMoves, AccountNotFound, KeyUsed, BookReadOnly.
    """
    moves_are_sound(moves=wanted.moves).enforce()
    asked = request_hash(wanted=wanted)
    book = Book.objects.select_for_update(no_key=True).filter(pk=book_id).first()
    if book is None:
        raise NotFound
    before = Journal.objects.filter(book=book, key=key).first()
    if before is not None:
        if before.request_hash != asked:
            raise KeyUsed
        return Answer(before, REPLAYED, _refusal_of(before))
    if book.read_only_since is not None:
        raise BookReadOnly
    refusal = _refused(book, wanted)
    journal = _write(book=book, by=by, now=now, key=key, asked=asked, wanted=wanted, refusal=refusal)
    return Answer(journal, CREATED, refusal)


@transaction.atomic
def post_hold(
    *, by: Actor, now: datetime, key: str, hold_id: int, business_on: date, amount_fen: int | None = None
) -> Answer:
    """Let a hold become a transfer, in whole or for less; the rest is free again. Raises as ``post_journal``."""
    hold = _transfer(hold_id)
    amount = hold.amount_fen if amount_fen is None else amount_fen
    move = Move(hold.debit_id, hold.credit_id, amount, POST, hold.pk)
    return _ended(by=by, now=now, key=key, hold=hold, move=move, business_on=business_on)


@transaction.atomic
def void_hold(*, by: Actor, now: datetime, key: str, hold_id: int, business_on: date) -> Answer:
    """Let a hold go: nothing happened. Raises as ``post_journal``."""
    hold = _transfer(hold_id)
    move = Move(hold.debit_id, hold.credit_id, hold.amount_fen, VOID, hold.pk)
    return _ended(by=by, now=now, key=key, hold=hold, move=move, business_on=business_on)


@transaction.atomic
def reverse_journal(
    *, by: Actor, now: datetime, key: str, journal_id: int, business_on: date, note: str, sort: str = "reversal"
) -> Answer:
    """Take back all that a journal moved and that was not taken back yet, each transfer by its own. Raises as ``post_journal``, and
    TooMuchBack where nothing is left."""
    journal = Journal.objects.select_related("book").filter(pk=journal_id, state=Journal.State.DONE).first()
    if journal is None:
        raise NotFound
    about = f"ledger.journal/{journal.pk}"
    before = Journal.objects.filter(book_id=journal.book_id, key=key).first()
    if before is not None:
        if before.about != about:
            raise KeyUsed
        return Answer(before, REPLAYED, _refusal_of(before))
    rows = journal.transfers.filter(kind__in=[NOW, POST]).annotate(back=Sum("reversed_by__amount_fen"))
    moves = [
        Move(one.credit_id, one.debit_id, one.amount_fen - (one.back or 0), reverses_id=one.pk)
        for one in rows.order_by("-position")
        if one.amount_fen > (one.back or 0)
    ]
    if not moves:
        raise TooMuchBack(left_fen=0)
    wanted = Wanted(business_on, sort, moves, about=about, note=note[:200])
    answer = post_journal(by=by, now=now, book_id=journal.book_id, key=key, wanted=wanted)
    if answer.outcome == CREATED and answer.refusal is None:
        trace = Trace(
            "reversed_journal",
            "ledger.journal",
            str(journal.pk),
            journal.book.community_id,
            str(journal.number),
            note[:200],
        )
        record_traces(by=by, now=now, traces=[trace])
    return answer


def _transfer(pk: int) -> Transfer:
    found = Transfer.objects.select_related("journal").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def _ended(*, by: Actor, now: datetime, key: str, hold: Transfer, move: Move, business_on: date) -> Answer:
    wanted = Wanted(business_on, hold.journal.sort, [move], about=hold.journal.about)
    return post_journal(by=by, now=now, book_id=hold.journal.book_id, key=key, wanted=wanted)


def _refused(book: Book, wanted: Wanted) -> LedgerRefusal | None:
    """Why this cannot be done as the book stands; its row is locked, so that nobody changes a sum meanwhile."""
    ids = {pk for one in wanted.moves for pk in (one.debit_id, one.credit_id)}
    accounts = {one.pk: one for one in Account.objects.filter(book=book, pk__in=ids)}
    if len(accounts) < len(ids):
        raise AccountNotFound
    verdict = day_is_open(business_on=wanted.business_on, closed_until=book.closed_until)
    if verdict:
        verdict = may_be_moved(
            moves=wanted.moves,
            standings={pk: standing_of(account=one) for pk, one in accounts.items()},
            closed=[pk for pk, one in accounts.items() if one.closed_at is not None],
            known=_known(wanted.moves),
        )
    if isinstance(verdict.refusal, LedgerRefusal):
        return verdict.refusal
    verdict.enforce()
    return None


def _known(moves: Sequence[Move]) -> dict[int, Known]:
    """The transfers that are resolved or reversed. One query, none where there are none."""
    ids = {pk for one in moves for pk in (one.resolves_id, one.reverses_id) if pk is not None}
    if not ids:
        return {}
    rows = Transfer.objects.filter(pk__in=ids).annotate(back=Sum("reversed_by__amount_fen")).order_by()
    ended = set(Transfer.objects.filter(resolves__in=ids).values_list("resolves_id", flat=True))
    return {
        one.pk: Known(
            one.kind,
            one.debit_id,
            one.credit_id,
            one.amount_fen,
            one.reverses_id is not None,
            one.pk in ended,
            one.back or 0,
        )
        for one in rows
    }


def _write(
    *, book: Book, by: Actor, now: datetime, key: str, asked: str, wanted: Wanted, refusal: LedgerRefusal | None
) -> Journal:
    at = now if book.last_at is None else max(now, book.last_at + TICK)
    moves = wanted.moves if refusal is None else ()
    journal = Journal(
        book=book, number=book.last_number + 1, at=at, business_on=wanted.business_on, key=key, request_hash=asked,
        state=Journal.State.DONE if refusal is None else Journal.State.REFUSED,
        refusal={} if refusal is None else {"code": refusal.code, "told": refusal.told}, sort=wanted.sort, about=wanted.about,
        note=wanted.note, actor_kind=by.kind, actor_ref=by.ref, actor_label=by.label[:120], count=len(moves), previous=book.digest,
    )  # fmt: skip
    rows = [
        Transfer(
            position=position, kind=one.kind, debit_id=one.debit_id, credit_id=one.credit_id, amount_fen=one.amount_fen,
            resolves_id=one.resolves_id, reverses_id=one.reverses_id,
        )
        for position, one in enumerate(moves, start=1)
    ]  # fmt: skip
    journal.digest = digest_of(journal=journal, transfers=rows)
    journal.save(force_insert=True)
    for row in rows:
        row.journal = journal
    Transfer.objects.bulk_create(rows)
    return journal


def _refusal_of(journal: Journal) -> LedgerRefusal | None:
    if journal.state == Journal.State.DONE:
        return None
    told = journal.refusal
    return STORED[told["code"]](**told["told"])
