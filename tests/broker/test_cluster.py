"""Three servers, every message on three disks: one of them may be killed at any moment."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

import orjson
import pytest

from linli.core.broker import Pull, connect, ensure_streams
from linli.core.broker.streams import DEVICES, GATEWAY
from tests.broker.servers import Broker, Device, Door

pytestmark = [pytest.mark.real, pytest.mark.timeout(280)]


async def everywhere(brokers: list[Broker], *, user: str = "linli"):
    password = {"linli": brokers[0].keys.linli_password, "auth": brokers[0].keys.auth_password}[user]
    url = ",".join(f"nats://127.0.0.1:{one.nats_port}" for one in brokers)
    return await connect(url=url, user=user, password=password, name="test", wait_seconds=20)


class ClusterDoor(Door):
    """A doorkeeper that may connect to any of the servers."""

    def __init__(self, brokers: list[Broker]) -> None:
        super().__init__(brokers[0])
        self._brokers = brokers

    async def _line(self, user: str):
        return await everywhere(self._brokers, user=user)


async def stream_info(nc, stream: str) -> dict:
    return orjson.loads((await nc.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout=5)).data)


class Speaker:
    """Publishes alarms one after the other; when its line breaks it goes to the next server, as a device with a list would."""

    def __init__(self, brokers: list[Broker], serial: str, *, first: int, acknowledged: set[str]) -> None:
        self._brokers = brokers
        self._serial = serial
        self._at = first
        self._acknowledged = acknowledged
        self._device: Device | None = None
        self.told_to_stop = threading.Event()

    def speak(self, count: int) -> None:
        done = 0
        while done < count and not self.told_to_stop.is_set():
            text = f"{self._serial}-{done}"
            if self._publish(text):
                self._acknowledged.add(text)
                done += 1
            else:
                self.hang_up()
                self._at = (self._at + 1) % len(self._brokers)
        self.hang_up()

    def _publish(self, text: str) -> bool:
        try:
            if self._device is None:
                self._device = Device(self._brokers[self._at], self._serial)
                if self._device.connect() != "Success":
                    return False
            return self._device.publish("alarm", text, wait=4)
        except (OSError, AssertionError):
            return False

    def hang_up(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None


@contextlib.contextmanager
def speakers_on(brokers: list[Broker], serials: list[str], *, acknowledged: set[str]) -> Iterator[list[Speaker]]:
    """However the test ends they fall silent: their threads would keep the next test waiting for ever."""
    speakers = [Speaker(brokers, serial, first=n % 3, acknowledged=acknowledged) for n, serial in enumerate(serials)]
    try:
        yield speakers
    finally:
        for speaker in speakers:
            speaker.told_to_stop.set()


async def let_in_everywhere(brokers: list[Broker], serial: str) -> None:
    """New servers need a while until each knows the doorkeeper and the first device of each has its streams."""
    for one in brokers:
        async with asyncio.timeout(60):
            while not await asyncio.to_thread(_let_in, one, serial):
                await asyncio.sleep(0.2)


def _let_in(broker: Broker, serial: str) -> bool:
    device = Device(broker, serial)
    try:
        return device.connect() == "Success"
    except (OSError, AssertionError):
        return False
    finally:
        device.close()


async def test_killing_the_leader_in_a_storm_loses_nothing_acknowledged(brokers):
    nc = await everywhere(brokers)
    await ensure_streams(nc)
    for stream in (DEVICES, GATEWAY):
        info = await stream_info(nc, stream)
        assert (info["config"]["num_replicas"], len(info["cluster"]["replicas"])) == (3, 2)
    door = ClusterDoor(brokers)
    serials = [f"GD{n}" for n in range(9)]
    door.know(*serials)
    await door.open()
    acknowledged: set[str] = set()
    heard: set[str] = set()
    pull = await Pull.open(nc)

    async def listen() -> None:
        while batch := await pull.take(max_messages=50):
            heard.update(message.data.decode() for message in batch)
            await pull.ack(batch)

    listening = asyncio.create_task(listen())
    await let_in_everywhere(brokers, serials[0])
    with speakers_on(brokers, serials, acknowledged=acknowledged) as speakers:
        speaking = [asyncio.create_task(asyncio.to_thread(speaker.speak, 25)) for speaker in speakers]
        async with asyncio.timeout(20):
            while len(acknowledged) < 60:
                await asyncio.sleep(0.01)
        leader = (await stream_info(nc, DEVICES))["cluster"]["leader"]
        brokers[int(leader[1:])].kill()
        await asyncio.wait_for(asyncio.gather(*speaking), 60)
    async with asyncio.timeout(20):
        while not acknowledged <= heard:
            await asyncio.sleep(0.05)
    assert len(acknowledged) == 225
    await pull.close()
    await listening
    await door.close()
    await nc.close()


async def test_a_stream_made_with_one_copy_gets_its_three(brokers):
    nc = await everywhere(brokers)
    await ensure_streams(nc, replicas=1)
    await ensure_streams(nc)
    assert (await stream_info(nc, DEVICES))["config"]["num_replicas"] == 3
    await nc.close()
