"""python -m bench.registry [--quick]"""

from __future__ import annotations

import argparse
import contextlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psycopg
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.databases import Databases
from bench.processes import installation
from bench.registry import report
from bench.results import RESULTS
from tests.postgres import postgres

DATABASES = ("sqlite", "postgresql")
COMMUNITY, CITY = 7_000, 1_000_000
ROWS = 10_000
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Residents by database; ``each`` rounds of the thirty-eight questions."""

    sizes: Sequence[tuple[int, str]]
    each: int


FULL = Plan(((COMMUNITY, "sqlite"), (COMMUNITY, "postgresql"), (CITY, "postgresql")), 10)
QUICK = Plan(FULL.sizes[:2], 3)


def run(plan: Plan, databases: Databases, say: Say) -> report.Results:
    results = report.Results()
    for residents, kind in plan.sizes:
        with installation(database_url=databases.url(kind)) as place:
            say(f"{residents:,} residents move in, {kind}")
            place.linli("migrate")
            began = time.perf_counter()
            place.python("-m", "bench.registry.city", "--residents", str(residents))
            results.filled_seconds[residents, kind] = time.perf_counter() - began
            say(f"people are looked for among {residents:,}, {kind}")
            told = place.python("-m", "bench.registry.asking", "--residents", str(residents), "--each", str(plan.each))
            results.asked[residents, kind] = json.loads(told)
            if residents == COMMUNITY:
                say(f"a workbook of {ROWS:,} rows is taken in, {kind}")
                results.taken[kind] = json.loads(place.python("-m", "bench.registry.taking_in", "--rows", str(ROWS)))
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="7,000 residents only; RESULTS.md stays as it is")
    args = parser.parse_args()
    console = Console(width=None if Console().is_terminal else 200)
    progress = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console)
    with contextlib.ExitStack() as stack:
        databases = Databases(server=stack.enter_context(postgres()))
        with psycopg.connect(databases.server) as connection:
            version = f"PostgreSQL {connection.info.server_version // 10000}"
        stack.enter_context(progress)
        task = progress.add_task("")
        say: Say = lambda words: progress.update(task, description=words)  # noqa: E731
        if not console.is_terminal:
            say = console.print
        results = run(QUICK if args.quick else FULL, databases, say)
    report.show(results, console=console)
    if not args.quick:
        report.write(results, path=RESULTS, postgres=version, command="python -m bench.registry")
        console.print(f"written to {RESULTS}")


if __name__ == "__main__":
    main()
