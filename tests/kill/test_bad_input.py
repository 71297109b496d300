"""What no device should send, over a real broker: it ends in quarantine, in a refusal or in correct handling, and a
neighbour's alarm that is sent at the same time arrives."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta

import aiohttp
import orjson
import pytest

from bench.load import Detector
from bench.town import COMMUNITY, GATEWAY_TOKEN, OTHER_COMMUNITY
from linli.safety.simulation.line import LineLost, NotLetIn, open_line
from tests.kill.conftest import DATABASES
from tests.kill.devices import Device, alarm
from tests.kill.stage import Stage, recipients_of

pytestmark = [pytest.mark.real, pytest.mark.timeout(180)]

PATIENCE_SECONDS = 20.0
_numbers = itertools.count()


@pytest.fixture(scope="module", params=DATABASES)
def town(templates, request) -> Iterator[Stage]:
    """One for all of this file: what one test does badly must not disturb the next."""
    with templates.stage(request.param, parts=("doorkeeper", "listener", "worker", "web")) as stage:
        yield stage


@pytest.fixture
async def device(town) -> AsyncIterator[Device]:
    """A device that no other test uses."""
    one = town.devices(1, start=next(_numbers))[0]
    await one.connect()
    yield one
    await one.close()


@pytest.fixture
async def neighbour(town) -> AsyncIterator[None]:
    """Another household's alarm goes out while the test does its worst; at the end its three people have heard."""
    number = next(_numbers)
    one = town.devices(1, start=number)[0]
    await one.connect()
    sending = asyncio.create_task(one.publish("alarm", alarm(f"neighbour-{number}")))
    yield
    await sending
    await eventually(lambda: town.told().get(one.serial), recipients_of(number))
    assert town.incidents_by_serial()[one.serial] == 1
    await one.close()


