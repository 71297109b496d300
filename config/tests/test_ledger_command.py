"""``linli ledger``: says what is wrong with a book, stops it, and lets it go on."""

from __future__ import annotations

import argparse
from datetime import date, datetime

import pytest
from django.db import connection

from config.commands import ledger
from config.faults import CannotRun
from config.migration import look_at_database
from linli.core.actors import system_actor
from linli.ledger.actions.opening import open_account, open_book
from linli.ledger.actions.posting import post_journal
from linli.ledger.models import Book
from linli.ledger.rules import Move, Wanted
from linli.registry.models import Community

NOON = datetime.fromisoformat("2026-11-23T12:00:00+08:00")


@pytest.fixture
def book(db, monkeypatch) -> Book:
    monkeypatch.setattr("config.migration.look_at_database", lambda: None)
    book = open_book(community_id=Community.objects.create(code="town", name="镇").pk)
    till, elder = (open_account(now=NOON, book_id=book.pk, sort=sort, name=sort).pk for sort in ("till", "prepaid"))
    wanted = Wanted(date(2026, 11, 23), "top-up", [Move(till, elder, 100)])
    post_journal(by=system_actor(part="test"), now=NOON, book_id=book.pk, key="a", wanted=wanted)
    return book


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    ledger.add_arguments(parser)
    return ledger.run(parser.parse_args(words))


def test_a_whole_book_has_no_fault(book, capsys) -> None:
    assert (run("check"), run("check", "--replay")) == (0, 0)
    assert capsys.readouterr().out.count("1 journals: no fault") == 2


def test_a_fault_is_named_stops_the_book_and_waits_for_a_reason(book, capsys) -> None:
    Book.objects.filter(pk=book.pk).update(closed_until=date(2026, 11, 1))  # a day that nobody closed
    assert run("check") == 0  # the sums are right
    assert run("check", "--replay") == 1
    assert "town: end-of-chain closes: 2026-11-01, not None" in capsys.readouterr().out
    assert run("check") == 1
    assert "stopped" in capsys.readouterr().out
    with pytest.raises(CannotRun):
        run("free", "town", "--reason", "好")
    assert run("free", "town", "--reason", "核对过纸质单据") == 0
    assert Book.objects.get(pk=book.pk).read_only_since is None
    with pytest.raises(CannotRun):
        run("free", "nowhere", "--reason", "核对过纸质单据")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite can be told not to look")
def test_linli_does_not_start_where_rows_could_be_replaced_unseen() -> None:
    with connection.cursor() as cursor:
        look_at_database()
        cursor.execute("PRAGMA recursive_triggers=OFF")
        try:
            with pytest.raises(CannotRun, match="recursive_triggers"):
                look_at_database()
        finally:
            cursor.execute("PRAGMA recursive_triggers=ON")
