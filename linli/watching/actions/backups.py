"""The record of backups."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction

from linli.watching import rules
from linli.watching.models import BackupRun, Probe


@transaction.atomic
def begin_backup(*, now: datetime, local: datetime, at: time) -> BackupRun | None:
    """A new run if the nightly backup is due and nobody else has begun it; None otherwise."""
    Probe.objects.get_or_create(pk=1)
    Probe.objects.select_for_update().get(pk=1)  # one of several workers
    last = BackupRun.objects.order_by("-began_at").first()
    due = rules.backup_is_due(
        now=now,
        due_at=rules.due_since(local=local, at=at),
        last_began_at=last.began_at if last else None,
        last_failed=bool(last and last.error),
        last_finished=bool(last and last.finished_at),
    )
    return BackupRun.objects.create(began_at=now) if due else None


def record_backup(
    *, began_at: datetime, now: datetime, path: str, size_bytes: int, rows: int, error: str, run_id: int | None = None
) -> None:
    """Write down what became of a backup: of the run that was begun for it, or of one begun by hand."""
    values = {
        "finished_at": now, "path": path[:500], "size_bytes": size_bytes, "rows": rows, "error": error[:500],
    }  # fmt: skip
    if run_id is None:
        BackupRun.objects.create(began_at=began_at, **values)
    else:
        BackupRun.objects.filter(pk=run_id).update(**values)
