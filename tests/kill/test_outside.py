"""The world outside misbehaves, one receiver in each way there is: nobody else waits, and nothing that was taken is sent again."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator

import pytest

from tests.kill.devices import alarm
from tests.kill.stage import Stage, recipients_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

PARTS = ("doorkeeper", "listener", "worker")
MOODS = ("down", "silent", "late", "500", "429", "redirects", "hangs up", "twice", "garbage")
EACH = 3
LATE_SECONDS = 3.0
"""Longer than the worker's round, shorter than it waits for an answer."""

ADDRESS_OF_THE_FIRST_RELATIVE = """
import sys, django
django.setup()
from linli.registry.models import ContactPoint
for number, address in enumerate(sys.argv[1:]):
    ContactPoint.objects.filter(contact_id=2 * number + 1).update(address=address)
"""


class Receivers:
    """Every relative's own receiver, as a path of one server. ``mended`` lets all of them behave from then on."""

    def __init__(self) -> None:
        self.tried: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.mended = asyncio.Event()
        self._serving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._closed = await asyncio.start_server(lambda _r, w: w.close(), "127.0.0.1", 0)
        self.dead_port = self._closed.sockets[0].getsockname()[1]
        self._closed.close()

    async def mend(self) -> None:
        self.mended.set()
        self._closed = await asyncio.start_server(self._serve, "127.0.0.1", self.dead_port)

    async def stop(self) -> None:
        for server in (self._server, self._closed):
            server.close()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        for server in (self._server, self._closed):
            await server.wait_closed()

    def address(self, number: int) -> str:
        mood = MOODS[number % len(MOODS)].replace(" ", "-")
        port = self.dead_port if mood == "down" else self.port
        return f"http://127.0.0.1:{port}/{mood}/{number}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
                while await self._one(reader, writer):
                    pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        fields = {k.lower(): v for k, _, v in (line.partition(": ") for line in head.split("\r\n"))}
        await reader.readexactly(int(fields.get("content-length", 0)))
        mood, key = head.split("/")[1].replace("-", " "), fields["idempotency-key"]
        self.tried[key] += 1
        good = b"HTTP/1.1 204 No Content\r\n\r\n"
        answers = {
            "500": b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
            "429": b"HTTP/1.1 429 Slowly\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
            "redirects": b"HTTP/1.1 302 There\r\nLocation: /elsewhere/1\r\nContent-Length: 0\r\n\r\n",
            "garbage": b"\x00\x01 what\r\n\r\n",
        }
        if mood == "elsewhere":
            raise AssertionError("a redirect was followed")
        if mood == "late":
            await asyncio.sleep(LATE_SECONDS)
        elif mood == "twice":
            good *= 2
        elif not self.mended.is_set():
            if mood == "silent":
                await asyncio.sleep(3600)
            if mood == "hangs up":
                return False
            if mood in answers:
                writer.write(answers[mood])
                await writer.drain()
                return mood != "garbage"
        self.taken[key] += 1
        writer.write(good)
        await writer.drain()
        return True


@contextlib.asynccontextmanager
async def receivers() -> AsyncIterator[Receivers]:
    one = Receivers()
    await one.start()
    yield one
    await one.stop()


def still_owed(stage: Stage) -> int:
    ((count,),) = stage.rows("SELECT count(*) FROM notifications_message WHERE state = 'owed'")
    return int(count)


async def until(question, *, within: float) -> None:
    async with asyncio.timeout(within):
        while not await asyncio.to_thread(question):
            await asyncio.sleep(0.2)


async def test_bad_receivers_delay_nobody_and_get_everything_once(templates, kind) -> None:
    households = len(MOODS) * EACH
    with templates.stage(kind, parts=PARTS) as stage:
        async with receivers() as bad:
            addresses = [bad.address(number) for number in range(households)]
            stage.place.python("-c", ADDRESS_OF_THE_FIRST_RELATIVE, *addresses)
            devices = stage.devices(households)
            for device in devices:
                await device.connect()
            await asyncio.gather(*(device.publish("alarm", alarm(f"bad-{device.serial}")) for device in devices))
            well = {
                d.serial: [w for w in recipients_of(n) if w != f"contact {2 * n + 1}"] for n, d in enumerate(devices)
            }
            await until(lambda: stage.told() == well, within=20)  # the other relative and the captain
            quick = {key for key, times in bad.taken.items() if times}
            assert not bad.mended.is_set()
            await until(lambda: still_owed(stage) == (len(MOODS) - 2) * EACH, within=20)  # late and twice are through
            assert quick <= set(bad.taken)
            assert len(bad.taken) == 2 * EACH
            await bad.mend()
            await until(lambda: still_owed(stage) == 0, within=100)
            assert len(bad.taken) == households
            assert set(bad.taken.values()) == {1}
            for device in devices:
                await device.close()
        troubles = stage.rows("SELECT count(*) FROM notifications_delivery WHERE error <> ''")
        assert troubles[0][0] >= (len(MOODS) - 2) * EACH  # every failed try is on the incident's page
        assert stage.rows("SELECT DISTINCT state FROM notifications_message") == [("sent",)]
        assert all(arrival.times == 1 for arrival in stage.sink.arrivals())


async def test_a_storm_that_nothing_disturbs_is_sent_once_even_where_keys_mean_nothing(templates, kind) -> None:
    """No lease runs out on what was sent: all of it is on record as soon as the last of it went out."""
    with templates.stage(kind, parts=PARTS) as stage:
        devices = stage.devices(400)
        for device in devices:
            await device.connect()
        await asyncio.gather(*(device.publish("alarm", alarm(f"once-{device.serial}")) for device in devices))
        await until(lambda: stage.sink.count() == 1200, within=60)
        await until(lambda: still_owed(stage) == 0, within=20)
        assert stage.rows("SELECT DISTINCT state, attempts FROM notifications_message") == [("sent", 1)]
        assert stage.rows("SELECT count(*) FROM notifications_delivery") == [(1200,)]
        assert all(arrival.times == 1 for arrival in stage.sink.arrivals())
        for device in devices:
            await device.close()
