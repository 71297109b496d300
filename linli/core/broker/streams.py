"""The two streams we read, and the durable consumers that remember what we have committed.

What devices publish lies in the broker's own stream `$MQTT_msgs`: the PUBACK follows *that* write, so that is where we
read. The broker would make the stream with "interest" retention: what is published before a consumer exists is dropped
although it is acknowledged, and every single ack deletes one message with an fsync of its own (1,000 a second at most,
measured). So we make it first, with "limits" retention and no limits: everything is kept, consumer or not, and `tidy`
deletes in bulk what lies below the lowest message not yet acked.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from linli.core.broker.connection import BrokerUnavailable

URGENT_KINDS: Final = ("alarm", "clear")
ROUTINE_KINDS: Final = ("heartbeat", "status")
DEVICE_KINDS: Final = URGENT_KINDS + ROUTINE_KINDS

DEVICES: Final = "$MQTT_msgs"
GATEWAY: Final = "GATEWAY"
LISTENER: Final = "listener"
CONSUMERS: Final = ((DEVICES, LISTENER), (GATEWAY, LISTENER))
# What may overtake a long queue. One subject and not "clear" too: two filters cost the server more than twice the CPU.
EXPRESS_SUBJECTS: Final = {DEVICES: "$MQTT.msgs.linli.*.*.alarm", GATEWAY: "gateway.*.*.alarm"}

ACK_WAIT_SECONDS: Final = 5
MAX_ACK_PENDING: Final = 8192
DUPLICATE_WINDOW_SECONDS: Final = 600
EXPRESS_IDLE_SECONDS: Final = 5

_API_SECONDS = 3.0
_NANO = 1_000_000_000
_STREAM_NOT_FOUND, _STREAM_NAME_IN_USE = 10059, 10058


class IntakeMissing(BrokerUnavailable):
    """The broker says that a stream or one of our consumers on it is not there or cannot be made."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What lies in the broker for us: `waiting` was never handed out, `unacked` was and is not yet acknowledged."""

    waiting: int
    unacked: int


async def ensure_storage(nc: Client, *, replicas: int | None = None, wait_seconds: float = 30.0) -> None:
    """Makes the two streams, or corrects them: from then on nothing that is acknowledged to a device can be dropped.

    Raises as `ensure_streams`.
    """
    await _until(lambda: _ensure_storage(nc, replicas=replicas), wait_seconds=wait_seconds)


async def ensure_streams(nc: Client, *, replicas: int | None = None, wait_seconds: float = 30.0) -> None:
    """Makes what is missing, streams and consumers; may be called by every process at any time.

    `replicas` None means 3 in a cluster and 1 on a single server. A broker still starting or electing is given
    `wait_seconds`. Raises BrokerUnavailable when that is over: IntakeMissing if the broker's last answer was no.
    """

    async def ensure() -> None:
        await _ensure_storage(nc, replicas=replicas)
        await _ensure_consumer(nc, DEVICES, "$MQTT.msgs.linli.>")
        await _ensure_consumer(nc, GATEWAY, "gateway.>")

    await _until(ensure, wait_seconds=wait_seconds)


async def intake_is_ready(nc: Client) -> bool:
    """True when both streams and our consumers exist.

    Raises BrokerUnavailable when the broker does not answer at all.
    """
    for stream, consumer in CONSUMERS:
        answer = await _ask(nc, f"CONSUMER.INFO.{stream}.{consumer}", None)
        if answer.get("error"):
            return False
    return True


async def intake_backlog(nc: Client) -> Backlog:
    """For `linli check` and the operator's page. Raises BrokerUnavailable."""
    waiting = unacked = 0
    for stream, _consumer in CONSUMERS:
        answer = await _listener(nc, stream)
        waiting += int(answer["num_pending"])
        unacked += int(answer["num_ack_pending"])
    return Backlog(waiting=waiting, unacked=unacked)


async def waiting_in(nc: Client, *, stream: str) -> int:
    """How many messages of a stream were never handed out. Raises BrokerUnavailable."""
    return int((await _listener(nc, stream))["num_pending"])


async def open_express(nc: Client, *, stream: str, name: str) -> int:
    """Makes a consumer that sees the alarms not yet acked, and returns how many these are. Raises BrokerUnavailable.

    It remembers nothing, needs no acks, lives in the broker's memory, and goes when unused for EXPRESS_IDLE_SECONDS.
    """
    config = {
        "name": name,
        "deliver_policy": "by_start_sequence",
        "opt_start_seq": int((await _listener(nc, stream))["ack_floor"]["stream_seq"]) + 1,
        "ack_policy": "none",
        "filter_subject": EXPRESS_SUBJECTS[stream],
        "mem_storage": True,
        "num_replicas": 1,
        "inactive_threshold": EXPRESS_IDLE_SECONDS * _NANO,
    }
    made = await _need(nc, f"CONSUMER.CREATE.{stream}.{name}", {"stream_name": stream, "config": config})
    return int(made["num_pending"])


async def close_express(nc: Client, *, stream: str, name: str) -> None:
    """Raises BrokerUnavailable, also when it is gone already."""
    await _need(nc, f"CONSUMER.DELETE.{stream}.{name}", None)


