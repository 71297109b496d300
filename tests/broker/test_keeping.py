"""What a device saw acknowledged is kept until we acknowledge it, whatever is killed in between."""

from __future__ import annotations

import asyncio

import orjson
import pytest

from linli.core.broker import ACK_WAIT_SECONDS, Backlog, Pull, ensure_streams, intake_backlog, publish_durably, tidy
from linli.core.broker.streams import DEVICES, LISTENER
from tests.broker.taking import connected, nothing_more, payloads, send, taken

pytestmark = pytest.mark.real


async def test_each_quality_of_service_comes_out_exactly_once(broker, door, nc, pull):
    async with connected(broker, "GD1") as device:
        for qos in (0, 1, 2):
            await send(device, [f"q{qos}"], qos=qos)
        await send(device, ["h0"], kind="heartbeat", qos=0)
        await send(device, ["h1"], kind="heartbeat", qos=1)
        got = await taken(pull, count=5)
    assert sorted(payloads(got)) == ["h0", "h1", "q0", "q1", "q2"]
    assert {m.data: m.subject for m in got}[b"q2"] == "linli.cs.GD1.alarm"
    assert [bool(m.stream) for m in sorted(got, key=lambda m: m.data)] == [False, True, False, True, True]
    await pull.ack(got)
    await nothing_more(pull)
    async with asyncio.timeout(5):
        while await intake_backlog(nc) != Backlog(waiting=0, unacked=0):
            await asyncio.sleep(0.02)


async def test_what_was_acknowledged_to_the_device_survives_a_killed_broker(broker, door, nc):
    async with connected(broker, "GD1") as device:
        sent = await send(device, [f"a{n}" for n in range(50)])
    assert len(sent) == 50
    broker.kill()
    broker.start()
    pull = await Pull.open(nc)
    got = await taken(pull, count=50)
    assert payloads(got) == sent
    await pull.ack(got)
    await nc.flush()
    await nothing_more(pull)
    await pull.close()


async def test_a_pull_goes_on_after_the_broker_was_killed_under_it(broker, door, nc, pull):
    async with connected(broker, "GD1") as device:
        await send(device, ["before"])
        await pull.ack(await taken(pull, count=1))
        await nc.flush()
    broker.kill()
    broker.start()
    await door.back()
    async with connected(broker, "GD1") as device:
        await send(device, ["after"])
        # Whether the ack was on the disk when the broker was killed is not promised: "before" may come once more.
        heard: set[str] = set()
        async with asyncio.timeout(15):
            while "after" not in heard:
                heard |= set(payloads(await pull.take(max_messages=1)))
        assert heard <= {"before", "after"}


async def test_what_nobody_acked_comes_again(broker, door, nc):
    async with connected(broker, "GD1") as device:
        await send(device, ["one", "two", "three"])
    first = await Pull.open(nc)
    await first.ack([(await taken(first, count=3))[1]])
    # The taker is gone without a word, its messages in its hands.
    first._nc = None
    for subscription in first._subscriptions:
        await subscription.unsubscribe()
    first._watch.cancel()
    second = await Pull.open(nc)
    again = await taken(second, count=2, within=ACK_WAIT_SECONDS + 4)
    assert sorted(payloads(again)) == ["one", "three"]
    assert {m.delivered for m in again} == {2}
    await second.ack(again)
    await nothing_more(second)
    await second.close()


async def test_what_was_given_back_comes_again_after_a_while(broker, door, nc, pull):
    async with connected(broker, "GD1") as device:
        await send(device, ["x"])
    await pull.give_back(await taken(pull, count=1), after_seconds=0.3)
    await nothing_more(pull, within=0.2)
    again = await taken(pull, count=1, within=3)
    assert again[0].delivered == 2


async def test_a_closed_pull_leaves_its_buffer_to_others_at_once(broker, door, nc):
    idle = await Pull.open(nc)
    async with connected(broker, "GD1") as device:
        await send(device, [f"m{n}" for n in range(10)])
    await idle.close()
    assert await idle.take(max_messages=1) == []
    other = await Pull.open(nc)
    assert len(await taken(other, count=10, within=2)) == 10
    await other.close()


async def test_two_pulls_share_the_work_without_doubles(broker, door, nc):
    other_line = await broker.connect()
    pulls = [await Pull.open(nc, prefetch=20), await Pull.open(other_line, prefetch=20)]
    got: list[list] = [[], []]

    async def work(number: int) -> None:
        while True:
            batch = await pulls[number].take(max_messages=5)
            got[number] += batch
            await asyncio.sleep(0.001)
            await pulls[number].ack(batch)

    workers = [asyncio.create_task(work(number)) for number in range(2)]
    async with connected(broker, "GD1") as device:
        await send(device, [str(n) for n in range(300)])
        async with asyncio.timeout(15):
            while len(got[0]) + len(got[1]) < 300:
                await asyncio.sleep(0.02)
    for worker in workers:
        worker.cancel()
    assert sorted(int(text) for text in payloads([*got[0], *got[1]])) == list(range(300))
    assert min(len(got[0]), len(got[1])) > 30
    for one in pulls:
        await one.close()
    await other_line.close()


