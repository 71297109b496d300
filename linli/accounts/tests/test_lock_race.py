"""Many guesses at the same moment: no more are looked at than the rule allows, on both databases."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.db import connection

from linli.accounts.actions.tries import count_try
from linli.accounts.errors import NameIsLocked
from linli.accounts.models import NameLock

GUESSER = """
import django; django.setup()
from datetime import datetime, UTC
from linli.accounts.actions.tries import count_try
from linli.accounts.errors import NameIsLocked
looked_at = 0
for _ in range(8):
    try:
        count_try(name="zhiban", now=datetime.now(UTC)); looked_at += 1
    except NameIsLocked:
        pass
print(looked_at)
"""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_many_guesses_at_once_five_are_looked_at() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("threads share one connection to a SQLite database in memory; see the test with processes")
    now = datetime.now(UTC)

    def guess(_n: int) -> bool:
        try:
            count_try(name="zhiban", now=now)
        except NameIsLocked:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        looked_at = list(pool.map(guess, range(24)))
    assert sum(looked_at) == 5
    assert NameLock.objects.get().failures == 5


@pytest.mark.real
@pytest.mark.timeout(180)
def test_of_the_guesses_of_three_processes_on_one_file_five_are_looked_at(tmp_path) -> None:
    environ = os.environ | {
        "LINLI_DATA_DIR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path}/race.sqlite3",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }

    def run(*command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *command], env=environ, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True
        )

    migrated = run("manage.py", "migrate", "-v0")
    migrated.communicate()
    assert migrated.returncode == 0
    guessers = [run("-c", GUESSER) for _ in range(3)]
    assert sum(int(guesser.communicate()[0]) for guesser in guessers) == 5
