"""The worker: sends what is owed, over many channels at once, and runs every room's ticks.

It wakes at a notice and looks for itself once a second. Two or more may run: leases keep them apart. A worker has a slot
(its name, locked by a file while it lives), so that its successor in the same slot frees what it held at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import signal
import socket
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO, TypeVar

import uvloop
from django.db import InterfaceError, OperationalError, close_old_connections, transaction
from django.utils import timezone

from linli.core.alive import answer_alive
from linli.core.broker import connect_from_settings, share_connection, subscribe_wake
from linli.core.metrics import commit_to_sent
from linli.core.prepared import always_by_index
from linli.core.rooms import Tick, rooms
from linli.notifications.channels import SLOW, Accepted, CarrierRefused, Channels, NotDelivered, NotNow
from linli.notifications.choosing import let_go, ready_messages
from linli.notifications.delivering import Attempt, Claimed, Row, lease_messages, record_attempts, release_leases
from linli.notifications.models import Message

log = logging.getLogger("linli.worker")

CLAIM_AT_ONCE = 256
MOST_IN_FLIGHT = 1024
# What goes to providers that may take their time has room of its own, so that it never holds up what is quick.
MOST_SLOW_IN_FLIGHT = 1024
POLL_SECONDS = 1.0
# What was sent is recorded together with what else is sent within this time: fewer commits, and the listener needs the
# database too. A worker that dies in it sends these once more, with the same idempotency keys.
SETTLE_SECONDS = 0.02
SWITCH_SECONDS = 0.0005
T = TypeVar("T")


class SlotTaken(RuntimeError):
    """Another worker runs in this slot."""


def take_slot(*, directory: Path, slot: str) -> IO[str]:
    """Lock the slot's file for as long as this process lives. Raises SlotTaken."""
    directory.mkdir(parents=True, exist_ok=True)
    file = (directory / f"{slot}.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise SlotTaken(
            f"A worker called {slot!r} is already running here. Give this one another LINLI_SLOT."
        ) from error
    return file