async def tidy(nc: Client) -> int:
    """Deletes what has been acked, all of it in one go, and returns how many messages. Raises BrokerUnavailable.

    The ack floor is the last message before which nothing is unacked, so what is not committed is never deleted.
    """
    deleted = 0
    for stream, _consumer in CONSUMERS:
        floor = int((await _listener(nc, stream))["ack_floor"]["stream_seq"])
        state = (await _need(nc, f"STREAM.INFO.{stream}", None))["state"]
        if state["messages"] and floor >= int(state["first_seq"]):
            deleted += int((await _need(nc, f"STREAM.PURGE.{stream}", {"seq": floor + 1}))["purged"])
    return deleted


async def when_storage_is_lost(nc: Client, call: Callable[[], Awaitable[None]]) -> None:
    """Calls `call` whenever the broker tells that a stream of ours was deleted."""

    async def lost(_message: Msg) -> None:
        await call()

    for stream in (DEVICES, GATEWAY):
        await nc.subscribe(f"$JS.EVENT.ADVISORY.STREAM.DELETED.{stream}", cb=lost)


def _clustered(nc: Client) -> bool:
    return bool(nc._server_info.get("cluster"))


async def _until(ensure: Callable[[], Awaitable[None]], *, wait_seconds: float) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return await ensure()
        except BrokerUnavailable:
            if time.monotonic() >= deadline:
                raise
        await asyncio.sleep(0.25)


async def _ensure_storage(nc: Client, *, replicas: int | None) -> None:
    common = {"retention": "limits", "num_replicas": replicas or (3 if _clustered(nc) else 1)}
    await _ensure_stream(nc, {"name": DEVICES, "subjects": ["$MQTT.msgs.>"], **common})
    window = DUPLICATE_WINDOW_SECONDS * _NANO
    await _ensure_stream(nc, {"name": GATEWAY, "subjects": ["gateway.>"], "duplicate_window": window, **common})


async def _ensure_stream(nc: Client, wanted: dict[str, Any]) -> None:
    name = wanted["name"]
    found = await _ask(nc, f"STREAM.INFO.{name}", None)
    if "error" in found:
        if found["error"].get("err_code") != _STREAM_NOT_FOUND:
            raise IntakeMissing(f"{name}: {found['error'].get('description')}")
        made = await _ask(nc, f"STREAM.CREATE.{name}", {"storage": "file", **wanted})
        if made.get("error", {}).get("err_code") != _STREAM_NAME_IN_USE:  # another process was faster
            _check(made, name)
        return
    config = found["config"]
    too_few = config["num_replicas"] < wanted["num_replicas"]
    if too_few or config["retention"] != wanted["retention"]:
        better = {"num_replicas": max(config["num_replicas"], wanted["num_replicas"]), "retention": wanted["retention"]}
        await _need(nc, f"STREAM.UPDATE.{name}", {**config, **better})


async def _ensure_consumer(nc: Client, stream: str, subject: str) -> None:
    wanted = {
        "durable_name": LISTENER,
        "deliver_policy": "all",
        "ack_policy": "explicit",
        "ack_wait": ACK_WAIT_SECONDS * _NANO,
        "max_deliver": -1,
        "max_ack_pending": MAX_ACK_PENDING,
        "filter_subject": subject,  # one subject: a list of two costs the server more than twice the CPU a message
    }
    found = await _ask(nc, f"CONSUMER.INFO.{stream}.{LISTENER}", None)
    if wanted.items() <= found.get("config", {}).items():
        return
    if "error" in found and await _has_messages(nc, stream):
        # Somebody deleted it. The server (2.15.1) removes its folder a little later, and if it was made again meanwhile
        # then the new one loses its folder. The stream keeps everything, so there is no hurry.
        await asyncio.sleep(1)
    config = {"name": LISTENER, **wanted}
    await _need(nc, f"CONSUMER.CREATE.{stream}.{LISTENER}", {"stream_name": stream, "config": config})


async def _listener(nc: Client, stream: str) -> dict[str, Any]:
    return await _need(nc, f"CONSUMER.INFO.{stream}.{LISTENER}", None)


async def _has_messages(nc: Client, stream: str) -> bool:
    return bool((await _need(nc, f"STREAM.INFO.{stream}", None))["state"]["last_seq"])


async def _need(nc: Client, what: str, body: dict[str, Any] | None) -> dict[str, Any]:
    return _check(await _ask(nc, what, body), what)


def _check(answer: dict[str, Any], what: str) -> dict[str, Any]:
    if "error" in answer:
        raise IntakeMissing(f"{what}: {answer['error'].get('description')}")
    return answer


async def _ask(nc: Client, what: str, body: dict[str, Any] | None) -> dict[str, Any]:
    payload = b"" if body is None else orjson.dumps(body)
    line = nc.stats["reconnects"]
    asking = asyncio.ensure_future(nc.request(f"$JS.API.{what}", payload, timeout=_API_SECONDS))
    try:
        while not asking.done():
            await asyncio.wait({asking}, timeout=0.1)
            if nc.stats["reconnects"] != line:
                # The question may have gone down with the old connection: better ask again than wait for silence.
                raise BrokerUnavailable(f"{what}: the line was cut while asking")
        read: dict[str, Any] = orjson.loads(asking.result().data)
    except (NatsError, OSError) as silent:
        raise BrokerUnavailable(f"{what}: the broker did not answer ({type(silent).__name__})") from silent
    finally:
        asking.cancel()
    return read
