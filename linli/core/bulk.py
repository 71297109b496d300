"""Many rows in one statement. The alarm path writes each table once per batch; the ORM's own bulk calls split and cost several times more.

Rows travel as one JSON parameter, which SQLite (json_each) and PostgreSQL (jsonb_array_elements) both unfold into a table.
Column names come from our models, never from input.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection, models

from linli.core.fields import EncryptedTextField
from linli.core.prepared import hot_cursor

Row = Sequence[Any]
Converters = tuple[tuple[int, Callable[[Any], Any]], ...]


def insert_rows(
    model: type[models.Model],
    *,
    columns: Sequence[str],
    rows: Sequence[Row],
    returning: Sequence[str] = (),
    ignore_conflicts: bool = False,
) -> list[tuple[Any, ...]]:
    """Insert ``rows`` (each in the order of ``columns``, field names) in one statement.

    With ``ignore_conflicts`` rows that break a unique constraint are left out; ``returning`` gives those columns of the rows
    really inserted. Every column without a database default must be named: field defaults of Django are not applied.
    """
    if not rows:
        return []
    if connection.vendor == "sqlite" and not returning:
        _one_by_one(model=model, columns=tuple(columns), ignore=ignore_conflicts).run(rows)
        return []
    shape = _insertion(
        vendor=connection.vendor,
        model=model,
        columns=tuple(columns),
        returning=tuple(returning),
        ignore=ignore_conflicts,
    )
    return shape.run(rows)


def update_rows(
    model: type[models.Model],
    *,
    key: str,
    columns: Sequence[str],
    rows: Sequence[Row],
    kept_if_null: Sequence[str] = (),
    guard: str = "",
    returning: Sequence[str] = (),
) -> list[tuple[Any, ...]]:
    """Update, in one statement, the row whose ``key`` equals each row's first value; the other values go to ``columns``.

    A null for a column of ``kept_if_null`` leaves what is there. ``guard`` is a further SQL condition of ours over ``t`` (the
    table) and ``v`` (the new values by column name). Rows must be sorted by key by the caller where two processes write the
    same table, so that locks are taken in one order.
    """
    if not rows:
        return []
    shape = _update(
        vendor=connection.vendor,
        model=model,
        key=key,
        columns=tuple(columns),
        kept_if_null=tuple(kept_if_null),
        guard=guard,
        returning=tuple(returning),
    )
    return shape.run(rows)


@dataclass(frozen=True, slots=True)
class _Shape:
    """A statement built once, and how the values of its rows become what the database keeps."""

    sql: str
    converters: Converters
    returns: bool

    def run(self, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
        plain = _converted(rows, self.converters)
        with hot_cursor() as cursor:
            cursor.execute(self.sql, [orjson.dumps(plain).decode()])
            return list(cursor.fetchall()) if self.returns else []


@dataclass(frozen=True, slots=True)
class _OneByOne:
    """The same for SQLite where nothing comes back: binding values costs it a third of unfolding them from JSON."""

    sql: str
    converters: Converters

    def run(self, rows: Sequence[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(self.sql, _converted(rows, self.converters))


def _converted(rows: Sequence[Row], converters: Converters) -> list[list[Any]]:
    plain = [list(row) for row in rows]
    for position, convert in converters:
        for row in plain:
            if row[position] is not None:
                row[position] = convert(row[position])
    return plain


@lru_cache(maxsize=64)
def _one_by_one(*, model: type[models.Model], columns: tuple[str, ...], ignore: bool) -> _OneByOne:
    fields = [_field(model, name) for name in columns]
    names = ", ".join(_quoted(f.column) for f in fields)
    sql = f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(fields))})"  # noqa: S608
    if ignore:
        sql += " ON CONFLICT DO NOTHING"
    as_json = tuple((at, _json) for at, field in enumerate(fields) if isinstance(field, models.JSONField))
    return _OneByOne(sql, _converters(fields) + as_json)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


@lru_cache(maxsize=64)
def _insertion(
    *, vendor: str, model: type[models.Model], columns: tuple[str, ...], returning: tuple[str, ...], ignore: bool
) -> _Shape:
    fields = [_field(model, name) for name in columns]
    names = ", ".join(_quoted(f.column) for f in fields)
    table = _quoted(model._meta.db_table)
    sql = f"INSERT INTO {table} ({names}) SELECT {_selected(fields)} FROM {_unfolded(vendor)}"  # noqa: S608
    if ignore:
        sql += " WHERE true ON CONFLICT DO NOTHING"
    return _Shape(sql + _returned(model, returning), _converters(fields), bool(returning))


@lru_cache(maxsize=64)
def _update(
    *,
    vendor: str,
    model: type[models.Model],
    key: str,
    columns: tuple[str, ...],
    kept_if_null: tuple[str, ...],
    guard: str,
    returning: tuple[str, ...],
) -> _Shape:
    fields = [_field(model, name) for name in (key, *columns)]
    values = f"(SELECT {_selected(fields, named=True)} FROM {_unfolded(vendor)}) AS v"  # noqa: S608
    kept = {_field(model, name).column for name in kept_if_null}
    sets = ", ".join(
        f"{_quoted(f.column)} = "
        + (f"COALESCE(v.{_quoted(f.column)}, t.{_quoted(f.column)})" if f.column in kept else f"v.{_quoted(f.column)}")
        for f in fields[1:]
    )
    key_column = _quoted(fields[0].column)
    table = _quoted(model._meta.db_table)
    sql = f"UPDATE {table} AS t SET {sets} FROM {values} WHERE t.{key_column} = v.{key_column}"  # noqa: S608
    if guard:
        sql += f" AND ({guard})"
    prefix = "t." if vendor == "postgresql" else ""
    return _Shape(sql + _returned(model, returning, prefix=prefix), _converters(fields), bool(returning))


def _returned(model: type[models.Model], returning: Sequence[str], *, prefix: str = "") -> str:
    names = ", ".join(prefix + _quoted(_field(model, name).column) for name in returning)
    return f" RETURNING {names}" if names else ""


def _unfolded(vendor: str) -> str:
    """The SQL that unfolds the parameter into a table of rows."""
    return "jsonb_array_elements(%s::jsonb) AS e(value)" if vendor == "postgresql" else "json_each(%s) AS e"


def _converters(fields: Sequence[models.Field[Any, Any]]) -> Converters:
    """Most values pass as they are: orjson knows them."""
    return tuple((at, convert) for at, field in enumerate(fields) if (convert := _converter(field)) is not None)


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _quoted(name: str | None) -> str:
    """``name`` is None only for fields without a column, which nobody passes here."""
    assert name is not None
    return connection.ops.quote_name(name)


def _converter(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How a value of this field becomes what the database keeps; None where JSON's own form is that already."""
    if isinstance(field, models.DateTimeField):
        return None if connection.vendor == "postgresql" else _sqlite_time
    if isinstance(
        field,
        models.ForeignKey
        | models.IntegerField
        | models.FloatField
        | models.BooleanField
        | models.JSONField
        | models.CharField,
    ):
        return None
    if isinstance(field, EncryptedTextField):
        return field.get_prep_value
    if isinstance(field, models.TextField):
        return None
    if isinstance(field, models.DateField):
        return str
    return lambda value: field.get_db_prep_save(value, connection)


def _sqlite_time(at: datetime) -> str:
    """As Django keeps it: UTC without a zone. Nearly everything here is UTC already, and asking twice costs."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return utc.isoformat(" ")[:-6]


def _selected(fields: Sequence[models.Field[Any, Any]], *, named: bool = False) -> str:
    parts = []
    for position, field in enumerate(fields):
        if connection.vendor == "postgresql":
            part = (
                f"(e.value->{position})"
                if isinstance(field, models.JSONField)
                else f"(e.value->>{position})::{_pg_type(field)}"
            )
        elif isinstance(field, models.JSONField):
            part = f"(e.value -> '$[{position}]')"
        else:
            part = f"json_extract(e.value, '$[{position}]')"
        parts.append(f"{part} AS {_quoted(field.column)}" if named else part)
    return ", ".join(parts)


def _pg_type(field: models.Field[Any, Any]) -> str:
    kind = field.rel_db_type(connection) if field.primary_key else field.db_type(connection)
    assert kind is not None
    return kind.split("(")[0] if kind.startswith("varchar") else kind
