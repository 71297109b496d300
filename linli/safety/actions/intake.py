"""Whether we can hear devices at all. Kept in the database, so that after a restart we know how long we were deaf."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from linli.safety.models import IntakeOutage, IntakeStamp
from linli.safety.queries.care import INTAKE
from linli.safety.rules.silence import MERGED_WITHIN, OUTAGE_FROM

KEPT = timedelta(days=400)


@transaction.atomic
def renew_intake_stamp(*, now: datetime, heard_until: datetime) -> timedelta:
    """Say that devices are heard, and up to when all that they said is recorded. Called every few seconds by each listener.

    A gap since the last stamp is written down as an outage of ours; devices' deadlines are later by it. Returns the gap.
    """
    stamp = IntakeStamp.objects.select_for_update().filter(name=INTAKE).first()
    if stamp is None:
        IntakeStamp.objects.get_or_create(name=INTAKE, defaults={"alive_at": now, "heard_until": heard_until})
        return timedelta(0)
    gap = now - stamp.alive_at
    if gap >= OUTAGE_FROM:
        _write_outage(begun_at=stamp.alive_at, ended_at=now)
    if gap <= -OUTAGE_FROM:  # the clock was put back
        stamp.alive_at, stamp.heard_until = now, heard_until
    stamp.alive_at = max(stamp.alive_at, now)
    stamp.heard_until = max(stamp.heard_until, heard_until)
    stamp.save()
    return max(gap, timedelta(0))


def _write_outage(*, begun_at: datetime, ended_at: datetime) -> None:
    """One row for outages close together: a crash loop is one outage."""
    last = IntakeOutage.objects.order_by("-ended_at").first()
    if last is not None and last.begun_at < begun_at <= last.ended_at + MERGED_WITHIN:
        last.ended_at = ended_at
        last.save(update_fields=["ended_at"])
        return
    IntakeOutage.objects.create(begun_at=begun_at, ended_at=ended_at)
    IntakeOutage.objects.filter(ended_at__lt=ended_at - KEPT).delete()
