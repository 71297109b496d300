"""Counting tills, closing days and months, stopping a book that has a fault."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.errors import Invalid, NotFound
from linli.ledger.actions.opening import open_account
from linli.ledger.actions.posting import post_journal
from linli.ledger.errors import AccountNotFound, BookReadOnly, CannotClose, WitnessNeeded
from linli.ledger.models import Account, Book, Close, TillCount
from linli.ledger.queries.checking import Fault
from linli.ledger.queries.statements import totals_until
from linli.ledger.rules import Move, Wanted, seal_of

LEAST_REASON: Final = 4
"""Letters that say why a stopped book may go on."""


@transaction.atomic
def count_till(
    *, by: Actor, now: datetime, key: str, account_id: int, counted_fen: int, witness: str = "", note: str = ""
) -> TillCount:
    """Write down what is in a till. A difference goes to the till differences and needs a second person.

    The same key again gives the same count. Raises AccountNotFound, Invalid, WitnessNeeded, and as ``post_journal``.
    """
    found = Account.objects.select_related("book").filter(pk=account_id, sort=Account.Sort.TILL).first()
    if found is None:
        raise AccountNotFound
    if counted_fen < 0:
        raise Invalid
    _locked(found.book_id)
    if (before := TillCount.objects.filter(account=found, key=key).first()) is not None:
        return before
    till = Account.objects.get(pk=account_id)
    today, booked = timezone.localdate(now), till.debits_fen - till.credits_fen
    apart, journal = counted_fen - booked, None
    witness = " ".join(witness.split())[:120]
    if apart:
        if not witness or witness == by.label:
            raise WitnessNeeded
        differences = open_account(now=now, book_id=till.book_id, sort="difference", name="长短款", owner=till.owner)
        move = Move(till.pk, differences.pk, apart) if apart > 0 else Move(differences.pk, till.pk, -apart)
        wanted = Wanted(today, "till-difference", [move], about=f"ledger.account/{till.pk}", note=note[:200])
        journal = post_journal(by=by, now=now, book_id=till.book_id, key=key, wanted=wanted).enforce()
    return TillCount.objects.create(
        account=till, key=key, business_on=today, at=now, counted_fen=counted_fen, booked_fen=booked, difference=journal,
        by_label=by.label[:120], witness_label=witness, note=note[:200],
    )  # fmt: skip


@transaction.atomic
def close_day(*, by: Actor, now: datetime, book_id: int, on: date, witness: str = "", note: str = "") -> Close:
    """Nothing that belongs to this day, or to one before, is written any more. Raises NotFound, BookReadOnly, CannotClose."""
    book = _locked(book_id)
    if on > timezone.localdate(now) or (book.closed_until is not None and on <= book.closed_until):
        raise CannotClose
    accounts = Account.objects.filter(book=book)
    sums = ("debits_fen", "credits_fen", "debits_held_fen", "credits_held_fen")
    totals = {str(pk): told for pk, *told in accounts.values_list("pk", *sums) if any(told)}
    return _closed(book=book, by=by, now=now, sort=Close.Sort.DAY, until=on, totals=totals, witness=witness, note=note)


@transaction.atomic
def close_month(*, by: Actor, now: datetime, book_id: int, month: date, witness: str, note: str = "") -> Close:
    """Seal a month whose days are closed, with what every account had moved by its end. ``month``: its first day. Raises NotFound,
    BookReadOnly, CannotClose, WitnessNeeded."""
    book = _locked(book_id)
    until = month.replace(day=monthrange(month.year, month.month)[1])
    if book.closed_until is None or until > book.closed_until:
        raise CannotClose
    if Close.objects.filter(book=book, sort=Close.Sort.MONTH, until_on__gte=until).exists():
        raise CannotClose
    if not witness.strip() or witness.strip() == by.label:
        raise WitnessNeeded
    totals = {str(pk): list(told) for pk, told in totals_until(book_id=book.pk, until_on=until).items()}
    return _closed(
        book=book, by=by, now=now, sort=Close.Sort.MONTH, until=until, totals=totals, witness=witness, note=note
    )


@transaction.atomic
def stop_book(*, by: Actor, now: datetime, book_id: int, faults: Sequence[Fault]) -> None:
    """After a fault was found: nothing is written until ``free_book``. The first fault found stays on file. Raises NotFound."""
    book = Book.objects.select_for_update(no_key=True).filter(pk=book_id).first()
    if book is None:
        raise NotFound
    if book.read_only_since is None:
        said = "\n".join(str(one) for one in faults[:20])
        Book.objects.filter(pk=book_id).update(read_only_since=now, fault=said)
        _tell(book, by, now, "stopped_book", said)


@transaction.atomic
def free_book(*, by: Actor, now: datetime, book_id: int, reason: str) -> None:
    """Somebody has looked at the fault and says why the book may go on. Raises NotFound, Invalid."""
    book = Book.objects.select_for_update(no_key=True).filter(pk=book_id).first()
    if book is None:
        raise NotFound
    if len(reason.strip()) < LEAST_REASON:
        raise Invalid
    Book.objects.filter(pk=book_id).update(read_only_since=None, fault="")
    _tell(book, by, now, "freed_book", reason.strip())


def _locked(book_id: int) -> Book:
    book = Book.objects.select_for_update(no_key=True).filter(pk=book_id).first()
    if book is None:
        raise NotFound
    if book.read_only_since is not None:
        raise BookReadOnly
    return book


def _closed(
    *,
    book: Book,
    by: Actor,
    now: datetime,
    sort: str,
    until: date,
    totals: dict[str, list[int]],
    witness: str,
    note: str,
) -> Close:
    last = Close.objects.filter(book=book, sort=sort).order_by("-until_on").first()
    close = Close.objects.create(
        book=book, sort=sort, until_on=until, at=now, last_number=book.last_number, digest=book.digest, totals=totals,
        seal=seal_of(previous=last.seal if last else "", until_on=until, digest=book.digest, totals=totals),
        by_label=by.label[:120], witness_label=" ".join(witness.split())[:120], note=note[:200],
    )  # fmt: skip
    _tell(book, by, now, f"closed_{sort}", f"{until}")
    return close


def _tell(book: Book, by: Actor, now: datetime, verb: str, label: str) -> None:
    trace = Trace(verb, "ledger.book", str(book.pk), book.community_id, label[:200])
    record_traces(by=by, now=now, traces=[trace])
