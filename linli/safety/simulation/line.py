"""One detector's MQTT connection, lean enough that one process holds thousands of them."""

from __future__ import annotations

import asyncio
import time
from typing import Final, cast

from linli.safety.simulation import codec
from linli.safety.simulation.codec import PacketKind

REFUSALS: Final = {
    1: "unacceptable protocol version",
    2: "identifier rejected",
    3: "server unavailable",
    4: "bad user name or password",
    5: "not authorized",
}


class NotLetIn(ConnectionError):
    """The broker said no to CONNECT. `code` is the return code of MQTT 3.1.1, table 3.1 (0: it hung up without one)."""

    def __init__(self, code: int) -> None:
        super().__init__(REFUSALS.get(code, "the broker hung up before it let us in"))
        self.code = code


class LineLost(ConnectionError):
    """The connection ended with a publish that nobody has acknowledged: send it again over a new one."""


class Line(asyncio.Protocol):
    """A connected device. Made by `open_line`; it sends its keep-alive by itself."""

    __slots__ = (
        "_awaited",
        "_keep_alive",
        "_let_in",
        "_loop",
        "_next_id",
        "_splitter",
        "_timer",
        "_transport",
        "closed",
    )

    def __init__(self, loop: asyncio.AbstractEventLoop, keep_alive_seconds: int) -> None:
        self._loop = loop
        self._keep_alive = keep_alive_seconds
        self._splitter = codec.Splitter()
        self._let_in: asyncio.Future[None] = loop.create_future()
        self._awaited: dict[int, asyncio.Future[float]] = {}
        self._next_id = 0
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.Transport | None = None
        self.closed: asyncio.Future[None] = loop.create_future()

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    @property
    def unacknowledged(self) -> int:
        return len(self._awaited)

    def publish(self, topic: bytes, payload: bytes) -> asyncio.Future[float]:
        """Sends at QoS 1. The future holds `time.monotonic()` of the PUBACK, or raises LineLost."""
        acknowledged: asyncio.Future[float] = self._loop.create_future()
        if not self.is_open:
            acknowledged.set_exception(LineLost())
            return acknowledged
        self._next_id = self._next_id % 65535 + 1
        self._awaited[self._next_id] = acknowledged
        self._write(codec.publish(topic=topic, payload=payload, qos=1, packet_id=self._next_id))
        return acknowledged

    def publish_unacknowledged(self, topic: bytes, payload: bytes) -> None:
        """Sends at QoS 0. Raises LineLost when there is no line."""
        if not self.is_open:
            raise LineLost
        self._write(codec.publish(topic=topic, payload=payload, qos=0))

    def write_raw(self, data: bytes) -> None:
        """Bytes as they are: what a broken device might send."""
        self._write(data)

    def close(self) -> None:
        """Says goodbye and hangs up. Does nothing on a closed line."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(codec.DISCONNECT)
            self._transport.close()

    async def wait_let_in(self) -> None:
        await self._let_in

    # ------------------------------------------------------------------------------------------- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's does not inherit from it
        self._rest()

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        try:
            for packet in self._splitter.feed(data):
                if packet.kind == PacketKind.PUBACK:
                    awaited = self._awaited.pop(codec.read_number(packet), None)
                    if awaited is not None and not awaited.done():
                        awaited.set_result(now)
                elif packet.kind == PacketKind.CONNACK:
                    self._welcomed(codec.read_number(packet) & 0xFF)
        except codec.BadPacket:
            assert self._transport is not None
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if not self._let_in.done():
            self._let_in.set_exception(NotLetIn(0))
        for awaited in self._awaited.values():
            if not awaited.done():
                awaited.set_exception(LineLost())
        self._awaited.clear()
        if not self.closed.done():
            self.closed.set_result(None)

    # ------------------------------------------------------------------------------------------------------ inside

    def _welcomed(self, code: int) -> None:
        if self._let_in.done():
            return
        if code:
            self._let_in.set_exception(NotLetIn(code))
        else:
            self._let_in.set_result(None)

    def _write(self, data: bytes) -> None:
        assert self._transport is not None
        self._transport.write(data)

    def _rest(self) -> None:
        # A plain ping every interval, needed or not: cheaper than moving a timer at each publish.
        self._timer = self._loop.call_later(self._keep_alive, self._ping)

    def _ping(self) -> None:
        if self.is_open:
            self._write(codec.PINGREQ)
            self._rest()


async def open_line(
    *,
    host: str,
    port: int,
    client_id: str,
    username: str = "",
    password: str = "",
    keep_alive_seconds: int = 60,
    wait_seconds: float = 20.0,
) -> Line:
    """A line that the broker let in. Raises NotLetIn, OSError when nobody listens, TimeoutError after `wait_seconds`."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(wait_seconds):
        transport, line = await loop.create_connection(lambda: Line(loop, keep_alive_seconds), host, port)
        transport.write(
            codec.connect(
                client_id=client_id, username=username, password=password, keep_alive_seconds=keep_alive_seconds * 2
            )
        )
        try:
            await line.wait_let_in()
        except BaseException:
            transport.abort()
            raise
    return line
