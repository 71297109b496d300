"""How the ledger says no."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from linli.core.errors import Invalid, NotFound, Refusal, Text


def yuan(fen: int) -> str:
    """An amount as people write it: 1234 fen are 12.34."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


class LedgerRefusal(Refusal):
    """A no that is written down with the journal: the same deed asked for again gets the same answer. ``told`` is what it is made of."""

    def __init__(self, sentence: Text | None = None, **told: Any) -> None:
        self.told = told
        super().__init__(sentence)


class NotEnough(LedgerRefusal):
    """The account has not enough, holds counted."""

    code = "not-enough-money"

    def __init__(self, *, account_id: int, free_fen: int) -> None:
        sentence = _("There is not enough money on the account: %(free)s yuan are left.") % {"free": yuan(free_fen)}
        super().__init__(sentence, account_id=account_id, free_fen=free_fen)


class DayClosed(LedgerRefusal):
    """The business day is closed."""

    code = "day-closed"

    def __init__(self, *, until: date | str) -> None:
        sentence = _("The books are closed up to %(day)s. Write it under a later day.") % {"day": until}
        super().__init__(sentence, until=str(until))


class AccountClosed(LedgerRefusal):
    """One of the accounts is closed."""

    code = "account-closed"
    default_sentence = _("The account is closed.")


class HoldEnded(LedgerRefusal):
    """A hold was posted or voided already, or is smaller than what is to be posted."""

    code = "hold-ended"
    default_sentence = _("What was held is settled already, or is less than this.")


class TooMuchBack(LedgerRefusal):
    """More is to be taken back than was given."""

    code = "too-much-back"

    def __init__(self, *, left_fen: int) -> None:
        sentence = _("Of this, only %(left)s yuan can still be taken back.") % {"left": yuan(left_fen)}
        super().__init__(sentence, left_fen=left_fen)


STORED: dict[str, type[LedgerRefusal]] = {
    one.code: one for one in (NotEnough, DayClosed, AccountClosed, HoldEnded, TooMuchBack)
}


class BadMoves(Invalid):
    """The moves make no sense: amounts that are no positive whole fen, or accounts that do not fit."""

    code = "bad-moves"
    default_sentence = _("The amounts or accounts do not fit together.")


class KeyUsed(Refusal):
    """The key belongs to another deed."""

    code = "key-used"
    status = 422
    default_sentence = _("This was sent before with other contents. Look whether it was written, and begin anew.")


class BookReadOnly(Refusal):
    """A fault was found; nothing is written until a person has looked at it."""

    code = "book-read-only"
    status = 503
    default_sentence = _(
        "The check of the books has found a fault. Nothing is written until the administrator has looked at it."
    )


class AccountNotFound(NotFound):
    """No such account, or not for this person."""

    code = "account-not-found"
    default_sentence = _("We could not find this account.")


class AccountNotEmpty(Refusal):
    """There is money on the account, or set aside."""

    code = "account-not-empty"
    default_sentence = _("There is still money on this account, or set aside: give it back or use it up first.")


class CannotClose(Refusal):
    """A day that has not ended, or was closed already."""

    code = "cannot-close"
    default_sentence = _("This day cannot be closed: it has not come yet, or it is closed already.")


class WitnessNeeded(Refusal):
    """The second person is missing, or is the first one."""

    code = "witness-needed"
    default_sentence = _("A second person has to answer for it: not the one who counted.")
