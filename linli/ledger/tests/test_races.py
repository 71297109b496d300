"""Many at once, where the database has more than one connection."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from linli.ledger.actions.opening import open_account, open_book
from linli.ledger.models import Account, Journal
from linli.ledger.queries.checking import replayed
from linli.ledger.tests.conftest import Till
from linli.registry.models import Community

THREADS = 8


@pytest.fixture
def busy(transactional_db, django_db_serialized_rollback):
    if connection.vendor == "sqlite":
        pytest.skip("threads share one connection to a SQLite database in memory, and SQLite has one writer at a time")
    return Till(open_book(community_id=Community.objects.create(code="busy-town", name="忙碌社区").pk))


def at_once(deed, count=THREADS):
    def one(n):
        try:
            return deed(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(one, range(count)))


def test_of_one_deed_sent_at_once_there_is_one(busy):
    elder = busy.account("prepaid", "1")
    till = busy.account("till")
    answers = at_once(lambda _n: busy.write(busy.move(till, elder, 5_00), key="same"))
    assert len({one.journal.pk for one in answers}) == 1
    assert Account.objects.get(pk=elder.pk).credits_fen == 5_00


def test_eight_at_once_never_spend_more_than_there_is(busy):
    elder, income, till = busy.account("prepaid", "1"), busy.account("income"), busy.account("till")
    busy.write(busy.move(till, elder, 100_00))
    answers = at_once(lambda n: busy.write(busy.move(elder, income, 7_00), key=f"meal-{n}"), count=24)
    assert sum(one.refusal is None for one in answers) == 14
    assert Account.objects.get(pk=elder.pk).debits_fen == 98_00
    assert sorted(Journal.objects.values_list("number", flat=True)) == list(range(1, 26))
    assert replayed(book_id=busy.book.pk) == []


def test_an_account_is_opened_once_by_many(busy):
    told = {"now": busy.now, "book_id": busy.book.pk, "sort": "prepaid", "name": "张三", "owner": "resident/9"}
    assert len({one.pk for one in at_once(lambda _n: open_account(**told))}) == 1
