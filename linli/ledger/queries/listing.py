"""Books and accounts as lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from linli.ledger.access import VIEW, Reach
from linli.ledger.errors import AccountNotFound
from linli.ledger.models import Account, Book, Close, Journal, TillCount
from linli.ledger.queries.chain import standing_of


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account with what is on it and what of that is free (fen)."""

    account: Account
    balance_fen: int
    free_fen: int


def books_reached(*, reach: Reach) -> Sequence[Book]:
    """The books somebody may look at, by the name of their community. One query. Raises NotAllowed."""
    reach.need(VIEW)
    return list(Book.objects.filter(reach.covers()).select_related("community").order_by("community__name", "pk"))


def stopped_books(*, reach: Reach | None = None) -> Sequence[Book]:
    """The books that take nothing since a fault was found; of those reached (None: of all). One query."""
    reached = reach.covers() if reach is not None else Q()
    rows = Book.objects.filter(reached, read_only_since__isnull=False)
    return list(rows.select_related("community").order_by("pk"))


def book_for(*, reach: Reach, book_id: int) -> Book:
    """One of them. Raises NotAllowed, AccountNotFound."""
    reach.need(VIEW)
    found = Book.objects.filter(reach.covers(), pk=book_id).select_related("community").first()
    if found is None:
        raise AccountNotFound
    return found


def accounts_found(*, book: Book, sort: str = "", words: str = "") -> QuerySet[Account]:
    """The accounts of a book, of a sort and with words in their name; in the order of sorts, then by name."""
    wanted = Q(sort=sort) if sort else Q()
    for word in words.split()[:5]:
        wanted &= Q(name__icontains=word)
    return Account.objects.filter(wanted, book=book).order_by("sort", "name", "pk")


def account_row(*, account: Account) -> AccountRow:
    """With its figures."""
    standing = standing_of(account=account)
    return AccountRow(account, standing.balance_fen, standing.free_fen)


def sums_by_sort(*, book: Book) -> dict[str, int]:
    """What there is in all of each sort (fen, on its own side). One query."""
    found: dict[str, int] = {}
    for one in Account.objects.filter(book=book).order_by("sort").iterator():
        found[one.sort] = found.get(one.sort, 0) + standing_of(account=one).balance_fen
    return found


def account_for(*, reach: Reach, account_id: int) -> Account:
    """An account of a book that is reached. Raises NotAllowed, AccountNotFound."""
    reach.need(VIEW)
    rows = Account.objects.filter(reach.covers("book__"), pk=account_id)
    found = rows.select_related("book__community", "resident").first()
    if found is None:
        raise AccountNotFound
    return found


def journal_for(*, reach: Reach, journal_id: int) -> Journal:
    """A journal of a book that is reached, with its transfers. Raises NotAllowed, AccountNotFound."""
    reach.need(VIEW)
    rows = Journal.objects.filter(reach.covers("book__"), pk=journal_id).select_related("book__community")
    found = rows.prefetch_related("transfers__debit", "transfers__credit", "transfers__reversed_by__journal").first()
    if found is None:
        raise AccountNotFound
    return found


def closes_of(*, book: Book) -> QuerySet[Close]:
    """Closed days and months, the newest first."""
    return Close.objects.filter(book=book).order_by("-until_on", "sort")


def counts_of(*, account: Account) -> QuerySet[TillCount]:
    """How often a till was counted, the newest first."""
    return TillCount.objects.filter(account=account).order_by("-pk")


def days_to_close(*, book: Book, today: date) -> list[date]:
    """The business days on which something was written and that are not closed, the oldest first; at most a year of them. One query."""
    rows = Journal.objects.filter(book=book, state=Journal.State.DONE, business_on__lte=today)
    if book.closed_until is not None:
        rows = rows.filter(business_on__gt=book.closed_until)
    return list(rows.order_by("business_on").values_list("business_on", flat=True).distinct()[:366])
