"""``linli retention``: what has been kept for long enough, and letting it go."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Final

PART: Final = "retention"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--do", action="store_true", help="really do it (default: only say what would be done)")
    parser.add_argument("--list", action="store_true", help="name each row, by its number, never by a name")


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.utils import timezone, translation

    from config.faults import terminal_language
    from config.keys_at_start import look_at_keys
    from config.migration import look_at_database

    look_at_database()
    look_at_keys()
    with translation.override(terminal_language()):
        counts = _print_due(on=timezone.localdate(), names=args.list)
        if args.do and any(counts.values()):
            _do(counts, clock=timezone.now)
        elif any(counts.values()):
            print(_said("do"))
    return 0


def _spared() -> Collection[int]:
    from linli.incidents.queries import households_with_open_incident

    return households_with_open_incident()


def _print_due(*, on: date, names: bool) -> dict[str, int]:
    """A table of what is due, by matter."""
    from rich.console import Console
    from rich.table import Table

    from linli.casework.queries.expired import expired_reporters
    from linli.casework.retention import REPORTERS
    from linli.registry.queries.expired import expired_count, expired_references
    from linli.registry.retention import PERIODS, Matter

    spared, counts, console = _spared(), {}, Console()
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("rows", "ended before", "what"):
        table.add_column(_said(title), justify="right" if title == "rows" else "left")
    for matter in Matter:
        period = PERIODS[matter]
        counts[str(matter)] = expired_count(matter=matter, on=on, spared=spared)
        before = period.before(on=on).isoformat() if period.days else "—"
        table.add_row(str(counts[str(matter)]), before, f"{period.what} ({period.source})")
    counts["reporters"] = expired_reporters(on=on).count()
    table.add_row(
        str(counts["reporters"]), REPORTERS.before(on=on).isoformat(), f"{REPORTERS.what} ({REPORTERS.source})"
    )
    console.print(table)
    for matter in Matter if names else ():
        for reference in expired_references(matter=matter, on=on, spared=spared):
            print(matter, reference)
    for number in expired_reporters(on=on).values_list("pk", flat=True) if names else ():
        print("reporters", number)
    return counts


def _do(counts: dict[str, int], *, clock: Callable[[], datetime]) -> None:
    from rich.progress import Progress

    from linli.casework.actions.letting_go import let_reporters_go
    from linli.core.actors import system_actor
    from linli.registry.actions.retention import let_go
    from linli.registry.retention import Matter

    by = system_actor(part=PART)
    with Progress() as shown:
        for matter in Matter:
            bar = shown.add_task(str(matter), total=counts[str(matter)])
            while done := let_go(by=by, now=clock(), matter=matter, spared=_spared()):
                shown.advance(bar, done)
        bar = shown.add_task("reporters", total=counts["reporters"])
        while done := let_reporters_go(by=by, now=clock()):
            shown.advance(bar, done)


def _said(word: str) -> str:
    from django.utils.translation import get_language

    english = {"do": "Nothing has been changed. `linli retention --do` does it."}
    chinese = {
        "rows": "条数",
        "ended before": "早于",
        "what": "怎么处理",
        "do": "以上只是预览，没有改动。确认后加 --do 执行。",
    }
    return chinese[word] if get_language() == "zh-hans" else english.get(word, word)
