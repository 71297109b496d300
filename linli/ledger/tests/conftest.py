"""A community with its book and the accounts of a canteen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

import pytest

from linli.core.actors import Actor, system_actor
from linli.ledger.actions.opening import open_account, open_book
from linli.ledger.actions.posting import Answer, post_journal
from linli.ledger.models import Account, Book
from linli.ledger.rules import Move, Wanted
from linli.registry.models import Community

NOON = datetime.fromisoformat("2026-11-23T12:00:00+08:00")
TODAY = date(2026, 11, 23)
CASHIER = Actor(kind="user", label="王会计", ref="7")


@dataclass
class Till:
    """A book, and short ways to write into it."""

    book: Book
    now: datetime = NOON
    by: Actor = CASHIER
    keys: count = field(default_factory=lambda: count(1))

    def account(self, sort: str, owner: str = "") -> Account:
        return open_account(now=self.now, book_id=self.book.pk, sort=sort, name=f"{sort} {owner}".strip(), owner=owner)

    def move(self, debit: Account, credit: Account, fen: int, **more) -> Move:
        return Move(debit.pk, credit.pk, fen, **more)

    def write(self, *moves: Move, key: str = "", on: date = TODAY, sort: str = "test", **more) -> Answer:
        wanted = Wanted(on, sort, moves, **more)
        self.now += timedelta(seconds=1)
        return post_journal(
            by=self.by, now=self.now, book_id=self.book.pk, key=key or f"k{next(self.keys)}", wanted=wanted
        )

    def top_up(self, elder: Account, fen: int, **more) -> Answer:
        return self.write(self.move(self.account("till"), elder, fen), **more)


@pytest.fixture
def till(db) -> Till:
    community = Community.objects.create(code="ledger-town", name="账本社区")
    return Till(open_book(community_id=community.pk))


SYSTEM = system_actor(part="test")
