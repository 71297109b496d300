"""python -m bench.casework [--quick]"""

from __future__ import annotations

import json
import os
import time
from dataclasses import dataclass

from bench.casework import report
from bench.command import Bench, Say
from bench.databases import Databases
from bench.processes import installation


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


if __name__ == "__main__":
    Bench("python -m bench.casework", run, report, FULL, QUICK, "50,000 requests only").main()
