"""Bringing the database to this version, one at a time however many start together."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from config.faults import SEE_BACKUP, CannotRun
from config.lock import file_lock
from config.quick_states import quick_states

LOCK_NUMBER = 0x11_71_11  # any number, the same for all who migrate this PostgreSQL database
QUICK_CHECK_MOST_BYTES = 256 * 1024 * 1024


def pending_migrations() -> list[str]:
    """Names of the migrations that this version has and the database has not seen."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def migrate_database() -> int:
    """Apply what is pending, with a progress bar; returns how many were. Others who try meanwhile wait for us."""
    if not pending_migrations():
        return 0
    with _alone():
        count = len(pending_migrations())
        if count:
            with (
                Progress(
                    TextColumn("Preparing the database"),
                    BarColumn(),
                    MofNCompleteColumn(),
                    TextColumn("{task.description}"),
                    console=Console(stderr=True),
                ) as bar,
                quick_states(),
            ):
                call_command(_Migrate(bar=bar, count=count), verbosity=0, interactive=False)
    return count


def look_at_database() -> None:
    """Raises the database's own error, or CannotRun, when it cannot be reached, read or written."""
    if connection.vendor == "sqlite":
        _look_at_file()
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW transaction_read_only")
        row = cursor.fetchone()
    if row and row[0] == "on":
        raise CannotRun(
            "The database can only be read: DATABASE_URL names a standby or a read-only user. Name the primary server."
        )


def _look_at_file() -> None:
    path = settings.DATABASES["default"]["NAME"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version")
        (version,) = cursor.fetchone()
        cursor.execute(f"PRAGMA user_version = {int(version)}")  # a write that changes nothing
        cursor.execute("PRAGMA recursive_triggers")
        if not cursor.fetchone()[0]:
            raise CannotRun(
                "SQLite's recursive_triggers is off: rows of the books could be replaced unseen. "
                "Leave the options of the database as Linli sets them."
            )
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
        cursor.execute("PRAGMA page_size")
        (page_bytes,) = cursor.fetchone()
        if pages * page_bytes <= QUICK_CHECK_MOST_BYTES:
            cursor.execute("PRAGMA quick_check(1)")
            (answer,) = cursor.fetchone()
            if answer != "ok":
                raise CannotRun(f"The database {path} is damaged. {SEE_BACKUP} (It says: {str(answer)[:200]})")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    with file_lock(settings.LINLI_DATA_DIR / "migrate.lock"):
        if connection.vendor != "postgresql":
            yield
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK_NUMBER])
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK_NUMBER])


class _Migrate(migrate.Command):
    """Django's own command, which tells a progress bar what it does."""

    def __init__(self, *, bar: Progress, count: int) -> None:
        super().__init__()
        self._bar = bar
        self._task = bar.add_task("", total=count)

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_start":
            self._bar.update(self._task, description=str(migration))
        elif action == "apply_success":
            self._bar.advance(self._task)
