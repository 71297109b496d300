"""Opening the book of a community and the accounts in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.ledger.errors import AccountClosed, AccountNotEmpty, AccountNotFound, NotEnough
from linli.ledger.models import Account, Book
from linli.ledger.queries.chain import standing_of
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
def set_overdraft(*, by: Actor, now: datetime, account_id: int, overdraft_fen: int | None) -> None:
    """How far below zero an account may go (fen; None: as far as it likes). Raises AccountNotFound; NotEnough where it is further below
    zero already."""
    account = _locked(account_id)
    standing = replace(standing_of(account=account), overdraft_fen=overdraft_fen)
    if not standing.within:
        raise NotEnough(account_id=account_id, free_fen=standing.free_fen)
    Account.objects.filter(pk=account_id).update(overdraft_fen=overdraft_fen)
    _tell(account, by, now, "set_overdraft", {"fen": overdraft_fen})


@transaction.atomic
def close_account(*, by: Actor, now: datetime, account_id: int) -> None:
    """Nothing goes in or out any more. Raises AccountNotFound, AccountClosed; AccountNotEmpty while there is anything on it."""
    account = _locked(account_id)
    if account.closed_at is not None:
        raise AccountClosed
    standing = standing_of(account=account)
    if standing.balance_fen or standing.debits_held_fen or standing.credits_held_fen:
        raise AccountNotEmpty
    Account.objects.filter(pk=account_id).update(closed_at=now)
    _tell(account, by, now, "closed_account", {})


def _locked(account_id: int) -> Account:
    """With its book locked: nobody moves anything meanwhile."""
    book = Book.objects.select_for_update(no_key=True).filter(account=account_id).first()
    if book is None:
        raise AccountNotFound
    return Account.objects.select_related("book").get(pk=account_id)


def _tell(account: Account, by: Actor, now: datetime, verb: str, details: Mapping[str, Any]) -> None:
    trace = Trace(verb, "ledger.account", str(account.pk), account.book.community_id, account.name, details=details)
    record_traces(by=by, now=now, traces=[trace])
