"""The database itself says no, whoever asks, and the check finds what was done behind its back."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from linli.ledger.actions import checking
from linli.ledger.actions.checking import check_book
from linli.ledger.actions.closing import close_day, close_month, free_book
from linli.ledger.checks import books_hold, replaces_are_seen
from linli.ledger.models import Account, Book, Close, Journal, Transfer
from linli.ledger.queries.checking import Kind, Replay, missing_triggers, replayed
from linli.ledger.queries.listing import stopped_books
from linli.ledger.tests.conftest import CASHIER, SYSTEM, TODAY
from linli.ledger.triggers import FILLING


@pytest.fixture(autouse=True)
def nothing_under_way():
    checking._under_way.clear()


@pytest.fixture
def written(till):
    """Three journals: money in, a meal, a hold."""
    elder, till_account = till.account("prepaid", "resident/37"), till.account("till")
    till.write(till.move(till_account, elder, 100_00))
    till.write(till.move(elder, till.account("income"), 7_00))
    till.write(till.move(elder, till.account("held"), 50_00, kind="hold"))
    return till


def sql(text: str, *params) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, params)


def refused(text: str, *params) -> bool:
    try:
        sql(text, *params)
    except DatabaseError:
        return True
    return False


COLUMNS = "journal_id, position, kind, debit_id, credit_id, amount_fen, resolves_id, reverses_id"


def insert(**values) -> str:
    row = {
        "journal_id": "(SELECT MAX(id) FROM ledger_journal)",
        "position": 1,
        "kind": "'now'",
        "resolves_id": "NULL",
        "reverses_id": "NULL",
    }
    row |= values
    return f"INSERT INTO ledger_transfer ({COLUMNS}) VALUES ({', '.join(str(row[one.strip()]) for one in COLUMNS.split(','))})"


@pytest.mark.parametrize("table", ["ledger_journal", "ledger_transfer", "ledger_close", "ledger_tillcount"])
def test_nothing_written_is_changed_or_deleted(written, table):
    close_day(by=CASHIER, now=written.now, book_id=written.book.pk, on=TODAY)
    from linli.ledger.actions.closing import count_till

    count_till(by=CASHIER, now=written.now, key="c", account_id=written.account("till").pk, counted_fen=100_00)
    assert refused(f"UPDATE {table} SET id = id + 1")
    assert refused(f"DELETE FROM {table}")
    if connection.vendor == "postgresql":
        assert refused(f"TRUNCATE {table} CASCADE")
    else:
        assert refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")


@pytest.mark.parametrize(
    "values",
    [
        {"amount_fen": 0}, {"amount_fen": -5}, {"amount_fen": "1.5"}, {"amount_fen": 93_00}, {"position": 0}, {"position": 9},
        {"credit_id": "(SELECT id FROM ledger_account WHERE sort = 'prepaid')"}, {"kind": "'gift'"}, {"kind": "'post'"},
        {"kind": "'void'", "resolves_id": "(SELECT id FROM ledger_transfer WHERE kind = 'now' ORDER BY id LIMIT 1)"},
        {"reverses_id": "(SELECT id FROM ledger_transfer WHERE kind = 'hold')"},
        {"journal_id": "(SELECT MIN(id) FROM ledger_journal)", "position": 2},
    ],
)  # fmt: skip
def test_a_bad_transfer_is_refused(written, values):
    """By itself: a journal that awaits its transfer is laid beneath it first."""
    if values == {"amount_fen": "1.5"} and connection.vendor == "postgresql":
        pytest.skip("a column of whole numbers takes whole numbers only")
    book = Book.objects.get()
    with transaction.atomic():
        Journal.objects.create(
            book=book, number=book.last_number + 1, at=book.last_at + timedelta(seconds=1), business_on=TODAY, key="bare",
            request_hash="x", state="done", sort="x", actor_kind="user", actor_label="x", count=2, previous=book.digest, digest="d",
        )  # fmt: skip
        sound = {
            "debit_id": "(SELECT id FROM ledger_account WHERE sort = 'prepaid')",
            "credit_id": "(SELECT id FROM ledger_account WHERE sort = 'income')",
            "amount_fen": 5,
        }
        assert refused(insert(**(sound | values)))
        assert not refused(insert(**sound))
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "change",
    [
        "number = number + 1",
        "previous = 'x'",
        "at = (SELECT last_at FROM ledger_book)",
        "count = 0",
        "state = 'refused'",
    ],
)
def test_a_journal_out_of_line_is_refused(written, change):
    values = {
        "book_id": "id", "number": "last_number + 1", "at": "CURRENT_TIMESTAMP", "business_on": "CURRENT_DATE", "key": "'n'",
        "request_hash": "'x'", "state": "'done'", "refusal": "'{}'", "sort": "'x'", "about": "''", "note": "''", "actor_kind": "'user'",
        "actor_ref": "''", "actor_label": "'x'", "count": "1", "previous": "digest", "digest": "'d'",
    }  # fmt: skip
    name, _is, value = change.partition(" = ")
    far = "'2030-01-01 00:00:00+00'" if connection.vendor == "postgresql" else "'2030-01-01 00:00:00'"
    values["at"] = far

    def text(row):
        return f"INSERT INTO ledger_journal ({', '.join(row)}) SELECT {', '.join(row.values())} FROM ledger_book"

    wrong = value.replace("number", "last_number + 1") if name == "number" else value
    assert refused(text(values | {name: wrong}))
    with transaction.atomic():
        assert not refused(text(values))
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    "change",
    [
        "debits_fen = debits_fen - 1", "credits_fen = credits_fen - 1", "sort = 'income'", "side = 'debit'", "owner = 'x'",
        "debits_fen = debits_fen + 9999999", "overdraft_fen = -1", "debits_held_fen = -1",
    ],
)  # fmt: skip
def test_an_account_stays_what_it_is(written, change):
    assert refused(f"UPDATE ledger_account SET {change} WHERE sort = 'prepaid'")


def test_an_account_and_a_book_with_money_are_not_deleted(written):
    assert refused("DELETE FROM ledger_account WHERE sort = 'prepaid'")
    assert refused("DELETE FROM ledger_book")
    assert refused("UPDATE ledger_book SET last_number = last_number - 1")
    assert refused("UPDATE ledger_book SET digest = 'x'")


def test_a_day_is_closed_once_and_in_order(written):
    told = {"by": CASHIER, "now": written.now, "book_id": written.book.pk}
    close_day(**told, on=TODAY)
    row = Close.objects.get()
    values = f"{row.book_id}, 'day', '2026-11-22', '2026-11-24 00:00:00', {row.last_number}, '{row.digest}', '{{}}', 's', 'x', '', ''"
    columns = "book_id, sort, until_on, at, last_number, digest, totals, seal, by_label, witness_label, note"
    assert refused(f"INSERT INTO ledger_close ({columns}) VALUES ({values})")
    assert refused("UPDATE ledger_book SET closed_until = NULL")


@contextmanager
def behind_its_back():
    """As somebody who can switch the triggers off."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"SELECT set_config('{FILLING}', 'yes', true)")
            for table in ("journal", "transfer", "close"):
                cursor.execute(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER")
            yield
            for table in ("journal", "transfer", "close"):
                cursor.execute(f"ALTER TABLE ledger_{table} ENABLE TRIGGER USER")
            cursor.execute(f"SELECT set_config('{FILLING}', '', true)")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger%'")
        triggers = cursor.fetchall()
        for name, _text in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _name, text in triggers:
            cursor.execute(text)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("UPDATE ledger_transfer SET amount_fen = 1 WHERE kind = 'now' AND amount_fen = 700", {Kind.DIGEST, Kind.SUMS}),
        ("UPDATE ledger_journal SET business_on = '2026-11-01' WHERE number = 2", {Kind.DIGEST}),
        ("UPDATE ledger_journal SET actor_label = '别人' WHERE number = 1", {Kind.DIGEST}),
        ("UPDATE ledger_journal SET previous = 'x' WHERE number = 2", {Kind.CHAIN, Kind.DIGEST}),
        ("UPDATE ledger_journal SET at = '2020-01-01 00:00:00+00:00' WHERE number = 2", {Kind.ORDER, Kind.DIGEST}),
        ("UPDATE ledger_journal SET number = 9 WHERE number = 3", {Kind.GAP, Kind.DIGEST, Kind.END}),
        ("DELETE FROM ledger_transfer WHERE kind = 'hold'", {Kind.COUNT, Kind.DIGEST, Kind.SUMS}),
        ("UPDATE ledger_account SET credits_fen = credits_fen + 1 WHERE sort = 'income'", {Kind.SUMS}),
        ("UPDATE ledger_account SET overdraft_fen = NULL, debits_fen = debits_fen + 5 WHERE sort = 'prepaid'", {Kind.SUMS}),
        ("UPDATE ledger_book SET last_number = last_number + 1", {Kind.END}),
        ("UPDATE ledger_close SET totals = '{}'", {Kind.SEAL}),
        ("UPDATE ledger_close SET seal = 'x'", {Kind.SEAL}),
    ],
)  # fmt: skip
def test_what_was_done_behind_its_back_is_found(written, text, kinds):
    close_day(by=CASHIER, now=written.now, book_id=written.book.pk, on=TODAY)
    if connection.vendor == "sqlite":
        text = text.replace("+00:00'", "'")
    with behind_its_back():
        sql(text)
    assert {one.kind for one in replayed(book_id=written.book.pk)} >= kinds


