"""Taking messages as they come: our own continuous pull.

The client library can fetch a batch (and waits to fill it) or push one message at a time into a callback. We want
neither: messages gather here by themselves while the taker commits its transaction, and `take` hands over whatever is
there. So a lone alarm is taken alone at once, and in a storm the batches grow to the size that the database can swallow.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Final

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from linli.core.broker.connection import BrokerUnavailable
from linli.core.broker.express import Express
from linli.core.broker.message import Message, from_stream
from linli.core.broker.streams import CONSUMERS, DEVICE_KINDS, URGENT_KINDS, ensure_streams, tidy

log = logging.getLogger("linli.broker")

HEARTBEAT_SECONDS: Final = 1.0
SILENCE_SECONDS: Final = 2.5
EXPIRES_SECONDS: Final = 30.0
TIDY_SECONDS: Final = 30.0
_TICK_SECONDS = 0.25
_CLOSE_SECONDS = 2.0
_NANO = 1_000_000_000
_MOST_UNSTORED = 20_000
_MOST_BESIDE_ALARMS = 100
_URGENT_ENDS = tuple(f".{kind}" for kind in URGENT_KINDS)


class _Source:
    """One durable consumer: how many messages it still owes us, and how many of its messages lie in the buffer."""

    def __init__(self, stream: str, consumer: str) -> None:
        self.stream = stream
        self.consumer = consumer
        self.ask = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self.inbox = ""
        self.asked = 0
        self.buffered: set[int] = set()
        self.heard_at = 0.0
        self.ask_not_before = 0.0
        self.missing = False

    def forget_requests(self) -> None:
        self.asked = 0


class Pull:
    """A buffer that fills by itself while the taker is busy with its transaction; several may share the durables."""

    def __init__(self, nc: Client, *, prefetch: int, routine_wait_seconds: float) -> None:
        self._nc = nc
        self._prefetch = prefetch
        self._routine_wait = routine_wait_seconds
        self._urgent: deque[Message] = deque()
        self._routine: deque[Message] = deque()
        self._routine_since = 0.0
        self._enough = 1
        self._arrived = asyncio.Event()
        self._sources = {stream: _Source(stream, consumer) for stream, consumer in CONSUMERS}
        self._express = {stream: Express(nc, stream=stream, into=self._overtaken) for stream in self._sources}
        self._subscriptions: list[Subscription] = []
        self._unstored = 0
        self._unstored_dropped = 0
        self._watch: asyncio.Task[None] | None = None
        self._tidy_at = time.monotonic() + TIDY_SECONDS
        self._reconnects = 0
        self._closed = False

    @classmethod
    async def open(cls, nc: Client, *, prefetch: int = 1024, routine_wait_seconds: float = 0.0) -> Pull:
        """Starts pulling; call `ensure_streams` before. `prefetch` bounds, per consumer, what waits here for `take`:
        keep it to what the taker deals with in well under ACK_WAIT_SECONDS, or others would have to wait for it.

        `routine_wait_seconds`: so long heartbeats and the like may gather before they are taken, unless enough for a
        whole batch are there sooner. One commit then serves many, and the database is free when an alarm comes."""
        pull = cls(nc, prefetch=prefetch, routine_wait_seconds=routine_wait_seconds)
        await pull._start()
        return pull

    async def take(self, *, max_messages: int) -> list[Message]:
        """Everything that has arrived here, urgent kinds first, otherwise in order, at most `max_messages`.

        When the broker's queue is long, alarms come twice: first ahead of it, with no `reply`, and later in their turn.
        Waits when there is nothing, and while only routine kinds lie here that have time (see `open`): alarms never wait,
        and do not take the routine along before its time. An empty list means that the pull was closed.
        """
        await asyncio.sleep(0)  # let the reader in even if the caller never waits for anything else
        while not self._urgent and not self._routine_due(max_messages):
            if self._closed:
                return []
            self._arrived.clear()
            self._enough = max_messages
            rest = self._routine_since + self._routine_wait - time.monotonic() if self._routine else None
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._arrived.wait()
        batch = self._drawn(self._urgent, max_messages)
        if not batch:
            batch = self._drawn(self._routine, max_messages)
        elif self._routine_due(max_messages):
            batch += self._drawn(self._routine, min(_MOST_BESIDE_ALARMS, max_messages - len(batch)))
        for source in self._sources.values():
            await self._top_up(source)
        return batch

    async def ack(self, messages: Iterable[Message]) -> None:
        """Tells the broker to forget these. Call it after COMMIT. A lost ack means that the message comes again."""
        await self._reply(messages, b"")

    async def give_back(self, messages: Iterable[Message], *, after_seconds: float) -> None:
        """Could not be dealt with now (database down): hand them out again, no sooner than `after_seconds`.

        A QoS 0 message cannot be given back: it is gone.
        """
        await self._reply(messages, b"-NAK " + orjson.dumps({"delay": int(after_seconds * _NANO)}))

    async def close(self) -> None:
        """Stops pulling. What is buffered and was not taken goes to others at once; a waiting `take` returns."""
        if self._closed:
            return
        self._closed = True
        if self._watch is not None:
            self._watch.cancel()
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                for express in self._express.values():
                    await express.close()
                for subscription in self._subscriptions:
                    if subscription.queue:
                        await subscription.unsubscribe()
                for subscription in self._subscriptions:
                    if not subscription.queue:
                        # What is on its way here is heard yet, and given back: unheard, nobody would get it before
                        # ACK_WAIT_SECONDS.
                        await subscription.drain()  # type: ignore[no-untyped-call]
                await self._reply([*self._urgent, *self._routine], b"-NAK")
                await self._nc.flush()
        except (NatsError, OSError):
            log.debug("the line was gone before the pull was closed")
        self._urgent.clear()
        self._routine.clear()
        self._arrived.set()

    # ------------------------------------------------------------------------------------------------ what comes in

    async def _start(self) -> None:
        self._reconnects = self._nc.stats["reconnects"]
        for source in self._sources.values():
            source.inbox = self._nc.new_inbox()
            self._subscriptions.append(await self._nc.subscribe(source.inbox, cb=partial(self._stored, source)))
        for kind in DEVICE_KINDS:
            # What comes with QoS 0 passes here and nowhere else; the queue group gives each to one listener only.
            self._subscriptions.append(
                await self._nc.subscribe(f"linli.*.*.{kind}", queue="listener", cb=self._passing)
            )
        for source in self._sources.values():
            await self._top_up(source)
        self._watch = asyncio.create_task(self._watch_over(), name="pull-watch")

    async def _stored(self, source: _Source, message: Msg) -> None:
        source.heard_at = time.monotonic()
        if not message.reply:
            await self._status(source, message.headers or {})
            return
        source.asked = max(0, source.asked - 1)
        read = from_stream(subject=message.subject, data=message.data, reply=message.reply, headers=message.headers)
        self._express[source.stream].hear(pending=read.pending)
        if read.sequence in source.buffered:
            return  # handed out again because we were slow; the ack of the copy that lies here settles both
        source.buffered.add(read.sequence)
        self._put(read)

    def _overtaken(self, alarm: Message) -> bool:
        if self._closed or alarm.sequence in self._sources[alarm.stream].buffered:
            return False  # the ordinary copy lies here already
        self._urgent.append(alarm)
        self._arrived.set()
        return True

    async def _passing(self, message: Msg) -> None:
        if (message.headers or {}).get("Nmqtt-Pub", "0")[0] != "0":
            return  # QoS 1 and 2 pass here too; we take them from the stream
        if self._unstored >= _MOST_UNSTORED:
            self._unstored_dropped += 1
            if self._unstored_dropped % _MOST_UNSTORED == 1:
                log.warning("%s QoS 0 messages dropped: they come faster than we take", self._unstored_dropped)
            return
        self._unstored += 1
        self._put(
            Message(subject=message.subject, data=message.data, stored_at=datetime.now(UTC), headers=message.headers)
        )

    def _put(self, message: Message) -> None:
        """Wakes the taker when there is something for it: an alarm, the first of the routine, or enough of it."""
        if message.subject.endswith(_URGENT_ENDS):
            self._urgent.append(message)
            self._arrived.set()
            return
        if not self._routine:
            self._routine_since = time.monotonic()
            self._arrived.set()
        self._routine.append(message)
        if len(self._routine) >= self._enough:
            self._arrived.set()

    def _routine_due(self, enough: int) -> bool:
        if not self._routine:
            return False
        return len(self._routine) >= enough or time.monotonic() - self._routine_since >= self._routine_wait

    def _drawn(self, lane: deque[Message], most: int) -> list[Message]:
        drawn = [lane.popleft() for _ in range(min(most, len(lane)))]
        for message in drawn:
            if not message.stream:
                self._unstored -= 1
            elif message.reply:
                self._sources[message.stream].buffered.discard(message.sequence)
            else:
                self._express[message.stream].drawn()
        return drawn

    # ------------------------------------------------------------------------------------------------ what we ask for

    async def _top_up(self, source: _Source) -> None:
        room = self._prefetch - source.asked - len(source.buffered)
        if self._closed or source.missing or not room or (source.asked and room < self._prefetch // 2):
            return
        now = time.monotonic()
        if now < source.ask_not_before or not self._nc.is_connected:
            return
        request = {
            "batch": room,
            "expires": int(EXPIRES_SECONDS * _NANO),
            "idle_heartbeat": int(HEARTBEAT_SECONDS * _NANO),
        }
        source.asked += room
        source.heard_at = now
        try:
            await self._nc.publish(source.ask, orjson.dumps(request), reply=source.inbox)
        except (NatsError, OSError):
            source.forget_requests()

    async def _status(self, source: _Source, headers: dict[str, str]) -> None:
        status, words = headers.get("Status", ""), headers.get("Description", "")
        if status == "100":
            return
        unfilled = headers.get("Nats-Pending-Messages", "")
        source.asked = max(0, source.asked - int(unfilled)) if unfilled.isdigit() else 0
        if status == "503" or "deleted" in words.lower():
            source.missing = True  # no such consumer, or nobody to answer for it: the watch sees to it
        elif status not in {"404", "408"}:
            # Leadership change, server shutdown, too many waiting: ask again, but do not hammer.
            log.info("%s: the broker ended our request: %s %s", source.consumer, status, words)
            source.ask_not_before = time.monotonic() + _TICK_SECONDS
        await self._top_up(source)

    async def _watch_over(self) -> None:
        """A request dies silently with its connection or with the server that held it. Silence is how we notice."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            try:
                await self._look_after_requests()
            except (NatsError, OSError, BrokerUnavailable) as trouble:
                log.info("the pull could not be renewed yet: %s", trouble)
            except Exception:
                # Without the watch a lost request would never be noticed, and alarms would lie in the broker unheard.
                log.exception("the watch over the pull met a fault of ours")

    async def _look_after_requests(self) -> None:
        if not self._nc.is_connected:
            return
        if self._nc.stats["reconnects"] != self._reconnects:
            # Perhaps another server, perhaps one that came up with an empty disk.
            self._reconnects = self._nc.stats["reconnects"]
            for source in self._sources.values():
                source.forget_requests()
                source.missing = True
        if any(source.missing for source in self._sources.values()):
            await ensure_streams(self._nc, wait_seconds=0)
            for source in self._sources.values():
                source.missing = False
        now = time.monotonic()
        for source in self._sources.values():
            if source.asked and now - source.heard_at > SILENCE_SECONDS:
                source.forget_requests()
            await self._top_up(source)
        if now >= self._tidy_at:
            self._tidy_at = now + TIDY_SECONDS
            await tidy(self._nc)

    async def _reply(self, messages: Iterable[Message], answer: bytes) -> None:
        try:
            for message in messages:
                if message.reply:
                    await self._nc.publish(message.reply, answer)
        except (NatsError, OSError) as broken:
            log.debug("acks not sent, the messages will come again: %s", type(broken).__name__)
