"""The canary's round: publish, and see whether it came back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.db.models import QuerySet

from linli.core.inner import INNER_COMMUNITY
from linli.incidents.actions import close_incident
from linli.incidents.models import Incident
from linli.notifications.models import Message
from linli.watching import rules
from linli.watching.canary import CAUSE, KIND, WORKER, alarm_payload, alarm_subject
from linli.watching.models import Probe

Publish = Callable[[str, bytes, str], None]
"""``publish(subject, payload, msg_id)``: hand it to the broker, without waiting."""


@transaction.atomic
def look_after_canary(*, now: datetime, device_id: int, begun_at: datetime, publish: Publish) -> int:
    """See whether the last alarm came back; publish the next one when it is time. Returns 1 if one did.

    ``begun_at`` is when this worker began: what it published before it was stopped says nothing of our path, and is void. Two
    workers share one canary: whoever gets the row does it.
    """
    probe = _probe()
    if probe is None:
        return 0
    if probe.published_at is not None and probe.published_at > now + rules.EVERY:  # the clock was put back
        probe.waiting_since = probe.published_at = None
    if probe.waiting_since is not None and probe.waiting_since < begun_at and (probe.published_at or now) < begun_at:
        probe.waiting_since = probe.published_at = None
    came_back = probe.waiting_since is not None and _look(probe, device_id=device_id, now=now)
    lost = probe.waiting_since is not None and probe.published_at is not None and now - probe.published_at > rules.LATE
    due = probe.published_at is None or now - probe.published_at >= rules.EVERY
    if lost or (due and probe.waiting_since is None):
        _close_open(device_id=device_id, now=now)
        probe.published_at = now
        probe.waiting_since = probe.waiting_since or now
        transaction.on_commit(partial(publish, alarm_subject(), alarm_payload(at=now), f"canary-{now.timestamp():.6f}"))
    probe.save()
    return int(came_back)


def _probe() -> Probe | None:
    """The row, locked; None while another worker holds it."""
    Probe.objects.get_or_create(pk=1)
    skip = connection.features.has_select_for_update_skip_locked
    return Probe.objects.select_for_update(skip_locked=skip).filter(pk=1).first()


def _look(probe: Probe, *, device_id: int, now: datetime) -> bool:
    incident = _open(device_id=device_id).order_by("id").first()
    if incident is None:
        probe.stuck_at = "listener"
        return False
    about = f"incident:{incident.pk}"
    sent_at = (
        Message.objects.filter(community_id=INNER_COMMUNITY, about=about, state=Message.State.SENT)
        .order_by("id")
        .values_list("sent_at", flat=True)
        .first()
    )
    if sent_at is None:
        probe.stuck_at = "sender"
        return False
    assert probe.published_at is not None
    probe.commit_seconds = max((incident.opened_at - probe.published_at).total_seconds(), 0.0)
    probe.send_seconds = max((sent_at - incident.opened_at).total_seconds(), 0.0)
    probe.back_at, probe.waiting_since, probe.stuck_at = now, None, ""
    return True


def _open(*, device_id: int) -> QuerySet[Incident]:
    return Incident.objects.filter(
        community_id=INNER_COMMUNITY, source=f"device:{device_id}", kind_id=KIND, closed_at__isnull=True
    )


def _close_open(*, device_id: int, now: datetime) -> None:
    for incident_id in _open(device_id=device_id).values_list("id", flat=True):
        close_incident(by=WORKER, now=now, incident_id=incident_id, cause_code=CAUSE, outcome="")
