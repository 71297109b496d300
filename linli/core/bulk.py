"""Many rows in one statement. The alarm path writes each table once per batch; the ORM's own bulk calls split and cost several times more.

Rows travel as one JSON parameter, which SQLite (json_each) and PostgreSQL (jsonb_to_recordset) both unfold into a table.
Column names come from our models, never from input.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection, models

Row = Sequence[Any]


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
    fields = [_field(model, name) for name in columns]
    source, parameter = _unfolded(fields, rows)
    names = ", ".join(_quoted(f.column) for f in fields)
    sql = f"INSERT INTO {_quoted(model._meta.db_table)} ({names}) SELECT {_selected(fields)} FROM {source}"  # noqa: S608
    if ignore_conflicts:
        sql += " WHERE true ON CONFLICT DO NOTHING"
    return _run(sql, parameter, model, returning)


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
    fields = [_field(model, name) for name in (key, *columns)]
    source, parameter = _unfolded(fields, rows)
    values = f"(SELECT {_selected(fields, named=True)} FROM {source}) AS v"  # noqa: S608
    kept = {_field(model, name).column for name in kept_if_null}
    sets = ", ".join(
        f"{_quoted(f.column)} = "
        + (f"COALESCE(v.{_quoted(f.column)}, t.{_quoted(f.column)})" if f.column in kept else f"v.{_quoted(f.column)}")
        for f in fields[1:]
    )
    key_column = _quoted(fields[0].column)
    sql = f"UPDATE {_quoted(model._meta.db_table)} AS t SET {sets} FROM {values} WHERE t.{key_column} = v.{key_column}"  # noqa: S608
    if guard:
        sql += f" AND ({guard})"
    return _run(sql, parameter, model, returning, prefix="t." if connection.vendor == "postgresql" else "")


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field


def _quoted(name: str | None) -> str:
    """``name`` is None only for fields without a column, which nobody passes here."""
    assert name is not None
    return connection.ops.quote_name(name)


def _run(
    sql: str, parameter: str, model: type[models.Model], returning: Sequence[str], prefix: str = ""
) -> list[tuple[Any, ...]]:
    if returning:
        sql += " RETURNING " + ", ".join(prefix + _quoted(_field(model, name).column) for name in returning)
    with connection.cursor() as cursor:
        cursor.execute(sql, [parameter])
        return list(cursor.fetchall()) if returning else []


def _unfolded(fields: Sequence[models.Field[Any, Any]], rows: Sequence[Row]) -> tuple[str, str]:
    """The SQL that unfolds the parameter into a table, and the parameter. Most values pass as they are; orjson knows them."""
    converters = [
        (position, convert) for position, field in enumerate(fields) if (convert := _converter(field)) is not None
    ]
    plain = [list(row) for row in rows]
    for position, convert in converters:
        for row in plain:
            if row[position] is not None:
                row[position] = convert(row[position])
    parameter = orjson.dumps(plain).decode()
    if connection.vendor == "postgresql":
        return "jsonb_array_elements(%s::jsonb) AS e(value)", parameter
    return "json_each(%s) AS e", parameter


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
