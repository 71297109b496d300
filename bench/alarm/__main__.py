"""python -m bench.alarm [--quick]"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

import psycopg
import uvloop
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.alarm import heartbeats, report
from bench.alarm.rigs import Rig, floor_rig, our_rig
from bench.alarm.scenarios import Bench, Outcome
from bench.databases import Databases
from bench.results import RESULTS
from bench.sink import SinkProcess, running_sink
from tests.postgres import postgres

DATABASES = ("sqlite", "postgresql")
SCENARIOS = ("alarms", "heartbeats", "sizes")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    storms: int
    storm_alarms: int
    lone_alarms: int
    lone_runs: int
    steady_seconds: float
    steady_runs: int
    backlog: int
    sizes: Sequence[int]


FULL = Plan(5, 1000, 100, 2, 20.0, 2, 30_000, (1_000, 10_000, 100_000))
QUICK = Plan(3, 1000, 100, 1, 10.0, 1, 10_000, (1_000, 10_000, 100_000))
ALARMS_PER_SECOND, BEATS_PER_SECOND, LONE_BEATS_PER_SECOND = 200.0, 2000.0, 200.0


async def alarms(plan: Plan, kinds: Sequence[str], databases: Databases, sink: SinkProcess, say: Say) -> list[Outcome]:
    """Floor and ours turn by turn, so that a busy minute of the machine hits all of them."""
    devices = max(plan.storm_alarms, int(plan.steady_seconds * ALARMS_PER_SECOND))
    outcomes: list[Outcome] = []
    with contextlib.ExitStack() as stack:
        rigs = [stack.enter_context(floor_rig(sink=sink, households=devices))]
        for kind in kinds:
            say(f"building a town of {devices:,} households on {kind}")
            url = databases.url(kind)
            rigs.append(stack.enter_context(our_rig(name=kind, sink=sink, database_url=url, households=devices)))
        benches = []
        for rig in rigs:
            say(f"{rig.name}: {devices:,} devices connect")
            benches.append(await Bench.open(rig, devices=devices))
        turns: list[tuple[int, str, Callable[[Bench], Awaitable[Outcome]]]] = [
            (plan.lone_runs, "lone alarms", lambda b: b.lone(plan.lone_alarms, beats_per_second=LONE_BEATS_PER_SECOND)),
            (plan.storms, f"storm of {plan.storm_alarms:,}", lambda b: b.storm(plan.storm_alarms)),
            (plan.steady_runs, "steady load", lambda b: b.steady(
                seconds=plan.steady_seconds, alarms_per_second=ALARMS_PER_SECOND, beats_per_second=BEATS_PER_SECOND)),
        ]  # fmt: skip
        for times, what, play in turns:
            for number in range(times):
                for bench in benches:
                    say(f"{what}, run {number + 1} of {times}, {bench.rig.name}")
                    outcomes.append(await play(bench))
        for bench in benches:
            bench.close()
    return outcomes


@contextlib.contextmanager
def one_rig(kind: str, databases: Databases, sink: SinkProcess, households: int) -> Iterator[Rig]:
    with our_rig(name=kind, sink=sink, database_url=databases.url(kind), households=households) as rig:
        yield rig


async def run(args: argparse.Namespace, databases: Databases, sink: SinkProcess, say: Say) -> report.Results:
    plan = QUICK if args.quick else FULL
    results = report.Results()
    if "alarms" in args.only:
        results.outcomes = await alarms(plan, args.databases, databases, sink, say)
    for kind in args.databases:
        if "heartbeats" in args.only:
            say(f"{plan.backlog:,} heartbeats wait, {kind}")
            with one_rig(kind, databases, sink, 2000) as rig:
                results.rates.append(await heartbeats.backlog(rig, count=plan.backlog, devices=2000))
        for size in plan.sizes if "sizes" in args.only else ():
            say(f"building {size:,} devices on {kind}")
            with one_rig(kind, databases, sink, size) as rig:
                bench = await Bench.open(rig, devices=1000)
                say(f"load on {size:,} devices, {kind}")
                outcome = await bench.steady(seconds=5.0, alarms_per_second=100.0, beats_per_second=1000.0)
                outcome.note = f"{size:,}"
                results.sizes.append(outcome)
                bench.close()
    return results


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.alarm", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter runs")
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    parser.add_argument(
        "--only", nargs="+", choices=SCENARIOS, default=SCENARIOS, help="RESULTS.md is written by a run of all"
    )
    args = parser.parse_args()
    console = Console(width=None if Console().is_terminal else 200)
    progress = Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console)
    version = ""
    with contextlib.ExitStack() as stack:
        databases = Databases()
        if "postgresql" in args.databases:
            databases.server = stack.enter_context(postgres())
            with psycopg.connect(databases.server) as connection:
                version = f"PostgreSQL {connection.info.server_version // 10000}"
        sink = stack.enter_context(running_sink())
        stack.enter_context(progress)
        task = progress.add_task("")
        say: Say = lambda words: progress.update(task, description=words)  # noqa: E731
        if not console.is_terminal:
            say = console.print
        results = uvloop.run(run(args, databases, sink, say))
    report.show(results, console=console)
    if set(args.only) == set(SCENARIOS) and tuple(args.databases) == DATABASES:
        report.write(results, path=RESULTS, postgres=version, command="python -m bench.alarm" + " --quick" * args.quick)
        console.print(f"written to {RESULTS}")


if __name__ == "__main__":
    main()
