"""What this process has counted and timed since it began, in memory; the web process asks for it when it is scraped.

Counting must cost the alarm's path nothing: an observation is a search in a list of twelve numbers and two additions,
without a lock (each series is written by one thread; a reader may see a sum that is one observation ahead of its count).
"""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any, Final

SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
MINUTES: Final = (5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 180.0, 300.0, 600.0, 1200.0, 1800.0, 3600.0)


class Histogram:
    """Seconds by bucket, cumulated only when it is read."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.total += max(seconds, 0.0)


publish_to_commit = Histogram()
"""From when the broker stored an alarm or all-clear until the listener had committed it."""
commit_to_sent = Histogram()
"""From when a first message was owed until somebody's channel had accepted it."""
opening_to_answer = Histogram(MINUTES)
"""From the opening of an incident to its first answer, by anybody."""
_counters: dict[tuple[str, tuple[tuple[str, str], ...]], int] = {}
_histograms: Final[Mapping[str, Histogram]] = {
    "linli_publish_to_commit_seconds": publish_to_commit,
    "linli_commit_to_sent_seconds": commit_to_sent,
    "linli_opening_to_first_answer_seconds": opening_to_answer,
}


def count(name: str, *, labels: Mapping[str, str], by: int = 1) -> None:
    """Add to a counter; one that was never added to does not exist."""
    key = (name, tuple(sorted(labels.items())))
    _counters[key] = _counters.get(key, 0) + by


def snapshot() -> dict[str, Any]:
    """Everything, as JSON can carry it: {"histograms": {name: [bounds, counts, total]}, "counters": [[name, labels, value]]}."""
    return {
        "histograms": {
            name: [list(one.bounds), list(one.counts), round(one.total, 6)]
            for name, one in _histograms.items()
            if any(one.counts)
        },
        "counters": [[name, dict(labels), value] for (name, labels), value in list(_counters.items())],
    }


def forget() -> None:
    """Begin anew; for tests."""
    _counters.clear()
    for one in _histograms.values():
        one.counts = [0] * (len(one.bounds) + 1)
        one.total = 0.0


class ErrorCounter(logging.Handler):
    """Counts what is logged as an error, by logger. A log that nobody reads is then at least a number that somebody watches."""

    def __init__(self) -> None:
        super().__init__(level=logging.ERROR)

    def emit(self, record: logging.LogRecord) -> None:
        count("linli_errors_logged_total", labels={"logger": ".".join(record.name.split(".")[:2])})
