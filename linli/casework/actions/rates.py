"""That figures were taken away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor


@transaction.atomic
def record_export_of_rates(*, by: Actor, now: datetime, table: str, rows: int, asked: str) -> None:
    """Who took which table, of how many rows, and what was asked for."""
    details = {"rows": rows, "asked": asked[:200]}
    trace = Trace("exported", "casework.request", f"rates-{table}", details=details)
    record_traces(by=by, now=now, traces=[trace])
