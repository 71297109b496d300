"""Whether a book is what it must be: reckoned anew from its journals and transfers, fault by fault."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import F, Prefetch, Q, Sum

from linli.ledger.models import Account, Book, Close, Journal, Transfer
from linli.ledger.queries.chain import digest_of, standing_of
from linli.ledger.queries.statements import totals_until
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

    Reads the book as it is at one instant if the caller holds one (``one_instant``). ``told(done, all)`` is called on the way.
    """
    replay, all_of_them = Replay(book_id=book_id), Book.objects.get(pk=book_id).last_number
    while not replay.goes_on(most=CHUNK):
        if told is not None:
            told(replay.number, all_of_them)
    return replay.faults


class Replay:
    """A book that is being reckoned anew, as far as it was read. Journals are only added, so that it may be read piece by piece, with
    pauses: what was read stays so."""

    def __init__(self, *, book_id: int) -> None:
        self.book_id = book_id
        self.faults: list[Fault] = []
        self.number = 0
        self._digest = ""
        self._at: datetime | None = None
        self._sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        self._holds: dict[int, Transfer] = {}
        self._closes: list[Close] = []
        self._newest_close = 0
        self._closed_until: date | None = None
        self._seal = ""

    def goes_on(self, *, most: int) -> bool:
        """Read so many journals more, at one instant. True when the end is reached and everything was compared. Four queries, at the end
        some more."""
        closes = Close.objects.filter(book_id=self.book_id, sort=Close.Sort.DAY, pk__gt=self._newest_close).order_by(
            "pk"
        )
        self._closes += closes
        self._newest_close = self._closes[-1].pk if self._closes else self._newest_close
        self._look_at_closes()
        journals = Journal.objects.filter(book_id=self.book_id, number__gt=self.number).order_by("number")[:most]
        rows = list(journals.prefetch_related(Prefetch("transfers", Transfer.objects.order_by("position"))))
        for journal in rows:
            self._take(journal, list(journal.transfers.all()))
        if len(rows) == most:
            return False
        self.faults += [
            *self._end(),
            *_reversals(self.book_id),
            *_months(self.book_id),
            *faults_of_sums(book_id=self.book_id),
        ]
        return True

    def _fault(self, kind: Kind, where: str, found: Any = "", expected: Any = "") -> None:
        self.faults.append(Fault(kind, where, str(found), str(expected)))

    def _take(self, journal: Journal, transfers: list[Transfer]) -> None:
        where = f"journal {journal.number}"
        if journal.number != self.number + 1:
            self._fault(Kind.GAP, where, journal.number, self.number + 1)
        if self._at is not None and journal.at <= self._at:
            self._fault(Kind.ORDER, where, journal.at, f"> {self._at}")
        if journal.previous != self._digest:
            self._fault(Kind.CHAIN, where, journal.previous[:12], self._digest[:12])
        expected = digest_of(journal=journal, transfers=transfers)
        if journal.digest != expected:
            self._fault(Kind.DIGEST, where, journal.digest[:12], expected[:12])
        if len(transfers) != journal.count:
            self._fault(Kind.COUNT, where, len(transfers), journal.count)
        until = self._closed_until
        if journal.state == Journal.State.DONE and until is not None and journal.business_on <= until:
            self._fault(Kind.CLOSED, where, journal.business_on, f"> {until}")
        for one in transfers:
            self._move(one, where)
        self.number, self._at, self._digest = journal.number, journal.at, journal.digest
        self._look_at_closes()

    def _move(self, one: Transfer, where: str) -> None:
        held = 0
        if one.kind == HOLD:
            self._holds[one.pk], held = one, one.amount_fen
        elif one.resolves_id is not None:
            hold = self._holds.pop(one.resolves_id, None)
            same = hold is not None and (hold.debit_id, hold.credit_id) == (one.debit_id, one.credit_id)
            if hold is None or not same or one.amount_fen > hold.amount_fen:
                self._fault(Kind.HOLD, where)
            held = -hold.amount_fen if hold is not None else 0
        posted = one.amount_fen if one.kind not in {HOLD, VOID} else 0
        for pk, at in ((one.debit_id, 0), (one.credit_id, 1)):
            self._sums[pk][at] += posted
            self._sums[pk][at + 2] += held

    def _look_at_closes(self) -> None:
        """The days that were closed when the chain stood here."""
        while self._closes and self._closes[0].last_number <= self.number:
            close = self._closes.pop(0)
            where = f"close {close.until_on}"
            totals = {str(pk): list(sums) for pk, sums in self._sums.items() if any(sums)}
            if close.totals != totals or close.digest != self._digest:
                self._fault(Kind.SEAL, where, "totals")
            if close.seal != _sealed(close, self._seal):
                self._fault(Kind.SEAL, where, "seal")
            self._closed_until, self._seal = close.until_on, close.seal

    def _end(self) -> Iterator[Fault]:
        book = Book.objects.get(pk=self.book_id)
        if (book.last_number, book.digest) != (self.number, self._digest):
            yield Fault(
                Kind.END, "book", f"{book.last_number} {book.digest[:12]}", f"{self.number} {self._digest[:12]}"
            )
        if self._closes or book.closed_until != self._closed_until:
            yield Fault(Kind.END, "closes", str(book.closed_until), str(self._closed_until))
        names = ("pk", "debits_fen", "credits_fen", "debits_held_fen", "credits_held_fen")
        stored = {pk: sums for pk, *sums in Account.objects.filter(book_id=self.book_id).values_list(*names)}
        for pk in self._sums.keys() - stored.keys():
            yield Fault(Kind.FOREIGN, f"account {pk}")
        for pk, sums in stored.items():
            if sums != self._sums[pk]:
                yield Fault(Kind.SUMS, f"account {pk}", str(sums), str(self._sums[pk]))


def _sealed(close: Close, before: str) -> str:
    return seal_of(previous=before, until_on=close.until_on, digest=close.digest, totals=close.totals)


def _months(book_id: int) -> Iterator[Fault]:
    """Sealed months whose totals or seals are not what they must be. Three queries for each."""
    before = ""
    for close in Close.objects.filter(book_id=book_id, sort=Close.Sort.MONTH).order_by("until_on"):
        totals = {str(pk): list(told) for pk, told in totals_until(book_id=book_id, until_on=close.until_on).items()}
        if close.totals != totals or close.seal != _sealed(close, before):
            yield Fault(Kind.SEAL, f"month {close.until_on}")
        before = close.seal


def _reversals(book_id: int) -> Iterator[Fault]:
    """Transfers of which more was taken back than there was, or to other accounts. Two queries."""
    reversals = Transfer.objects.filter(journal__book_id=book_id, reverses__isnull=False)
    astray = reversals.exclude(
        Q(debit=F("reverses__credit"), credit=F("reverses__debit"), reverses__reverses__isnull=True)
    )
    for pk in astray.values_list("journal__number", flat=True):
        yield Fault(Kind.REVERSAL, f"journal {pk}")
    sums = reversals.order_by().values("reverses_id", "reverses__amount_fen").annotate(back=Sum("amount_fen"))
    for row in sums.filter(back__gt=F("reverses__amount_fen")):
        yield Fault(
            Kind.REVERSAL, f"transfer {row['reverses_id']}", str(row["back"]), f"<= {row['reverses__amount_fen']}"
        )
