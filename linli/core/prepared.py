"""Reads of the alarm's hot path, with their SQL built once.

Building a query costs Django some ten times what SQLite needs to answer it, and one alarm needs a dozen. Here the query
is written with the ORM as everywhere, compiled at its first use, and run again with other values.

    READ = PreparedRead(lambda: Device.objects.filter(serial__in=slot("serials")).values_list("id", "serial"))
    READ.rows(serials=["A1", "A2"])
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from typing import Any

import orjson
from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


@dataclass(frozen=True, slots=True)
class _Slot:
    """Where a list of values will stand."""

    name: str


@dataclass(frozen=True, slots=True)
class _Statement:
    sql: str
    params: tuple[Any, ...]
    compiler: Any
    converters: dict[int, Any]


def slot(name: str) -> RawSQL:
    """The right side of ``__in`` for a list of numbers that is given at every run."""
    return _listed("bigint", name)


def text_slot(name: str) -> RawSQL:
    """The same for a list of texts."""
    return _listed("text", name)


def _listed(kind: str, name: str) -> RawSQL:
    # One parameter whatever the number of values: the SQL stays the same, and no limit on variables is met.
    if connection.vendor == "postgresql":
        sql = f"SELECT value::{kind} FROM jsonb_array_elements_text(%s::jsonb)"  # noqa: S608 - kind is one of our two
        return RawSQL(sql, [_Slot(name)])  # noqa: S611
    return RawSQL("SELECT value FROM json_each(%s)", [_Slot(name)])


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
        params = [_given(values[p.name]) if isinstance(p, _Slot) else p for p in statement.params]
        with connection.cursor() as cursor:
            cursor.execute(statement.sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        if not statement.converters:
            return found
        return [tuple(row) for row in statement.compiler.apply_converters(found, statement.converters)]


def _given(values: Collection[Any]) -> str:
    return orjson.dumps(list(values)).decode()


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