async def eventually(question: Callable[[], object], answer: object) -> None:
    """Fails, with the last answer, when it does not become `answer`."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (last := await asyncio.to_thread(question)) != answer and time.monotonic() < until:
        await asyncio.sleep(0.1)
    assert last == answer


def reasons(town: Stage, serial: str) -> list[str]:
    return sorted(reason for reason, of in town.quarantined() if of == serial)


def readings(town: Stage, serial: str) -> list[tuple]:
    return town.rows(
        "SELECT r.kind, r.clock_doubtful FROM safety_reading r JOIN safety_device d ON d.id = r.device_id"
        f" WHERE d.serial = '{serial}' ORDER BY r.id"
    )


def conditions(town: Stage, serial: str) -> list[tuple]:
    return town.rows(f"SELECT condition, signals FROM incidents_incident WHERE source_label = '{serial}' ORDER BY id")


def stamped(at: datetime, name: str = "x") -> bytes:
    return orjson.dumps({"id": name, "at": at.isoformat(), "lel": 12.5})


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"\xff\xfe\x00garbage", "not_json"),
        (b"", "not_json"),
        (b"[1, 2]", "not_json"),
        (b'{"id": "' + b"x" * 100_000 + b'"}', "too_large"),
    ],
    ids=["bytes", "nothing", "a list", "100 KB"],
)
async def test_a_device_that_sends_garbage_is_put_into_quarantine(town, device, neighbour, payload, reason) -> None:
    await device.publish("alarm", payload)
    await eventually(lambda: reasons(town, device.serial), [reason])
    assert device.serial not in town.incidents_by_serial()


async def test_a_device_that_sends_a_megabyte_is_cut_off_and_noted(town, device, neighbour) -> None:
    line = await device.connect()
    with pytest.raises(LineLost):
        await line.publish(f"linli/{COMMUNITY}/{device.serial}/alarm".encode(), b"x" * 1_000_000)
    await eventually(lambda: reasons(town, device.serial), ["too_large"])
    await device.publish("alarm", alarm("after the megabyte"))  # it may come back, and is heard
    await eventually(lambda: town.incidents_by_serial().get(device.serial), 1)


async def test_a_device_that_names_another_community_is_not_heard_there(town, device, neighbour) -> None:
    topic = f"linli/{OTHER_COMMUNITY}/{device.serial}/alarm"
    await device.publish("alarm", alarm("elsewhere"), topic=topic)
    await eventually(lambda: reasons(town, device.serial), ["foreign_topic"])
    assert device.serial not in town.incidents_by_serial()


async def test_a_device_on_anothers_topic_raises_no_alarm_there(town, device, neighbour) -> None:
    victim = town.devices(1, start=next(_numbers))[0]
    await device.publish("alarm", alarm("not mine"), topic=f"linli/{COMMUNITY}/{victim.serial}/alarm")
    await eventually(lambda: reasons(town, device.serial), ["foreign_topic"])
    assert victim.serial not in town.incidents_by_serial()
    assert device.serial not in town.incidents_by_serial()


async def test_an_unknown_serial_is_not_let_in_and_is_noted(town, neighbour) -> None:
    stranger = Detector("NOBODY-77", "no secret")
    with pytest.raises(NotLetIn):
        await open_line(
            host="127.0.0.1",
            port=town.place.mqtt_port,
            client_id=stranger.serial,
            username=stranger.serial,
            password=stranger.secret,
        )
    await eventually(lambda: "unknown_device" in reasons(town, stranger.serial), True)


async def test_a_message_of_an_unknown_device_in_the_broker_is_put_into_quarantine(town, neighbour) -> None:
    """As when a device was struck off between its PUBLISH and our reading it."""
    nc = await town.place.connect(name="test")
    await nc.request(f"$MQTT.msgs.linli.{COMMUNITY}.GONE-1.alarm", alarm("gone"), timeout=10)
    await nc.request(f"$MQTT.msgs.linli.{OTHER_COMMUNITY}.B000999.alarm", alarm("moved"), timeout=10)
    await nc.close()
    await eventually(lambda: reasons(town, "GONE-1"), ["unknown_device"])
    await eventually(lambda: reasons(town, "B000999"), ["wrong_community"])


@pytest.mark.parametrize("at", ["1970-01-01T00:00:00+00:00", "2099-12-31T23:59:59+08:00"])
async def test_an_alarm_with_an_impossible_time_is_an_alarm_all_the_same(town, device, neighbour, at) -> None:
    await device.publish("alarm", alarm("clock", at=at))
    await eventually(lambda: town.incidents_by_serial().get(device.serial), 1)
    assert [(kind, bool(doubtful)) for kind, doubtful in readings(town, device.serial)] == [("alarm", True)]
    ((opened,),) = town.rows(f"SELECT happened_at FROM incidents_incident WHERE source_label = '{device.serial}'")
    assert "1970" not in str(opened)
    assert "2099" not in str(opened)


async def test_an_alarm_overtaken_by_its_all_clear_is_told_all_the_same(town, device, neighbour) -> None:
    now = datetime.now(UTC)
    await device.publish("clear", stamped(now, "clear"))
    await eventually(lambda: len(readings(town, device.serial)), 1)
    await device.publish("alarm", stamped(now - timedelta(seconds=30), "alarm"))
    await eventually(lambda: conditions(town, device.serial), [("cleared", 1)])
    await eventually(lambda: len(town.told().get(device.serial, [])), 3)


async def test_an_alarm_sent_twice_counts_once(town, device, neighbour) -> None:
    same = alarm("twice")
    await asyncio.gather(device.publish("alarm", same), device.publish("alarm", same))
    await device.publish("alarm", same)
    await device.publish("status", alarm("the last"))
    await eventually(lambda: [kind for kind, _ in readings(town, device.serial)], ["alarm", "status"])
    assert conditions(town, device.serial) == [("active", 1)]
    await eventually(lambda: len(town.told().get(device.serial, [])), 3)


async def test_an_alarm_replayed_after_a_day_raises_nothing_again(town, device, neighbour) -> None:
    yesterdays = stamped(datetime.now(UTC) - timedelta(days=1), "yesterday")
    await device.publish("alarm", yesterdays)
    await eventually(lambda: len(conditions(town, device.serial)), 1)
    await asyncio.to_thread(town.place.python, "-m", "bench.town", "--close")
    await device.publish("alarm", yesterdays)
    await device.publish("status", alarm("the last"))
    await eventually(lambda: [kind for kind, _ in readings(town, device.serial)], ["alarm", "status"])
    assert town.incidents_by_serial()[device.serial] == 1


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (("B000900", "wrong", b'{"kind": "alarm"}'), 401),
        (("NOBODY-1", GATEWAY_TOKEN, b'{"kind": "alarm"}'), 404),
        (("B000900", GATEWAY_TOKEN, b"\xff\xfe"), 422),
        (("B000900", GATEWAY_TOKEN, b'{"kind": "song"}'), 422),
        (("B000900", GATEWAY_TOKEN, b'{"kind": "alarm", "x": "' + b"x" * 1_000_000 + b'"}'), 413),
    ],
    ids=["wrong token", "unknown serial", "garbage", "unknown kind", "1 MB"],
)
async def test_the_http_door_says_no_and_means_it(town, neighbour, said, status) -> None:
    serial, token, body = said
    url = f"http://127.0.0.1:{town.place.http_port}/api/v1/devices/{serial}/events"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
        assert answer.status == status, await answer.text()
    assert serial not in town.incidents_by_serial()
