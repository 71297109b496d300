"""Letting old records go: in small batches at night, never anything of an open incident.

The timeline, the answers, the deliveries and the audit trail refuse DELETE by trigger. The one sanctioned way round is
``core.triggers.lifted``, inside the one transaction that deletes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection, models, transaction
from django.db.models import QuerySet

from linli.audit.actions import Trace, record_traces
from linli.audit.models import AuditEntry
from linli.core.actors import system_actor
from linli.core.inner import INNER_COMMUNITY, not_inner
from linli.core.triggers import lifted
from linli.incidents.models import Incident
from linli.notifications.models import Message
from linli.safety.models import DeviceTrouble, QuarantinedSignal, Reading
from linli.watching.models import BackupRun, Retention

PRUNER = system_actor(part="retention")
BATCH = 200
CANARY_KEPT = timedelta(hours=1)
Rows = Callable[[datetime], QuerySet[Any]]


def prune_records(*, now: datetime, limit: int = BATCH) -> int:
    """One batch of what is past its time, of the first kind of record that has any. Returns how many rows went, 0 when done.

    Each batch is written into the audit trail.
    """
    for record, days in Retention.objects.filter(days__isnull=False).order_by("record").values_list("record", "days"):
        before = now - timedelta(days=days or 0)
        gone = _prune(_rows_of(record), before=before, limit=limit, now=now, record=record)
        if gone:
            return gone
    return 0


def messages_wait(*, now: datetime) -> bool:
    """Whether somebody is being told something just now: then nothing is pruned, for a delete holds up every other write."""
    return Message.objects.filter(state=Message.State.OWED, due_at__lte=now).exists()


def prune_canary(*, now: datetime, limit: int = BATCH) -> int:
    """What the canary left behind more than an hour ago."""
    before, gone = now - CANARY_KEPT, 0
    inner = {"community_id": INNER_COMMUNITY}
    for rows in (
        Incident.objects.filter(**inner, closed_at__lt=before),
        Message.objects.filter(**inner, created_at__lt=before).exclude(state=Message.State.OWED),
        Reading.objects.filter(**inner, received_at__lt=before),
        AuditEntry.objects.filter(**inner, at__lt=before),
    ):
        gone += delete_with_children(rows=rows.order_by("pk"), limit=limit)
    return gone


def delete_with_children(*, rows: QuerySet[Any], limit: int) -> int:
    """Delete the first ``limit`` rows and whatever hangs on them, whether or not a trigger guards it. Returns how many in all."""
    if not rows.exists():
        return 0
    with transaction.atomic(), ExitStack() as stack:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '500ms'")  # nobody's alarm waits behind us in the queue
        ids = list(rows.values_list("pk", flat=True)[:limit])
        if not ids:
            return 0
        lift = partial(_lift, stack, set())
        return _delete(rows.model, ids, lift)


def _lift(stack: ExitStack, done: set[str], model: type[models.Model]) -> None:
    table = model._meta.db_table
    if table not in done:
        done.add(table)
        stack.enter_context(lifted(table=table))


def _delete(model: type[models.Model], ids: Sequence[Any], lift: Callable[[type[models.Model]], None]) -> int:
    gone = 0
    for relation in model._meta.related_objects:
        child: type[models.Model] = relation.related_model
        if relation.many_to_many or child is model:
            continue
        children = child._default_manager.filter(**{f"{relation.field.name}__in": ids})
        if relation.on_delete is models.SET_NULL:
            children.update(**{relation.field.name: None})
        else:
            gone += _delete(child, list(children.values_list("pk", flat=True)), lift) if children.exists() else 0
    lift(model)
    return gone + model._default_manager.filter(pk__in=ids)._raw_delete(connection.alias)


def _prune(rows: Rows, *, before: datetime, limit: int, now: datetime, record: str) -> int:
    if not rows(before).exists():  # looked at without the write lock: at night too, an alarm may be under way
        return 0
    with transaction.atomic():
        gone = delete_with_children(rows=rows(before), limit=limit)
        if gone:
            details = {"rows": gone, "before": before.isoformat()}
            record_traces(by=PRUNER, now=now, traces=[Trace("pruned", "records", record, details=details)])
    return gone


def _rows_of(record: str) -> Rows:
    return {
        Retention.Record.READING.value: _readings,
        Retention.Record.MESSAGE.value: _messages,
        Retention.Record.QUARANTINE.value: lambda before: QuarantinedSignal.objects.filter(
            received_at__lt=before
        ).order_by("pk"),
        Retention.Record.INCIDENT.value: _incidents,
        Retention.Record.AUDIT.value: lambda before: AuditEntry.objects.filter(at__lt=before).order_by("pk"),
        Retention.Record.BACKUP_RUN.value: lambda before: BackupRun.objects.filter(began_at__lt=before).order_by("pk"),
        Retention.Record.TROUBLE.value: lambda before: _oldest(DeviceTrouble).filter(over_at__lt=before).order_by("pk"),
    }[record]


def _oldest(model: type[models.Model]) -> QuerySet[Any]:
    """The rows written first. Ids grow with time: no index on the time is needed to find the oldest."""
    oldest = model._default_manager.order_by("pk").values("pk")[: BATCH * 4]
    return model._default_manager.filter(pk__in=list(oldest.values_list("pk", flat=True)))


def _readings(before: datetime) -> QuerySet[Any]:
    open_sources = Incident.objects.filter(closed_at__isnull=True, source__startswith="device:").values_list(
        "source", flat=True
    )
    devices = [int(source.removeprefix("device:")) for source in open_sources]
    return _oldest(Reading).filter(received_at__lt=before).exclude(device_id__in=devices).order_by("pk")


def _messages(before: datetime) -> QuerySet[Any]:
    still_open = [
        f"incident:{pk}" for pk in Incident.objects.filter(closed_at__isnull=True).values_list("pk", flat=True)
    ]
    return (
        _oldest(Message)
        .filter(created_at__lt=before)
        .exclude(state=Message.State.OWED)
        .exclude(about__in=still_open)
        .order_by("pk")
    )


def _incidents(before: datetime) -> QuerySet[Any]:
    return Incident.objects.filter(not_inner(), closed_at__lt=before).order_by("pk")
