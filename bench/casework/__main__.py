"""python -m bench.casework [--quick]"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.casework import report
from bench.databases import Databases
from bench.processes import installation
from bench.results import RESULTS
from tests.postgres import postgres

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Requests of the year; how often each kind of question is asked by each reader."""

    requests: int
    each: int


FULL, QUICK = Plan(1_000_000, 40), Plan(50_000, 10)


def run(plan: Plan, databases: Databases, say: Say) -> report.Results:
    with installation(database_url=databases.url("postgresql")) as place:
        place.linli("migrate")
        say(f"a year of {plan.requests:,} requests is written")
        began = time.perf_counter()
        place.python("-m", "bench.casework.year", "--requests", str(plan.requests))
        filled = time.perf_counter() - began
        say("it is asked")
        before = os.getloadavg()[0]
        told = json.loads(place.python("-m", "bench.casework.asking", "--each", str(plan.each)))
        return report.Results(plan.requests, told, filled, (before, os.getloadavg()[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="50,000 requests only; RESULTS.md stays as it is")
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
        report.write(results, path=RESULTS, postgres=version, command="python -m bench.casework")
        console.print(f"written to {RESULTS}")


if __name__ == "__main__":
    main()
