"""Migrating quickly makes the same database as Django does by itself."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

ROOT = Path(__file__).resolve().parents[2]
MIGRATE = """
import contextlib, django
django.setup()
from django.core.management import call_command
from config.quick_states import quick_states
with {around}:
    call_command("migrate", verbosity=0)
"""


def made(folder: Path, around: str) -> subprocess.Popen[bytes]:
    folder.mkdir()
    env = {**os.environ, "LINLI_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.Popen([sys.executable, "-c", MIGRATE.format(around=around)], env=env, cwd=ROOT)


def schema(folder: Path) -> list[tuple[str, ...]]:
    (path,) = folder.glob("*.sqlite3")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()


def test_the_database_is_the_same(tmp_path) -> None:
    ways = {"quick": "quick_states()", "usual": "contextlib.nullcontext()"}
    both = [made(tmp_path / name, around) for name, around in ways.items()]
    assert [one.wait(250) for one in both] == [0, 0]
    assert len(schema(tmp_path / "quick")) > 400
    assert schema(tmp_path / "quick") == schema(tmp_path / "usual")
