"""Whether all is well: what the outside watcher is told every minute, and what it is not told when something is not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from linli.core.inner import not_inner
from linli.incidents.models import Incident
from linli.notifications.models import Message
from linli.watching import machine
from linli.watching.queries.backups import backups_now
from linli.watching.queries.path import own_path

STEP_LATE = timedelta(seconds=60)
MESSAGE_LATE = timedelta(seconds=90)


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that must be so, in English: it is for a program outside and the person behind it."""

    holds: bool
    text: str


def soundness(*, now: datetime) -> list[Statement]:
    """Every statement, fine or not. A handful of queries over indexes of what is open."""
    return [_steps(now), _owed(now), _path(now), _backup(now), _disk()]


def _steps(now: datetime) -> Statement:
    """Every open incident has a step to come, or somebody has it in hand and owes an outcome by a time to come."""
    still_open = Incident.objects.filter(not_inner(), closed_at__isnull=True)
    unacknowledged = Q(handling=Incident.Handling.UNACKNOWLEDGED)
    forgotten = still_open.filter(unacknowledged, next_step_at__isnull=True).count()
    late = still_open.filter(
        Q(next_step_at__lt=now - STEP_LATE) | Q(outcome_due_at__lt=now - STEP_LATE, next_step_at__isnull=True)
    ).count()
    if forgotten or late:
        return Statement(False, f"{forgotten} open incidents have no next step, {late} wait for one that is overdue")
    return Statement(True, f"each of {still_open.count()} open incidents has its next step")


def _owed(now: datetime) -> Statement:
    stuck = (
        Message.objects.filter(state=Message.State.OWED, due_at__lt=now - MESSAGE_LATE)
        .filter(Q(leased_until__isnull=True) | Q(leased_until__lt=now - MESSAGE_LATE))
        .count()
    )
    return Statement(not stuck, f"{stuck} owed messages do not move" if stuck else "owed messages move")


def _path(now: datetime) -> Statement:
    path = own_path(now=now)
    if path.state == "off":
        return Statement(True, "our own path is not tested (LINLI_CANARY=0)")
    took = f" in {path.seconds:.2f} s" if path.seconds is not None else ""
    return Statement(path.state in {"fine", "slow"} and not path.part, f"our test alarm is {path.state}{took}")


def _backup(now: datetime) -> Statement:
    backups = backups_now(now=now)
    if backups.state == "none":
        return Statement(True, "backups are not made by Linli here (LINLI_BACKUP_DIR is not set)")
    if backups.state == "never":
        return Statement(True, "the first backup is still to come")
    made = f", the newest of {backups.good_at:%Y-%m-%d %H:%M} UTC" if backups.good_at else ""
    return Statement(backups.state == "fine", f"the backup is {backups.state}{made}")


def _disk() -> Statement:
    disk = machine.disk_of(settings.LINLI_DATA_DIR)
    return Statement(disk.free_mb >= settings.LINLI_DISK_LOW_MB, f"{disk.free_mb:,.0f} MB of disk are free")
