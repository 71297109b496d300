"""Which keys the values in the database need: every encrypted column of every room, read a little at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from django.apps import apps
from django.db import connection

from linli.core.fields import EncryptedTextField
from linli.core.keys import secret_fingerprint, secret_key
from linli.core.models import KeyFingerprint
from linli.core.secrets import key_that_opens

ROWS_AT_ONCE: Final = 500
CHARACTERS_AT_ONCE: Final = 8_000_000
"""Some values are whole sheets of an import: fewer rows at a time then."""
Row = tuple[Any, ...]
"""The primary key, then the encrypted columns as they lie in the database."""
Told = Callable[[str, int], None]
"""``told(table, rows)``: so many more rows of this table were looked at."""


@dataclass(frozen=True, slots=True)
class EncryptedTable:
    """A table with encrypted columns. All names are unquoted."""

    name: str
    key_column: str
    columns: tuple[str, ...]


@dataclass(slots=True)
class Count:
    """Encrypted values of one table: all, those under an earlier key, and those that no key of ours opens."""

    values: int = 0
    earlier: int = 0
    unreadable: int = 0
    by_key: Counter[int] = field(default_factory=Counter)


def encrypted_tables() -> list[EncryptedTable]:
    """Every table of an installed model that has encrypted columns, by name."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or not model._meta.managed:
            continue
        columns = tuple(
            str(one.column) for one in model._meta.local_concrete_fields if isinstance(one, EncryptedTextField)
        )
        if columns:
            assert model._meta.pk is not None
            found.append(EncryptedTable(model._meta.db_table, str(model._meta.pk.column), columns))
    return sorted(found, key=lambda table: table.name)


def existing_encrypted_tables() -> list[EncryptedTable]:
    """Those that the database has with all their columns: a database of an earlier version lacks some."""
    names = set(connection.introspection.table_names())
    found = []
    for table in encrypted_tables():
        if table.name not in names:
            continue
        with connection.cursor() as cursor:
            there = {column.name for column in connection.introspection.get_table_description(cursor, table.name)}
        columns = tuple(column for column in table.columns if column in there)
        if columns:
            found.append(EncryptedTable(table.name, table.key_column, columns))
    return found


def is_append_only(*, table: EncryptedTable) -> bool:
    """Whether the database itself refuses changes of this table (``core.triggers``)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT 1 FROM pg_trigger WHERE tgname = %s", [f"{table.name}_append_only"])
        else:
            cursor.execute(
                "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name = %s", [f"{table.name}_no_update"]
            )
        return cursor.fetchone() is not None


def batches(*, table: EncryptedTable, rows_at_once: int = ROWS_AT_ONCE) -> Iterator[list[Row]]:
    """All rows in the order of their primary key. Nothing is held between two batches: no transaction, no lock, no cursor."""
    after: Any = None
    while keys := _next_keys(table, after=after, most=rows_at_once):
        yield _rows(table, after=after, last=keys[-1])
        after = keys[-1]


def row_count(*, table: EncryptedTable) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {_quoted(table.name)}")  # noqa: S608 - our own names
        count: int = cursor.fetchone()[0]
    return count


def count_readable(*, keys: tuple[bytes, ...], told: Told) -> dict[str, Count]:
    """Read every encrypted value; by table, how many there are and how many of them ``keys`` open. ``keys[0]`` is the one that writes."""
    found = {}
    for table in existing_encrypted_tables():
        count = found[table.name] = Count()
        for rows in batches(table=table):
            for token in (token for row in rows for token in row[1:] if token):
                opened_by = key_that_opens(token, keys=keys)
                count.values += 1
                count.unreadable += opened_by is None
                count.earlier += bool(opened_by)
                if opened_by is not None:
                    count.by_key[opened_by] += 1
            told(table.name, len(rows))
    return found


def noted_fingerprints() -> dict[str, str]:
    """Purpose by fingerprint, of every key that this database needs; empty for one that nobody has used or that is not migrated yet."""
    if KeyFingerprint._meta.db_table not in connection.introspection.table_names():
        return {}
    return dict(KeyFingerprint.objects.values_list("fingerprint", "purpose"))


def secret_is_another(*, noted: dict[str, str]) -> bool:
    """Whether the database was written with another secret key than ours."""
    secrets = {mark for mark, purpose in noted.items() if purpose == KeyFingerprint.Purpose.SECRET}
    return bool(secrets) and secret_fingerprint(secret_key()) not in secrets


def sealed_samples() -> list[str]:
    """Up to three values of every encrypted column, as they lie in the database."""
    samples = []
    for table in existing_encrypted_tables():
        for column in map(_quoted, table.columns):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {column} FROM {_quoted(table.name)} WHERE {column} <> '' LIMIT 3")  # noqa: S608
                samples += [row[0] for row in cursor.fetchall()]
    return samples


def _next_keys(table: EncryptedTable, *, after: Any, most: int) -> Sequence[Any]:
    """Primary keys of the next batch, fewer where the values are long."""
    lengths = " + ".join(f"length(coalesce({_quoted(column)}, ''))" for column in table.columns)
    where, params = _from_here(table, after)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_quoted(table.key_column)}, {lengths} FROM {_quoted(table.name)}{where} "  # noqa: S608 - our own names
            f"ORDER BY {_quoted(table.key_column)} LIMIT {int(most)}",
            params,
        )
        found = cursor.fetchall()
    within = sum(total <= CHARACTERS_AT_ONCE for total in accumulate(length for _key, length in found))
    return [key for key, _length in found[: max(within, 1)]]


def _rows(table: EncryptedTable, *, after: Any, last: Any) -> list[Row]:
    where, params = _from_here(table, after)
    columns = ", ".join(map(_quoted, (table.key_column, *table.columns)))
    key = _quoted(table.key_column)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM {_quoted(table.name)}{where}{' AND' if where else ' WHERE'} {key} <= %s ORDER BY {key}",  # noqa: S608
            [*params, last],
        )
        found: list[Row] = cursor.fetchall()
    return found


def _from_here(table: EncryptedTable, after: Any) -> tuple[str, list[Any]]:
    return ("", []) if after is None else (f" WHERE {_quoted(table.key_column)} > %s", [after])


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
