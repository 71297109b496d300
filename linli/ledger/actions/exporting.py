"""That something was taken out of the books."""

from __future__ import annotations

from datetime import datetime

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.ledger.models import Account


def record_statement_taken(*, by: Actor, now: datetime, account: Account, rows: int) -> None:
    """Write down that a statement was taken as a file."""
    trace = Trace(
        "exported", "ledger.account", str(account.pk), account.book.community_id, account.name, details={"rows": rows}
    )
    record_traces(by=by, now=now, traces=[trace])
