"""The record of the dead-man ping."""

from __future__ import annotations

from datetime import datetime

from linli.watching.models import Probe


def record_ping(*, now: datetime, error: str, clock_ahead_seconds: float | None) -> None:
    """Write down that the outside watcher was told at ``now``, or why not; and how far our clock is from its clock."""
    Probe.objects.get_or_create(pk=1)
    values: dict[str, object] = {"ping_error": error[:200]}
    if not error:
        values |= {"pinged_at": now, "clock_ahead_seconds": clock_ahead_seconds}
    Probe.objects.filter(pk=1).update(**values)
