"""That a list of requests was taken away."""

from __future__ import annotations

from datetime import datetime

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor


def record_export_of_requests(*, by: Actor, now: datetime, rows: int, asked: str) -> None:
    """Who took how many rows, and what was asked for."""
    details = {"rows": rows, "asked": asked[:200]}
    record_traces(
        by=by,
        now=now,
        traces=[Trace(verb="exported", object_type="casework.request", object_ref="list", details=details)],
    )
