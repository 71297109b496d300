"""The listener: takes what devices said out of the broker and acknowledges after the commit.

While a transaction runs, the next messages gather by themselves and are taken together (group commit): a lone alarm waits
for nobody, and in a storm the batches grow.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import uvloop
from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone
from nats.aio.client import Client

from linli.core.alive import answer_alive
from linli.core.broker import URGENT_KINDS, Message, Pull, connect_from_settings, ensure_streams, share_connection
from linli.core.metrics import publish_to_commit
from linli.core.prepared import always_by_index
from linli.safety.actions import Note, quarantine_notes, renew_intake_stamp, take_signals
from linli.safety.decoding import Raw, raw_from

log = logging.getLogger("linli.listener")

MOST_AT_ONCE = 512
# Heartbeats gather this long, so that their commits do not stand in the way of an alarm and of the worker: on SQLite
# there is one writer at a time. Alarms wait for nothing.
ROUTINE_WAITS_SECONDS = 0.2
# After a batch we rest as long as it took, at most this long: the worker gets the database's write lock, and under load
# the next alarms gather (a batch of ten costs hardly more than a batch of one).
REST_SECONDS = 0.02
SWITCH_SECONDS = 0.0005
DATABASE_AWAY = (OperationalError, InterfaceError)
URGENT_ENDS = tuple(f".{kind}" for kind in URGENT_KINDS)
TRIES_BEFORE_QUARANTINE = 3
# How often we write down that devices are heard, and how long a queue in the broker is remembered when nothing comes out of it.
STAMP_SECONDS = 5.0


class Listener:
    """One listener process. ``run`` ends when ``stop`` is called; the batch in hand is finished first."""

    def __init__(self, *, pull: Pull) -> None:
        self._pull = pull
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="listener-database")
        self._away = False
        self._behind_at: datetime | None = None
        self._dealt_at = time.monotonic()

    async def stamp(self, *, now: datetime) -> None:
        """Write down that devices are heard, up to now or, behind a queue in the broker, up to the newest message recorded.

        Nothing is written while the database is away: that is an outage too.
        """
        queue_is_gone = time.monotonic() - self._dealt_at > STAMP_SECONDS
        until = now if self._behind_at is None or queue_is_gone else min(self._behind_at, now)
        try:
            await asyncio.get_running_loop().run_in_executor(self._database, _stamp, now, until)
        except DATABASE_AWAY:
            log.warning("the database does not answer; nothing is judged by its silence meanwhile")

    async def run(self) -> None:
        while batch := await self._pull.take(max_messages=MOST_AT_ONCE):
            begun = time.monotonic()
            await self._deal_with(batch)
            await asyncio.sleep(min(time.monotonic() - begun, REST_SECONDS))
        self._database.shutdown()

    async def stop(self) -> None:
        await self._pull.close()

    async def _deal_with(self, batch: Sequence[Message]) -> None:
        """Record the batch, acknowledge it, and only then take the next. A database that is away is waited for."""
        raws = [_raw(message) for message in batch]
        while True:
            try:
                await self._in_database(raws)
            except DATABASE_AWAY:
                if not self._away:
                    log.exception("the database does not answer; devices' messages wait in the broker")
                self._away = True
                await asyncio.sleep(1)
                continue
            except Exception:
                log.exception("a batch of %s messages met a fault of ours; taking them one by one", len(batch))
                await self._one_by_one(batch)
                return
            break
        if self._away:
            log.info("the database answers again")
        self._away = False
        _observe(batch, committed_at=time.time())
        await self._pull.ack(batch)
        self._remember_progress(batch)

    def _remember_progress(self, batch: Sequence[Message]) -> None:
        stored = [message for message in batch if message.reply]
        if stored:
            waiting = max(message.pending for message in stored) > len(stored)
            self._behind_at = max(message.stored_at for message in stored) if waiting else None
        self._dealt_at = time.monotonic()

    async def _one_by_one(self, batch: Sequence[Message]) -> None:
        """Find the message that breaks us: its neighbours are recorded, and after three tries it goes into quarantine."""
        for message in batch:
            raw = _raw(message)
            try:
                await self._in_database([raw])
            except DATABASE_AWAY:
                await self._pull.give_back([message], after_seconds=1)
                continue
            except Exception as fault:
                if message.stream and not message.reply:
                    continue  # an express copy; the ordinary one is still to come
                if message.reply and message.delivered < TRIES_BEFORE_QUARANTINE:
                    await self._pull.give_back([message], after_seconds=1)
                    continue
                log.exception("message %s goes into quarantine", raw.origin)
                await asyncio.get_running_loop().run_in_executor(self._database, _keep, raw, type(fault).__name__)
            await self._pull.ack([message])

    async def _in_database(self, raws: Sequence[Raw]) -> None:
        await asyncio.get_running_loop().run_in_executor(self._database, _take, raws)


def _raw(message: Message) -> Raw:
    return raw_from(
        subject=message.subject,
        data=message.data,
        received_at=message.stored_at,
        stream=message.stream,
        sequence=message.sequence,
    )


def _observe(batch: Sequence[Message], *, committed_at: float) -> None:
    """How long alarms and all-clears took from the broker's disk to ours."""
    for message in batch:
        if message.subject.endswith(URGENT_ENDS):
            publish_to_commit.observe(committed_at - message.stored_at.timestamp())


def _take(raws: Sequence[Raw]) -> None:
    try:
        take_signals(raws=raws, now=timezone.now())
    except DATABASE_AWAY:
        close_old_connections()  # the next try opens a new one; looking each time whether it still works costs a round trip
        raise


def _stamp(now: datetime, until: datetime) -> None:
    try:
        renew_intake_stamp(now=now, heard_until=until)
    except DATABASE_AWAY:
        close_old_connections()
        raise


def _keep(raw: Raw, fault: str) -> None:
    note = Note(
        origin=raw.origin,
        received_at=raw.received_at,
        subject=raw.subject,
        reason="failed",
        explanation=f"fault of ours ({fault})",
        data=raw.data,
    )
    quarantine_notes(notes=[note])


async def _keep_stamping(nc: Client, listener: Listener) -> None:
    """Devices are heard while the line to their broker stands; what they said meanwhile waits there."""
    while True:
        await asyncio.sleep(STAMP_SECONDS)
        if nc.is_connected:
            try:
                await listener.stamp(now=timezone.now())
            except Exception:
                # Without stamps nothing is judged silent: say so, and go on listening.
                log.exception("it could not be written down that devices are heard")


async def run(*, slot: str) -> None:
    """Listen until SIGTERM or SIGINT."""
    nc = await connect_from_settings(name=slot)
    share_connection(nc)
    await ensure_streams(nc)
    listener = Listener(pull=await Pull.open(nc, routine_wait_seconds=ROUTINE_WAITS_SECONDS))
    await answer_alive(nc, part="listener", slot=slot)
    loop = asyncio.get_running_loop()
    stopping: set[asyncio.Task[None]] = set()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, lambda: stopping.add(asyncio.create_task(listener.stop())))
    stamping = asyncio.create_task(_keep_stamping(nc, listener), name="listener-stamp")
    await listener.run()
    stamping.cancel()
    await nc.drain()


def run_forever(*, slot: str) -> None:
    """The listener process."""
    # Two threads share this interpreter: the line to the broker and the database. Every statement gives the interpreter
    # away and must get it back; with Python's 5 ms a transaction of thirty statements would wait longer than it works.
    sys.setswitchinterval(SWITCH_SECONDS)
    always_by_index()
    uvloop.run(run(slot=slot))