async def test_an_alarm_overtakes_the_heartbeats_that_wait_here(broker, door, nc):
    async with connected(broker, "GD1") as device:
        await send(device, [f"h{n}" for n in range(20)], kind="heartbeat")
        await send(device, ["fire"])
    pull = await Pull.open(nc)
    async with asyncio.timeout(5):
        while not pull._urgent:
            await asyncio.sleep(0.01)
    assert payloads(await pull.take(max_messages=3)) == ["fire", "h0", "h1"]
    await pull.close()


async def test_heartbeats_gather_and_an_alarm_does_not_wait_for_them(broker, door, nc):
    pull = await Pull.open(nc, routine_wait_seconds=30)
    async with connected(broker, "GD1") as device:
        await send(device, ["h0", "h1"], kind="heartbeat")
        async with asyncio.timeout(5):
            while len(pull._routine) < 2:
                await asyncio.sleep(0.01)
        waiting = asyncio.create_task(pull.take(max_messages=4))
        await send(device, ["fire"])
        assert payloads(await waiting) == ["fire"]
        waiting = asyncio.create_task(pull.take(max_messages=4))
        await send(device, ["h2", "h3"], kind="heartbeat")  # enough for a whole batch
        assert payloads(await waiting) == ["h0", "h1", "h2", "h3"]
    await pull.close()


async def test_tidying_deletes_what_was_acked_and_nothing_else(broker, door, nc, pull):
    async with connected(broker, "GD1") as device:
        await send(device, [str(n) for n in range(6)])
    got = await taken(pull, count=6)
    await pull.ack([got[0], got[1], got[4]])
    async with asyncio.timeout(5):
        while (await intake_backlog(nc)).unacked > 3:
            await asyncio.sleep(0.02)
    assert await tidy(nc) == 2
    await pull.close()
    broker.kill()
    broker.start()
    again = await Pull.open(nc)
    # Which acks were on the disk when it was killed is not promised; that nothing unacked is missing is.
    heard: set[str] = set()
    async with asyncio.timeout(10):
        while not {"2", "3", "5"} <= heard:
            heard |= set(payloads(await again.take(max_messages=6)))
    await again.close()


async def test_what_is_published_while_there_is_no_consumer_is_kept(broker, door, nc):
    async with connected(broker, "GD1") as device:
        await door.close()
        await nc.request(f"$JS.API.CONSUMER.DELETE.{DEVICES}.{LISTENER}", b"")
        await send(device, ["kept"])
    await ensure_streams(nc)
    pull = await Pull.open(nc)
    assert payloads(await taken(pull, count=1)) == ["kept"]
    await pull.close()


async def test_a_stream_that_the_server_made_is_made_to_keep_everything(broker):
    line = await broker.connect()
    made = {"name": DEVICES, "subjects": ["$MQTT.msgs.>"], "storage": "file", "retention": "interest"}
    await line.request(f"$JS.API.STREAM.CREATE.{DEVICES}", orjson.dumps(made))
    await ensure_streams(line)
    info = orjson.loads((await line.request(f"$JS.API.STREAM.INFO.{DEVICES}", b"")).data)
    assert info["config"]["retention"] == "limits"
    await line.close()


async def test_a_deleted_consumer_is_made_again(broker, door, nc, pull):
    await nc.request(f"$JS.API.CONSUMER.DELETE.{DEVICES}.{LISTENER}", b"")
    async with connected(broker, "GD1") as device:
        await send(device, ["still heard"])
        assert payloads(await taken(pull, count=1)) == ["still heard"]


async def test_the_http_door_gets_its_answer_after_storing_and_doubles_are_dropped(broker, nc, pull):
    first = await publish_durably(nc, subject="gateway.cs.GD1.alarm", payload=b"{}", msg_id="m1")
    again = await publish_durably(nc, subject="gateway.cs.GD1.alarm", payload=b"{}", msg_id="m1")
    assert (first.duplicate, again.duplicate) == (False, True)
    got = await taken(pull, count=1)
    assert (got[0].subject, got[0].stream) == ("gateway.cs.GD1.alarm", "GATEWAY")
    await pull.ack(got)
    await nothing_more(pull)


async def test_a_message_for_the_http_door_waits_for_a_killed_broker(broker, nc):
    await publish_durably(nc, subject="gateway.cs.GD1.alarm", payload=b"kept", msg_id="m1")
    broker.kill()
    broker.start()
    pull = await Pull.open(nc)
    assert payloads(await taken(pull, count=1)) == ["kept"]
    await pull.close()


async def test_quality_2_after_a_killed_broker_is_not_mistaken_for_a_double(broker, door, nc):
    # The server numbers QoS 2 publishes and drops doubles by that number: it must not begin again at 1.
    async with connected(broker, "GD1") as device:
        await send(device, ["before-1", "before-2"], qos=2)
    broker.kill()
    broker.start()
    await door.back()
    async with connected(broker, "GD2") as device:
        await send(device, ["after-1", "after-2"], qos=2)
    pull = await Pull.open(nc)
    assert payloads(await taken(pull, count=4)) == ["before-1", "before-2", "after-1", "after-2"]
    await pull.close()


async def test_making_the_streams_twice_at_once_changes_nothing(broker):
    lines = [await broker.connect() for _ in range(3)]
    await asyncio.gather(*(ensure_streams(line) for line in lines))
    await ensure_streams(lines[0])
    for line in lines:
        await line.close()
