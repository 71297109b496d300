"""One detector's connection, against a small server that plays the broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from linli.safety.simulation import codec
from linli.safety.simulation.codec import PacketKind
from linli.safety.simulation.line import Line, LineLost, NotLetIn, open_line


class Broker:
    """Welcomes with `code` and acknowledges every QoS 1 publish, or hangs up at the first."""

    def __init__(self, *, code: int = 0, hang_up: bool = False) -> None:
        self.code = code
        self.hang_up = hang_up
        self.published: list[codec.Publication] = []
        self.pings = 0
        self.port = 0
        self.serving: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self.serving.add(task)
        await self._talk(reader, writer)
        writer.close()
        await writer.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        splitter = codec.Splitter()
        while data := await reader.read(65_536):
            for packet in splitter.feed(data):
                if packet.kind == PacketKind.CONNECT:
                    writer.write(codec.connack(code=self.code))
                elif packet.kind == PacketKind.PINGREQ:
                    self.pings += 1
                elif packet.kind == PacketKind.PUBLISH:
                    said = codec.read_publication(packet)
                    self.published.append(said)
                    if self.hang_up:
                        return
                    if said.qos:
                        writer.write(codec.puback(packet_id=said.packet_id))


@asynccontextmanager
async def running(broker: Broker) -> AsyncIterator[Broker]:
    server = await asyncio.start_server(broker.serve, "127.0.0.1", 0)
    broker.port = server.sockets[0].getsockname()[1]
    async with server:
        yield broker
        await asyncio.gather(*broker.serving)


async def line_to(broker: Broker, *, keep_alive_seconds: int = 60) -> Line:
    return await open_line(
        host="127.0.0.1", port=broker.port, client_id="B1", username="B1", password="pw",
        keep_alive_seconds=keep_alive_seconds,
    )  # fmt: skip


async def test_a_device_hears_that_its_alarm_was_acknowledged() -> None:
    async with running(Broker()) as broker:
        line = await line_to(broker)
        stamps = await asyncio.gather(*(line.publish(b"linli/c/B1/alarm", b"%d" % n) for n in range(300)))
        assert stamps == sorted(stamps)
        assert [int(said.payload) for said in broker.published] == list(range(300))
        assert line.unacknowledged == 0
        line.close()
        await line.closed


async def test_a_device_sends_a_heartbeat_without_waiting() -> None:
    async with running(Broker()) as broker:
        line = await line_to(broker)
        line.publish_unacknowledged(b"t", b"beat")
        await line.publish(b"t", b"after it")
        assert [said.qos for said in broker.published] == [0, 1]
        line.close()
        await line.closed


@pytest.mark.parametrize("code", [4, 5])
async def test_a_device_with_a_wrong_password_is_not_let_in(code: int) -> None:
    async with running(Broker(code=code)) as broker:
        with pytest.raises(NotLetIn) as no:
            await line_to(broker)
        assert no.value.code == code
        assert str(no.value) in {"bad user name or password", "not authorized"}


async def test_a_device_learns_that_its_alarm_was_not_acknowledged() -> None:
    async with running(Broker(hang_up=True)) as broker:
        line = await line_to(broker)
        with pytest.raises(LineLost):
            await line.publish(b"t", b"lost")
        await line.closed
        with pytest.raises(LineLost):
            await line.publish(b"t", b"no line")
        with pytest.raises(LineLost):
            line.publish_unacknowledged(b"t", b"no line")


async def test_an_idle_device_keeps_its_line_alive() -> None:
    async with running(Broker()) as broker:
        line = await line_to(broker, keep_alive_seconds=0)
        while broker.pings < 3:
            await asyncio.sleep(0)
        assert line.is_open
        line.close()
        await line.closed
