"""The tables of the year of requests: on the terminal, and as a part of RESULTS.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table as Shown

from bench.casework.asking import CHANGED_MONTHS
from bench.casework.year import COMMUNITIES
from bench.measure import spread
from bench.registry.city import CITY, ROOT, WORKER
from bench.results import Table, machine, write_part

READERS = {WORKER: "one community", CITY: f"{COMMUNITIES} communities, by posts", ROOT: "everything"}
SPREAD = "p50 / p95 / p99 / max ms"
TARGET_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Results:
    """``told`` is what ``bench.casework.asking`` prints; ``load``: over one minute, before and after."""

    requests: int
    told: Mapping[str, Mapping[str, Sequence[float]]]
    filled_seconds: float
    load: tuple[float, float]


def tables(results: Results) -> list[Table]:
    made = []
    for title, kind in (
        ("Lists", "list: "),
        ("Searches", "search: "),
        ("The three rates", ("three rates: ", "cases ")),
    ):
        rows = [
            [name.removeprefix("list: ").removeprefix("search: ").removeprefix("three rates: "), READERS[reader], str(spread(found)),
             str(len(found)), "yes" if spread(found).p95 <= TARGET_SECONDS * 1000 else "NO"]
            for reader in READERS if reader in results.told
            for name, found in sorted(results.told[reader].items()) if name.startswith(kind)
        ]  # fmt: skip
        made.append((title, ("page", "reader", SPREAD, "asked", "p95 within 200 ms"), rows))
    writing = [[name, str(spread(found)), str(len(found))] for name, found in results.told["writing"].items()]
    return [*made, ("Writing", ("what", SPREAD, "times"), writing)]


def show(results: Results, *, console: Console) -> None:
    for title, head, rows in tables(results):
        table = Shown(*head, title=title, title_justify="left")
        for row in rows:
            table.add_row(*row)
        console.print(table)


def write(results: Results, *, path: Path, postgres: str, command: str) -> None:
    words = [
        f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. "
        + machine(postgres=postgres, packages=("Django", "psycopg")),
        f"Load over one minute {results.load[0]:.1f} before and {results.load[1]:.1f} after the questions, which alone make about 1.",
        f"A year of {results.requests:,} invented requests in {COMMUNITIES} communities, four steps and a reporter each, three of five",
        f"answers rated; written in {results.filled_seconds:.0f} s. PostgreSQL as `tests.postgres` starts it: 64 MB of shared buffers.",
        "Whole pages through Django's client, with session and menu, the kinds mixed, one after the other by one process.",
        f"While the three rates are asked for, {CHANGED_MONTHS} months of communities are not counted up to date.",
        "Target: p95 of lists, searches and the page of the three rates within 200 ms.",
    ]
    write_part(path=path, title="bench.casework: results", words=words, tables=tables(results))
