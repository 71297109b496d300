"""What `linli simulate` plays."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from linli.safety.simulation.credentials import Cast, Detector
from linli.safety.simulation.fleet import Fleet, Place, Tally, said
from linli.safety.simulation.fleet import Progress as Tell

GARBAGE: Final = (
    ("bytes that are no text", b"\xff\xfe\x00\x01garbage"),
    ("half a JSON object", b'{"id": "x", "at": '),
    ("a JSON list", b"[1, 2, 3]"),
    ("nothing at all", b""),
    ("200 KB", b'{"id": "' + b"x" * 200_000 + b'"}'),
    ("numbers that are none", b'{"id": "n", "lel": "a lot", "battery": null}'),
    ("a stamp from 1970", b'{"id": "old", "at": "1970-01-01T00:00:00+00:00"}'),
    ("a stamp from 2099", b'{"id": "new", "at": "2099-12-31T23:59:59+08:00"}'),
)


async def heartbeats(args: argparse.Namespace, place: Place, cast: Cast, console: Console) -> int:
    """N devices stay connected and report at an even rate."""
    tally = Tally()
    count = args.devices or len(cast.detectors)
    async with Fleet(place) as fleet:
        with _bar(console, "connecting", count) as tell:
            await fleet.connect(cast.first(count), tell=tell)
        if fleet.serials:
            total = int(args.heartbeats_per_second * args.seconds)
            with _bar(console, "heartbeats", total) as tell:
                await fleet.beat(per_second=args.heartbeats_per_second, seconds=args.seconds, tally=tally, tell=tell)
        return _close(console, fleet, {"heartbeats": tally})


async def leak(args: argparse.Namespace, place: Place, cast: Cast, console: Console) -> int:
    """One device reports gas."""
    detector = cast.named(args.serial) if args.serial else cast.sample
    tally = Tally()
    async with Fleet(place) as fleet:
        await fleet.connect([detector], tell=_quiet)
        if fleet.serials:
            await fleet.send(detector.serial, "alarm", said(number=0, lel=12.5, battery=87), tally)
            console.print(f"{detector.serial} reports a leak (12.5 % LEL). Look at /desk/ and at /demo/phones/.")
        return _close(console, fleet, {"alarms": tally})


async def clear(args: argparse.Namespace, place: Place, cast: Cast, console: Console) -> int:
    """One device reports that the gas is gone."""
    detector = cast.named(args.serial) if args.serial else cast.sample
    tally = Tally()
    async with Fleet(place) as fleet:
        await fleet.connect([detector], tell=_quiet)
        if fleet.serials:
            await fleet.send(detector.serial, "clear", said(number=0, lel=0.0, battery=87), tally)
            console.print(f"{detector.serial} is back to normal. The incident stays open until a person closes it.")
        return _close(console, fleet, {"all-clears": tally})


async def storm(args: argparse.Namespace, place: Place, cast: Cast, console: Console) -> int:
    """Many devices report gas at the same moment."""
    tally = Tally()
    async with Fleet(place) as fleet:
        with _bar(console, "connecting", args.alarms) as tell:
            await fleet.connect(cast.first(args.alarms), tell=tell)
        with _bar(console, "acknowledged", len(fleet.serials)) as tell:
            await fleet.leak_everywhere(tally=tally, tell=tell)
        return _close(console, fleet, {"alarms": tally})


async def garbage(args: argparse.Namespace, place: Place, cast: Cast, console: Console) -> int:
    """One device sends what no device should; a heartbeat afterwards shows that the line still stands."""
    tallies = {name: Tally() for name, _ in GARBAGE} | {
        "another device's topic": Tally(),
        "a proper heartbeat": Tally(),
    }
    detector, other = cast.sample, next((d for d in cast.detectors if d != cast.sample), cast.sample)
    async with Fleet(place) as fleet:
        await fleet.connect([detector], tell=_quiet)
        if fleet.serials:
            for name, payload in GARBAGE:
                await fleet.send(detector.serial, "status", payload, tallies[name])
            foreign = f"linli/{place.community}/{other.serial}/status"
            await fleet.send_elsewhere(detector.serial, foreign, b"{}", tallies["another device's topic"])
            await fleet.send(detector.serial, "heartbeat", said(number=0, battery=87), tallies["a proper heartbeat"])
            console.print("What could not be read is in quarantine: see the registers.")
        return _close(console, fleet, tallies)


async def wrong_password(args: argparse.Namespace, place: Place, cast: Cast, console: Console) -> int:
    """One known and one unknown device knock with a wrong password. 0 when both were sent away."""
    wrong = "not " + cast.sample.secret
    strangers = [Detector(serial, wrong) for serial in (cast.sample.serial, "NOBODY-0000")]
    async with Fleet(place) as fleet:
        await fleet.connect(strangers, tell=_quiet)
        for serial, words in fleet.refused:
            console.print(f"{serial}: sent away ({words})")
        for serial in fleet.serials:
            console.print(f"[red]{serial}: was let in with a wrong password[/]")
        return 1 if fleet.serials else 0


def play(args: argparse.Namespace, place: Place, cast: Cast, console: Console) -> int:
    """Runs the chosen scenario. The exit code is 0 when everything that was sent was acknowledged."""
    scenarios = {
        "heartbeats": heartbeats, "leak": leak, "clear": clear, "storm": storm, "garbage": garbage,
        "wrong-password": wrong_password,
    }  # fmt: skip
    return asyncio.run(scenarios[args.scenario](args, place, cast, console))


@contextmanager
def _bar(console: Console, what: str, total: int) -> Iterator[Tell]:
    columns = (TextColumn("{task.description:<13}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.advance(task, done)


def _quiet(_done: int) -> None:
    """A single device needs no bar."""


def _close(console: Console, fleet: Fleet, tallies: dict[str, Tally]) -> int:
    """The closing table, and the exit code."""
    table = Table("", "sent", "acknowledged", "p50 ms", "p95 ms", "p99 ms")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, tally in tallies.items():
        times = [f"{tally.percentile(share) * 1000:,.1f}" if tally.seconds else "-" for share in (0.5, 0.95, 0.99)]
        table.add_row(name, f"{tally.sent:,}", f"{tally.acknowledged:,}", *times)
    console.print(table)
    if fleet.refused:
        serial, words = fleet.refused[0]
        console.print(f"[red]{len(fleet.refused):,} devices were not let in, {serial} among them: {words}[/]")
    lost = sum(tally.lost for tally in tallies.values())
    return 1 if lost or fleet.refused else 0
