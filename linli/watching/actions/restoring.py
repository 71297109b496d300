"""A house that was filled from a backup wakes up in the future: nothing of the old life runs on, nothing open is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from linli.audit.actions import Trace, record_traces
from linli.core.actors import system_actor
from linli.core.inner import not_inner
from linli.incidents.actions import note_incident
from linli.incidents.models import Incident
from linli.notifications.models import Message
from linli.safety.models import DeviceModel, DeviceState
from linli.watching import rules
from linli.watching.models import BackupRun, Probe

OUTCOME_GRACE = timedelta(minutes=30)
RESTORE = system_actor(part="restore")


@transaction.atomic
def begin_again_after_restore(*, now: datetime, backup_made_at: datetime) -> int:
    """Void sessions and leases, spread what is overdue, and write it into every open incident. Returns how many are open.

    - Everybody signs in anew.
    - Messages still owed go out, a few at a time: some were sent after the backup was made, and carry the same idempotency key.
    - Open incidents that were due take their next step one after the other within half an hour, gravest first;
      those in hand have half an hour to say what came of it.
    - No detector counts as offline for the time that the house was away: its next report is expected from now on.
    """
    Session.objects.all().delete()
    owed = Message.objects.filter(state=Message.State.OWED)
    owed.update(leased_until=None, lease_owner="")
    late = list(owed.filter(due_at__lt=now).order_by("priority", "id").values_list("pk", flat=True))
    for position, pk in enumerate(late):
        Message.objects.filter(pk=pk).update(due_at=now + timedelta(seconds=min(position, 1800)))
    count = _take_up_incidents(now=now, backup_made_at=backup_made_at)
    for model_id, report_seconds in DeviceModel.objects.values_list("pk", "report_seconds"):
        DeviceState.objects.filter(device__model_id=model_id, deadline_at__lt=now).update(
            deadline_at=now + timedelta(seconds=2 * report_seconds + 60)
        )
    Incident.objects.filter(not_inner(), outcome_due_at__lt=now).update(outcome_due_at=now + OUTCOME_GRACE)
    Probe.objects.all().delete()
    BackupRun.objects.filter(finished_at__isnull=True).delete()  # the one that was being made
    details = {"backup": backup_made_at.isoformat(), "open_incidents": count, "owed_messages": len(late)}
    record_traces(by=RESTORE, now=now, traces=[Trace("restored", "house", "", details=details)])
    return count


def _take_up_incidents(*, now: datetime, backup_made_at: datetime) -> int:
    still_open = Incident.objects.filter(not_inner(), closed_at__isnull=True).order_by("severity", "opened_at", "pk")
    position = 0
    with translation.override("zh-hans"):
        made = timezone.localtime(backup_made_at).strftime("%Y-%m-%d %H:%M")
        text = _("Linli was restored from the backup of %(made)s. What happened after that is not in the record.") % {
            "made": made
        }
    for incident_id, due_at in list(still_open.values_list("pk", "next_step_at")):
        if due_at is not None and due_at <= now:
            step_at = rules.next_step_after_restore(position=position, now=now)
            Incident.objects.filter(pk=incident_id).update(next_step_at=step_at)
            position += 1
        note_incident(by=RESTORE, now=now, incident_id=incident_id, text=text)
    return still_open.count()
