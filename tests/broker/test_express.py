"""When the queue in the broker is long, alarms go round it; and nothing is lost or counted twice by that."""

from __future__ import annotations

import asyncio

import orjson
import pytest
from django.utils import timezone

from linli.core.broker import Backlog, BrokerUnavailable, Message, Pull, ensure_streams, express, intake_backlog
from linli.core.broker.streams import DEVICES, GATEWAY, LISTENER
from linli.incidents.models import Incident
from linli.safety.actions import take_signals
from linli.safety.decoding import Raw, raw_from
from linli.safety.models import Reading
from tests.broker.servers import single
from tests.broker.taking import connected, payloads, send
from tests.harness import Town

pytestmark = pytest.mark.real

PREFIX = {DEVICES: "$MQTT.msgs.linli.", GATEWAY: "gateway."}


@pytest.fixture
def broker(tmp_path):
    one = single(tmp_path, sync='"1m"')
    one.start()
    yield one
    one.stop()


async def queue(nc, *, count, alarm_every=0, stream=DEVICES) -> None:
    """Fill the queue as if devices had published while nobody listened."""
    for number in range(count):
        kind = "alarm" if alarm_every and number % alarm_every == 0 else "heartbeat"
        await nc.publish(f"{PREFIX[stream]}cs.D{number % 500}.{kind}", b"%d" % number)
    await nc.flush()
    async with asyncio.timeout(20):
        while (await intake_backlog(nc)).waiting < count:
            await asyncio.sleep(0.02)


async def consumers(nc, *, stream=DEVICES) -> list[str]:
    return orjson.loads((await nc.request(f"$JS.API.CONSUMER.NAMES.{stream}", b"")).data)["consumers"]


async def until_only_the_durable_is_left(nc, *, stream=DEVICES) -> None:
    async with asyncio.timeout(10):
        while await consumers(nc, stream=stream) != [LISTENER]:
            await asyncio.sleep(0.02)


async def express_of(nc) -> str:
    async with asyncio.timeout(10):
        while not (found := [name for name in await consumers(nc) if name != LISTENER]):
            await asyncio.sleep(0.02)
    return found[0]


async def until_one_waits_ahead(pull) -> None:
    async with asyncio.timeout(10):
        while not pull._urgent:
            await asyncio.sleep(0.01)


async def drained(pull, *, count, got=()) -> tuple[list[Message], list[Message]]:
    """All there is, acknowledged: `count` different ones in their turn; and those that came ahead of theirs."""
    ahead = [m for m in got if not m.reply]
    in_turn = {m.sequence: m for m in got if m.reply}
    await pull.ack(got)
    async with asyncio.timeout(30):
        while len(in_turn) < count:
            batch = await pull.take(max_messages=512)
            ahead += [m for m in batch if not m.reply]
            in_turn |= {m.sequence: m for m in batch if m.reply}
            await pull.ack(batch)
    return list(in_turn.values()), ahead


def raw(message: Message) -> Raw:
    return raw_from(
        subject=message.subject,
        data=message.data,
        received_at=message.stored_at,
        stream=message.stream,
        sequence=message.sequence,
    )


async def test_an_alarm_overtakes_what_was_queued_in_the_broker(broker, door, nc):
    await queue(nc, count=20_000)
    pull = await Pull.open(nc)
    first = await pull.take(max_messages=512)
    async with connected(broker, "GD1") as device:
        await send(device, ["fire"])
    await until_one_waits_ahead(pull)
    second = await pull.take(max_messages=512)
    assert second[0].data == b"fire"
    in_turn, ahead = await drained(pull, count=20_001, got=[*first, *second])
    assert payloads(ahead) == ["fire"]
    assert [raw(m) for m in ahead] == [raw(m) for m in in_turn if m.data == b"fire"]
    await until_only_the_durable_is_left(nc)
    async with asyncio.timeout(5):
        while await intake_backlog(nc) != Backlog(waiting=0, unacked=0):
            await asyncio.sleep(0.02)
    await pull.close()


async def test_an_alarm_through_the_http_door_overtakes_too(nc):
    await queue(nc, count=5_000, stream=GATEWAY)
    pull = await Pull.open(nc)
    first = await pull.take(max_messages=512)
    await nc.publish("gateway.cs.GD1.alarm", b"fire")
    await until_one_waits_ahead(pull)
    second = await pull.take(max_messages=512)
    assert second[0].data == b"fire"
    await drained(pull, count=5_001, got=[*first, *second])
    await until_only_the_durable_is_left(nc, stream=GATEWAY)
    await pull.close()


async def test_a_short_queue_needs_no_way_round(nc):
    made: list[bytes] = []

    async def heard(message) -> None:
        made.append(message.data)

    await nc.subscribe("$JS.EVENT.ADVISORY.CONSUMER.CREATED.>", cb=heard)
    await queue(nc, count=1_500, alarm_every=100)
    pull = await Pull.open(nc)
    _, ahead = await drained(pull, count=1_500)
    await pull.close()
    await nc.flush()
    assert (ahead, made) == ([], [])


