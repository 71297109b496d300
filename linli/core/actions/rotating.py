"""Changing the key of encrypted fields while everybody goes on working.

Each step can be killed anywhere and taken again. The file is always written before the database speaks of a key, and the
database forgets a key before the file does: whatever happens in between, no process meets a key it has not got.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from linli.core.keys import (
    Ring,
    fingerprint,
    fresh_ring,
    keep_ring,
    secret_fingerprint,
    secret_key,
    with_new_key,
    with_waiting_key,
    with_waiting_key_writing,
)
from linli.core.keys_in_use import (
    ROWS_AT_ONCE,
    EncryptedTable,
    Row,
    Told,
    batches,
    encrypted_tables,
    is_append_only,
)
from linli.core.models import KeyFingerprint
from linli.core.secrets import decrypt_with, encrypt_with, key_that_opens
from linli.core.triggers import lifted

LEAST_PAUSE_SECONDS = 0.01
Change = tuple[str, Any, str, str]
"""Column, primary key, the value as it was, the value as it is to be."""


@dataclass(slots=True)
class Pass:
    """One reading of all encrypted values: how many there were, how many lay under an earlier key, how many no key opens."""

    values: int = 0
    earlier: int = 0
    unreadable: int = 0


def note_key_fingerprints(*, now: datetime) -> None:
    """Write down by which keys this database is written, if it does not know yet. The caller has seen that they are the right ones."""
    marks = {
        secret_fingerprint(secret_key()): KeyFingerprint.Purpose.SECRET,
        fingerprint(fresh_ring().keys[0]): KeyFingerprint.Purpose.FIELDS,
    }
    rows = [KeyFingerprint(fingerprint=mark, purpose=purpose, noted_at=now) for mark, purpose in marks.items()]
    KeyFingerprint.objects.bulk_create(rows, ignore_conflicts=True)


def prepare_key_rotation() -> Ring:
    """Make a new key that reads only, so that its file can be brought to other machines before anything needs it."""
    known = fresh_ring()
    if known.waiting or len(known.keys) > 1:
        return known
    keep_ring(with_waiting_key(known))
    return fresh_ring()


def let_waiting_key_write(*, now: datetime) -> Ring:
    """The prepared key writes from now on."""
    known = fresh_ring()
    if known.waiting:
        keep_ring(with_waiting_key_writing(known, since=now.isoformat()))
    note_key_fingerprints(now=now)
    return fresh_ring()


def begin_key_rotation(*, now: datetime) -> Ring:
    """Make a new key that writes from now on. A rotation that was broken off goes on instead: then there are earlier keys already."""
    known = fresh_ring()
    if known.waiting:
        return let_waiting_key_write(now=now)
    if len(known.keys) == 1:
        keep_ring(with_new_key(known, since=now.isoformat()))
    note_key_fingerprints(now=now)
    return fresh_ring()


def reencrypt_fields(
    *, told: Told, pause: Callable[[float], None] = time.sleep, rows_at_once: int = ROWS_AT_ONCE
) -> Pass:
    """Read every encrypted value, and put what lies under an earlier key under the one that writes.

    Values are worked on outside any transaction; each batch is then written in a short one, and nothing that somebody changed
    meanwhile is touched. Between batches the database is left alone for as long as the batch held it. Take it again until
    ``earlier`` is 0: that pass has read everything and found nothing that needs an earlier key.
    """
    done = Pass()
    for table in encrypted_tables():
        for rows in batches(table=table, rows_at_once=rows_at_once):
            changes = _changes(table, rows, keys=fresh_ring().keys, done=done)
            if changes:
                begun = time.monotonic()
                _write(table, changes)
                pause(max(LEAST_PAUSE_SECONDS, time.monotonic() - begun))
            told(table.name, len(rows))
    return done


def retire_old_keys() -> tuple[bytes, ...]:
    """Forget every key but the one that writes; returns those forgotten. The caller has seen that nothing needs them."""
    known = fresh_ring()
    KeyFingerprint.objects.filter(purpose=KeyFingerprint.Purpose.FIELDS).exclude(pk=fingerprint(known.keys[0])).delete()
    keep_ring(Ring(known.keys[:1], known.since))
    return known.keys[1:]


def _changes(table: EncryptedTable, rows: list[Row], *, keys: tuple[bytes, ...], done: Pass) -> list[Change]:
    changes: list[Change] = []
    for pk, *tokens in rows:
        for column, token in zip(table.columns, tokens, strict=True):
            if not token:
                continue
            done.values += 1
            opened_by = key_that_opens(token, keys=keys)
            if opened_by is None:
                done.unreadable += 1
            elif opened_by:
                done.earlier += 1
                text = decrypt_with(token, keys=(keys[opened_by],))
                changes.append((column, pk, token, encrypt_with(text, key=keys[0])))
    return changes


def _write(table: EncryptedTable, changes: list[Change]) -> None:
    """The changes of one batch, in one short transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        ours = _held(cursor, table, sorted({pk for _column, pk, _old, _new in changes}))
        changes = [change for change in changes if change[1] in ours]
        if not is_append_only(table=table):
            _update(cursor, table, changes)
            return
        with lifted(table=table.name):
            if connection.vendor == "postgresql":
                _replace(cursor, table, changes)
            else:
                _update(cursor, table, changes)


def _update(cursor: Any, table: EncryptedTable, changes: list[Change]) -> None:
    quoted = connection.ops.quote_name
    key = quoted(table.key_column)
    for column in table.columns:
        cursor.executemany(
            f"UPDATE {quoted(table.name)} SET {quoted(column)} = %s WHERE {key} = %s AND {quoted(column)} = %s",  # noqa: S608 - our own names
            [(new, pk, old) for name, pk, old, new in changes if name == column],
        )


def _replace(cursor: Any, table: EncryptedTable, changes: list[Change]) -> None:
    """In an append-only table of PostgreSQL, whose trigger lets a lifted transaction delete and nothing else: the row goes and comes
    back in the same transaction, the same but for the encrypted value. References to it are looked at when that ends."""
    quoted = connection.ops.quote_name
    name, key = quoted(table.name), quoted(table.key_column)
    for column, pk, old, new in changes:
        cursor.execute(
            f"DELETE FROM {name} AS t WHERE {key} = %s AND {quoted(column)} = %s RETURNING to_jsonb(t)::text",  # noqa: S608
            [pk, old],
        )
        for (row,) in cursor.fetchall():
            cursor.execute(
                f"INSERT INTO {name} SELECT (jsonb_populate_record(NULL::{name}, "
                "%s::jsonb || jsonb_build_object(%s::text, %s::text))).*",
                [row, column, new],
            )


def _held(cursor: Any, table: EncryptedTable, pks: list[Any]) -> set[Any]:
    """Rows that are ours until the commit. What somebody else holds is left for the next pass: we never wait while others wait for us."""
    if connection.vendor != "postgresql":
        return set(pks)
    quoted = connection.ops.quote_name
    cursor.execute(
        f"SELECT {quoted(table.key_column)} FROM {quoted(table.name)} WHERE {quoted(table.key_column)} = ANY(%s) "  # noqa: S608
        "FOR UPDATE SKIP LOCKED",
        [pks],
    )
    return {pk for (pk,) in cursor.fetchall()}
