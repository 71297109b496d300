"""How the backups stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from linli.watching import rules
from linli.watching.models import BackupRun


@dataclass(frozen=True, slots=True)
class Backups:
    """``state``: fine, old, failed, never, or none (nobody set up any here)."""

    state: str
    good_at: datetime | None = None
    error: str = ""
    path: str = ""


def backups_now(*, now: datetime) -> Backups:
    """At most two queries."""
    good = BackupRun.objects.exclude(path="").order_by("-began_at").first()
    last = BackupRun.objects.order_by("-began_at").first()
    if last is None:
        return Backups("never" if settings.LINLI_BACKUP_DIR else "none")
    error = last.error
    if not last.finished_at and now - last.began_at > rules.BACKUP_BROKEN_OFF:
        error = "broken off"
    good_at, path = (good.finished_at, good.path) if good else (None, "")
    if not settings.LINLI_BACKUP_DIR and not error:
        return Backups("none", good_at, "", path)
    if error:
        return Backups("failed", good_at, error, path)
    if good is None:
        return Backups("never", None, "", "")
    return Backups("old" if now - good.began_at > rules.BACKUP_OLD else "fine", good_at, "", path)