def test_a_book_with_a_fault_takes_nothing_until_somebody_says_why(written):
    book = written.book.pk
    assert check_book(now=written.now, book_id=book) == []
    assert Book.objects.get(pk=book).checked_at == written.now
    with behind_its_back():
        sql("UPDATE ledger_journal SET note = 'x' WHERE number = 1")
    faults = check_book(now=written.now, book_id=book)
    assert str(faults[0]).startswith("digest journal 1")
    assert Book.objects.get(pk=book).fault.startswith("digest journal 1")
    assert refused("UPDATE ledger_book SET fault = ''")
    assert "账本社区" in str(books_hold(written.now)[0].sentence)
    assert len(stopped_books()) == 1
    free_book(by=SYSTEM, now=written.now, book_id=book, reason="已核对纸质单据")
    assert stopped_books() == []
    assert [one.fine for one in books_hold(written.now)] == [True]


def test_at_night_books_are_reckoned_anew_piece_by_piece(written, monkeypatch):
    monkeypatch.setattr(checking, "JOURNALS_AT_ONCE", 2)
    night = written.now.replace(hour=2) + timedelta(days=1)
    assert checking.check_books(now=written.now) == 0  # it is noon
    with behind_its_back():
        sql("UPDATE ledger_journal SET note = 'x' WHERE number = 1")
    assert (checking.check_books(now=night), Book.objects.get().read_only_since) == (1, None)
    assert (checking.check_books(now=night), Book.objects.get().read_only_since) == (1, night)
    assert checking.check_books(now=night) == 0  # a stopped book waits for a person
    free_book(by=SYSTEM, now=night, book_id=written.book.pk, reason="看过纸质单据了")
    assert checking.check_books(now=night + timedelta(hours=1)) == 0  # once a night
    assert checking.check_books(now=night + timedelta(days=1)) == 1


