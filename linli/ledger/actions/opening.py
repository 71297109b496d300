"""Opening the book of a community and the accounts in it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.ledger.errors import AccountNotFound
from linli.ledger.models import Account, Book
from linli.ledger.rules import SORTS


def open_book(*, community_id: int) -> Book:
    """The book of a community; made if there is none."""
    return Book.objects.get_or_create(community_id=community_id)[0]


def open_account(
    *, now: datetime, book_id: int, sort: str, name: str, owner: str = "", resident_id: int | None = None
) -> Account:
    """The account of this sort and owner; made if there is none, with the side and limit of its sort."""
    side, overdraft_fen = SORTS[sort]
    made = {
        "name": name[:80], "resident_id": resident_id, "side": side, "overdraft_fen": overdraft_fen, "opened_at": now,
    }  # fmt: skip
    return Account.objects.get_or_create(book_id=book_id, sort=sort, owner=owner, defaults=made)[0]


@transaction.atomic
def set_overdraft(*, account_id: int, overdraft_fen: int | None) -> None:
    """How far below zero an account may go (fen; None: as far as it likes). Raises AccountNotFound; an account that is further below
    zero already keeps its limit (IntegrityError)."""
    if not Account.objects.filter(pk=account_id).update(overdraft_fen=overdraft_fen):
        raise AccountNotFound


@transaction.atomic
def close_account(*, now: datetime, account_id: int) -> None:
    """Nothing goes in or out any more. Raises AccountNotFound."""
    if not Account.objects.filter(pk=account_id, closed_at=None).update(closed_at=now):
        raise AccountNotFound
