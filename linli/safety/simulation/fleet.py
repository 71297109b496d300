"""Many devices at once: connecting them, and what they send."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from linli.safety.simulation.credentials import Detector
from linli.safety.simulation.line import Line, LineLost, NotLetIn, open_line

CONNECTING_AT_ONCE: Final = 64
ACKNOWLEDGED_WITHIN_SECONDS: Final = 30.0
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the broker listens for MQTT, and which community the devices belong to."""

    host: str
    port: int
    community: str


@dataclass(slots=True)
class Tally:
    """What was sent and how long each PUBACK took, in seconds."""

    sent: int = 0
    lost: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        return len(self.seconds)

    def percentile(self, share: float) -> float:
        """Nearest rank, in seconds; 0 when nothing was acknowledged."""
        values = sorted(self.seconds)
        return values[max(0, round(share * len(values) + 0.4999) - 1)] if values else 0.0


class Fleet:
    """Connected devices of one community. Use it as an async context."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lines: dict[str, Line] = {}
        self.refused: list[tuple[str, str]] = []

    async def __aenter__(self) -> Fleet:
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in self._lines.values():
            line.close()
        await asyncio.gather(*(line.closed for line in self._lines.values()))

    @property
    def serials(self) -> list[str]:
        return list(self._lines)

    async def connect(self, detectors: Sequence[Detector], *, tell: Progress) -> None:
        """Signs all of them in, some at a time. Who is sent away stands in `refused`, with the broker's words.

        Raises OSError when nobody listens.
        """
        gate = asyncio.Semaphore(CONNECTING_AT_ONCE)

        async def one(detector: Detector) -> None:
            async with gate:
                try:
                    self._lines[detector.serial] = await open_line(
                        host=self._place.host,
                        port=self._place.port,
                        client_id=detector.serial,
                        username=detector.serial,
                        password=detector.secret,
                    )
                except NotLetIn as no:
                    self.refused.append((detector.serial, str(no)))
                tell(1)

        await asyncio.gather(*(one(detector) for detector in detectors))

    async def send(self, serial: str, kind: str, payload: bytes, tally: Tally) -> None:
        """One QoS 1 publish, counted when its PUBACK has come or when it is plain that none will."""
        topic = f"linli/{self._place.community}/{serial}/{kind}".encode()
        await self._counted(serial, topic, payload, tally)

    async def send_elsewhere(self, serial: str, topic: str, payload: bytes, tally: Tally) -> None:
        """The same on a topic that need not be the device's own."""
        await self._counted(serial, topic.encode(), payload, tally)

    async def _counted(self, serial: str, topic: bytes, payload: bytes, tally: Tally) -> None:
        tally.sent += 1
        begun = time.monotonic()
        try:
            at = await asyncio.wait_for(self._lines[serial].publish(topic, payload), ACKNOWLEDGED_WITHIN_SECONDS)
        except (LineLost, TimeoutError):
            tally.lost += 1
        else:
            tally.seconds.append(at - begun)

    async def beat(self, *, per_second: float, seconds: float, tally: Tally, tell: Progress) -> None:
        """Heartbeats of one device after the other, at an even rate."""
        pending: set[asyncio.Task[None]] = set()
        begun = time.monotonic()
        for number, serial in enumerate(itertools.cycle(self._lines)):
            due = number / per_second
            if due >= seconds:
                break
            if (early := begun + due - time.monotonic()) > 0:
                await asyncio.sleep(early)
            payload = said(number=number, battery=80 + number % 20)
            task = asyncio.create_task(self.send(serial, "heartbeat", payload, tally))
            pending.add(task)
            task.add_done_callback(pending.discard)
            tell(1)
        await asyncio.gather(*pending)

    async def leak_everywhere(self, *, tally: Tally, tell: Progress) -> None:
        """An alarm of every connected device at the same moment."""

        async def one(number: int, serial: str) -> None:
            await self.send(serial, "alarm", said(number=number, lel=10.0 + number % 15), tally)
            tell(1)

        await asyncio.gather(*(one(number, serial) for number, serial in enumerate(self._lines)))


def said(*, number: int, **readings: Any) -> bytes:
    """What a device says: an id of its own, its time, its readings."""
    now = datetime.now(UTC)
    return orjson.dumps(
        {"id": f"{now:%Y%m%d%H%M%S%f}-{number}", "at": now.isoformat(timespec="milliseconds"), **readings}
    )
