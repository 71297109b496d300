"""Writing what an import decided, all of it or nothing, in one transaction that begins when everything is ready."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from linli.core.actors import Actor
from linli.registry.actions.imports.planning import Progress, keep_outcomes, new_places, planned
from linli.registry.actions.imports.writing import Writing
from linli.registry.models import ImportBatch
from linli.registry.queries.importing import last_write

TRIES = 5


class RegisterBusy(Exception):
    """Others wrote into the register each time an import was ready to be written. The import is tried again later."""


def commit_import(*, batch: ImportBatch, by: Actor, now: datetime, progress: Progress) -> None:
    """Write the good rows; the others stay for the error workbook. What others wrote since the preview is compared first.

    A process that dies on the way leaves the register as it was, and the batch where it is taken up again.
    """
    for _try in range(TRIES):
        seen = last_write(community_id=batch.community_id)
        plan = planned(batch=batch, by=by, now=now)
        places = new_places(batch=batch, plan=plan)
        writing = Writing(batch=batch, by=by, now=now, plan=plan)
        keep_outcomes(batch=batch, plan=plan, progress=progress)
        with _no_sweeping(), transaction.atomic():
            kept = ImportBatch.objects.select_for_update().get(pk=batch.pk)
            if kept.state != ImportBatch.State.COMMITTING:
                return
            if last_write(community_id=batch.community_id) == seen:
                writing.write()
                batch.state, batch.finished_at = ImportBatch.State.COMMITTED, now
                batch.counts = plan.counts() | {"places": places}
                batch.save(update_fields=["state", "finished_at", "counts"])
                return
    raise RegisterBusy


@contextmanager
def _no_sweeping() -> Iterator[None]:
    """Python looks for garbage among all that a plan holds while it writes: a fifth of the time others wait for the database."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
