"""What comes due by the clock, inside the worker."""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from linli.core.broker import publish_from_thread
from linli.watching import actions, rules
from linli.watching.canary import canary_device
from linli.watching.pinging import Pinged, ping, ping_body
from linli.watching.queries.soundness import soundness
from linli.watching.queries.troubles import troubles_now

log = logging.getLogger("linli.watching")

CANARY_SECONDS, LOOK_SECONDS, MINUTE, PRUNE_SECONDS = 5.0, 15.0, 60.0, 5.0
LOOKED_THROUGH_SECONDS = 600.0


class _Process:
    """What this worker remembers between ticks."""

    def __init__(self) -> None:
        self.begun_at: datetime | None = None
        self.device_id = 0
        self.broker_said = ""
        self.looked = 0.0
        self.ping: Future[Pinged] | None = None
        self.pings: ThreadPoolExecutor | None = None
        self.backup: subprocess.Popen[bytes] | None = None
        self.pruned_canary = 0.0
        self.pruned_all = float("-inf")


_process = _Process()


def canary(now: datetime) -> int:
    """Let the canary sing, and see whether it was heard."""
    if not settings.LINLI_CANARY:
        return 0
    if _process.begun_at is None:
        _process.begun_at, _process.device_id = now, canary_device()
    return actions.look_after_canary(
        now=now, device_id=_process.device_id, begun_at=_process.begun_at, publish=_publish
    )


def _publish(subject: str, payload: bytes, msg_id: str) -> None:
    def told(said: str) -> None:
        _process.broker_said = said

    publish_from_thread(subject=subject, payload=payload, msg_id=msg_id, told=told)


def look(now: datetime) -> int:
    """Say what is wrong with the machine, and what is no longer."""
    # The tick runs in the thread that waits for the database: if it comes late, the database held it up.
    turned, _process.looked = _process.looked, time.monotonic()
    held = max(_process.looked - turned - LOOK_SECONDS, 0.0) if turned else 0.0
    troubles = troubles_now(now=now, clock=timezone.now(), held_seconds=held, broker_said=_process.broker_said)
    return actions.say_troubles(now=now, troubles=troubles)


def tell_outside(now: datetime) -> int:
    """Ping the outside watcher if, and only if, all is well. The line may be slow: it is asked in a thread of its own."""
    if not settings.LINLI_DEADMAN_URL:
        return 0
    if _process.ping is not None and not _process.ping.done():
        return 0
    statements = soundness(now=now)
    wrong = [one.text for one in statements if not one.holds]
    if wrong:
        actions.record_ping(now=now, error=f"Not told: {'; '.join(wrong)}", clock_ahead_seconds=None)
        return 0
    if _process.pings is None:
        _process.pings = ThreadPoolExecutor(1, thread_name_prefix="dead-man")
    _process.ping = _process.pings.submit(_ping, ping_body(statements=statements))
    return 0


def _ping(body: bytes) -> Pinged:
    from django.db import close_old_connections, connection  # noqa: PLC0415 - this thread's own

    close_old_connections()
    done = ping(url=settings.LINLI_DEADMAN_URL, body=body)
    now = timezone.now()
    ahead = (now - done.theirs).total_seconds() if done.theirs is not None else None
    try:
        actions.record_ping(now=now, error=done.error, clock_ahead_seconds=ahead)
    finally:
        connection.close()
    return done


def back_up(now: datetime) -> int:
    """Begin the nightly backup in a process of its own; this thread has other things to do."""
    if _process.backup is not None and _process.backup.poll() is not None:
        if _process.backup.returncode:
            log.error("the nightly backup ended with code %s; `linli check` says why", _process.backup.returncode)
        _process.backup = None
    if not settings.LINLI_BACKUP_DIR or _process.backup is not None:
        return 0
    run = actions.begin_backup(now=now, local=timezone.localtime(now), at=settings.LINLI_BACKUP_AT)
    if run is None:
        return 0
    line = [sys.executable, "-m", "config.command", "backup", "--run", str(run.pk)]
    _process.backup = subprocess.Popen(line, stdin=subprocess.DEVNULL)
    return 1


def prune(now: datetime) -> int:
    """A batch of what is past its time, at night; what the canary left, at any time. Alarms that are being told come first."""
    gone = 0
    if actions.messages_wait(now=now):
        return gone
    if settings.LINLI_CANARY and time.monotonic() - _process.pruned_canary > MINUTE:
        gone = actions.prune_canary(now=now)
        if gone == 0:
            _process.pruned_canary = time.monotonic()
    looked_through = time.monotonic() - _process.pruned_all < LOOKED_THROUGH_SECONDS
    if rules.is_night_work(local=timezone.localtime(now)) and not looked_through:
        pruned = actions.prune_records(now=now)
        if pruned == 0:
            _process.pruned_all = time.monotonic()
        gone += pruned
    return gone
