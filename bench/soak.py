"""An accelerated month: does anything grow that should not?

    python -m bench.soak --days 30 --devices 1000

One process plays listener and worker with a clock of its own: heartbeats, a few leaks a day with everything they owe, a desk
that acknowledges and closes, every room's ticks, pruning at night. At the beginning there are readings of three years ago, which
the nights must prune away. Prints memory, rows and page times at the beginning and at the end. (The real processes' memory is
in bench.alarm's reports; a clock can only be turned inside one process.)
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bench.processes import ROOT, Installation

BEGIN = datetime.fromisoformat("2026-12-01T00:00:00+08:00")
LONG_AGO = timedelta(days=3 * 366)
STEP = timedelta(minutes=10)
AT_ONCE = 500
PAGES = ("desk:today", "desk:list", "desk:history", "desk:statistics")
LOOKS = 7


@dataclass(frozen=True, slots=True)
class Look:
    """How things stand: resident memory in MB, size of the database in MB, rows by table, milliseconds by page."""

    memory_mb: float
    database_mb: float
    rows: dict[str, int]
    pages_ms: dict[str, float]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--devices", type=int, default=1000)
    parser.add_argument("--heartbeats", type=int, default=24, help="of each device, a day")
    parser.add_argument("--leaks", type=int, default=3, help="a day")
    parser.add_argument("--old", type=int, default=20_000, help="readings of three years ago at the beginning")
    parser.add_argument("--database-url", default="", help="an empty database; a SQLite file of its own without it")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        soak(args)
        return 0
    settings = {"LINLI_CANARY": "0", "LINLI_DISK_LOW_MB": "100"}
    with Installation(database_url=args.database_url, settings=settings) as house:
        house.linli("migrate")
        house.start("broker")
        line = [sys.executable, "-m", "bench.soak", *sys.argv[1:], "--inside"]
        return subprocess.run(line, cwd=ROOT, env=house.environment, check=False).returncode


def soak(args: argparse.Namespace) -> None:
    import django

    django.setup()
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from bench import town
    from linli.incidents.models import Incident

    town.build(households=args.devices, webhook="http://127.0.0.1:9/phone")
    _age_readings(args.old)
    month = Month(args)
    month.day()  # everything is loaded and every cache is warm
    before, weeks = _look(), []
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("day {task.completed}/{task.total}"),
        TimeElapsedColumn(), console=Console(stderr=True),
    )  # fmt: skip
    with bar:
        task = bar.add_task("soaking", total=args.days)
        for day in range(args.days):
            month.day()
            bar.advance(task)
            if (day + 1) % 7 == 0:
                weeks.append(_memory())
    after = _look()
    _print(args, before, after, weeks)
    assert not Incident.objects.filter(closed_at__isnull=True, severity=1).exists()


class Month:
    """The town's life, a day at a time."""

    def __init__(self, args: argparse.Namespace) -> None:
        from linli.core.rooms import rooms

        self.now = BEGIN
        self._args = args
        self._number = 0
        self._ticks = [(tick, BEGIN) for room in rooms() for tick in room.ticks()]
        self._steps_a_day = int(timedelta(days=1) / STEP)

    def day(self) -> None:
        beats = {round(n * self._steps_a_day / self._args.heartbeats) for n in range(self._args.heartbeats)}
        leaks = {round((n + 0.5) * self._steps_a_day / self._args.leaks) for n in range(self._args.leaks)}
        for step in range(self._steps_a_day):
            if step in beats:
                self._heartbeats()
            if step in leaks:
                self._leak()
            for _ in range(20 if 3 <= self.now.hour < 5 else 1):  # prune works in small batches, all night
                self._tick()
            self.now += STEP

    def _heartbeats(self) -> None:
        every = range(self._args.devices)
        for start in range(0, self._args.devices, AT_ONCE):
            self._take([self._raw(n, "heartbeat", battery=88) for n in every[start : start + AT_ONCE]])

    def _leak(self) -> None:
        """A leak, all it owes, an escalation or two, the all-clear, and the desk that closes it."""
        from linli.core.actors import Actor
        from linli.incidents.actions import acknowledge_incident, close_incident
        from linli.incidents.models import Incident

        device = self._number % self._args.devices
        self._take([self._raw(device, "alarm", lel=12.5)])
        for _ in range(3):
            self._deliver()
            self.now += timedelta(seconds=61)
            self._tick()
        self._take([self._raw(device, "clear", lel=0.2)])
        by = Actor(kind="user", label="值班员", ref="1")
        for incident in Incident.objects.filter(closed_at__isnull=True, severity=1):
            acknowledge_incident(by=by, now=self.now, incident_id=incident.pk)
            close_incident(by=by, now=self.now, incident_id=incident.pk, cause_code="test", outcome="测试")
        self._deliver()

    def _raw(self, number: int, kind: str, **fields: Any) -> Any:
        import orjson

        from bench.town import COMMUNITY, serial_of
        from linli.safety.decoding import Raw

        self._number += 1
        body = {"id": f"s{self._number}", "at": self.now.isoformat(), **fields}
        return Raw(
            f"linli.{COMMUNITY}.{serial_of(number)}.{kind}", orjson.dumps(body), self.now, f"soak:{self._number}"
        )

    def _take(self, raws: Sequence[Any]) -> None:
        from linli.safety.actions import take_signals

        take_signals(raws=raws, now=self.now)

    def _deliver(self) -> None:
        """What the worker does in one round, with a channel that takes everything."""
        from linli.notifications.channels import Channels
        from linli.notifications.delivering import Attempt, carried_by, lease_messages, record_attempts, word_messages

        carries = Channels().carries
        while claimed := word_messages(rows=lease_messages(owner="soak", now=self.now, limit=200), now=self.now):
            messages = [carried_by(one, carries=carries) for one in claimed]
            record_attempts(
                attempts=[Attempt(one, started_at=self.now, finished_at=self.now) for one in messages], now=self.now
            )

    def _tick(self) -> None:
        for tick, _ in self._ticks:
            if tick.name not in {"canary", "nightly backup"}:
                tick.run(self.now)


