"""How things stand, as numbers for whoever draws them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Min, Q

from linli.core.inner import not_inner
from linli.incidents.models import Incident
from linli.notifications.models import Message
from linli.safety.models import DeviceState, QuarantinedSignal
from linli.watching import machine
from linli.watching.queries.backups import backups_now
from linli.watching.queries.path import path_of, probe_now


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number that goes up and down, as Prometheus names it."""

    name: str
    about: str
    value: float
    labels: dict[str, str] = field(default_factory=dict)


def gauges_now(*, now: datetime) -> list[Gauge]:
    """Every gauge of the database and the machine; seven queries, each over an index of what is open or one narrow table."""
    return [*_owed(now), *_incidents(), *_devices(now), *_quarantine(now), *_path(now), *_house(now)]


def _owed(now: datetime) -> Iterable[Gauge]:
    rows = (
        Message.objects.filter(state=Message.State.OWED)
        .order_by()
        .values_list("priority")
        .annotate(count=Count("id"), oldest=Min("due_at"))
    )
    for priority, count, oldest in rows:
        lane = {"priority": str(priority)}
        yield Gauge("linli_owed_messages", "Messages that are owed, by priority (0 is first).", count, lane)
        late = max((now - oldest).total_seconds(), 0.0)
        yield Gauge("linli_owed_oldest_due_seconds", "For how long the oldest owed message has been due.", late, lane)


def _incidents() -> Iterable[Gauge]:
    about = "Open incidents, by severity (1 is danger to life) and handling."
    rows = (
        Incident.objects.filter(not_inner(), closed_at__isnull=True)
        .order_by()
        .values_list("severity", "handling")
        .annotate(count=Count("id"))
    )
    for severity, handling, count in rows:
        yield Gauge("linli_open_incidents", about, count, {"severity": str(severity), "handling": handling})


def _devices(now: datetime) -> Iterable[Gauge]:
    states = DeviceState.objects.filter(not_inner(), device__is_active=True).aggregate(
        count_alarming=Count("pk", filter=Q(alarming=True)),
        count_overdue=Count("pk", filter=Q(alarming=False, deadline_at__lt=now)),
        count_never_seen=Count("pk", filter=Q(alarming=False, last_seen_at__isnull=True)),
        count_fine=Count("pk", filter=Q(alarming=False, deadline_at__gte=now)),
    )
    for state, count in states.items():
        yield Gauge("linli_devices", "Detectors by state.", count, {"state": state.removeprefix("count_")})


def _quarantine(now: datetime) -> Iterable[Gauge]:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    count = QuarantinedSignal.objects.filter(received_at__gte=day).count()
    yield Gauge("linli_quarantined_today", "Signals set aside since midnight UTC.", count)


def _path(now: datetime) -> Iterable[Gauge]:
    probe = probe_now()
    path = path_of(probe=probe, now=now)
    if path.state in {"off", "unknown"} or probe is None:
        return
    about = "1 while our own test alarm comes back in time."
    yield Gauge("linli_canary_fine", about, float(path.state == "fine"))
    if probe.back_at is not None:
        yield Gauge(
            "linli_canary_age_seconds", "Since the test alarm last came back.", (now - probe.back_at).total_seconds()
        )
    legs = {"commit": probe.commit_seconds, "send": probe.send_seconds}
    for leg, seconds in legs.items():
        if seconds is not None:
            yield Gauge("linli_canary_seconds", "What the last test alarm took, by leg.", seconds, {"leg": leg})


def _house(now: datetime) -> Iterable[Gauge]:
    backups = backups_now(now=now)
    if backups.good_at is not None:
        age = (now - backups.good_at).total_seconds()
        yield Gauge("linli_backup_age_seconds", "Since the newest backup that was found right.", age)
    if backups.state != "none":
        yield Gauge("linli_backup_fine", "1 while the newest backup is fresh.", float(backups.state == "fine"))
    disk = machine.disk_of(settings.LINLI_DATA_DIR)
    yield Gauge("linli_disk_free_bytes", "Free where the data lies.", disk.free_mb * machine.MEGABYTE)
