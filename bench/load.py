"""The load: devices on real MQTT connections, and when each publish left and was acknowledged."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import orjson

from linli.safety.simulation.line import Line, open_line

CONNECTING_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Detector:
    """How one device signs in."""

    serial: str
    secret: str = ""


@dataclass(slots=True)
class Sent:
    """By serial: `time.monotonic()` when the alarm left the device, and when its PUBACK came."""

    left: dict[str, float] = field(default_factory=dict)
    acknowledged: dict[str, float] = field(default_factory=dict)
    heartbeats: int = 0
    late_seconds: float = 0.0
    """How far the sender fell behind its own timetable at worst: above some 0.1 s the load itself is in doubt."""


class Town:
    """Connected devices of one community."""

    def __init__(self, community: str, lines: dict[str, Line]) -> None:
        self.community = community
        self.lines = lines

    @classmethod
    async def connect(cls, *, port: int, community: str, detectors: Sequence[Detector]) -> Town:
        gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

        async def one(detector: Detector) -> Line:
            async with gate:
                return await open_line(
                    host="127.0.0.1", port=port, client_id=detector.serial, username=detector.serial,
                    password=detector.secret, keep_alive_seconds=60,
                )  # fmt: skip

        lines = await asyncio.gather(*(one(d) for d in detectors))
        return cls(community, dict(zip((d.serial for d in detectors), lines, strict=True)))

    async def alarm(self, serial: str, sent: Sent) -> float:
        """Publishes an alarm and returns when its PUBACK came."""
        topic = f"linli/{self.community}/{serial}/alarm".encode()
        payload = orjson.dumps({"id": f"a-{serial}-{time.monotonic_ns()}", "at": _now(), "lel": 12.5, "battery": 87})
        sent.left[serial] = time.monotonic()
        sent.acknowledged[serial] = at = await self.lines[serial].publish(topic, payload)
        return at

    def heartbeat(self, serial: str, number: int) -> None:
        """At QoS 0, as detectors send what the next one makes good: the broker writes nothing, the listener does."""
        topic = f"linli/{self.community}/{serial}/heartbeat".encode()
        payload = orjson.dumps({"id": f"h-{number}", "at": _now(), "battery": 87})
        self.lines[serial].publish_unacknowledged(topic, payload)

    async def beat(self, serials: Iterable[str], *, per_second: float, until: asyncio.Event, sent: Sent) -> None:
        """Heartbeats at an even rate, round and round, until told to stop."""
        start = time.monotonic()
        for number, serial in enumerate(itertools.cycle(serials)):
            due = start + number / per_second
            if (early := due - time.monotonic()) > 0.001:
                await asyncio.sleep(early)
            if until.is_set():
                break
            sent.late_seconds = max(sent.late_seconds, -early)
            self.heartbeat(serial, number)
            sent.heartbeats += 1

    def close(self) -> None:
        for line in self.lines.values():
            line.close()


async def storm(town: Town, serials: Sequence[str]) -> Sent:
    """One alarm of every device, all at the same moment."""
    sent = Sent()
    await asyncio.gather(*(town.alarm(serial, sent) for serial in serials))
    return sent


async def steady(
    town: Town, *, alarms: Sequence[str], per_second: float, beating: Sequence[str], beats_per_second: float
) -> Sent:
    """Alarms at an even rate, each of another device, while others send heartbeats."""
    sent, over = Sent(), asyncio.Event()
    beats = asyncio.create_task(town.beat(beating, per_second=beats_per_second, until=over, sent=sent))
    await asyncio.sleep(1.0)
    awaited = []
    start = time.monotonic()
    for number, serial in enumerate(alarms):
        if (early := start + number / per_second - time.monotonic()) > 0:
            await asyncio.sleep(early)
        awaited.append(asyncio.create_task(town.alarm(serial, sent)))
    await asyncio.gather(*awaited)
    over.set()
    await beats
    return sent


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())
