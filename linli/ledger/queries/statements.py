"""What an account moved, and how it stood: on business days, as people reckon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db.models import Q, QuerySet, Sum

from linli.ledger.models import Account, Transfer
from linli.ledger.rules import DEBIT, HOLD, NOW, POST

POSTED: Final = (NOW, POST)
MOST_LINES: Final = 5000


@dataclass(frozen=True, slots=True)
class Line:
    """A transfer as the account sees it: ``amount_fen`` is positive where the account grew; ``balance_fen`` is what there was after it."""

    number: int
    business_on: date
    at: datetime
    sort: str
    other: str
    note: str
    who: str
    amount_fen: int
    balance_fen: int
    journal_id: int
    reverses: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """The lines of a period between what there was before and after (fen). ``held_fen`` is set aside now. ``left_out``: lines that are
    not shown, since there are too many; the figures hold them."""

    account: Account
    since_on: date
    until_on: date
    opening_fen: int
    lines: Sequence[Line]
    closing_fen: int
    came_fen: int
    went_fen: int
    held_fen: int
    left_out: int = 0

    @property
    def adds_up(self) -> bool:
        """Opening, what came and what went give the closing balance."""
        return self.opening_fen + self.came_fen - self.went_fen == self.closing_fen


def moves_of(*, account_id: int) -> QuerySet[Transfer]:
    """The posted transfers of an account, by business day and number."""
    rows = Transfer.objects.filter(Q(debit_id=account_id) | Q(credit_id=account_id), kind__in=POSTED)
    return rows.order_by("journal__business_on", "journal__number", "position")


def statement_of(*, account: Account, since_on: date, until_on: date) -> Statement:
    """What the account moved on these days, both included. Four queries."""
    opening = _balance(account, Q(journal__business_on__lt=since_on))
    within = moves_of(account_id=account.pk).filter(journal__business_on__range=(since_on, until_on))
    came = within.filter(**{f"{account.side}_id": account.pk}).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    went = within.exclude(**{f"{account.side}_id": account.pk}).aggregate(fen=Sum("amount_fen"))["fen"] or 0
    rows = list(within.select_related("journal", "debit", "credit")[: MOST_LINES + 1])
    balance, lines = opening, []
    for row in rows[:MOST_LINES]:
        grows = (row.debit_id == account.pk) == (account.side == DEBIT)
        amount = row.amount_fen if grows else -row.amount_fen
        balance += amount
        other = row.credit if row.debit_id == account.pk else row.debit
        journal = row.journal
        lines.append(
            Line(
                journal.number, journal.business_on, journal.at, journal.sort, other.name, journal.note, journal.actor_label, amount,
                balance, journal.pk, row.reverses_id is not None,
            )
        )  # fmt: skip
    held = account.credits_held_fen if account.side == DEBIT else account.debits_held_fen
    left_out = within.count() - MOST_LINES if len(rows) > MOST_LINES else 0
    return Statement(account, since_on, until_on, opening, lines, opening + came - went, came, went, held, left_out)


def balance_on(*, account: Account, on: date) -> int:
    """How an account stood at the end of a business day (fen, on its own side). Two queries."""
    return _balance(account, Q(journal__business_on__lte=on))


def _balance(account: Account, days: Q) -> int:
    rows = Transfer.objects.filter(days, kind__in=POSTED)
    debited, credited = (
        rows.filter(**{f"{side}_id": account.pk}).aggregate(fen=Sum("amount_fen"))["fen"] or 0
        for side in ("debit", "credit")
    )
    return debited - credited if account.side == DEBIT else credited - debited


def totals_until(*, book_id: int, until_on: date) -> dict[int, tuple[int, int]]:
    """Debits and credits (fen) of every account that moved, of business days up to this one. Two queries."""
    rows = Transfer.objects.filter(
        journal__book_id=book_id, journal__business_on__lte=until_on, kind__in=POSTED
    ).order_by()
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for at, side in enumerate(("debit_id", "credit_id")):
        for pk, fen in rows.values(side).annotate(fen=Sum("amount_fen")).values_list(side, "fen"):
            sums[pk][at] = fen
    return {pk: (debited, credited) for pk, (debited, credited) in sums.items()}


def open_holds(*, account_id: int) -> QuerySet[Transfer]:
    """What is set aside of an account, or for it, the oldest first."""
    rows = Transfer.objects.filter(
        Q(debit_id=account_id) | Q(credit_id=account_id), kind=HOLD, resolved_by__isnull=True
    )
    return rows.select_related("journal").order_by("journal__number")
