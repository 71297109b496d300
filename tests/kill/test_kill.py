"""Every part is killed, many times, at random moments of a storm. Nobody goes unheard, nobody is told twice."""

from __future__ import annotations

import asyncio
import random
import time

import aiohttp
import pytest

from tests.kill.devices import alarm
from tests.kill.stage import Stage, recipients_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

PARTS = ("doorkeeper", "listener", "worker", "web")
VICTIMS = ("listener", "worker", "web", "broker", "doorkeeper")
ROUNDS = 5
WAVES = 5
OVER_MQTT, OVER_HTTP = 800, 200
SETTLED_SECONDS = 50.0


async def kill_at_random(stage: Stage, *, chance: random.Random, over: asyncio.Event) -> dict[str, int]:
    """SIGKILL for one part after the other, each started again at once, until everything was killed ROUNDS times."""
    victims = [*VICTIMS] * ROUNDS
    chance.shuffle(victims)
    killed = dict.fromkeys(VICTIMS, 0)
    for victim in victims:
        await asyncio.sleep(chance.uniform(0.1, 1.1))
        await asyncio.to_thread(stage.place.kill, victim)
        killed[victim] += 1
    over.set()
    return killed


async def storm_in_waves(stage: Stage, *, chance: random.Random, over: asyncio.Event) -> None:
    """1,000 alarms in waves while the killing goes on; returns when the last one was acknowledged."""
    over_mqtt = stage.devices(OVER_MQTT)
    over_http = stage.gateway_devices(OVER_HTTP, start=OVER_MQTT)
    gate = asyncio.Semaphore(64)

    async def connect(device) -> None:
        async with gate:
            await device.connect()

    await asyncio.gather(*(connect(device) for device in over_mqtt))
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=40)) as session:
        waiting = [device.publish("alarm", alarm(f"kill-{device.serial}")) for device in over_mqtt]
        waiting += [device.publish(session, alarm(f"kill-{device.serial}", kind="alarm")) for device in over_http]
        chance.shuffle(waiting)
        size = len(waiting) // WAVES
        tasks = []
        killing = asyncio.create_task(kill_at_random(stage, chance=chance, over=over))
        for wave in range(WAVES):
            tasks += [asyncio.create_task(one) for one in waiting[wave * size : (wave + 1) * size]]
            await asyncio.sleep(chance.uniform(1.5, 3.5))
        await asyncio.gather(*tasks)
        print(f"killed {await killing}; {sum(d.sends for d in [*over_mqtt, *over_http])} sends for 1,000 alarms")
    for device in over_mqtt:
        await device.close()


def wait_until_settled(stage: Stage) -> None:
    """Until every alarm has told its three, and nothing is owed any more."""
    until = time.monotonic() + SETTLED_SECONDS
    while time.monotonic() < until:
        if stage.sink.count() >= 3 * (OVER_MQTT + OVER_HTTP):
            owed = stage.rows("SELECT count(*) FROM notifications_message WHERE state = 'owed'")
            if owed == [(0,)]:
                return
        time.sleep(0.25)


async def test_killing_any_part_loses_no_alarm_and_tells_nobody_twice(templates, kind) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    with templates.stage(kind, parts=PARTS) as stage:
        await storm_in_waves(stage, chance=chance, over=asyncio.Event())
        await asyncio.to_thread(wait_until_settled, stage)

        serials = [f"B{number:06d}" for number in range(OVER_MQTT + OVER_HTTP)]
        incidents = stage.incidents_by_serial()
        assert {s: incidents.get(s, 0) for s in serials if incidents.get(s, 0) != 1} == {}, stage.place.logs()
        told = stage.told()
        wrong = {s: told.get(s) for number, s in enumerate(serials) if told.get(s) != recipients_of(number)}
        assert wrong == {}, stage.place.logs()
        states = dict(stage.rows("SELECT state, count(*) FROM notifications_message GROUP BY state"))
        assert states == {"sent": 3 * len(serials)}
        assert stage.quarantined() == []
