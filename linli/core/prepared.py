"""Reads of the alarm's hot path, with their SQL built once.

Building a query costs Django some ten times what SQLite needs to answer it, and one alarm needs a dozen. Here the query
is written with the ORM as everywhere, compiled at its first use, and run again with other values.

    READ = PreparedRead(lambda: Device.objects.filter(serial__among=Slot("serials")).values_list("id", "serial"))
    READ.rows(serials=["A1", "A2"])
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

from linli.core.among import Slot, parameter


@dataclass(frozen=True, slots=True)
class _Statement:
    sql: str
    params: tuple[Any, ...]
    compiler: Any
    converters: dict[int, Any]


def hot_cursor() -> CursorWrapper:
    """A cursor for statements that come again and again with other values.

    On PostgreSQL they are prepared there once (``prepare_threshold`` in the settings): planning the dozen statements of
    an alarm anew would cost more than running them. The ORM's own cursors do not prepare.
    """
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    cursor: Any = psycopg.Cursor(connection.connection)  # the stubs know one kind of cursor only
    return wrap(cursor)


NESTED_LOOPS_OVER_INDEXES = "; ".join(
    f"SET {way} = off" for way in ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")
)


def always_by_index() -> None:
    """Called at the start of a process that reads and writes single rows of large tables all day.

    PostgreSQL keeps the plans of prepared statements and of its foreign keys' checks. Made while a table was still small,
    such a plan reads or joins the whole of it, and goes on doing so through the first storms, until statistics are taken:
    then sending 3,000 messages cost the server seven seconds instead of 0.7.
    """
    connection_created.connect(_by_index, dispatch_uid="always_by_index")


def _by_index(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(NESTED_LOOPS_OVER_INDEXES)


class PreparedRead:
    """A ``values_list`` query. What changes between runs stands in slots; anything else that shapes it goes into ``shape``."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._statements: dict[Hashable, _Statement] = {}

    def rows(self, *shape: Hashable, **values: Collection[Any]) -> list[tuple[Any, ...]]:
        """The rows, converted as the ORM would. ``shape`` is handed to the builder; each new one is compiled anew."""
        key = (connection.vendor, *shape)
        statement = self._statements.get(key)
        if statement is None:
            if len(self._statements) >= 64:  # a new day, another set of roles: few at a time
                self._statements.clear()
            statement = self._statements[key] = _compiled(self._build(*shape))
        params = [
            parameter(values[p.name], vendor=connection.vendor) if isinstance(p, Slot) else p for p in statement.params
        ]
        with hot_cursor() as cursor:
            cursor.execute(statement.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if not statement.converters:
            return found
        return [tuple(row) for row in statement.compiler.apply_converters(found, statement.converters)]


def _compiled(query: QuerySet[Any, Any]) -> _Statement:
    compiler = query.query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    converters = compiler.get_converters([column for column, *_ in compiler.select])
    compiler.connection = _Present()
    return _Statement(sql, tuple(params), compiler, converters)


class _Present:
    """The connection of whatever thread runs the statement, for converters that ask for one."""

    def __getattr__(self, name: str) -> Any:
        return getattr(connection, name)
