"""What every bench says of the machine, and RESULTS.md: a part of it for each bench, which only that bench writes."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import psutil

RESULTS = Path(__file__).with_name("RESULTS.md")
Table = tuple[str, Sequence[str], Sequence[Sequence[str]]]
"""Title, head, rows."""


def machine(*, postgres: str, packages: Sequence[str]) -> str:
    """In one sentence what it ran on."""
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release().split('-')[0]}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {postgres or 'no PostgreSQL'}, {versions}; "
        f"load over 15 minutes {os.getloadavg()[2]:.1f}."
    )


def write_part(*, path: Path, title: str, words: Sequence[str], tables: Sequence[Table]) -> None:
    """Put the part under this title in the place of the one that was there, or at the end; other parts stay as they are."""
    lines = [f"# {title}", "", *words]
    for name, head, rows in tables:
        lines += ["", f"## {name}", "", _row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    parts = re.split(r"^(?=# )", path.read_text(encoding="utf-8") if path.exists() else "", flags=re.MULTILINE)
    ours = "\n".join(lines) + "\n"
    titles = [part.partition("\n")[0] for part in parts]
    if f"# {title}" in titles:
        parts[titles.index(f"# {title}")] = ours
    else:
        parts.append(ours)
    path.write_text("\n".join(part.strip() + "\n" for part in parts if part.strip()), encoding="utf-8")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
