"""The doorkeeper process: the doorkeeper itself knows no database, here it gets its two questions to it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import signal
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Final

import orjson
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.utils import timezone
from nats.aio.client import Client

from config.broker import log_path
from linli.core.actors import system_actor
from linli.core.alive import answer_alive
from linli.core.broker import connect_from_settings
from linli.core.broker.keys import make_keys
from linli.safety.actions import Note, confirm_new_secrets, quarantine_notes, settle_cut_offs
from linli.safety.doorkeeper import DeviceKey, Refused, serve
from linli.safety.doorkeeper_cutting import cut_off_as_owed
from linli.safety.models import QuarantinedSignal
from linli.safety.queries.doors import cut_offs_owed, keys_of
from linli.safety.rejected import Bookmark, LogReader, Rejected, follow

log = logging.getLogger("linli.doorkeeper")

Reason = QuarantinedSignal.Reason
REFUSALS: Final = {
    "unknown-serial": (Reason.UNKNOWN_DEVICE, "no device with this serial is on file"),
    "wrong-secret": (Reason.REFUSED_SIGN_IN, "wrong password"),
    "switched-off": (Reason.REFUSED_SIGN_IN, "this device may not connect (switched off in the register)"),
    "client-id-of-another": (Reason.REFUSED_SIGN_IN, "uses the client id of another device"),
}
REJECTIONS: Final = {
    "publish": (Reason.FOREIGN_TOPIC, "published on a topic that is not its own"),
    "subscribe": (Reason.FOREIGN_TOPIC, "asked for a topic that is not its own"),
    "too-large": (Reason.TOO_LARGE, "too large for the broker, which cut it off"),
    "bad-topic": (Reason.BAD_SUBJECT, "a topic with characters that the broker does not take"),
}


def look_up(serials: Collection[str]) -> Mapping[str, DeviceKey]:
    """What the register says about these serials; one query however many ask."""
    close_old_connections()
    return {
        key.serial: DeviceKey(
            serial=key.serial,
            community=key.community_code,
            secret_hash=key.secret_hash,
            barred="" if key.is_active else "switched-off",
            earlier_hash=key.earlier_hash,
        )
        for key in keys_of(serials=serials, now=timezone.now())
    }


def confirm_secrets(signed_in: Mapping[str, str]) -> None:
    """Devices came in with their new secret: the earlier one ends."""
    close_old_connections()
    confirm_new_secrets(by=system_actor(part="doorkeeper"), now=timezone.now(), signed_in=signed_in)


def owed() -> Collection[str]:
    """Whose connections are to be closed."""
    close_old_connections()
    return cut_offs_owed()


def settle(owed_before: datetime) -> None:
    """These connections have been closed."""
    close_old_connections()
    settle_cut_offs(owed_before=owed_before)


def record_refusals(refusals: Sequence[Refused]) -> None:
    """Keep who was sent away, for the operator to see."""
    known = look_up([one.serial for one in refusals])
    notes = []
    for one in refusals:
        reason, sentence = REFUSALS.get(one.reason, (Reason.REFUSED_SIGN_IN, one.reason))
        notes.append(
            Note(
                origin=_origin("refused", one.serial, one.client_id, one.reason, one.at.isoformat()),
                received_at=one.at,
                subject="",
                reason=reason,
                explanation=f"{sentence}; from {one.host}, {one.times} times",
                serial=one.serial,
                community=known[one.serial].community if one.serial in known else "",
            )
        )
    quarantine_notes(notes=notes)


def record_rejections(rejections: Sequence[Rejected]) -> None:
    """Keep what the broker dropped without telling the device."""
    known = look_up([one.serial for one in rejections])
    notes = []
    for one in rejections:
        reason, sentence = REJECTIONS[one.what]
        notes.append(
            Note(
                origin=_origin("dropped", one.what, one.client_id, one.about, one.at.isoformat()),
                received_at=one.at,
                subject=one.about,
                reason=reason,
                explanation=f"{sentence}; from {one.host}, {one.times} times",
                serial=one.serial,
                community=known[one.serial].community if one.serial in known else "",
            )
        )
    quarantine_notes(notes=notes)


def run_forever() -> None:
    """The process: opens the door until SIGTERM or SIGINT."""
    asyncio.run(_run())


async def _run() -> None:
    task = asyncio.current_task()
    assert task is not None
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await _keep_the_door()


async def _keep_the_door() -> None:
    serial_of: dict[str, str] = {}
    nc = await connect_from_settings(name="doorkeeper")
    nc_auth = await connect_from_settings(name="doorkeeper-auth", user="auth")
    await answer_alive(nc, part="doorkeeper")
    seed = make_keys(settings.LINLI_DATA_DIR).issuer_seed
    door = serve(
        nc=nc,
        nc_auth=nc_auth,
        issuer_seed=seed,
        look_up=look_up,
        record_refusals=record_refusals,
        confirm_secrets=confirm_secrets,
        serial_of=serial_of,
    )
    # The log of a cluster lies on its own machines; whoever runs it watches it there.
    reading = [] if settings.NATS_URL else [_read_broker_log(serial_of)]
    await asyncio.gather(door, _cut_off(nc), *reading)


async def _cut_off(nc: Client) -> None:
    """Beside the door, which must open even where nobody gave us the broker's system account."""
    nc_sys = await connect_from_settings(name="doorkeeper-sys", user="sys")
    await cut_off_as_owed(nc=nc, nc_sys=nc_sys, owed=owed, settle=settle)


async def _read_broker_log(serial_of: Mapping[str, str]) -> None:
    """Note what the broker rejects; the bookmark moves on only when the notes are kept."""
    kept = settings.LINLI_DATA_DIR / "broker" / "log-read.json"
    reader = LogReader(log_path(settings.LINLI_DATA_DIR), serial_of=serial_of, bookmark=_bookmark(kept))
    thread = ThreadPoolExecutor(1, thread_name_prefix="rejections")
    async for rejections in follow(reader):
        bookmark = reader.bookmark
        while True:
            try:
                await asyncio.get_running_loop().run_in_executor(thread, record_rejections, rejections)
                break
            except DatabaseError as error:
                log.warning("rejections wait for the database: %s", type(error).__name__)
                await asyncio.sleep(2)
        kept.write_bytes(orjson.dumps(asdict(bookmark)))


def _bookmark(path: Path) -> Bookmark | None:
    try:
        return Bookmark(**orjson.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def _origin(*parts: str) -> str:
    """The same happening has the same origin, so that it is kept once."""
    return f"{parts[0]}:{hashlib.sha256('|'.join(parts).encode()).hexdigest()[:40]}"
