"""The command line of a bench that asks whole installations: a PostgreSQL of its own, what it is doing, its tables, RESULTS.md."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import psycopg
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.databases import Databases
from bench.results import RESULTS
from tests.postgres import postgres

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Bench:
    """What is run: ``run(plan, databases, say)`` gives the results, ``report`` shows them and writes them."""

    command: str
    run: Callable[[Any, Databases, Say], Any]
    report: ModuleType
    full: Any
    quick: Any
    quick_means: str

    def main(self) -> None:
        """Run it as asked for on the command line; a quick run leaves RESULTS.md as it is."""
        parser = argparse.ArgumentParser(prog=self.command)
        parser.add_argument("--quick", action="store_true", help=f"{self.quick_means}; RESULTS.md stays as it is")
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
            results = self.run(self.quick if args.quick else self.full, databases, say)
        self.report.show(results, console=console)
        if not args.quick:
            self.report.write(results, path=RESULTS, postgres=version, command=self.command)
            console.print(f"written to {RESULTS}")
