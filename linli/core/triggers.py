"""Append-only tables: UPDATE and DELETE refused by the database itself, on SQLite and PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, migrations


def append_only(*, table: str) -> migrations.RunPython:
    """A migration step after which rows of ``table`` can be inserted and read, nothing else.

    To be taken again after every ``AlterField`` on the table: SQLite rebuilds it then, and its triggers are gone.
    """

    def forwards(apps: Any, schema_editor: Any) -> None:
        for statement in _statements(table, schema_editor.connection.vendor):
            schema_editor.execute(statement)

    def backwards(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {table}_append_only()")
        else:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_no_delete")

    return migrations.RunPython(forwards, backwards)


def _statements(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            f"CREATE OR REPLACE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF TG_OP = 'DELETE' AND current_setting('linli.lifted_{table}', true) = 'yes' THEN RETURN OLD; END IF; "
            f"RAISE EXCEPTION '{table} is append-only'; END $$",
            f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        ]
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ]


@contextmanager
def lifted(*, table: str) -> Iterator[None]:
    """Inside a transaction: for the block, this connection can delete rows of ``table``. For pruning by policy, and nothing else.

    On PostgreSQL a setting of the transaction says so to the trigger: no lock is taken, so nobody waits for a pruning and no
    autovacuum holds one up. SQLite has no such settings; its triggers are gone for the block, and it has one writer at a time.
    A crash in between undoes the lifting with the rest.
    """
    assert connection.in_atomic_block
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            setting = f"linli.lifted_{table}"
            cursor.execute("SELECT set_config(%s, 'yes', true)", [setting])
            yield
            cursor.execute("SELECT set_config(%s, '', true)", [setting])
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s AND name LIKE %s",
            [table, f"{table}_no_%"],
        )
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for _name, sql in triggers:
            cursor.execute(sql)
