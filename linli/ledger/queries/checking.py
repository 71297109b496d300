"""Whether a book is what it must be: reckoned anew from its journals and transfers, fault by fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum

from linli.ledger.models import Account, Book, Close, Journal, Transfer
from linli.ledger.queries.chain import digest_of, standing_of
from linli.ledger.rules import HOLD, VOID, seal_of
from linli.ledger.triggers import NAMES

CHUNK: Final = 2000


class Kind(StrEnum):
    """What can be wrong."""

    GAP = "gap"
    ORDER = "order"
    CHAIN = "chain"
    DIGEST = "digest"
    COUNT = "count"
    CLOSED = "closed-day"
    HOLD = "hold"
    REVERSAL = "reversal"
    FOREIGN = "foreign-account"
    SUMS = "sums"
    LIMIT = "limit"
    END = "end-of-chain"
    SEAL = "seal"
    TRIGGER = "trigger"


@dataclass(frozen=True, slots=True)
class Fault:
    """``where``: a journal's number ("journal 17"), an account, a close or a trigger; ``found`` and ``expected`` in figures."""

    kind: Kind
    where: str
    found: str = ""
    expected: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.where}" + (f": {self.found}, not {self.expected}" if self.expected else "")


@contextmanager
def one_instant() -> Iterator[None]:
    """The block reads the database as it was when it began, and holds nobody up."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # atomic() would take the one writer's place
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


def missing_triggers() -> list[Fault]:
    """Triggers of the ledger that the database does not have, or that are switched off. One query."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE c.relname LIKE 'ledger\\_%%' AND NOT tgisinternal AND tgenabled <> 'D'",
                [],
            )
        else:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger!_%%' ESCAPE '!'", []
            )
        there = {name for (name,) in cursor.fetchall()}
    return [Fault(Kind.TRIGGER, name) for name in sorted(NAMES - there)]


def faults_of_sums(*, book_id: int) -> list[Fault]:
    """Looks at the accounts only: debits and credits are equal over the book, and every account keeps its limit. Two queries."""
    accounts = Account.objects.filter(book_id=book_id)
    told = accounts.aggregate(
        d=Sum("debits_fen"), c=Sum("credits_fen"), dh=Sum("debits_held_fen"), ch=Sum("credits_held_fen")
    )
    found = []
    if (told["d"], told["dh"]) != (told["c"], told["ch"]):
        found.append(Fault(Kind.SUMS, "book", f"{told['d']} / {told['dh']}", f"{told['c']} / {told['ch']}"))
    limited = accounts.filter(overdraft_fen__isnull=False)
    return found + [
        Fault(Kind.LIMIT, f"account {one.pk}", str(standing_of(account=one).free_fen), f">= -{one.overdraft_fen}")
        for one in limited.iterator(CHUNK)
        if not standing_of(account=one).within
    ]


def replayed(*, book_id: int, told: Callable[[int, int], None] | None = None) -> list[Fault]:
    """Every journal and transfer of a book, from the first: numbers, order, chain, counts, closed days, holds, reversals, sums, seals.

    Reads the book as it is at one instant if the caller holds a transaction that sees one. ``told(done, all)`` is called on the way.
    """
    book = Book.objects.get(pk=book_id)
    replay = _Replay(book)
    for done, (journal, transfers) in enumerate(_journals(book_id), start=1):
        replay.take(journal, transfers)
        if told is not None and done % CHUNK == 0:
            told(done, book.last_number)
    return [*replay.faults, *replay.end(), *faults_of_sums(book_id=book_id)]


def _journals(book_id: int) -> Iterator[tuple[Journal, list[Transfer]]]:
    """The journals in order, each with its transfers; a few thousand at a time are held."""
    rows = (
        Transfer.objects.filter(journal__book_id=book_id)
        .order_by("journal__number", "position")
        .annotate(number=F("journal__number"))
    )
    groups = groupby(rows.iterator(CHUNK), key=lambda one: one.number)
    ahead = next(groups, None)
    for journal in Journal.objects.filter(book_id=book_id).order_by("number").iterator(CHUNK):
        mine: list[Transfer] = []
        if ahead is not None and ahead[0] == journal.number:
            mine = list(ahead[1])
            ahead = next(groups, None)
        yield journal, mine


