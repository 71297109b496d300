"""A device that was let in does not stay in when it may not be in any more: its open line is closed by the broker."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from linli.core.broker import wake
from linli.core.secrets import token_hash
from linli.safety.doorkeeper import DeviceKey
from linli.safety.doorkeeper_cutting import STILL_COMING_IN, close_connections, connections_of, cut_off_as_owed
from tests.broker.servers import Device, secret_of
from tests.broker.taking import connected
from tests.broker.test_door import answer_to, until

pytestmark = pytest.mark.real


@pytest.fixture
async def nc_sys(broker):
    line = await broker.connect(user="sys")
    yield line
    await line.close()


def strike_off(door, serial):
    door.know(serial, barred="switched-off")


async def test_a_device_struck_off_is_thrown_out_and_its_neighbour_stays(broker, door, nc_sys):
    async with connected(broker, "GD1") as gone, connected(broker, "GD2") as neighbour:
        strike_off(door, "GD1")
        assert await close_connections(nc_sys, serials=["GD1", "NOBODY"]) == 1
        assert await asyncio.to_thread(gone.was_cut_off, within=5)
        assert not await asyncio.to_thread(neighbour.was_cut_off, within=0.5)
    assert await answer_to(broker, "GD1") == "Not authorized"
    assert await connections_of(nc_sys, serial="GD1") == []


async def test_another_client_id_does_not_save_a_device(broker, door, nc_sys):
    async with connected(broker, "GD1", client_id="vendor:7") as gone:
        assert await close_connections(nc_sys, serials=["GD1"]) == 1
        assert await asyncio.to_thread(gone.was_cut_off, within=5)


async def test_our_own_processes_are_never_cut_off(broker, door, nc, nc_sys):
    assert await close_connections(nc_sys, serials=["linli", "auth", "sys"]) == 0
    assert nc.is_connected


async def test_what_is_owed_is_cut_again_until_nobody_can_still_be_coming_in(broker, door, nc, nc_sys):
    owed, settled = ["GD1"], []

    def settle(before):
        settled.append(before)

    cutting = asyncio.create_task(cut_off_as_owed(nc=nc, nc_sys=nc_sys, owed=lambda: owed, settle=settle))
    try:
        async with connected(broker, "GD1") as late:
            await wake(nc, who="doorkeeper")
            assert await asyncio.to_thread(late.was_cut_off, within=8)
        await until(lambda: settled)
        assert datetime.now(UTC) - settled[-1] >= STILL_COMING_IN
        assert datetime.now(UTC) - settled[-1] < STILL_COMING_IN + timedelta(seconds=30)
    finally:
        cutting.cancel()
        await asyncio.gather(cutting, return_exceptions=True)


async def test_two_secrets_open_the_door_and_the_new_one_is_reported(broker, door):
    door.records["GD1"] = DeviceKey(
        serial="GD1", community="cs", secret_hash=token_hash("brand new"), earlier_hash=token_hash(secret_of("GD1"))
    )
    assert await answer_to(broker, "GD1") == "Success"
    await asyncio.sleep(1.2)
    assert not door.confirmed
    assert await answer_to(broker, "GD1", secret="brand new") == "Success"
    assert await answer_to(broker, "GD1", secret="guess") == "Not authorized"
    await until(lambda: door.confirmed)
    assert door.confirmed == {"GD1": token_hash("brand new")}


async def test_the_empty_earlier_secret_opens_nothing(broker, door):
    device = Device(broker, "GD1", secret="")
    try:
        assert await asyncio.to_thread(device.connect) == "Not authorized"
    finally:
        await asyncio.to_thread(device.close)
