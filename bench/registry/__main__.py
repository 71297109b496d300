"""python -m bench.registry [--quick]"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.command import Bench, Say
from bench.databases import Databases
from bench.processes import installation
from bench.registry import report

DATABASES = ("sqlite", "postgresql")
COMMUNITY, CITY = 7_000, 1_000_000
ROWS = 10_000


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


if __name__ == "__main__":
    Bench("python -m bench.registry", run, report, FULL, QUICK, "7,000 residents only").main()
