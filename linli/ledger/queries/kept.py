"""What is kept of a resident's money, for the page they may ask for."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from linli.core.actors import Actor
from linli.core.rooms import KeptPart
from linli.ledger.access import reach_of_actor
from linli.ledger.errors import yuan
from linli.ledger.models import Account
from linli.ledger.queries.chain import standing_of


def kept_money(*, resident_id: int, by: Actor, now: datetime) -> KeptPart | None:
    """The accounts of a resident and what is on them; None where there is none."""
    rows = Account.objects.filter(resident_id=resident_id)
    if not rows.exists():
        return None
    reach = reach_of_actor(by=by, now=now)
    seen = list(rows.filter(reach.covers("book__")).order_by("pk")) if reach.may_view else []
    return KeptPart(
        title=_("Your money with us"),
        why=_("To keep what you paid in, and to take meals and services from it."),
        basis=_(
            "A contract with you: Personal Information Protection Law, article 13 (2); Accounting Law, article 23."
        ),
        kept=_("Thirty years, as the rules for accounting records ask."),
        items=[
            [
                (_("Account"), one.get_sort_display()),
                (_("Balance"), _in_yuan(one)),
            ]
            for one in seen
        ],
        withheld="" if reach.may_view else _("The office shows you this part."),
        touching=[("ledger.account", str(one.pk)) for one in seen],
    )


def _in_yuan(account: Account) -> str:
    return _("%(fen)s yuan") % {"fen": yuan(standing_of(account=account).balance_fen)}
