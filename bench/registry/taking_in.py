"""Takes a workbook in through the actions an office uses, and watches how long nobody else could write. Prints JSON.

python -m bench.registry.taking_in --rows 10000
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import django

from bench.registry.workbook import write_workbook


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds by step, what came of the rows, and the longest wait of somebody else who wanted to write meanwhile."""

    rows: int
    read_seconds: float
    preview_seconds: float
    commit_seconds: float
    again_seconds: float
    counts: dict[str, Any]
    longest_wait_seconds: float


class Neighbour:
    """Wants to write all the time, as an alarm would: how long it waits for SQLite's one write lock. On PostgreSQL nobody waits."""

    def __init__(self) -> None:
        self.longest, self._ended = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Neighbour:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        import sqlite3

        from django.conf import settings

        settled = settings.DATABASES["default"]
        if "sqlite" not in settled["ENGINE"]:
            return
        connection = sqlite3.connect(settled["NAME"], timeout=60, isolation_level=None)
        while not self._ended.wait(0.002):
            began = time.perf_counter()
            connection.execute("BEGIN IMMEDIATE")
            self.longest = max(self.longest, time.perf_counter() - began)
            connection.execute("ROLLBACK")
        connection.close()


def take_in(*, rows: int) -> Taken:
    """Into the first community: read, preview, write, and preview the same file once more, when every row is there already."""
    from linli.registry.models import Community, ImportBatch

    community = Community.objects.filter(code__startswith="c").order_by("pk")[0]
    with tempfile.TemporaryDirectory() as folder, Neighbour() as neighbour:
        path = Path(folder) / "台账.xlsx"
        write_workbook(path=path, rows=rows)
        read, batch = _timed(lambda: _stage(community.pk, path))
        preview = _timed(lambda: _plan(batch))[0]
        counts = ImportBatch.objects.get(pk=batch.pk).counts
        commit = _timed(lambda: _commit(batch))[0]
        again = _stage(community.pk, path)
        previewed_again = _timed(lambda: _plan(again))[0]
        assert ImportBatch.objects.get(pk=batch.pk).state == "committed"
    return Taken(rows, read, preview, commit, previewed_again, counts, neighbour.longest)


def _stage(community_id: int, path: Path) -> Any:
    from linli.registry.actions import imports

    return imports.stage_import(**_by(), community_id=community_id, path=path, file_name=path.name)


def _plan(batch: Any) -> None:
    from linli.registry.actions import imports

    columns = {
        sheet.position: {int(at): name for at, name in sheet.fields.items()}
        for sheet in batch.sheets.filter(included=True)
    }
    imports.ask_plan(**_by(), batch_id=batch.pk, policy="update", grid_id=None, columns=columns)
    _work(batch)


def _commit(batch: Any) -> None:
    from linli.registry.actions import imports

    imports.ask_commit(**_by(), batch_id=batch.pk)
    _work(batch)


def _work(batch: Any) -> None:
    from django.utils import timezone

    from linli.registry.actions import imports

    claimed = imports.claim_import(now=timezone.now(), batch_id=batch.pk)
    assert claimed is not None
    imports.work_on_import(batch=claimed, clock=timezone.now)


def _by() -> dict[str, Any]:
    from django.utils import timezone

    from linli.core.actors import system_actor

    return {"by": system_actor(part="bench"), "now": timezone.now()}


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, required=True)
    args = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    json.dump(asdict(take_in(rows=args.rows)), sys.stdout)


if __name__ == "__main__":
    main()
