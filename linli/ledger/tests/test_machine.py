"""Random deeds with money against a model of plain numbers: whatever happens, both say the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from linli.ledger.actions.closing import close_day
from linli.ledger.actions.posting import REPLAYED, post_hold, reverse_journal, void_hold
from linli.ledger.errors import CannotClose, TooMuchBack
from linli.ledger.models import Account, Journal
from linli.ledger.queries.checking import replayed
from linli.ledger.rules import SORTS
from linli.ledger.tests.conftest import TODAY

ACCOUNTS = [("prepaid", "1"), ("prepaid", "2"), ("till", ""), ("fund", ""), ("income", ""), ("bank", ""), ("held", "")]
AMOUNTS = st.integers(1, 50_00)
ANY = st.integers(0, 10**6)


@dataclass
class Plain:
    """The money as plain numbers: posted and held on each side, holds that are open, what was taken back of each journal."""

    sums: dict = field(default_factory=lambda: {one: [0, 0, 0, 0] for one in ACCOUNTS})
    holds: dict = field(default_factory=dict)
    journals: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    closed_until: object = None

    def may(self, changes):
        """Whether every account keeps its limit after each of these (account, side, posted, held)."""
        sums = {one: list(row) for one, row in self.sums.items()}
        for debit, credit, posted, held in changes:
            for one, at in ((debit, 0), (credit, 1)):
                sums[one][at] += posted
                sums[one][at + 2] += held
            for one in (debit, credit):
                side, over = SORTS[one[0]]
                d, c, dh, ch = sums[one]
                if over is not None and (d - c - ch if side == "debit" else c - d - dh) + over < 0:
                    return None
        return sums


class Money(RuleBasedStateMachine):
    """``till`` is the fixture's; everything that was done is rolled back after each run."""

    till = None

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.plain, self.number = Plain(), 0
        self.accounts = {one: self.till.account(*one) for one in ACCOUNTS}
        self.book = self.till.book.pk
        self.day = TODAY

    def teardown(self):
        assert replayed(book_id=self.book) == []
        transaction.savepoint_rollback(self.savepoint)

    def key(self):
        self.number += 1
        return f"{self.number}"

    def look(self, key, answer, expected):
        """The answer is what the plain numbers say, and stays so when it is asked again."""
        assert (answer.refusal is None) == expected, answer.refusal
        self.plain.answers[key] = (answer.journal.pk, answer.refusal and answer.refusal.code)

    @rule(pairs=st.lists(st.tuples(ANY, ANY, AMOUNTS), min_size=1, max_size=3), hold=st.booleans())
    def moves(self, pairs, hold):
        chosen = []
        for n, m, fen in pairs:
            debit, credit = ACCOUNTS[n % len(ACCOUNTS)], ACCOUNTS[m % len(ACCOUNTS)]
            if debit != credit:
                chosen.append((debit, credit, fen))
        if not chosen:
            return
        kind = "hold" if hold else "now"
        sums = self.plain.may([(d, c, 0 if hold else fen, fen if hold else 0) for d, c, fen in chosen])
        key, moves = (
            self.key(),
            [self.till.move(self.accounts[d], self.accounts[c], fen, kind=kind) for d, c, fen in chosen],
        )
        answer = self.till.write(*moves, key=key, on=self.day)
        self.look(key, answer, sums is not None)
        if sums is None:
            return
        self.plain.sums = sums
        rows = list(answer.journal.transfers.order_by("position"))
        if hold:
            self.plain.holds |= {row.pk: move for row, move in zip(rows, chosen, strict=True)}
        else:
            self.plain.journals[answer.journal.pk] = list(reversed(chosen))
        again = self.till.write(*moves, key=key, on=self.day)
        assert (again.outcome, again.journal.pk) == (REPLAYED, answer.journal.pk)

    @rule(n=ANY, part=st.integers(1, 100), how=st.sampled_from(["post", "void", "part"]))
    def ends_a_hold(self, n, part, how):
        if not self.plain.holds:
            return
        pk = sorted(self.plain.holds)[n % len(self.plain.holds)]
        debit, credit, fen = self.plain.holds[pk]
        key, amount = self.key(), max(1, fen * part // 100) if how == "part" else fen
        told = {"by": self.till.by, "now": self.till.now, "key": key, "hold_id": pk, "business_on": self.day}
        answer = void_hold(**told) if how == "void" else post_hold(**told, amount_fen=amount)
        sums = self.plain.may([(debit, credit, 0 if how == "void" else amount, -fen)])
        self.look(key, answer, sums is not None)
        if sums is not None:
            self.plain.sums = sums
            del self.plain.holds[pk]
            if how != "void":
                self.plain.journals[answer.journal.pk] = [(debit, credit, amount)]

    @rule(n=ANY)
    def takes_back(self, n):
        if not self.plain.journals:
            return
        pk = sorted(self.plain.journals)[n % len(self.plain.journals)]
        moved = self.plain.journals[pk]
        key = self.key()
        told = {
            "by": self.till.by,
            "now": self.till.now,
            "key": key,
            "journal_id": pk,
            "business_on": self.day,
            "note": "错",
        }
        if not moved:
            with pytest.raises(TooMuchBack):
                reverse_journal(**told)
            return
        sums = self.plain.may([(credit, debit, fen, 0) for debit, credit, fen in moved])
        answer = reverse_journal(**told)
        self.look(key, answer, sums is not None)
        if sums is not None:
            self.plain.sums, self.plain.journals[pk] = sums, []
            assert reverse_journal(**told).outcome == REPLAYED

    @rule(n=st.integers(0, 3))
    def closes_a_day(self, n):
        on = self.day + timedelta(days=n)
        self.till.now += timedelta(days=n + 1)
        close_day(by=self.till.by, now=self.till.now, book_id=self.book, on=on)
        with pytest.raises(CannotClose):
            close_day(by=self.till.by, now=self.till.now, book_id=self.book, on=on)
        late = self.till.write(
            self.till.move(self.accounts["bank", ""], self.accounts["fund", ""], 1), key=self.key(), on=on
        )
        assert late.refusal.code == "day-closed"
        self.day = on + timedelta(days=1)

    @rule(n=ANY)
    def an_old_deed_is_sent_again(self, n):
        if not self.plain.answers:
            return
        key = sorted(self.plain.answers)[n % len(self.plain.answers)]
        journal = Journal.objects.get(book_id=self.book, key=key)
        assert (journal.pk, journal.refusal.get("code")) == self.plain.answers[key]

    @invariant()
    def both_say_the_same(self):
        rows = Account.objects.filter(book_id=self.book).values_list(
            "sort", "owner", "debits_fen", "credits_fen", "debits_held_fen", "credits_held_fen"
        )
        assert {(sort, owner): sums for sort, owner, *sums in rows} == self.plain.sums


@pytest.mark.timeout(240)
def test_random_deeds_agree_with_plain_numbers(till):
    Money.till = till
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Money, settings=settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=checks)
    )
