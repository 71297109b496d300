"""What is wrong with the machine and with us, in sentences that say what to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.core.errors import Text
from linli.watching import machine
from linli.watching.models import Probe
from linli.watching.queries.backups import Backups, backups_now
from linli.watching.queries.path import path_of, probe_now

CLOCK_APART_SECONDS = 10.0
HELD_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Trouble:
    """``code`` is stable, ``title`` short, ``sentence`` says what to do. ``kind`` is the kind of incident it becomes."""

    code: str
    title: Text
    sentence: Text
    endangers_alarms: bool = False
    kind: str = "system"


def troubles_now(*, now: datetime, clock: datetime, held_seconds: float, broker_said: str) -> list[Trouble]:
    """Everything that is wrong now. ``clock`` is read at the same instant as the database's; ``held_seconds`` is how long the
    database kept us waiting since the last look; ``broker_said`` is why it did not store the canary's last alarm ("" if it did).
    """
    probe = probe_now()
    found = [
        disk_trouble(),
        clock_trouble(apart_seconds=clock_apart(probe=probe, clock=clock)),
        backup_trouble(backups=backups_now(now=now)),
        _held(held_seconds),
        _broker(broker_said),
        _path(probe, now=now),
    ]
    return [trouble for trouble in found if trouble is not None]


def disk_trouble() -> Trouble | None:
    """Little room where the data lies."""
    disk = machine.disk_of(settings.LINLI_DATA_DIR)
    if disk.free_mb >= settings.LINLI_DISK_LOW_MB:
        return None
    return Trouble(
        "disk",
        _("The disk is nearly full"),
        _(
            "Only %(free)s MB are free at %(folder)s. Make room: remove what is not Linli's, or move the data to a larger disk."
        )
        % {"free": f"{disk.free_mb:,.0f}", "folder": settings.LINLI_DATA_DIR},
        endangers_alarms=disk.free_mb < machine.DANGER_MEGABYTES,
    )


def clock_apart(*, probe: Probe | None, clock: datetime) -> float | None:
    """By how many seconds our clock is ahead of the best other clock we know: the database's on another machine, else the outside
    watcher's. None where there is no other clock."""
    host = str(connection.settings_dict["HOST"])
    if connection.vendor == "postgresql" and host not in _OWN_MACHINE and not host.startswith("/"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs: datetime = cursor.fetchone()[0]
        return (clock - theirs).total_seconds()
    return probe.clock_ahead_seconds if probe is not None else None


_OWN_MACHINE = {"", "localhost", "127.0.0.1", "::1"}


def clock_trouble(*, apart_seconds: float | None) -> Trouble | None:
    """A clock that differs from another machine's."""
    if apart_seconds is None or abs(apart_seconds) <= CLOCK_APART_SECONDS:
        return None
    ahead = apart_seconds > 0
    sentence = (
        _("This machine's clock is %(seconds)s s ahead of another machine's. Let both follow a time server (chrony).")
        if ahead
        else _(
            "This machine's clock is %(seconds)s s behind another machine's. Let both follow a time server (chrony)."
        )
    )
    return Trouble("clock", _("The clock is wrong"), sentence % {"seconds": f"{abs(apart_seconds):,.0f}"})


def backup_trouble(*, backups: Backups) -> Trouble | None:
    """A backup that failed or is old. That there is none at all is for ``linli check`` to say."""
    if backups.state == "failed":
        return Trouble(
            "backup",
            _("The backup failed"),
            _("The last backup failed: %(error)s Then run `linli backup` by hand.") % {"error": backups.error},
        )
    if backups.state == "old":
        assert backups.good_at is not None
        return Trouble(
            "backup",
            _("The backup is old"),
            _(
                "The newest backup is of %(day)s. Is the worker running at night, and is its disk there? Run `linli backup`."
            )
            % {"day": f"{timezone.localtime(backups.good_at):%Y-%m-%d %H:%M}"},
        )
    return None


def _held(seconds: float) -> Trouble | None:
    if seconds < HELD_SECONDS:
        return None
    return Trouble(
        "database",
        _("The database was held up"),
        _(
            "Nothing could be written for %(seconds)s s. Close whatever else has the database open, and look at its disk."
        )
        % {"seconds": f"{seconds:.0f}"},
        endangers_alarms=True,
    )


def _broker(said: str) -> Trouble | None:
    if not said:
        return None
    return Trouble(
        "broker",
        _("The broker does not keep alarms"),
        _("What detectors send cannot be stored (%(said)s). Look at the broker's disk and at log/broker.log.")
        % {"said": said},
        endangers_alarms=True,
    )


def _path(probe: Probe | None, *, now: datetime) -> Trouble | None:
    path = path_of(probe=probe, now=now)
    if path.part not in {"listener", "sender"}:  # "worker" cannot be: it is who asks
        return None
    return Trouble("canary", path_title(part=path.part), path_sentence(part=path.part), True, "canary_silent")


def path_title(*, part: str) -> Text:
    """What stands still, in a few words."""
    return {
        "listener": _("Alarms are not being recorded"),
        "sender": _("Messages are not being sent"),
        "worker": _("The worker stands still"),
    }.get(part, _("Our own path is slow"))


def path_sentence(*, part: str) -> Text:
    """What to do about it."""
    return {
        "listener": _(
            "Our test alarm is not recorded. Is the listener running, does the broker answer? If in doubt, call homes."
        ),
        "sender": _(
            "Our test alarm is recorded, but its message is not sent. Watch this list and call people yourself."
        ),
        "worker": _(
            "Nobody tests our path and nobody is told anything: the worker does not run. Call people yourself and start it again."
        ),
    }.get(part, _("Our test alarm takes longer than five seconds. Look at the load and the disk of this machine."))
