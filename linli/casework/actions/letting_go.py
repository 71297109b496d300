"""Letting go of who told us, once that has been kept for long enough. Asked for by a person at the command line."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from linli.audit.actions import Trace, record_traces
from linli.casework.models import CaseLink, Reporter
from linli.casework.queries.expired import expired_reporters
from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.notifications.actions import forget_addressees

BATCH: Final = 200


@transaction.atomic
def let_reporters_go(*, by: Actor, now: datetime) -> int:
    """Take name, number and door from the first of those whose time is over; returns how many, 0 when there are none left.

    Raises NotAllowed to anybody but the command line.
    """
    if by.kind != "system":
        raise NotAllowed
    on = timezone.localdate(now)
    rows = list(expired_reporters(on=on).select_for_update(of=("self",))[:BATCH])
    ids = [row.pk for row in rows]
    hashes = {row.phone_hash for row in rows if row.phone_hash}
    others = Reporter.objects.filter(phone_hash__in=hashes, anonymised_on__isnull=True).exclude(pk__in=ids)
    needed = set(others.values_list("phone_hash", flat=True))
    gone = [(row.community_id, row.phone) for row in rows if row.phone and row.phone_hash not in needed]
    forget_addressees(by=by, now=now, numbers=gone)
    CaseLink.objects.filter(request_id__in=[row.request_id for row in rows]).update(to_phone="")
    Reporter.objects.filter(pk__in=ids).update(
        name="", phone="", phone_hash="", resident=None, wants=Reporter.Wants.NOTHING, anonymised_on=on
    )
    traces = [
        Trace("anonymised", "casework.reporter", str(row.pk), row.community_id, details={"kind": "reporters"})
        for row in rows
    ]
    record_traces(by=by, now=now, traces=traces)
    return len(rows)
