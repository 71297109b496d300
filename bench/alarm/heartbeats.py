"""How many heartbeats one listener takes durably: into the database, committed, acknowledged to the broker."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from bench.alarm.rigs import Rig, spent
from bench.measure import Use
from bench.town import COMMUNITY
from linli.core.broker import intake_backlog

IN_FLIGHT = 256


@dataclass(frozen=True, slots=True)
class Rate:
    """`per_second` heartbeats taken while `count` of them lay waiting (`stored_per_second`: what the broker took in)."""

    rig: str
    count: int
    per_second: float
    stored_per_second: float
    listener: Use


async def backlog(rig: Rig, *, count: int, devices: int) -> Rate:
    """Stops the listener, lets `count` heartbeats of `devices` devices gather in the broker, starts it, and times it.

    They are written straight into the stream that MQTT QoS 1 publishes go to: the doors in are not what is measured.
    """
    assert rig.ours is not None
    place = rig.ours
    await asyncio.to_thread(place.stop, "listener")
    nc = await place.connect()
    serials = [d.serial for d in rig.detectors(devices)]
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def one(number: int) -> None:
        subject = f"$MQTT.msgs.linli.{COMMUNITY}.{serials[number % devices]}.heartbeat"
        async with gate:
            await nc.request(subject, orjson.dumps({"id": f"b-{number}", "battery": 87}), timeout=30)

    begun = time.monotonic()
    await asyncio.gather(*(one(n) for n in range(count)))
    stored = count / (time.monotonic() - begun)
    before: Mapping[str, Use] = rig.parts()
    place.running["listener"].start()
    first = last = 0.0
    left_at_first = count
    while True:
        lying = await intake_backlog(nc)
        left = lying.waiting + lying.unacked
        now = time.monotonic()
        if left < count and not first:
            first, left_at_first = now, left
        if left == 0:
            last = now
            break
        await asyncio.sleep(0.02)
    after = rig.parts()
    await nc.close()
    taken = left_at_first / (last - first) if last > first else float(count)
    return Rate(rig.name, count, taken, stored, spent(before, after)["listener"])
