"""Who is let in, and what they may say."""

from __future__ import annotations

import asyncio

import pytest

from linli.core.broker import IntakeMissing, Pull, intake_is_ready
from linli.core.broker.streams import DEVICES
from linli.safety.rejected import LogReader
from tests.broker.servers import Device, Door
from tests.broker.taking import connected, nothing_more, payloads, send, taken

pytestmark = pytest.mark.real


async def answer_to(broker, serial, **how) -> str:
    device = Device(broker, serial, **how)
    try:
        return await asyncio.to_thread(device.connect)
    finally:
        await asyncio.to_thread(device.close)


async def until(true, *, within: float = 5) -> None:
    async with asyncio.timeout(within):
        while not true():
            await asyncio.sleep(0.02)


async def test_strangers_and_wrong_secrets_stay_outside_and_are_noted(broker, door):
    door.know("OLD1", barred="retired")
    assert await answer_to(broker, "GD1") == "Success"
    assert await answer_to(broker, "GD1", secret="guess") == "Not authorized"
    assert await answer_to(broker, "GD1", secret="") == "Not authorized"
    assert await answer_to(broker, "GD9") == "Not authorized"
    assert await answer_to(broker, "OLD1") == "Not authorized"
    assert await answer_to(broker, "linli", secret="guess") == "Not authorized"
    await until(lambda: len(door.refused) >= 3)
    noted = {(refused.serial, refused.reason): refused.times for refused in door.refused}
    assert noted == {("GD1", "wrong-secret"): 2, ("GD9", "unknown-serial"): 1, ("OLD1", "retired"): 1}


async def test_a_device_cannot_take_over_the_line_of_another(broker, door):
    async with connected(broker, "GD1") as first:
        assert await answer_to(broker, "GD2", client_id="GD1") == "Not authorized"
        assert not first.was_cut_off(within=0.2)
        assert await answer_to(broker, "GD2", client_id="%s%n") == "Not authorized"
        assert await answer_to(broker, "GD2", client_id="vendor:4711") == "Success"


async def test_a_device_password_opens_no_other_door_of_the_broker(broker, door):
    reader, writer = await asyncio.open_connection("127.0.0.1", broker.nats_port)
    assert (await reader.readline()).startswith(b"INFO")
    writer.write(b'CONNECT {"user":"GD1","pass":"secret-of-GD1"}\r\nPING\r\n')
    assert b"Authorization Violation" in await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    await writer.wait_closed()


async def test_a_publish_on_anothers_topic_goes_nowhere_and_is_seen_in_the_log(broker, door, nc, pull):
    reader = LogReader(broker.log, serial_of=door.serial_of)
    async with connected(broker, "GD1", client_id="vendor:7") as device:
        for topic in ("linli/cs/GD2/alarm", "linli/other/GD1/alarm", "linli/cs/GD1/mood", "gateway/cs/GD1/alarm"):
            assert device.publish("", b"x", topic=topic)  # acknowledged: MQTT 3.1.1 cannot say no
        assert device.publish("", b"x", topic="linli/cs/GD2/alarm", qos=0)
        for topic in ("linli/cs/GD2/command/#", "linli/#", "#", "$MQTT/msgs/#", "$SYS/#"):
            assert await asyncio.to_thread(device.subscribe, topic, qos=1) == 128
        await send(device, ["mine"])
    got = await taken(pull, count=1)
    assert payloads(got) == ["mine"]
    await pull.ack(got)
    await nothing_more(pull)
    notes = reader.read()
    reader.close()
    assert {(note.serial, note.client_id) for note in notes} == {("GD1", "vendor:7")}
    assert {note.about: note.times for note in notes if note.what == "publish"} == {
        "linli.cs.GD2.alarm": 2,
        "linli.other.GD1.alarm": 1,
        "linli.cs.GD1.mood": 1,
        "gateway.cs.GD1.alarm": 1,
    }
    assert sum(note.times for note in notes if note.what == "subscribe") >= 3


async def test_a_device_hears_its_own_commands_and_no_others(broker, door, nc):
    async with connected(broker, "GD1") as device:
        for qos in (0, 1, 2):
            assert await asyncio.to_thread(device.subscribe, f"linli/cs/GD1/command/q{qos}", qos=qos) == qos
        for qos in (0, 1, 2):
            await nc.publish(f"linli.cs.GD1.command.q{qos}", b"test yourself")
            await nc.publish(f"linli.cs.GD2.command.q{qos}", b"not for you")
        await until(lambda: len(device.heard) >= 3)
        assert sorted(device.heard) == [(f"linli/cs/GD1/command/q{qos}", b"test yourself") for qos in (0, 1, 2)]


