"""The tables of the registers: on the terminal, and as a part of RESULTS.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as Shown

from bench.measure import Spread, spread
from bench.registry.city import CAPTAIN, CITY, ROOT, WORKER
from bench.results import Table, machine, write_part

READERS = {
    WORKER: "one community",
    CAPTAIN: "one stairwell",
    CITY: "all communities, by posts",
    ROOT: "everything",
}
SPREAD = "p50 / p95 / p99 / max ms"


@dataclass(slots=True)
class Results:
    """``asked`` and ``taken`` are what ``bench.registry.asking`` and ``taking_in`` print, by residents and database."""

    asked: dict[tuple[int, str], Mapping[str, Any]] = field(default_factory=dict)
    taken: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    filled_seconds: dict[tuple[int, str], float] = field(default_factory=dict)


def tables(results: Results) -> list[Table]:
    searching, pages, kinds = [], [], []
    for (residents, database), readers in results.asked.items():
        for reader, told in readers.items():
            where = [f"{residents:,}", database, READERS[reader]]
            query, page = _all(told["query"]), _all(told["page"])
            searching.append([*where, str(query), str(page), str(query.count)])
            pages += [[*where, name, str(spread(found)), str(len(found))] for name, found in told["pages"].items()]
    (residents, database), readers = max(results.asked.items(), key=lambda one: one[0][0])
    for kind in readers[WORKER]["query"]:
        kinds.append([kind, *(str(spread(readers[reader]["query"][kind])) for reader in (WORKER, CITY, ROOT))])
    of = f"at {residents:,} residents, {database}"
    return [
        ("Search: a mix of questions", ("residents", "database", "reader", f"query {SPREAD}", f"page {SPREAD}", "asked"),
         searching),
        (f"Search by kind of question, the query alone, {of}",
         ("question", *(f"{READERS[reader]}, {SPREAD}" for reader in (WORKER, CITY, ROOT))), kinds),
        ("Pages", ("residents", "database", "reader", "page", SPREAD, "asked"), pages),
        ("Import of one workbook",
         ("database", "rows", "read s", "preview s", "write s", "preview of the same file again s", "rows/s from file to written",
          "longest wait of another writer ms", "new / not understood"), [_import(*one) for one in results.taken.items()]),
    ]  # fmt: skip


def _all(measured: Mapping[str, Sequence[float]]) -> Spread:
    found: Iterable[float] = (value for values in measured.values() for value in values)
    return spread(found)


def _import(database: str, told: Mapping[str, Any]) -> list[str]:
    steps = [told[f"{step}_seconds"] for step in ("read", "preview", "commit", "again")]
    wait = f"{told['longest_wait_seconds'] * 1000:,.0f}" if database == "sqlite" else "-"
    kinds = f"{told['counts'].get('create', 0):,} / {told['counts'].get('error', 0):,}"
    speed = told["rows"] / sum(steps[:3])
    return [database, f"{told['rows']:,}", *(f"{step:.1f}" for step in steps), f"{speed:,.0f}", wait, kinds]


def show(results: Results, *, console: Console) -> None:
    for title, head, rows in tables(results):
        table = Shown(*head, title=title, title_justify="left")
        for row in rows:
            table.add_row(*row)
        console.print(table)


def write(results: Results, *, path: Path, postgres: str, command: str) -> None:
    filled = ", ".join(
        f"{residents:,} on {database} in {seconds:.0f} s"
        for (residents, database), seconds in results.filled_seconds.items()
    )
    words = [
        f"Written by `{command}` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC. "
        + machine(postgres=postgres, packages=("Django", "psycopg", "openpyxl")),
        "Invented people in communities of 7,000, names as common as in China, a relative for each household. PostgreSQL as",
        "`tests.postgres` starts it: 64 MB of shared buffers, everything else as it comes. Asked one after the other by one process,",
        "after a round to get warm. A query is `registry.queries.search`; a page goes through Django's client, with session and menu.",
        f"Written before it began: {filled}.",
        "Targets: search below 50 ms at 1,000,000 and below 100 ms on a box of one community, pages below 100 ms, import of 1,000 rows/s.",
    ]
    write_part(path=path, title="bench.registry: results", words=words, tables=tables(results))
