"""The long work on imports: claimed by a lease, done by a process of its own, taken up again if that dies."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from linli.core.actors import Actor
from linli.registry.actions.imports.committing import commit_import
from linli.registry.actions.imports.planning import Progress, plan_import
from linli.registry.actions.imports.undoing import undo_import
from linli.registry.models import ImportBatch

State = ImportBatch.State
Clock = Callable[[], datetime]
LEASE = timedelta(seconds=60)
WAITING = (State.PLANNING, State.COMMITTING, State.UNDOING)


@transaction.atomic
def claim_import(*, now: datetime, batch_id: int | None = None) -> ImportBatch | None:
    """The oldest batch that waits for the long work and that nobody holds, or this one, held for a minute from now."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now)
    if batch_id is not None:
        free &= Q(pk=batch_id)
    batch = (
        ImportBatch.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(free, state__in=WAITING)
        .order_by("created_at")
        .first()
    )
    if batch is not None:
        batch.leased_until = now + LEASE
        batch.save(update_fields=["leased_until"])
    return batch


def work_on_import(*, batch: ImportBatch, clock: Clock, progress: Progress | None = None) -> None:
    """Do what the batch waits for; ``clock`` says the time, which passes meanwhile. What fails unexpectedly is said on its page,
    and fails loudly."""
    work = {State.PLANNING: _plan, State.COMMITTING: _commit, State.UNDOING: _undo}.get(State(batch.state))
    if work is None:
        return
    try:
        work(batch, clock(), _reporting(batch, clock, progress))
    except Exception:
        ImportBatch.objects.filter(pk=batch.pk).update(
            trouble="unexpected", state=State.DRAFT if batch.state == State.PLANNING else batch.state
        )
        raise
    ImportBatch.objects.filter(pk=batch.pk).update(leased_until=None)


def _reporting(batch: ImportBatch, clock: Clock, further: Progress | None) -> Progress:
    """Progress is a row that the page reads; it also holds the lease."""

    def report(done: int, total: int) -> None:
        until = clock() + LEASE
        ImportBatch.objects.filter(pk=batch.pk).update(done=done, total=total, leased_until=until)
        if further is not None:
            further(done, total)

    return report


def _actor(batch: ImportBatch) -> Actor:
    if batch.by_user_id is None:
        return Actor(kind="system", label=batch.by_label)
    return Actor(kind="user", label=batch.by_label, ref=str(batch.by_user_id), user_id=batch.by_user_id)


def _plan(batch: ImportBatch, now: datetime, progress: Progress) -> None:
    plan_import(batch=batch, by=_actor(batch), now=now, progress=progress)


def _commit(batch: ImportBatch, now: datetime, progress: Progress) -> None:
    commit_import(batch=batch, by=_actor(batch), now=now, progress=progress)


def _undo(batch: ImportBatch, now: datetime, progress: Progress) -> None:
    undo_import(batch=batch, by=_actor(batch), now=now, progress=progress)
