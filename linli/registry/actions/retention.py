"""Letting go of what has been kept for long enough: texts are emptied and people made anonymous; rows, references and figures stay.

Asked for by a person at the command line, never by the clock alone. The trail, which is append-only, stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.registry.models import (
    ChangeRequest,
    ContactPoint,
    FormReport,
    HealthNote,
    HomeVisit,
    ImportBatch,
    ImportChange,
    ImportRow,
    ImportSheet,
    Known,
    Membership,
    Post,
    ToldApart,
)
from linli.registry.queries.expired import expired
from linli.registry.retention import ANONYMOUS, Matter

BATCH: Final = 200
FILES: Final = 1
"""A file that was brought in has thousands of rows: one to a transaction, since an alarm may be under way."""
NAME: Final = {"name": ANONYMOUS, "name_pinyin": "", "name_initials": ""}
NUMBERS: Final = {
    "phone": "", "phone_hash": "", "phone_tail_hash": "", "other_phones": "", "id_number": "", "id_number_hash": "",
}  # fmt: skip
REMARKS: Final = {"workplace": "", "registered_address": "", "note": ""}
Rows = Sequence[Any]


@transaction.atomic
def let_go(*, by: Actor, now: datetime, matter: Matter, spared: Collection[int]) -> int:
    """Deal with the first rows of a matter whose time is over; returns how many, 0 when there are none left.

    ``spared`` are the households whose incident is open. One line in the trail for each row, without a name. Broken off, it has
    done whole batches; asked again, it goes on with the rest. Raises NotAllowed to anybody but the command line.
    """
    if by.kind != "system":
        raise NotAllowed
    on = timezone.localdate(now)
    limit = FILES if matter is Matter.IMPORTS else BATCH
    found = expired(matter=matter, on=on, spared=spared)
    first = list(found.values_list("pk", flat=True)[:limit])
    rows = list(found.filter(pk__among=first).select_for_update(of=("self",)))
    chosen = found.model._default_manager.filter(pk__among=[row.pk for row in rows])
    _DEEDS[matter](chosen, rows, now, on)
    record_traces(by=by, now=now, traces=[_trace(matter, row) for row in rows])
    return len(rows)


def _trace(matter: Matter, row: Any) -> Trace:
    verb = "anonymised" if matter in {Matter.PEOPLE, Matter.CONTACTS} else "emptied"
    label = row.reference if matter is Matter.PEOPLE else ""
    owner = row.template if matter is Matter.REPORTS else row
    return Trace(verb, str(row._meta.model_name), str(row.pk), owner.community_id, label, details={"kind": str(matter)})


def _people(chosen: QuerySet[Any], rows: Rows, now: datetime, on: date) -> None:
    ids = [row.pk for row in rows]
    for row in rows:
        row.born_on = row.born_on and row.born_on.replace(month=1, day=1)
    chosen.model._default_manager.bulk_update(rows, ["born_on"])
    chosen.filter(born_on__isnull=False).update(born_known=Known.YEAR)
    chosen.update(**NAME, **NUMBERS, **REMARKS, anonymised_on=on)
    Membership.objects.filter(resident_id__among=ids).update(basis="", helper_name="")
    ToldApart.objects.filter(resident_id__among=ids).delete()
    posts = Post.objects.filter(resident_id__among=ids)
    ContactPoint.objects.filter(post_id__among=list(posts.values_list("pk", flat=True))).delete()
    posts.update(holder_name=ANONYMOUS)


def _contacts(chosen: QuerySet[Any], rows: Rows, now: datetime, on: date) -> None:
    ContactPoint.objects.filter(contact_id__among=[row.pk for row in rows]).delete()
    chosen.filter(ended_on__isnull=True).update(ended_on=on)
    chosen.update(**NAME, anonymised_on=on)


def _health(chosen: QuerySet[Any], rows: Rows, now: datetime, on: date) -> None:
    HealthNote.objects.filter(pk__among=[row.pk for row in rows], ended_on__isnull=True).update(ended_on=on)
    chosen.update(text="", purpose=ANONYMOUS)


def _visits(chosen: QuerySet[Any], rows: Rows, now: datetime, on: date) -> None:
    HomeVisit.objects.filter(pk__among=[row.pk for row in rows]).update(note="", to_do="")


def _corrections(chosen: QuerySet[Any], rows: Rows, now: datetime, on: date) -> None:
    ids = [row.pk for row in rows]
    ChangeRequest.objects.filter(pk__among=ids).update(proposed="", phone="", before="", answer="")


def _imports(chosen: QuerySet[Any], rows: Rows, now: datetime, on: date) -> None:
    """What was begun and left lying counts as put away from now on."""
    ids = [row.pk for row in rows]
    for model in (ImportRow, ImportSheet, ImportChange):
        model._default_manager.filter(batch_id__among=ids)._raw_delete(connection.alias)
    begun = ImportBatch.objects.filter(pk__among=ids, finished_at__isnull=True)
    begun.update(state=ImportBatch.State.DISCARDED, finished_at=now)
    chosen.update(emptied_at=now, left=[])


def _reports(chosen: QuerySet[Any], rows: Rows, now: datetime, on: date) -> None:
    FormReport.objects.filter(pk__among=[row.pk for row in rows]).update(marks={})


_DEEDS: Final[Mapping[Matter, Callable[[QuerySet[Any], Rows, datetime, date], None]]] = {
    Matter.VISITS: _visits,
    Matter.CORRECTIONS: _corrections,
    Matter.HEALTH: _health,
    Matter.CONTACTS: _contacts,
    Matter.PEOPLE: _people,
    Matter.IMPORTS: _imports,
    Matter.REPORTS: _reports,
}
