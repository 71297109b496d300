"""Our own path, as the canary last found it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from linli.watching import rules
from linli.watching.models import Probe
from linli.watching.rules import OwnPath


def probe_now() -> Probe | None:
    """The canary's row. One query."""
    return Probe.objects.filter(pk=1).first()


def own_path(*, now: datetime) -> OwnPath:
    """How the path of an alarm through us stands at ``now``. One query."""
    return path_of(probe=probe_now(), now=now)


def path_of(*, probe: Probe | None, now: datetime) -> OwnPath:
    """The same of a row that was read already."""
    if not settings.LINLI_CANARY:
        return OwnPath("off")
    if probe is None:
        return OwnPath("unknown")
    known = probe.commit_seconds is not None and probe.send_seconds is not None
    return rules.path_state(
        now=now,
        published_at=probe.published_at,
        waiting_since=probe.waiting_since,
        back_at=probe.back_at,
        stuck_at=probe.stuck_at,
        seconds=(probe.commit_seconds or 0) + (probe.send_seconds or 0) if known else None,
    )
