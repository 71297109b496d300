"""Closes the open connections of devices that may no longer be in: struck off, or with a secret that is no longer trusted.

The broker asks us only when a device comes in. Once in, it stays until somebody closes its connection, which the broker does
on request of its system account (NATS 2.10 and later: `$SYS.REQ.SERVER.<server>.KICK` with the number of a connection;
CONNZ says which connections a user has, on every server of a cluster).

What is to be closed is owed in the database. It is closed again and again for `STILL_COMING_IN`: a connection that was just
being let in by the old records is not yet in the broker's list the first time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from linli.core.broker import subscribe_wake

log = logging.getLogger("linli.doorkeeper")

LOOK_EVERY_SECONDS: Final = 5.0
STILL_COMING_IN: Final = timedelta(seconds=15)  # longer than the broker's patience with one who is signing in
ANSWERS_WITHIN_SECONDS: Final = 1.0
MOST_OF_ONE_DEVICE: Final = 64
MOST_AT_ONCE: Final = 100

Owed = Callable[[], Collection[str]]
Settle = Callable[[datetime], object]


@dataclass(frozen=True, slots=True)
class Connection:
    """One open MQTT connection: on which server, and its number there."""

    server: str
    number: int
    serial: str


async def cut_off_as_owed(*, nc: Client, nc_sys: Client, owed: Owed, settle: Settle) -> None:
    """Runs until cancelled. `nc` is a connection as `linli`, `nc_sys` one as `sys`.

    `owed()` gives the serials whose connections must end, `settle(before)` drops what was owed before that instant; both are
    called in a thread of their own. Whatever fails is tried again in the next round.
    """
    bell = await subscribe_wake(nc, who="doorkeeper")
    thread = ThreadPoolExecutor(1, thread_name_prefix="doorkeeper-cutting")
    loop, me = asyncio.get_running_loop(), asyncio.current_task()
    try:
        # The broker's client waits with `wait_for`, which loses a cancel that comes together with the answer.
        while me is None or not me.cancelling():
            begun = datetime.now(UTC)
            try:
                serials = await loop.run_in_executor(thread, owed)
                if serials:
                    await close_connections(nc_sys, serials=serials)
                    await loop.run_in_executor(thread, settle, begun - STILL_COMING_IN)
            except (NatsError, OSError) as silent:
                log.warning("connections are still to be closed: %s", type(silent).__name__)
            except Exception:
                # A database that is away must not end the door's other work.
                log.exception("connections are still to be closed")
            await bell.wait(timeout_seconds=LOOK_EVERY_SECONDS)
    finally:
        thread.shutdown(wait=False, cancel_futures=True)
        await bell.close()


async def close_connections(nc_sys: Client, *, serials: Collection[str]) -> int:
    """Closes every open connection of these devices, on whichever server, and says how many there were."""
    closed = 0
    waiting = sorted(serials)
    while waiting:
        some, waiting = waiting[:MOST_AT_ONCE], waiting[MOST_AT_ONCE:]
        for found in await asyncio.gather(*(connections_of(nc_sys, serial=serial) for serial in some)):
            for one in found:
                closed += await _close(nc_sys, one)
    return closed


async def _close(nc_sys: Client, one: Connection) -> bool:
    asks = orjson.dumps({"cid": one.number})
    said = await nc_sys.request(f"$SYS.REQ.SERVER.{one.server}.KICK", asks, timeout=2)
    if "error" in orjson.loads(said.data):
        return False  # gone by itself meanwhile
    log.info("the connection of %s is closed", one.serial)
    return True


async def connections_of(nc_sys: Client, *, serial: str) -> Sequence[Connection]:
    """The open MQTT connections of a device, asked of every server that answers within a second."""
    answers: list[Any] = []
    inbox = nc_sys.new_inbox()

    async def heard(message: Msg) -> None:
        answers.append(orjson.loads(message.data))

    subscription = await nc_sys.subscribe(inbox, cb=heard)
    try:
        asks = {"acc": "LINLI", "user": serial, "auth": True, "limit": MOST_OF_ONE_DEVICE}
        await nc_sys.publish("$SYS.REQ.SERVER.PING.CONNZ", orjson.dumps(asks), reply=inbox)
        await asyncio.sleep(ANSWERS_WITHIN_SECONDS)
    finally:
        await subscription.unsubscribe()
    return [
        Connection(server=answer["server"]["id"], number=one["cid"], serial=serial)
        for answer in answers
        for one in (answer.get("data") or {}).get("connections") or ()
        # Our own processes are users of the same account; they come over NATS, never over MQTT.
        if one.get("type") in {"mqtt", "mqtt_websocket", "mqtt_ws"}
    ]
