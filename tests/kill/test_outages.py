"""What we stand on goes away in the middle of a storm: the database is locked, cut off, or its disk is full. Nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from tests.kill.devices import alarm
from tests.kill.stage import Stage, recipients_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

PARTS = ("doorkeeper", "listener", "worker")
ALARMS = 200
HEARD_SECONDS = 60.0


@contextlib.asynccontextmanager
async def in_a_storm(stage: Stage) -> AsyncIterator[None]:
    """Half of the alarms before, the others while the trouble lasts; all of them acknowledged to the devices at the end."""
    devices = stage.devices(ALARMS)
    gate = asyncio.Semaphore(64)

    async def sound(device) -> None:
        async with gate:
            await device.connect()
            await device.publish("alarm", alarm(f"outage-{device.serial}"))

    half = len(devices) // 2
    first = [asyncio.create_task(sound(device)) for device in devices[:half]]
    await asyncio.sleep(0.3)
    second = [asyncio.create_task(sound(device)) for device in devices[half:]]
    yield
    await asyncio.gather(*first, *second)
    for device in devices:
        await device.close()


async def everybody_heard(stage: Stage) -> None:
    """Every alarm is one incident, and its three people were told, each once."""
    serials = [f"B{number:06d}" for number in range(ALARMS)]
    wanted = {serial: recipients_of(number) for number, serial in enumerate(serials)}
    async with asyncio.timeout(HEARD_SECONDS):
        while await asyncio.to_thread(stage.told) != wanted:
            await asyncio.sleep(0.5)
    assert stage.incidents_by_serial() == dict.fromkeys(serials, 1)
    assert stage.quarantined() == []


async def test_a_database_locked_for_half_a_minute_loses_no_alarm(templates) -> None:
    with templates.stage("sqlite", parts=PARTS) as stage:
        async with in_a_storm(stage):
            path = stage.database.removeprefix("sqlite:///")
            with contextlib.closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                await asyncio.sleep(32)
                other.execute("ROLLBACK")
        await everybody_heard(stage)


def size_of(stage: Stage) -> int:
    return Path(stage.database.removeprefix("sqlite:///")).stat().st_size


async def test_a_full_disk_loses_no_alarm(templates) -> None:
    """No part may make a file longer: to SQLite the same as a full disk. Then somebody makes room."""
    with templates.stage("sqlite", parts=PARTS) as stage:
        enough = size_of(stage) // 4
        pids = [stage.place.running[part].process.pid for part in ("listener", "worker")]
        async with in_a_storm(stage):
            for pid in pids:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (enough, resource.RLIM_INFINITY))
            await asyncio.sleep(8)
            for pid in pids:
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await everybody_heard(stage)
        assert "the database answers again" in stage.place.logs()


async def test_a_postgresql_that_goes_away_for_seconds_loses_no_alarm(templates) -> None:
    """Every connection is cut and none is let in, as in a restart."""
    with templates.stage("postgresql", parts=PARTS) as stage:
        server, _, name = stage.database.rpartition("/")
        with psycopg.connect(f"{server}/postgres", autocommit=True) as administrator:
            async with in_a_storm(stage):
                administrator.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
                for _second in range(6):
                    administrator.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
                    )
                    await asyncio.sleep(1)
                administrator.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
            await everybody_heard(stage)
