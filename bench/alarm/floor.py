"""The bare floor: what the same transport costs with nothing of ours on it.

nats-server (fsync for each message) → pull consumer on `$MQTT_msgs` → one SQLite transaction a batch (WAL, FULL) →
three POSTs for each alarm → ack. No sign-in, no policy, no timeline, no retry: it is what ours is measured against.

    python -m bench.alarm.floor NATS_URL DATABASE SINK_URL
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import aiohttp
import nats
import orjson
import uvloop
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RetentionPolicy, StorageType, StreamConfig

RECIPIENTS = ("daughter", "son", "captain")
PREFETCH = 2048
POSTS_AT_ONCE = 64

SCHEMA = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=FULL;
CREATE TABLE IF NOT EXISTS alarm (serial TEXT PRIMARY KEY, body BLOB, at REAL);
CREATE TABLE IF NOT EXISTS device (serial TEXT PRIMARY KEY, seen REAL);
"""


def config(folder: Path, *, mqtt_port: int, nats_port: int) -> str:
    """The server of the floor: the same durability as ours, and nobody asked for a password."""
    return f"""
server_name: floor
listen: "127.0.0.1:{nats_port}"
max_connections: 200000
jetstream {{ store_dir: "{folder / "jetstream"}", sync_interval: always }}
mqtt {{ listen: "127.0.0.1:{mqtt_port}" }}
"""


async def prepare(nc: Client) -> None:
    js = nc.jetstream()
    await js.add_stream(
        StreamConfig(
            name="$MQTT_msgs", subjects=["$MQTT.msgs.>"], retention=RetentionPolicy.INTEREST, storage=StorageType.FILE
        )
    )
    await js.add_consumer(
        "$MQTT_msgs",
        ConsumerConfig(
            durable_name="floor", ack_policy=AckPolicy.EXPLICIT, deliver_policy=DeliverPolicy.ALL,
            filter_subject="$MQTT.msgs.linli.>", max_ack_pending=20_000, ack_wait=30,
        ),
    )  # fmt: skip


class Floor:
    def __init__(self, nc: Client, database: str, url: str) -> None:
        self._nc = nc
        self._url = url
        self._came: list[Msg] = []
        self._any = asyncio.Event()
        self._asked = 0
        self._owed: asyncio.Queue[tuple[Msg, str, dict[str, Any], list[str]]] = asyncio.Queue()
        self._db = sqlite3.connect(database, isolation_level=None)
        self._db.executescript(SCHEMA)

    async def run(self) -> None:
        inbox = self._nc.new_inbox()
        await self._nc.subscribe(inbox, cb=self._take)
        await self._nc.subscribe("linli.*.*.heartbeat", cb=self._pass)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=POSTS_AT_ONCE)) as session:
            senders = [asyncio.create_task(self._send(session)) for _ in range(POSTS_AT_ONCE)]
            while True:
                if self._asked < PREFETCH // 2:
                    request = orjson.dumps({"batch": PREFETCH - self._asked, "expires": 3_600_000_000_000})
                    self._asked = PREFETCH
                    await self._nc.publish("$JS.API.CONSUMER.MSG.NEXT.$MQTT_msgs.floor", request, reply=inbox)
                await self._any.wait()
                self._any.clear()
                batch, self._came = self._came, []
                await self._record(batch)
                if any(sender.done() for sender in senders):
                    sys.exit("a sender died")

    async def _take(self, message: Msg) -> None:
        self._asked -= 1
        self._came.append(message)
        self._any.set()

    async def _pass(self, message: Msg) -> None:
        if (message.headers or {}).get("Nmqtt-Pub", "0")[
            0
        ] == "0":  # QoS 1 passes here too; it is taken from the stream
            self._came.append(message)
            self._any.set()

    async def _record(self, batch: list[Msg]) -> None:
        now = time.time()
        alarms, beats = [], []
        for message in batch:
            _, serial, kind = message.subject.rsplit(".", 2)
            (alarms if kind == "alarm" else beats).append((message, serial))
        self._db.execute("BEGIN IMMEDIATE")
        self._db.executemany("INSERT OR REPLACE INTO alarm VALUES (?, ?, ?)", [(s, m.data, now) for m, s in alarms])
        self._db.executemany("INSERT OR REPLACE INTO device VALUES (?, ?)", [(s, now) for _, s in beats])
        self._db.execute("COMMIT")
        for message, serial in alarms:
            body = {"device": serial, **orjson.loads(message.data)}
            left = list(RECIPIENTS)
            for who in RECIPIENTS:
                self._owed.put_nowait((message, who, body, left))
        for message, _ in beats:
            if message.reply:
                await self._nc.publish(message.reply, b"")

    async def _send(self, session: aiohttp.ClientSession) -> None:
        while True:
            message, who, body, left = await self._owed.get()
            key = f"{body['device']}:{who}"
            data = orjson.dumps({**body, "recipient": who})
            async with session.post(self._url, data=data, headers={"Idempotency-Key": key}) as answer:
                answer.raise_for_status()
            left.remove(who)
            if not left:
                await self._nc.publish(message.reply, b"")


async def main() -> None:
    url, database, sink = sys.argv[1:4]
    nc = await nats.connect(url)
    await prepare(nc)
    floor = Floor(nc, database, sink)
    print("ready", flush=True)
    await floor.run()


if __name__ == "__main__":
    uvloop.run(main())
