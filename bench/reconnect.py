"""Ten thousand devices that fall silent and come back at once: what the sweep costs, and how soon all states are right.

    python -m bench.reconnect                                 a throw-away SQLite
    DATABASE_URL=postgresql://… python -m bench.reconnect     an empty PostgreSQL

One process does what the listener and the worker do beside each other: the figures are of the database's work alone.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import django
from rich.console import Console
from rich.table import Table

BATCH = 512
QUIET_SWEEPS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, default=10_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
        if "DATABASE_URL" not in os.environ:
            os.environ["LINLI_DATA_DIR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        from linli.core.prepared import always_by_index

        always_by_index()  # as the listener and the worker do
        call_command("migrate", verbosity=0)
        from bench.town import build

        build(households=args.devices, webhook="http://127.0.0.1:9/")
        _report(vendor=connection.vendor, devices=args.devices, rows=Storm(devices=args.devices).run())


class Storm:
    """An evening: everybody reports; power cut; everybody is back within a minute."""

    def __init__(self, *, devices: int) -> None:
        from django.utils import timezone

        self.devices = devices
        self.now: datetime = timezone.now()

    def run(self) -> Iterator[tuple[str, str, str]]:
        from linli.incidents.models import Incident
        from linli.notifications.models import Message
        from linli.safety.models import DeviceTrouble, IntakeStamp

        self._stamp()
        seconds, batches = self._everybody_says("heartbeat")
        yield "heartbeats", f"{self.devices / seconds:,.0f} /s", f"{batches} batches of {BATCH}"
        seconds, batches = self._everybody_says("heartbeat")
        yield "heartbeats again", f"{self.devices / seconds:,.0f} /s", f"{batches} batches of {BATCH}"
        quiet = [self._timed(self._sweep) for _ in range(QUIET_SWEEPS)]
        yield "a sweep, nobody late", _ms(statistics.median(quiet)), f"most {_ms(max(quiet))}"
        self.now += timedelta(hours=2, minutes=30)
        self._stamp()
        yield self._swept("all late")
        self.now += timedelta(hours=2)
        self._stamp()
        yield self._swept("all offline")
        yield "quiet incidents", str(Incident.objects.filter(closed_at__isnull=True).count()), "open"
        still = [self._timed(self._sweep) for _ in range(QUIET_SWEEPS)]
        yield "a sweep, all offline", _ms(statistics.median(still)), f"most {_ms(max(still))}"
        begun = time.monotonic()
        seconds, batches = self._everybody_says("status", payload=b'{"state":"online","session":7}')
        yield "births", f"{self.devices / seconds:,.0f} /s", f"{batches} batches of {BATCH}"
        yield self._swept("all back")
        yield "all states right after", f"{time.monotonic() - begun:.1f} s", "births and sweeps together"
        yield "open troubles", str(DeviceTrouble.objects.filter(over_at__isnull=True).count()), "should be 0"
        yield "open incidents", str(Incident.objects.filter(closed_at__isnull=True).count()), "should be 0"
        yield "messages owed", str(Message.objects.count()), "should be 0"
        IntakeStamp.objects.update(alive_at=self.now)
        self.now += timedelta(hours=6)
        self._stamp()
        deaf = [self._timed(self._sweep) for _ in range(QUIET_SWEEPS)]
        troubles = DeviceTrouble.objects.filter(over_at__isnull=True).count()
        yield "after 6 h of our own outage", _ms(statistics.median(deaf)), f"{troubles} late (should be 0)"

    def _stamp(self) -> None:
        """As the listener: it has heard devices all the while."""
        from linli.safety.actions import renew_intake_stamp
        from linli.safety.models import IntakeStamp

        if not IntakeStamp.objects.filter(alive_at__lt=self.now - timedelta(hours=5)).exists():
            IntakeStamp.objects.update(alive_at=self.now)
        renew_intake_stamp(now=self.now, heard_until=self.now)

    def _everybody_says(self, kind: str, *, payload: bytes = b'{"battery":87}') -> tuple[float, int]:
        from bench.town import COMMUNITY, serial_of
        from linli.safety.actions import take_signals
        from linli.safety.decoding import Raw

        subjects = [f"linli.{COMMUNITY}.{serial_of(n)}.{kind}" for n in range(self.devices)]
        raws = [Raw(s, payload, self.now, f"bench:{self.now.timestamp()}:{s}") for s in subjects]
        begun = time.monotonic()
        for start in range(0, len(raws), BATCH):
            take_signals(raws=raws[start : start + BATCH], now=self.now)
        return time.monotonic() - begun, -(-len(raws) // BATCH)

    def _sweep(self) -> int:
        from linli.safety.actions import sweep_silence
        from linli.safety.tick import AT_ONCE

        return sweep_silence(now=self.now, limit=AT_ONCE).moved

    def _swept(self, what: str) -> tuple[str, str, str]:
        """Sweeps until nothing moves."""
        longest, begun, rounds = 0.0, time.monotonic(), 0
        while True:
            started = time.monotonic()
            moved = self._sweep()
            longest = max(longest, time.monotonic() - started)
            if not moved:
                break
            rounds += 1
        return what, f"{time.monotonic() - begun:.1f} s", f"{rounds} transactions, the longest {_ms(longest)}"

    def _timed(self, work: Callable[[], Any]) -> float:
        begun = time.monotonic()
        work()
        return time.monotonic() - begun


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f} ms"


def _report(*, vendor: str, devices: int, rows: Iterator[tuple[str, str, str]]) -> None:
    table = Table(title=f"{devices:,} devices on {vendor}")
    for column in ("what", "figure", "how"):
        table.add_column(column)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
