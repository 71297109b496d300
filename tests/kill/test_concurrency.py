"""Two listeners and two workers change nothing in the outcome: the oracle is one of each."""

from __future__ import annotations

import asyncio
import random
import re
import time

import pytest

from tests.kill.devices import alarm
from tests.kill.stage import Stage

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

ONE = ("doorkeeper", "listener", "worker")
TWO = ("doorkeeper", "listener", "listener-2", "worker", "worker-2")
DEVICES = 150


async def play(stage: Stage, *, seed: int) -> None:
    """Every device alarms, half of them once more at once, some send an old all-clear in between; all at the same time."""
    chance = random.Random(seed)
    devices = stage.devices(DEVICES)
    for device in devices:
        await device.connect()
    sends = []
    for number, device in enumerate(devices):
        again = [alarm(f"again-{number}")] if chance.random() < 0.5 else []
        sends += [device.publish("alarm", payload) for payload in [alarm(f"first-{number}"), *again]]
        if chance.random() < 0.2:
            sends.append(device.publish("heartbeat", alarm(f"beat-{number}")))
    chance.shuffle(sends)
    await asyncio.gather(*sends)
    for device in devices:
        await device.close()


def outcome(stage: Stage) -> tuple[list, set[str], dict[str, list[str]]]:
    """Incidents with the number of their signals, the keys that were sent (by device, as numbers differ), who was told."""
    device_of = dict(
        stage.rows(
            "SELECT i.id, d.serial FROM incidents_incident i JOIN safety_device d ON i.source = 'device:' || d.id"
        )
    )
    incidents = stage.rows("SELECT source_label, signals, condition FROM incidents_incident ORDER BY source_label")

    def named(key: str) -> str:
        return re.sub(r"incident:(\d+)", lambda found: device_of[int(found[1])], key)

    return incidents, {named(arrival.key) for arrival in stage.sink.arrivals()}, stage.told()


async def settle(stage: Stage) -> None:
    await asyncio.to_thread(stage.sink.wait_for, 3 * DEVICES, within_seconds=20)
    # A second signal may still be on its way after the last message: wait until all readings are there.
    until = time.monotonic() + 20
    while time.monotonic() < until:
        (sent,) = stage.rows("SELECT count(*) FROM notifications_message WHERE state = 'sent'")[0]
        backlog = await stage.backlog()
        if sent >= 3 * DEVICES and backlog == 0:
            return
        await asyncio.sleep(0.2)


async def test_two_listeners_and_two_workers_do_what_one_of_each_does(templates, kind) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    outcomes = []
    for parts in (ONE, TWO):
        with templates.stage(kind, parts=parts) as stage:
            await play(stage, seed=seed)
            await settle(stage)
            outcomes.append(outcome(stage))
    alone, together = outcomes
    assert len(alone[0]) == DEVICES
    assert together == alone


async def test_two_alarms_of_a_device_milliseconds_apart_make_one_incident(templates, kind) -> None:
    with templates.stage(kind, parts=TWO) as stage:
        devices = stage.devices(20)
        for device in devices:
            await device.connect()
        twice = [device.publish("alarm", alarm(f"{n}-{device.serial}")) for device in devices for n in range(2)]
        await asyncio.gather(*twice)
        await asyncio.to_thread(stage.sink.wait_for, 60, within_seconds=20)
        while await stage.backlog():
            await asyncio.sleep(0.1)
        assert stage.incidents_by_serial() == {device.serial: 1 for device in devices}
        assert stage.rows("SELECT signals FROM incidents_incident") == [(2,)] * 20
        assert {len(names) for names in stage.told().values()} == {3}
        for device in devices:
            await device.close()