async def test_a_queue_made_of_alarms_is_taken_once(nc):
    await queue(nc, count=5_000, alarm_every=1)
    pull = await Pull.open(nc)
    _, ahead = await drained(pull, count=5_000)
    assert ahead == []
    await until_only_the_durable_is_left(nc)
    await pull.close()


async def test_a_broker_killed_meanwhile_loses_nothing(broker, nc):
    await queue(nc, count=10_000, alarm_every=50)
    pull = await Pull.open(nc)
    got = await pull.take(max_messages=512)
    await express_of(nc)
    broker.kill()
    broker.start()
    in_turn, _ = await drained(pull, count=10_000, got=got)
    assert {int(m.data) for m in in_turn} == set(range(10_000))
    await until_only_the_durable_is_left(nc)
    await pull.close()


async def test_a_way_round_that_was_lost_is_made_again(nc, monkeypatch):
    monkeypatch.setattr(express, "PAUSE_SECONDS", 0)
    await queue(nc, count=8_000)
    pull = await Pull.open(nc)
    got = await pull.take(max_messages=512)
    lost = await express_of(nc)
    run = pull._express[DEVICES]._running
    await nc.request(f"$JS.API.CONSUMER.DELETE.{DEVICES}.{lost}", b"")
    await asyncio.wait_for(run, 10)
    await nc.publish("$MQTT.msgs.linli.cs.D1.alarm", b"fire")
    got += await pull.take(max_messages=1024)
    await until_one_waits_ahead(pull)
    got += await pull.take(max_messages=1)
    assert got[-1].data == b"fire"
    await drained(pull, count=8_001, got=got)
    await pull.close()


async def test_without_a_way_round_everything_still_comes(nc, monkeypatch, caplog):
    async def refused(*_args, **_named) -> int:
        raise BrokerUnavailable("no more consumers")

    monkeypatch.setattr(express, "open_express", refused)
    monkeypatch.setattr(express, "PAUSE_SECONDS", 0)
    await queue(nc, count=6_000, alarm_every=100)
    pull = await Pull.open(nc)
    _, ahead = await drained(pull, count=6_000)
    assert ahead == []
    assert [r.message for r in caplog.records if "way round" in r.message] == [
        f"no way round the queue of {DEVICES}: no more consumers"
    ]
    await pull.close()


async def test_a_busy_listener_notices_that_another_has_drained_the_queue(nc):
    await queue(nc, count=8_000)
    busy = await Pull.open(nc)
    mine = await busy.take(max_messages=512)
    await express_of(nc)
    other = await Pull.open(nc)
    heard: set[int] = set()
    while (await intake_backlog(nc)).waiting:
        batch = await other.take(max_messages=512)
        heard |= {m.sequence for m in batch}
        await other.ack(batch)
    await until_only_the_durable_is_left(nc)
    await busy.ack(mine)
    await busy.close()
    await other.close()


async def test_closing_the_pull_closes_the_way_round(nc):
    await queue(nc, count=5_000)
    pull = await Pull.open(nc)
    await pull.take(max_messages=1)
    await express_of(nc)
    await pull.close()
    assert await consumers(nc) == [LISTENER]


def test_an_alarm_that_came_both_ways_is_recorded_once(db, broker):
    bodies = {
        "GAS502": {"id": "a1", "at": timezone.now().isoformat(), "lel": 12.5},
        "GAS501": {"id": "a1", "lel": 12.5},  # no clock: named by the day it was stored
        "SMOKE83": {},  # neither: named by its place in the broker
    }

    async def both_ways() -> tuple[list[Message], list[Message]]:
        nc = await broker.connect()
        await ensure_streams(nc)
        await queue(nc, count=4_000)
        pull = await Pull.open(nc)
        got = await pull.take(max_messages=1)
        for serial, body in bodies.items():
            await nc.publish(f"$MQTT.msgs.linli.demo.{serial}.alarm", orjson.dumps(body))
        async with asyncio.timeout(10):
            while len(pull._urgent) < len(bodies):
                await asyncio.sleep(0.01)
        in_turn, ahead = await drained(pull, count=4_000 + len(bodies), got=got)
        await pull.close()
        await nc.close()
        return [m for m in in_turn if m.subject.endswith(".alarm")], ahead

    in_turn, ahead = asyncio.run(both_ways())
    assert len(in_turn) == len(ahead) == 3
    Town()
    first = take_signals(raws=[raw(m) for m in ahead], now=timezone.now())
    again = take_signals(raws=[raw(m) for m in in_turn], now=timezone.now())
    assert (first.new_readings, first.opened) == (3, 3)
    assert (again.signals, again.new_readings, again.opened, again.quarantined) == (3, 0, 0, 0)
    assert Reading.objects.count() == 3
    assert [incident.signals for incident in Incident.objects.all()] == [1, 1, 1]
