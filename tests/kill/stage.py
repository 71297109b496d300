"""A town of real processes for tests that kill them: built once for each database, copied for each test."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.processes import Installation
from bench.sink import SinkProcess
from bench.town import COMMUNITY, GATEWAY_TOKEN, detectors
from linli.core.broker import intake_backlog
from tests.kill.devices import Device, GatewayDevice

HOUSEHOLDS = 1000
# One key for the template and its copies: it encrypts the addresses that messages go to.
SETTINGS = {"LINLI_SECRET_KEY": "a secret key of the tests that nobody else would use"}


@dataclass
class Stage:
    """One installation with its town, its sink, and the questions a test asks of its database."""

    place: Installation
    sink: SinkProcess
    database: str

    def devices(self, count: int, *, start: int = 0) -> list[Device]:
        known = detectors(HOUSEHOLDS, of=HOUSEHOLDS)[start : start + count]
        return [Device(port=self.place.mqtt_port, community=COMMUNITY, detector=one) for one in known]

    def gateway_devices(self, count: int, *, start: int = 0) -> list[GatewayDevice]:
        known = detectors(HOUSEHOLDS, of=HOUSEHOLDS)[start : start + count]
        return [GatewayDevice(port=self.place.http_port, token=GATEWAY_TOKEN, serial=one.serial) for one in known]

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database holds now."""
        if self.database.startswith("sqlite"):
            with contextlib.closing(sqlite3.connect(self.database.removeprefix("sqlite:///"), timeout=30)) as line:
                return line.execute(sql).fetchall()
        with psycopg.connect(self.database) as connection:
            return connection.execute(sql).fetchall()

    def incidents_by_serial(self) -> dict[str, int]:
        """How many incidents each device has raised."""
        return dict(
            self.rows(
                "SELECT d.serial, count(*) FROM incidents_incident i"
                " JOIN safety_device d ON i.source = 'device:' || d.id GROUP BY d.serial"
            )
        )

    def told(self) -> dict[str, list[str]]:
        """By serial, the recipients that the sink heard of, each key counted once, as a careful receiver does."""
        told: dict[str, list[str]] = {}
        for arrival in self.sink.arrivals():
            who = arrival.body["recipient"]
            told.setdefault(arrival.body["device"], []).append(f"{who['kind']} {who['id']}")
        return {serial: sorted(names) for serial, names in told.items()}

    async def backlog(self) -> int:
        """How many messages of devices the broker still holds for the listener."""
        nc = await self.place.connect(name="test")
        try:
            left = await intake_backlog(nc)
        finally:
            await nc.close()
        return left.waiting + left.unacked

    def quarantined(self) -> list[tuple[str, str]]:
        """Reason and serial of each."""
        return self.rows("SELECT reason, serial FROM safety_quarantinedsignal ORDER BY reason, serial")


def recipients_of(number: int) -> list[str]:
    """Whom the bench town's policy tells first about household `number`: two relatives and the captain of the stairwell."""
    return sorted([f"contact {2 * number + 1}", f"contact {2 * number + 2}", f"post {number // 12 + 1}"])


class Templates:
    """Migrated databases with a town in them, to copy from."""

    def __init__(self, *, folder: Path, sink: SinkProcess, server: str) -> None:
        self._folder = folder
        self._sink = sink
        self._server = server
        self._built: set[str] = set()
        self._copies = 0

    @contextlib.contextmanager
    def stage(self, kind: str, *, parts: Sequence[str]) -> Iterator[Stage]:
        """A fresh copy with these parts running, and an empty sink."""
        if kind not in self._built:
            self._build(kind)
        database = self._copy(kind)
        self._sink.forget()
        with Installation(database_url=database, settings=SETTINGS) as place:
            place.start("broker")
            place.start(*parts)
            yield Stage(place, self._sink, database)

    def _build(self, kind: str) -> None:
        with Installation(database_url=self._make(kind, "template"), settings=SETTINGS) as place:
            place.linli("migrate")
            place.python("-m", "bench.town", "--households", str(HOUSEHOLDS), "--webhook", self._sink.url)
        self._built.add(kind)

    def _make(self, kind: str, name: str, *, like: str = "") -> str:
        if kind == "sqlite":
            return f"sqlite:///{self._folder / name}.sqlite3"
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS kill_{name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE kill_{name}" + (f" TEMPLATE kill_{like}" if like else ""))
        return f"{self._server.rpartition('/')[0]}/kill_{name}"

    def _copy(self, kind: str) -> str:
        self._copies += 1
        url = self._make(kind, f"copy_{self._copies}", like="template")
        if kind == "sqlite":
            with contextlib.closing(sqlite3.connect(self._folder / "template.sqlite3")) as line:
                line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(self._folder / "template.sqlite3", url.removeprefix("sqlite:///"))
        return url
