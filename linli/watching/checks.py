"""What ``linli check`` asks of this room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from linli.core.rooms import Finding
from linli.safety.models import Reading
from linli.watching import machine
from linli.watching.queries.backups import backups_now
from linli.watching.queries.path import own_path, probe_now
from linli.watching.queries.troubles import (
    backup_trouble,
    clock_apart,
    clock_trouble,
    disk_trouble,
    path_sentence,
    path_title,
)

WRONG_CLOCK: Final = timedelta(seconds=10)
BUILT: Final = datetime(2026, 11, 1, tzinfo=UTC)  # no clock of a running Linli can be before this


def alarm_came_back(now: datetime) -> Sequence[Finding]:
    """Whether our own alarm came back."""
    part, path = _("own path"), own_path(now=now)
    if path.state == "off":
        return [Finding(part, True, _("Is not tested (LINLI_CANARY is 0)."))]
    if path.state == "unknown":
        return [Finding(part, True, _("The first test alarm is still to come back."))]
    if path.state == "fine":
        text = _("The test alarm came back in %(seconds)s s.") % {"seconds": f"{path.seconds or 0:.2f}"}
        return [Finding(part, True, text)]
    return [Finding(part, False, f"{path_title(part=path.part)}. {path_sentence(part=path.part)}")]


def disk_finding() -> Finding:
    """Room where the data lies. Asks no database."""
    disk, trouble = machine.disk_of(settings.LINLI_DATA_DIR), disk_trouble()
    free = _("%(free)s GB free for %(folder)s.") % {
        "free": f"{disk.free_mb / 1024:.1f}",
        "folder": settings.LINLI_DATA_DIR,
    }
    return Finding(_("disk"), trouble is None, free if trouble is None else trouble.sentence)


def clock_is_right(now: datetime) -> Sequence[Finding]:
    """The clock, as far as it can be known."""
    part = _("clock")
    if now < BUILT:
        return [Finding(part, False, _("This machine believes it is %(day)s: set its clock.") % {"day": now.date()})]
    latest = Reading.objects.order_by("-id").values_list("received_at", flat=True).first()
    if latest is not None and latest > now + WRONG_CLOCK:
        sentence = _("The newest reading lies in the future: this clock was set back, or was wrong before.")
        return [Finding(part, False, sentence)]
    return [_compared(part, now)]


def _compared(part: str, now: datetime) -> Finding:
    apart = clock_apart(probe=probe_now(), clock=now)
    trouble = clock_trouble(apart_seconds=apart)
    if trouble is not None:
        return Finding(part, False, trouble.sentence)
    kept = machine.clock_is_kept()
    if kept:
        text = _("A time server keeps it.")
    elif apart is not None:
        text = _("Agrees with another machine's to %(seconds)s s.") % {"seconds": f"{abs(apart):.0f}"}
    elif kept is None:
        text = _("Whether a time server keeps it cannot be known here, and there is no other clock to compare it with.")
    else:
        text = _(
            "The kernel knows of no time server, and there is no other clock to compare it with. Install chrony, or set LINLI_DEADMAN_URL."
        )
    return Finding(part, True, text)


def backup_is_fresh(now: datetime) -> Sequence[Finding]:
    """Whether there is a backup to fall back on."""
    part, backups = _("backup"), backups_now(now=now)
    trouble = backup_trouble(backups=backups)
    if trouble is not None:
        return [Finding(part, False, trouble.sentence)]
    if backups.state == "none":
        text = _(
            "None is made here. Set LINLI_BACKUP_DIR and LINLI_BACKUP_PASSPHRASE_FILE, and run `linli backup` once."
        )
        return [Finding(part, bool(settings.LINLI_DEMO), text)]
    if backups.state == "never":
        return [Finding(part, True, _("The first one is made tonight. `linli backup` makes one now."))]
    assert backups.good_at is not None
    made = f"{timezone.localtime(backups.good_at):%Y-%m-%d %H:%M}"
    return [
        Finding(
            part,
            True,
            _("The newest is of %(day)s, read back and found right: %(path)s") % {"day": made, "path": backups.path},
        )
    ]


def outside_watcher(now: datetime) -> Sequence[Finding]:
    """Whether somebody outside would notice that we are dead."""
    part, probe = _("outside watcher"), probe_now()
    if not settings.LINLI_DEADMAN_URL:
        return [
            Finding(part, True, _("None is set: if this machine dies, nobody outside is told. See LINLI_DEADMAN_URL."))
        ]
    if probe is not None and probe.ping_error:
        return [Finding(part, False, _("Was not told that all is well. %(why)s") % {"why": probe.ping_error})]
    if probe is None or probe.pinged_at is None:
        return [Finding(part, True, _("Is told for the first time within a minute."))]
    late = (now - probe.pinged_at).total_seconds() > 180
    at = f"{timezone.localtime(probe.pinged_at):%H:%M:%S}"
    text = _("Was last told at %(at)s that all is well.") % {"at": at}
    return [Finding(part, not late, text if not late else text + " " + _("Is the worker running?"))]
