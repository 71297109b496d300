"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.audit.words import parts_mean, verbs_mean
from linli.core.rooms import Card, Finding, KeptAsk, MenuEntry, RoomConfig, Tick


class LedgerConfig(RoomConfig):
    name = "linli.ledger"
    label = "ledger"
    verbose_name = _("Books")
    title = _("Books")
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {
        "ledger.view": frozenset({"administrator", "secretary"}),
        "ledger.close": frozenset({"administrator", "secretary"}),
        "ledger.reverse": frozenset({"administrator", "secretary"}),
    }
    menu: ClassVar[Sequence[MenuEntry]] = (
        MenuEntry(
            label=_("Books"), url_name="ledger:accounts", icon="list", order=60, permission="ledger.view", key="g y"
        ),
    )

    def ready(self) -> None:
        parts_mean({"ledger": _("Linli: the check of the books")})
        verbs_mean(
            {
                "stopped_book": _("stopped, because of a fault, the book"),
                "freed_book": _("let go on, with a reason, the book"),
                "closed_day": _("closed a day of the book"),
                "closed_month": _("closed a month of the book"),
                "reversed_journal": _("took back the journal"),
                "set_overdraft": _("set how far below zero it may go, the account"),
                "closed_account": _("closed the account"),
            }
        )

    def ticks(self) -> Sequence[Tick]:
        from linli.ledger.tick import check_books_at_night

        return [Tick(name="check the books", every_seconds=1, run=check_books_at_night)]

    def today_cards(self) -> Sequence[Card]:
        from linli.ledger.cards import today

        return [Card(name="books", order=4, render=today)]

    def checks(self) -> Sequence[Callable[[datetime], Sequence[Finding]]]:
        from linli.ledger.checks import books_hold

        return [books_hold]

    def kept_parts(self) -> Sequence[KeptAsk]:
        from linli.ledger.queries.kept import kept_money

        return [kept_money]
