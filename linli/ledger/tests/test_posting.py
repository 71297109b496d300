"""Journals: written once, answered the same way, never beyond a limit, never into a closed day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linli.audit.models import AuditEntry
from linli.ledger.actions.closing import close_day
from linli.ledger.actions.opening import close_account, set_overdraft
from linli.ledger.actions.posting import CREATED, REPLAYED, post_hold, reverse_journal, void_hold
from linli.ledger.errors import (
    AccountClosed,
    AccountNotEmpty,
    AccountNotFound,
    BadMoves,
    BookReadOnly,
    DayClosed,
    HoldEnded,
    KeyUsed,
    NotEnough,
    TooMuchBack,
)
from linli.ledger.models import Account, Book, Journal, Transfer
from linli.ledger.queries.chain import standing_of
from linli.ledger.queries.checking import replayed
from linli.ledger.rules import MOST_FEN, Move
from linli.ledger.tests.conftest import CASHIER, TODAY


def balance(account: Account) -> int:
    return standing_of(account=Account.objects.get(pk=account.pk)).balance_fen


def free(account: Account) -> int:
    return standing_of(account=Account.objects.get(pk=account.pk)).free_fen


@pytest.fixture
def elder(till):
    return till.account("prepaid", "resident/37")


def test_a_lunch_is_paid_by_the_elder_and_the_fund_in_one_deed(till, elder):
    fund, income, bank = (till.account(sort) for sort in ("fund", "income", "bank"))
    till.top_up(elder, 200_00)
    till.write(till.move(bank, fund, 1000_00), sort="grant")
    answer = till.write(
        till.move(elder, income, 7_00), till.move(fund, income, 5_00), sort="lunch", about="canteen.meal/1"
    )
    assert (answer.outcome, answer.refusal, answer.journal.count) == (CREATED, None, 2)
    assert [balance(one) for one in (elder, fund, income)] == [193_00, 995_00, 12_00]
    assert replayed(book_id=till.book.pk) == []


def test_the_same_deed_sent_twice_is_written_once(till, elder):
    first = till.top_up(elder, 50_00, key="slip-1")
    again = till.top_up(elder, 50_00, key="slip-1")
    assert (again.outcome, again.journal.pk) == (REPLAYED, first.journal.pk)
    assert balance(elder) == 50_00
    assert Journal.objects.count() == 1


def test_another_deed_under_the_same_key_is_refused(till, elder):
    till.top_up(elder, 50_00, key="slip-1")
    with pytest.raises(KeyUsed):
        till.top_up(elder, 60_00, key="slip-1")
    assert balance(elder) == 50_00


def test_a_refusal_is_kept_and_said_again_even_when_there_is_money_now(till, elder):
    income = till.account("income")
    refused = till.write(till.move(elder, income, 7_00), key="meal-1")
    assert isinstance(refused.refusal, NotEnough)
    till.top_up(elder, 100_00)
    again = till.write(till.move(elder, income, 7_00), key="meal-1")
    assert (again.outcome, type(again.refusal)) == (REPLAYED, NotEnough)
    assert str(again.refusal) == str(refused.refusal)
    with pytest.raises(NotEnough):
        again.enforce()
    assert till.write(till.move(elder, income, 7_00), key="meal-2").refusal is None
    assert Transfer.objects.filter(journal=refused.journal).count() == 0


def test_a_limit_counts_what_is_held(till, elder):
    held = till.account("held")
    till.top_up(elder, 100_00)
    hold = till.write(till.move(elder, held, 80_00, kind="hold"))
    assert (balance(elder), free(elder)) == (100_00, 20_00)
    assert isinstance(till.write(till.move(elder, held, 20_01)).refusal, NotEnough)
    assert till.write(till.move(elder, held, 20_00)).refusal is None
    told = {"by": CASHIER, "now": till.now, "hold_id": hold.journal.transfers.get().pk, "business_on": TODAY}
    assert post_hold(key="p1", amount_fen=30_00, **told).refusal is None
    assert (balance(elder), free(elder)) == (50_00, 50_00)
    for again in (post_hold(key="p2", **told), void_hold(key="v1", **told)):
        assert isinstance(again.refusal, HoldEnded)
    assert post_hold(key="p1", amount_fen=30_00, **told).outcome == REPLAYED
    assert replayed(book_id=till.book.pk) == []


def test_a_voided_hold_leaves_everything_free(till, elder):
    till.top_up(elder, 10_00)
    hold = till.write(till.move(elder, till.account("held"), 10_00, kind="hold")).journal.transfers.get()
    void_hold(by=CASHIER, now=till.now, key="v", hold_id=hold.pk, business_on=TODAY)
    assert (balance(elder), free(elder)) == (10_00, 10_00)


def test_an_overdraft_by_policy_and_no_further(till, elder):
    told = {"by": CASHIER, "now": till.now, "account_id": elder.pk}
    set_overdraft(**told, overdraft_fen=20_00)
    income = till.account("income")
    assert till.write(till.move(elder, income, 20_00)).refusal is None
    assert isinstance(till.write(till.move(elder, income, 1)).refusal, NotEnough)
    assert balance(elder) == -20_00
    with pytest.raises(NotEnough):
        set_overdraft(**told, overdraft_fen=19_99)
    with pytest.raises(AccountNotFound):
        set_overdraft(**(told | {"account_id": 10**9}), overdraft_fen=1)
    assert AuditEntry.objects.filter(verb="set_overdraft").count() == 1


def test_a_journal_is_taken_back_once_and_each_transfer_by_its_own(till, elder):
    fund, income, bank = (till.account(sort) for sort in ("fund", "income", "bank"))
    till.top_up(elder, 50_00)
    till.write(till.move(bank, fund, 50_00))
    meal = till.write(till.move(elder, income, 7_00), till.move(fund, income, 5_00)).journal
    told = {"by": CASHIER, "now": till.now, "journal_id": meal.pk, "business_on": TODAY, "note": "打错了"}
    back = reverse_journal(key="r1", **told)
    assert reverse_journal(key="r1", **told).outcome == REPLAYED
    assert AuditEntry.objects.filter(verb="reversed_journal", reason="打错了").count() == 1
    assert [balance(one) for one in (elder, fund, income)] == [50_00, 50_00, 0]
    assert {one.reverses_id for one in back.journal.transfers.all()} == set(meal.transfers.values_list("pk", flat=True))
    with pytest.raises(TooMuchBack):
        reverse_journal(key="r2", **told)
    with pytest.raises(KeyUsed):
        reverse_journal(key="r1", **(told | {"journal_id": back.journal.pk}))


def test_part_by_part_no_more_is_taken_back_than_was_given(till, elder):
    bill = till.top_up(elder, 30_00).journal.transfers.get()
    back = lambda fen: till.write(till.move(elder, till.account("till"), fen, reverses_id=bill.pk))  # noqa: E731
    assert back(10_00).refusal is None
    assert isinstance(back(20_01).refusal, TooMuchBack)
    assert back(20_00).refusal is None
    assert replayed(book_id=till.book.pk) == []


def test_nothing_is_written_into_a_closed_day(till, elder):
    till.top_up(elder, 10_00)
    close_day(by=CASHIER, now=till.now, book_id=till.book.pk, on=TODAY)
    late = till.top_up(elder, 10_00, key="late")
    assert isinstance(late.refusal, DayClosed)
    assert "2026-11-23" in str(late.refusal)
    assert isinstance(till.top_up(elder, 10_00, key="late").refusal, DayClosed)
    assert till.top_up(elder, 10_00, on=TODAY + timedelta(days=1)).refusal is None
    assert replayed(book_id=till.book.pk) == []


def test_a_closed_account_takes_nothing(till, elder):
    told = {"by": CASHIER, "now": till.now, "account_id": elder.pk}
    bill = till.top_up(elder, 10_00).journal
    with pytest.raises(AccountNotEmpty):
        close_account(**told)
    reverse_journal(by=CASHIER, now=till.now, key="r", journal_id=bill.pk, business_on=TODAY, note="错")
    close_account(**told)
    assert isinstance(till.top_up(elder, 10_00).refusal, AccountClosed)
    with pytest.raises(AccountClosed):
        close_account(**told)


def test_a_stopped_book_takes_nothing_and_keeps_nothing(till, elder):
    Book.objects.filter(pk=till.book.pk).update(read_only_since=till.now, fault="gap")
    with pytest.raises(BookReadOnly):
        till.top_up(elder, 10_00)
    assert not Journal.objects.exists()


@pytest.mark.parametrize("fen", [0, -1, 1.5, True, MOST_FEN + 1, None])
def test_only_whole_positive_fen_are_moved(till, elder, fen):
    with pytest.raises(BadMoves):
        till.write(Move(till.account("till").pk, elder.pk, fen))


def test_accounts_of_another_book_are_not_found(till, elder):
    with pytest.raises(AccountNotFound):
        till.write(Move(elder.pk, 10**9, 5))
    with pytest.raises(BadMoves):
        till.write(till.move(elder, elder, 5))
    with pytest.raises(BadMoves):
        till.write()


def test_what_is_written_later_stands_later_even_if_the_clock_goes_back(till, elder):
    first = till.top_up(elder, 1_00).journal
    till.now -= timedelta(hours=1)
    second = till.top_up(elder, 1_00).journal
    assert second.at > first.at
    assert (first.number, second.number, second.previous) == (1, 2, first.digest)


def test_the_business_day_is_not_the_day_of_writing(till, elder):
    journal = till.top_up(elder, 1_00, on=date(2026, 11, 20)).journal
    assert (journal.business_on, journal.at.date()) == (date(2026, 11, 20), TODAY)
