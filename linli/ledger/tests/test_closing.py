"""Tills counted, days closed, months sealed, by two where it matters."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.audit.models import AuditEntry
from linli.core.errors import Invalid
from linli.ledger.actions.closing import close_day, close_month, count_till, stop_book
from linli.ledger.errors import AccountNotFound, BookReadOnly, CannotClose, WitnessNeeded
from linli.ledger.models import Account, Journal, TillCount
from linli.ledger.queries.checking import Fault, Kind, replayed
from linli.ledger.queries.listing import days_to_close
from linli.ledger.queries.statements import balance_on, statement_of
from linli.ledger.tests.conftest import CASHIER, SYSTEM, TODAY

DAY = timedelta(days=1)


@pytest.fixture
def cash(till):
    """A till with 100 yuan by the book."""
    till.top_up(till.account("prepaid", "1"), 100_00)
    return till.account("till")


def count(till, cash, fen, **more):
    return count_till(by=CASHIER, now=till.now, account_id=cash.pk, counted_fen=fen, **({"key": "c1"} | more))


def test_a_till_that_agrees_needs_no_second_person(till, cash):
    assert count(till, cash, 100_00).difference is None
    assert Journal.objects.count() == 1


@pytest.mark.parametrize(("fen", "there"), [(97_00, 97_00), (101_50, 101_50)])
def test_a_difference_is_booked_and_needs_two(till, cash, fen, there):
    for witness in ("", " ", CASHIER.label):
        with pytest.raises(WitnessNeeded):
            count(till, cash, fen, witness=witness)
    made = count(till, cash, fen, witness="李出纳", note="找零有误")
    assert count(till, cash, fen, witness="李出纳", note="找零有误").pk == made.pk
    assert count(till, cash, fen, key="c2").difference is None  # counted again: it agrees now
    cash.refresh_from_db()
    assert cash.debits_fen - cash.credits_fen == there
    assert (made.booked_fen, made.witness_label) == (100_00, "李出纳")
    assert Account.objects.get(sort="difference").debits_fen == max(0, 100_00 - fen)
    assert replayed(book_id=till.book.pk) == []


def test_only_tills_are_counted_and_not_below_nothing(till, cash):
    with pytest.raises(AccountNotFound):
        count_till(by=CASHIER, now=till.now, key="x", account_id=till.account("prepaid", "1").pk, counted_fen=1)
    with pytest.raises(Invalid):
        count(till, cash, -1)
    assert not TillCount.objects.exists()


def test_a_day_that_has_not_come_is_not_closed(till, cash):
    told = {"by": CASHIER, "now": till.now, "book_id": till.book.pk}
    with pytest.raises(CannotClose):
        close_day(**told, on=TODAY + DAY)
    assert days_to_close(book=till.book, today=TODAY) == [TODAY]
    close_day(**told, on=TODAY)
    till.book.refresh_from_db()
    assert days_to_close(book=till.book, today=TODAY) == []
    assert AuditEntry.objects.filter(verb="closed_day", object_label=f"{TODAY}").count() == 1


def test_a_month_is_sealed_by_two_after_its_days(till, cash):
    told = {"by": CASHIER, "now": till.now + 30 * DAY, "book_id": till.book.pk}
    month = TODAY.replace(day=1)
    with pytest.raises(CannotClose):
        close_month(**told, month=month, witness="李出纳")
    close_day(**told, on=TODAY.replace(day=30))
    for witness in ("", CASHIER.label):
        with pytest.raises(WitnessNeeded):
            close_month(**told, month=month, witness=witness)
    close_month(**told, month=month, witness="李出纳")
    with pytest.raises(CannotClose):
        close_month(**told, month=month, witness="李出纳")


def test_a_stopped_book_closes_nothing(till, cash):
    stop_book(by=SYSTEM, now=till.now, book_id=till.book.pk, faults=[Fault(Kind.GAP, "journal 2")])
    with pytest.raises(BookReadOnly):
        close_day(by=CASHIER, now=till.now, book_id=till.book.pk, on=TODAY)


def test_a_statement_adds_up_over_any_days(till):
    elder, income = till.account("prepaid", "1"), till.account("income")
    till.top_up(elder, 100_00, on=TODAY - 5 * DAY)
    for n in range(4):
        till.write(till.move(elder, income, 7_00), on=TODAY - n * DAY)
    till.write(till.move(elder, till.account("held"), 9_00, kind="hold"))
    elder.refresh_from_db()
    statement = statement_of(account=elder, since_on=TODAY - 2 * DAY, until_on=TODAY)
    assert (statement.opening_fen, statement.came_fen, statement.went_fen) == (93_00, 0, 21_00)
    assert (statement.closing_fen, statement.held_fen, statement.adds_up) == (72_00, 9_00, True)
    assert [one.balance_fen for one in statement.lines] == [86_00, 79_00, 72_00]
    assert [one.business_on for one in statement.lines] == [TODAY - 2 * DAY, TODAY - DAY, TODAY]
    income.refresh_from_db()
    of_income = statement_of(account=income, since_on=TODAY, until_on=TODAY)
    assert [(one.amount_fen, one.balance_fen) for one in of_income.lines] == [(7_00, 28_00)]
    assert balance_on(account=elder, on=TODAY - 5 * DAY) == 100_00
