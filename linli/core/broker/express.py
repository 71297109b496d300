"""The way round a long queue: alarms are fetched ahead of the heartbeats that were stored before them.

The durable consumer hands out in the order of storing. After an outage of ours a million heartbeats may lie there, and a
new alarm would stand behind them for minutes. So while the queue is long a second consumer exists that sees alarms only.
Not always: in a storm it would cost the broker more than it gives.

It promises nothing, and nothing depends on it. Its copies need no ack; the ordinary copy of the same alarm still comes,
is named the same (stream, number, moment of storing), and is the one whose ack counts. If this consumer cannot be made
or is lost, alarms wait their turn as if it had never been thought of.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable
from typing import Final

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from linli.core.broker.connection import BrokerUnavailable
from linli.core.broker.message import Message, from_stream
from linli.core.broker.streams import close_express, open_express, waiting_in

log = logging.getLogger("linli.broker")

OPEN_ABOVE: Final = 3000
CLOSE_BELOW: Final = 500
MOST_HELD: Final = 512
PAUSE_SECONDS: Final = 2.0
_ASK_SECONDS = 1.0
_NANO = 1_000_000_000
_NOTHING_NOW = {"404", "408"}


class Express:
    """The way round one stream's queue. `into` puts an alarm before the taker and says whether it was wanted there."""

    def __init__(self, nc: Client, *, stream: str, into: Callable[[Message], bool]) -> None:
        self._nc = nc
        self._stream = stream
        self._into = into
        self._pending = 0
        self._heard = False
        self._held = 0
        self._owed = 0
        self._answered = asyncio.Event()
        self._over = False
        self._running: asyncio.Task[None] | None = None
        self._not_before = 0.0
        self._complained = False
        self._closed = False

    def hear(self, *, pending: int) -> None:
        """So many messages still lay behind the one that has just come the ordinary way."""
        self._pending = pending
        self._heard = True
        if pending > OPEN_ABOVE and self._running is None and time.monotonic() >= self._not_before and not self._closed:
            self._running = asyncio.create_task(self._run(), name=f"express-{self._stream}")

    def drawn(self) -> None:
        """The taker has taken one that came this way."""
        self._held -= 1

    async def close(self) -> None:
        """Never raises."""
        self._closed = True
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)

    async def _run(self) -> None:
        try:
            await self._overtake()
            self._complained = False
        except Exception as trouble:
            if not self._complained:
                self._complained = True
                ours = not isinstance(trouble, NatsError | OSError | BrokerUnavailable)
                log.warning("no way round the queue of %s: %s", self._stream, trouble, exc_info=ours)
        finally:
            self._not_before = time.monotonic() + PAUSE_SECONDS
            self._running = None

    async def _overtake(self) -> None:
        name = f"express-{secrets.token_hex(6)}"
        inbox = self._nc.new_inbox()
        self._over = False
        subscription = await self._nc.subscribe(inbox, cb=self._arrived)
        try:
            alarms = await open_express(self._nc, stream=self._stream, name=name)
            if alarms * 2 > self._pending:
                return  # the queue is made of alarms: taking each of them twice would make nobody faster
            while self._pending >= CLOSE_BELOW and not self._over:
                await self._fetch(name, inbox)
                if not self._heard:  # the taker is busy, or another listener has drained the queue
                    self._pending = await waiting_in(self._nc, stream=self._stream)
                self._heard = False
        finally:
            with contextlib.suppress(NatsError, OSError, BrokerUnavailable):  # unused, it goes by itself
                await subscription.unsubscribe()
                if self._nc.is_connected:
                    await close_express(self._nc, stream=self._stream, name=name)

    async def _fetch(self, name: str, inbox: str) -> None:
        room = MOST_HELD - self._held
        if room <= 0 or not self._nc.is_connected:
            await asyncio.sleep(_ASK_SECONDS / 4)
            return
        self._owed = room
        self._answered.clear()
        request = orjson.dumps({"batch": room, "expires": int(_ASK_SECONDS * _NANO)})
        await self._nc.publish(f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{name}", request, reply=inbox)
        with contextlib.suppress(TimeoutError):  # the request went down with its connection: ask again
            await asyncio.wait_for(self._answered.wait(), 2 * _ASK_SECONDS)

    async def _arrived(self, message: Msg) -> None:
        if not message.reply:
            # 503 and its like: the consumer went with a server or lapsed unused. The next long queue makes another.
            self._over = (message.headers or {}).get("Status", "") not in _NOTHING_NOW
            self._answered.set()
            return
        read = from_stream(subject=message.subject, data=message.data, reply=message.reply, headers=message.headers)
        read.reply = ""
        self._held += self._into(read)
        self._owed -= 1
        if self._owed <= 0:
            self._answered.set()