@pytest.mark.parametrize("qos", [0, 1, 2])
async def test_a_megabyte_costs_only_its_sender_the_line(broker, door, nc, pull, qos):
    reader = LogReader(broker.log, serial_of=door.serial_of)
    async with connected(broker, "GD2") as neighbour:
        async with connected(broker, "GD1") as device:
            assert not await asyncio.to_thread(device.publish, "alarm", b"x" * 1_000_000, qos=qos or 1, wait=0.3)
            assert device.was_cut_off(within=5)
        assert not neighbour.was_cut_off(within=0.1)
        await send(neighbour, ["fine"])
    assert payloads(await taken(pull, count=1)) == ["fine"]
    assert [(note.what, note.serial, note.times) for note in reader.read()] == [("too-large", "GD1", 1)]
    reader.close()
    async with connected(broker, "GD1") as device:
        assert await send(device, ["y" * 200_000]) != []


async def test_nobody_is_let_in_before_there_is_a_stream(broker, door, monkeypatch):
    async def refuse(_nc, **_how) -> None:
        raise IntakeMissing("no room on the disk")

    assert await answer_to(broker, "GD1") == "Success"
    monkeypatch.setattr("linli.safety.doorkeeper.ensure_storage", refuse)
    broker.kill()
    broker.start()
    await door.back()
    assert await answer_to(broker, "GD1") == "Not authorized"
    monkeypatch.undo()
    assert await answer_to(broker, "GD1") == "Success"


async def test_the_first_word_to_a_broker_that_lost_its_disk_is_kept(broker, door, nc):
    broker.stop()
    jetstream = broker.data_dir / "broker" / "jetstream"
    jetstream.rename(jetstream.with_name("lost"))
    broker.start()
    await door.back()
    async with connected(broker, "GD1") as device:
        assert await send(device, ["first word"])
    pull = await Pull.open(nc)
    assert payloads(await taken(pull, count=1)) == ["first word"]
    await pull.close()


async def test_a_stream_deleted_under_connected_devices_is_made_again_at_once(broker, door, nc, pull):
    async with connected(broker, "GD1") as device:
        await nc.request(f"$JS.API.STREAM.DELETE.{DEVICES}", b"")
        async with asyncio.timeout(4):
            while not await intake_is_ready(nc):
                await asyncio.sleep(0.02)
        await send(device, ["heard"])
    assert payloads(await taken(pull, count=1)) == ["heard"]


async def test_a_storm_of_connects_costs_few_queries(broker, door):
    serials = [f"ST{n}" for n in range(200)]
    door.know(*serials)
    devices = [Device(broker, serial) for serial in serials]
    answers = await asyncio.gather(*(asyncio.to_thread(device.connect) for device in devices))
    assert set(answers) == {"Success"}
    assert len(door.queries) < 150
    for device in devices:
        await asyncio.to_thread(device.close)


async def test_another_doorkeeper_takes_over(broker, door):
    second = Door(broker)
    second.know("GD1")
    await second.open()
    await asyncio.sleep(0.2)
    await door.close()
    assert await answer_to(broker, "GD1") == "Success"
    await second.close()


async def test_a_failing_database_refuses_and_recovers(broker, door):
    whole, door.records = door.records, None
    assert await answer_to(broker, "GD1") == "Not authorized"
    door.records = whole
    assert await answer_to(broker, "GD1") == "Success"


async def test_the_log_reader_survives_rotation_and_goes_on_from_its_bookmark(tmp_path):
    log = tmp_path / "broker.log"
    reader = LogReader(log, serial_of={})
    assert reader.read() == []
    log.write_text(_line("A", "one") + _line("A", "one") + _line("A", "two")[:40])
    assert [(note.about, note.times) for note in reader.read()] == [("one", 2)]
    with log.open("a") as file:
        file.write(_line("A", "two")[40:])
    mark = reader.bookmark
    assert [note.about for note in reader.read()] == ["two"]
    with log.open("a") as file:
        file.write(_line("A", "last of the old"))
    log.rename(tmp_path / "broker.log.2026.11.23")
    log.write_text(_line('B"', "first of the new"))
    assert [note.about for note in (*reader.read(), *reader.read())] == ["last of the old", "first of the new"]
    log.write_text("")
    assert reader.read() == []
    with log.open("a") as file:
        file.write(_line("A", "after truncation"))
    assert [note.about for note in reader.read()] == ["after truncation"]
    reader.close()
    again = LogReader(log, serial_of={}, bookmark=mark)
    assert [note.about for note in again.read()] == ["two", "last of the old"]
    again.close()


def _line(client: str, subject: str) -> str:
    quoted = client.replace('"', '\\"')
    return (
        f'[24] 2026/11/23 12:43:57.493074 [ERR] 127.0.0.1:39917 - mid:24 - "{quoted}" - '
        f'Publish Violation - Subject "{subject}"\n'
    )
