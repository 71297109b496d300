"""The database as it was at one instant, while everybody goes on working."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection, transaction

from config.backup.contents import Packer
from config.faults import CannotRun

DATABASE_FILE: Final = "database/linli.sqlite3"
PAGES_A_STEP: Final = 2048
NOT_COPIED: Final = frozenset({"django_migrations", "django_session"})
"""On PostgreSQL: migrations are made by migrating, and an old session must not open a new box."""


def put_database(packer: Packer, *, folder: Path, told: Callable[[int, int], None]) -> None:
    """Dump into the archive, with the rows of every table. ``folder`` has room for a copy; ``told`` gets (done, of)."""
    if connection.vendor == "sqlite":
        _put_sqlite(packer, folder=folder, told=told)
    else:
        _put_postgresql(packer, folder=folder, told=told)


def our_tables() -> list[str]:
    """Every table of ours that exists, sorted."""
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))


# ------------------------------------------------------------------------------------------------------------- SQLite


def _put_sqlite(packer: Packer, *, folder: Path, told: Callable[[int, int], None]) -> None:
    copy = folder / "linli.sqlite3"
    with _source() as source, closing(sqlite3.connect(copy)) as target:
        # A read transaction of its own: the copy is of this instant, and nobody's write makes it begin again.
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target, pages=PAGES_A_STEP, progress=lambda _code, left, of: told(of - left, of), sleep=0.001)
        source.execute("ROLLBACK")
        target.execute("PRAGMA journal_mode=DELETE")
        target.execute("DELETE FROM django_session")
        target.commit()
    look_at_sqlite(copy)
    packer.tables.update(sqlite_tables(copy))
    packer.put_file(DATABASE_FILE, copy)
    copy.unlink()


@contextmanager
def _source() -> Iterator[sqlite3.Connection]:
    name = str(settings.DATABASES["default"]["NAME"])
    with closing(sqlite3.connect(f"file:{name}?mode=ro", uri=True, timeout=30, isolation_level=None)) as source:
        yield source


def look_at_sqlite(path: Path) -> None:
    """Raises CannotRun unless the file is whole and every reference in it leads somewhere."""
    try:
        with closing(sqlite3.connect(path)) as file:
            answer = file.execute("PRAGMA integrity_check(1)").fetchone()[0]
            dangling = file.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise CannotRun(f"The copy of the database is damaged: {error}.") from error
    if answer != "ok" or dangling:
        raise CannotRun(f"The copy of the database is damaged: {answer if answer != 'ok' else dangling}.")


def sqlite_tables(path: Path) -> dict[str, dict[str, Any]]:
    """Rows by table."""
    with closing(sqlite3.connect(path)) as file:
        names = file.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        return {
            name: {"rows": file.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]}  # noqa: S608 - its own names
            for (name,) in names.fetchall()
        }


# --------------------------------------------------------------------------------------------------------- PostgreSQL


def _put_postgresql(packer: Packer, *, folder: Path, told: Callable[[int, int], None]) -> None:
    tables = [table for table in our_tables() if table not in NOT_COPIED]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for number, table in enumerate(tables, start=1):
            columns = _columns(table)
            with tempfile.NamedTemporaryFile(dir=folder, suffix=".copy") as spool:
                rows = _copy_out(table, columns, spool)
                spool.flush()
                packer.put_file(f"database/{table}.copy", Path(spool.name))
            packer.tables[table] = {"rows": rows, "columns": columns}
            told(number, len(tables))


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        return [column.name for column in connection.introspection.get_table_description(cursor, table)]


def _copy_out(table: str, columns: list[str], out: Any) -> int:
    """In the text form a row is a line: line breaks in values are written as backslash n."""
    rows = 0
    with raw_connection().cursor() as cursor, cursor.copy(f"COPY {listed(table, columns)} TO STDOUT") as copy:
        for block in copy:
            rows += bytes(block).count(b"\n")
            out.write(block)
    return rows


def raw_connection() -> Any:
    """psycopg's own connection beneath Django's: it knows COPY."""
    connection.ensure_connection()
    return connection.connection


def listed(table: str, columns: list[str]) -> str:
    """``"table" ("a", "b")``"""
    quoted = connection.ops.quote_name
    return f"{quoted(table)} ({', '.join(quoted(column) for column in columns)})"
