"""Percentiles, and what a process has used."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds. `count` 0 means that nothing was measured, and the rest says nothing."""

    count: int
    p50: float
    p95: float
    p99: float
    most: float

    def __str__(self) -> str:
        return f"{self.p50:,.1f} / {self.p95:,.1f} / {self.p99:,.1f} / {self.most:,.1f}" if self.count else "-"


def spread(seconds: Iterable[float]) -> Spread:
    """Nearest rank: the p99 of 100 values is the 99th, not something between two."""
    values = sorted(seconds)
    if not values:
        return Spread(0, 0.0, 0.0, 0.0, 0.0)
    return Spread(len(values), *(_rank(values, share) * 1000 for share in (0.50, 0.95, 0.99)), values[-1] * 1000)


def median_spread(spreads: Sequence[Spread]) -> Spread:
    """The median of each percentile over several runs."""
    told = [s for s in spreads if s.count]
    if not told:
        return spread([])
    middle = [statistics.median(values) for values in zip(*((s.p50, s.p95, s.p99, s.most) for s in told), strict=True)]
    return Spread(round(statistics.median(s.count for s in told)), *middle)


@dataclass(frozen=True, slots=True)
class Use:
    """CPU seconds (user and system) and resident memory in MB, of a process and its children."""

    cpu_seconds: float
    memory_mb: float


def use(pid: int) -> Use:
    cpu = memory = 0.0
    for process in _family(pid):
        try:
            with process.oneshot():
                times = process.cpu_times()
                cpu += times.user + times.system
                memory += process.memory_info().rss / 2**20
        except psutil.NoSuchProcess:
            continue
    return Use(cpu, memory)


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _rank(values: Sequence[float], share: float) -> float:
    return values[max(0, -(-round(share * 1000) * len(values) // 1000) - 1)]