def _age_readings(count: int) -> None:
    from linli.core.bulk import insert_rows
    from linli.safety.models import Device, Reading

    devices = list(Device.objects.values_list("id", flat=True)[:1000])
    at = BEGIN - LONG_AGO
    columns = (
        "community_id", "device_id", "kind", "signal_key", "at", "received_at", "clock_doubtful", "payload", "test",
    )  # fmt: skip
    known = {field.name for field in Reading._meta.fields} | {"community_id", "device_id"}
    columns = tuple(name for name in columns if name in known)
    for start in range(0, count, 5000):
        rows = []
        for n in range(start, min(start + 5000, count)):
            then = at + timedelta(seconds=n)
            values = {
                "community_id": 1, "device_id": devices[n % len(devices)], "kind": "status", "signal_key": f"old{n}",
                "at": then, "received_at": then, "clock_doubtful": False, "payload": {"battery": 90}, "test": False,
            }  # fmt: skip
            rows.append([values[name] for name in columns])
        insert_rows(Reading, columns=columns, rows=rows)


def _look() -> Look:
    from django.apps import apps
    from django.db import connection

    rows = {
        model._meta.db_table: model._default_manager.count()
        for model in apps.get_models()
        if model._meta.app_label in {"safety", "incidents", "notifications", "audit"}
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        size = cursor.fetchone()[0]
    pages = dict(_pages())  # first: drawing them loads templates and views, and that is no growth
    return Look(_memory(), size / 2**20, rows, pages)


def _pages() -> Iterator[tuple[str, float]]:
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.urls import NoReverseMatch, reverse

    users = get_user_model().objects
    user = users.filter(username="soak").first() or users.create_superuser(username="soak", password=None, name="soak")
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(user)
    for name in PAGES:
        try:
            address = reverse(name)
        except NoReverseMatch:
            continue
        taken = []
        for _ in range(LOOKS):
            begun = time.perf_counter()
            answer = client.get(address)
            taken.append((time.perf_counter() - begun) * 1000)
            assert answer.status_code == 200, (address, answer.status_code)
        yield address, statistics.median(taken)


def _memory() -> float:
    import psutil

    gc.collect()
    return float(psutil.Process(os.getpid()).memory_info().rss / 2**20)


def _print(args: argparse.Namespace, before: Look, after: Look, weeks: Sequence[float]) -> None:
    print(f"\n{args.days} days, {args.devices} devices, {args.heartbeats} heartbeats and {args.leaks} leaks a day\n")
    print(f"| {'what':<40} | {'after a day':>12} | {'at the end':>12} |\n|{'-' * 42}|{'-' * 14}|{'-' * 14}|")
    print(f"| {'memory, MB':<40} | {before.memory_mb:>12,.1f} | {after.memory_mb:>12,.1f} |")
    print(f"| {'database, MB':<40} | {before.database_mb:>12,.1f} | {after.database_mb:>12,.1f} |")
    for address, taken in before.pages_ms.items():
        print(f"| {'page ' + address + ', ms (median)':<40} | {taken:>12,.1f} | {after.pages_ms[address]:>12,.1f} |")
    for table, count in sorted(after.rows.items()):
        if count or before.rows[table]:
            print(f"| {table:<40} | {before.rows[table]:>12,} | {count:>12,} |")
    print(f"\nmemory after each week, MB: {', '.join(f'{one:,.1f}' for one in weeks) or '-'}")


if __name__ == "__main__":
    sys.exit(main())