def test_what_is_written_while_a_book_is_reckoned_is_no_fault(written):
    replay = Replay(book_id=written.book.pk)
    assert not replay.goes_on(most=1)
    written.top_up(written.account("prepaid", "resident/37"), 5_00)
    close_day(by=CASHIER, now=written.now, book_id=written.book.pk, on=TODAY)
    written.top_up(written.account("prepaid", "resident/37"), 5_00, on=TODAY + timedelta(days=1))
    while not replay.goes_on(most=1):
        pass
    assert (replay.faults, replay.number) == ([], 5)


def test_a_missing_trigger_is_found(written):
    assert missing_triggers() == []
    assert replaces_are_seen()
    on = " ON ledger_transfer" if connection.vendor == "postgresql" else ""
    with transaction.atomic():
        sql("DROP TRIGGER ledger_transfer_before_update" + on)
        assert [one.where for one in missing_triggers()] == ["ledger_transfer_before_update"]
        assert not books_hold(written.now)[0].fine
        transaction.set_rollback(True)


def test_the_seals_of_days_and_months_are_reckoned_anew(written):
    told = {"by": CASHIER, "book_id": written.book.pk}
    close_day(**told, now=written.now, on=TODAY)
    end = TODAY.replace(day=30)
    close_day(**told, now=written.now + timedelta(days=10), on=end)
    month = close_month(**told, now=written.now + timedelta(days=10), month=TODAY.replace(day=1), witness="李出纳")
    elder = Account.objects.get(sort="prepaid")
    assert month.totals[str(elder.pk)] == [7_00, 100_00]
    assert replayed(book_id=written.book.pk) == []
    with behind_its_back():
        sql("UPDATE ledger_close SET totals = '{}' WHERE sort = 'month'")
    assert [str(one) for one in replayed(book_id=written.book.pk)] == [f"seal month {end}"]
    assert Transfer.objects.count() == 3
