"""What comes due by the clock."""

from __future__ import annotations

from datetime import datetime

from linli.core.actors import system_actor
from linli.scheduling.actions import extend_rotas, fill_calendar


def plan_on(now: datetime) -> int:
    """Fill in new holiday tables, then plan every rota on."""
    by = system_actor(part="scheduling")
    return len(fill_calendar(by=by, now=now)) + extend_rotas(by=by, now=now)