class _Replay:
    """What is known of a book as far as it was read."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.faults: list[Fault] = []
        self.number, self.digest = 0, ""
        self.at: datetime | None = None
        self.accounts = {one.pk: one for one in Account.objects.filter(book=book)}
        self.sums = {pk: [0, 0, 0, 0] for pk in self.accounts}
        self.holds: dict[int, Transfer] = {}
        self.ahead = list(Close.objects.filter(book=book, sort=Close.Sort.DAY).order_by("until_on"))
        self.closed_until: date | None = None
        self.seal = ""
        self.look_at_closes()

    def fault(self, kind: Kind, where: str, found: Any = "", expected: Any = "") -> None:
        self.faults.append(Fault(kind, where, str(found), str(expected)))

    def take(self, journal: Journal, transfers: list[Transfer]) -> None:
        where = f"journal {journal.number}"
        if journal.number != self.number + 1:
            self.fault(Kind.GAP, where, journal.number, self.number + 1)
        if self.at is not None and journal.at <= self.at:
            self.fault(Kind.ORDER, where, journal.at, f"> {self.at}")
        if journal.previous != self.digest:
            self.fault(Kind.CHAIN, where, journal.previous[:12], self.digest[:12])
        expected = digest_of(journal=journal, transfers=transfers)
        if journal.digest != expected:
            self.fault(Kind.DIGEST, where, journal.digest[:12], expected[:12])
        if len(transfers) != journal.count:
            self.fault(Kind.COUNT, where, len(transfers), journal.count)
        if (
            journal.state == Journal.State.DONE
            and self.closed_until is not None
            and journal.business_on <= self.closed_until
        ):
            self.fault(Kind.CLOSED, where, journal.business_on, f"> {self.closed_until}")
        for one in transfers:
            self.move(one, where)
        self.number, self.at, self.digest = journal.number, journal.at, journal.digest
        self.look_at_closes()

    def move(self, one: Transfer, where: str) -> None:
        if one.debit_id not in self.sums or one.credit_id not in self.sums:
            self.fault(Kind.FOREIGN, where)
            return
        held = 0
        if one.kind == HOLD:
            self.holds[one.pk], held = one, one.amount_fen
        elif one.resolves_id is not None:
            hold = self.holds.pop(one.resolves_id, None)
            if (
                hold is None
                or one.amount_fen > hold.amount_fen
                or (hold.debit_id, hold.credit_id) != (one.debit_id, one.credit_id)
            ):
                self.fault(Kind.HOLD, where)
            held = -hold.amount_fen if hold is not None else 0
        posted = one.amount_fen if one.kind not in {HOLD, VOID} else 0
        for pk, at in ((one.debit_id, 0), (one.credit_id, 1)):
            self.sums[pk][at] += posted
            self.sums[pk][at + 2] += held

    def look_at_closes(self) -> None:
        """The days that were closed when the chain stood here."""
        while self.ahead and self.ahead[0].last_number <= self.number:
            close = self.ahead.pop(0)
            where = f"close {close.until_on}"
            totals = {str(pk): list(sums) for pk, sums in self.sums.items() if any(sums)}
            if close.totals != totals or close.digest != self.digest:
                self.fault(Kind.SEAL, where, "totals")
            if close.seal != seal_of(
                previous=self.seal, until_on=close.until_on, digest=close.digest, totals=close.totals
            ):
                self.fault(Kind.SEAL, where, "seal")
            self.closed_until, self.seal = close.until_on, close.seal

    def end(self) -> Iterator[Fault]:
        book = self.book
        if (book.last_number, book.digest) != (self.number, self.digest):
            yield Fault(Kind.END, "book", f"{book.last_number} {book.digest[:12]}", f"{self.number} {self.digest[:12]}")
        if self.ahead or book.closed_until != self.closed_until:
            yield Fault(Kind.END, "closes", str(book.closed_until), str(self.closed_until))
        for pk, sums in self.sums.items():
            one = self.accounts[pk]
            stored = [one.debits_fen, one.credits_fen, one.debits_held_fen, one.credits_held_fen]
            if stored != sums:
                yield Fault(Kind.SUMS, f"account {pk}", str(stored), str(sums))
        yield from _reversals(book.pk)


def _reversals(book_id: int) -> Iterator[Fault]:
    """Transfers of which more was taken back than there was, or to other accounts. Two queries."""
    reversals = Transfer.objects.filter(journal__book_id=book_id, reverses__isnull=False)
    astray = reversals.exclude(
        Q(debit=F("reverses__credit"), credit=F("reverses__debit"), reverses__reverses__isnull=True)
    )
    for pk in astray.values_list("journal__number", flat=True):
        yield Fault(Kind.REVERSAL, f"journal {pk}")
    sums = (
        reversals.order_by()
        .values("reverses_id", "reverses__amount_fen")
        .annotate(back=Sum("amount_fen"), n=Count("pk"))
    )
    for row in sums.filter(back__gt=F("reverses__amount_fen")):
        yield Fault(
            Kind.REVERSAL, f"transfer {row['reverses_id']}", str(row["back"]), f"<= {row['reverses__amount_fen']}"
        )