class Worker:
    """One worker process. ``run`` ends when ``stop`` is set; what was claimed by then is finished first."""

    def __init__(self, *, owner: str) -> None:
        self.owner = owner
        self.stop = asyncio.Event()
        self._channels = Channels()
        self._database = ThreadPoolExecutor(max_workers=1, thread_name_prefix="worker-database")
        self._in_flight: set[asyncio.Task[None]] = set()
        self._slow: set[asyncio.Task[None]] = set()
        self._put_back: list[tuple[Claimed, float]] = []
        self._leased: list[Row] = []
        self._done: list[Attempt] = []
        self._look = asyncio.Event()
        self._settling: asyncio.TimerHandle | None = None

    def finish(self) -> None:
        """End ``run`` after what is in hand."""
        self.stop.set()
        self._look.set()

    async def run(self) -> None:
        freed = await self._in_database(lambda: release_leases(owner=self.owner))
        if freed:
            log.info("%s freed %s messages held by its predecessor", self.owner, freed)
        helpers = [
            asyncio.create_task(self._hear_wakes()),
            *(asyncio.create_task(self._tick(t)) for room in rooms() for t in room.ticks()),
        ]
        try:
            while not self.stop.is_set():
                await self._round()
        finally:
            for helper in helpers:
                helper.cancel()
            if self._in_flight or self._slow:
                await asyncio.wait(self._in_flight | self._slow, timeout=10)
            await self._record()
            await self._channels.close()
            self._database.shutdown()

    async def _round(self) -> None:
        """Record what is done and lease what is due, in one commit; put it into words and send it; wait if there was nothing."""
        self._look.clear()
        room = MOST_IN_FLIGHT - len(self._in_flight)
        done, self._done = self._done, []
        back, self._put_back = self._put_back, []
        limit = min(room, CLAIM_AT_ONCE)
        try:
            leased = await self._in_database(lambda: self._record_and_lease(done, back, limit - len(self._leased)))
            done, back = [], []
            self._leased += leased
            ready = await self._in_database(lambda: self._ready(limit))
        except Exception:
            self._done, self._put_back = done + self._done, back + self._put_back
            log.exception("owed messages could not be read or recorded; trying again in a second")
            await asyncio.sleep(1)
            return
        self._leased = []
        for message in ready:
            self._start(message)
        if len(ready) < limit or not room:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), POLL_SECONDS)

    def _start(self, message: Claimed) -> None:
        """Send it in the room it belongs to; what is slow and finds none goes back into the line at once."""
        slow = message.way is not None and message.way.kind in SLOW
        room = self._slow if slow else self._in_flight
        if slow and len(self._slow) >= MOST_SLOW_IN_FLIGHT:
            self._put_back.append((message, 2.0))
            self._settle_soon()
            return
        tasks = [asyncio.create_task(self._send(message))]
        tasks += [
            asyncio.create_task(self._send_beside(replace(message, points=(way,), point=0, owed_at=None)))
            for way in message.beside
        ]
        for task, holder in zip(tasks, [room, *[self._slow] * len(message.beside)], strict=True):
            holder.add(task)
            task.add_done_callback(holder.discard)

    def _record_and_lease(
        self, done: Sequence[Attempt], back: Sequence[tuple[Claimed, float]], limit: int
    ) -> list[Row]:
        now = timezone.now()
        with transaction.atomic():  # one commit for all
            if done:
                record_attempts(attempts=done, now=now)
            if back:
                waits = [(message, now + timedelta(seconds=seconds)) for message, seconds in back]
                let_go([(message, Message.Held.LINE, until, until) for message, until in waits])
            return lease_messages(owner=self.owner, now=now, limit=limit) if limit > 0 else []

    def _ready(self, limit: int) -> list[Claimed]:
        """What goes now of what is leased, and of what waited behind that which does not."""
        if not self._leased:
            return []
        carries = self._channels.carries
        return ready_messages(owner=self.owner, now=timezone.now(), limit=limit, carries=carries, leased=self._leased)

    async def _record(self) -> None:
        done, self._done = self._done, []
        back, self._put_back = self._put_back, []
        if done or back:
            await self._in_database(lambda: self._record_and_lease(done, back, 0))

    async def _send(self, message: Claimed) -> None:
        try:
            attempt = await self._tried(message)
        except NotNow as full:
            self._put_back.append((message, full.seconds))
        else:
            self._done.append(attempt)  # the list of now: the one of before the waiting may be recorded already
        self._settle_soon()

    async def _send_beside(self, message: Claimed) -> None:
        """To a browser, as well: no second try, and nothing depends on it."""
        with contextlib.suppress(NotNow):
            attempt = await self._tried(message)
            self._done.append(replace(attempt, decides=False))
            self._settle_soon()

    async def _tried(self, message: Claimed) -> Attempt:
        """One attempt, whatever becomes of it. Raises NotNow."""
        started_at = timezone.now()
        error, for_good, gone = "", False, False
        accepted: Accepted | None = None
        refused: tuple[int, str] | None = None
        try:
            if not message.points:
                raise NotDelivered("no way to reach this person is on file", for_good=True)
            point = message.points[message.point]
            accepted = await self._channels.send(kind=point.kind, address=point.address, envelope=message.envelope)
        except NotNow:
            raise
        except NotDelivered as reason:
            error, for_good, gone = str(reason), reason.for_good, reason.gone
            if isinstance(reason, CarrierRefused):
                refused = reason.carrier_id, reason.refusal
        except Exception as bug:
            log.exception("message %s met a fault of ours", message.envelope.message_id)
            error = f"fault of ours ({type(bug).__name__})"
        finished_at = timezone.now()
        if not error and message.priority == Message.FIRST and message.owed_at and message.community_id > 0:
            commit_to_sent.observe((finished_at - message.owed_at).total_seconds())
        return Attempt(
            claimed=message,
            started_at=started_at,
            finished_at=finished_at,
            error=error,
            for_good=for_good,
            gone=gone,
            accepted=accepted,
            refused=refused,
        )

    def _settle_soon(self) -> None:
        if self._settling is None:
            self._settling = asyncio.get_running_loop().call_later(SETTLE_SECONDS, self._settle)

    def _settle(self) -> None:
        self._settling = None
        self._look.set()

    async def _in_database(self, call: Callable[[], T]) -> T:
        def dropping_a_broken_connection() -> T:
            try:
                return call()
            except (OperationalError, InterfaceError):
                close_old_connections()
                raise

        return await asyncio.get_running_loop().run_in_executor(self._database, dropping_a_broken_connection)

    async def _hear_wakes(self) -> None:
        """Wakes come over the broker; while it is away, the look once a second goes on."""
        nc = await connect_from_settings(name=self.owner)
        share_connection(nc)
        await answer_alive(nc, part="worker", slot=self.owner)
        bell = await subscribe_wake(nc, who="worker")
        while True:
            if await bell.wait(timeout_seconds=3600):
                self._look.set()

    async def _tick(self, tick: Tick) -> None:
        while True:
            begun = time.monotonic()
            try:
                if await self._in_database(lambda: tick.run(timezone.now())):
                    self._look.set()
            except Exception:
                log.exception("tick %s failed; it runs again", tick.name)
            await asyncio.sleep(max(tick.every_seconds - (time.monotonic() - begun), 0.05))


async def run(*, owner: str) -> None:
    """Run one worker until SIGTERM or SIGINT."""
    worker = Worker(owner=owner)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, worker.finish)
    await worker.run()


def run_forever(*, directory: Path, slot: str) -> None:
    """The worker process: takes its slot, then works until it is told to stop."""
    # As in the listener: the sending thread must not make the database thread wait 5 ms at every statement.
    sys.setswitchinterval(SWITCH_SECONDS)
    always_by_index()
    with take_slot(directory=directory, slot=slot):
        uvloop.run(run(owner=f"{socket.gethostname()}/{slot}"))
