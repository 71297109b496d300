"""Filling an empty box from a backup."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from config.backup import dumping
from config.backup.contents import FORMAT, Unpacked, unpack
from config.backup.making import can_open
from config.backup.places import must_fit
from config.backup.ring import FIELDS
from config.faults import CannotRun
from config.keys_at_start import look_at_keys_and_note
from config.migration import migrate_database
from linli.core.broker.keys import keys_folder
from linli.core.keys import keys_path
from linli.core.keys_in_use import sealed_samples
from linli.ledger.triggers import FILLING

Told = Callable[[str, int, int], None]


def restore(path: Path, *, passphrase: str, replace: bool, now: datetime, told: Told) -> Unpacked:
    """Fill this installation from the backup, bring it to this version, and let nothing of the old life run on.

    Raises CannotRun, before anything was changed, if the box is not empty (unless ``replace``), the passphrase is wrong, the file
    is damaged, or it was made on the other kind of database or by a newer version. Nobody else may use the database meanwhile.
    """
    must_be_alone()
    if not replace:
        must_be_empty()
    must_fit(folder=settings.LINLI_DATA_DIR, wanted_bytes=path.stat().st_size * 6, what="the unpacked backup")
    with tempfile.TemporaryDirectory(dir=settings.LINLI_DATA_DIR, prefix=".restore-") as scratch, ExitStack() as files:
        read = _unpacked(path, passphrase=passphrase, folder=Path(scratch), files=files, told=told)
        _must_suit(path, read)
        if connection.vendor == "sqlite":
            _fill_sqlite(Path(scratch), read)
        else:
            _fill_postgresql(Path(scratch), read, told=told)
    _put_keys(read)
    if not can_open(read, sealed_samples()):
        raise CannotRun(
            "The restored key does not open the restored numbers: this backup cannot be trusted, use another."
        )
    told("migrate", 0, 0)
    migrate_database()
    look_at_keys_and_note(now=now)
    from linli.watching.actions import begin_again_after_restore

    begin_again_after_restore(now=now, backup_made_at=datetime.fromisoformat(read.about["made_at"]))
    return read


def must_be_alone() -> None:
    """Raises CannotRun while another program is connected to the PostgreSQL database; ``linli up`` is kept out by its lock."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )
        (others,) = cursor.fetchone()
    if others:
        raise CannotRun(f"{others} other programs use this database: stop Linli on every machine first.")


def must_be_empty() -> None:
    """Raises CannotRun if there is a community or a user already."""
    tables = set(dumping.our_tables())
    for table in ("registry_community", "accounts_user"):
        if table in tables:
            with connection.cursor() as cursor:
                condition = "WHERE id > 0" if table == "registry_community" else ""
                cursor.execute(f"SELECT count(*) FROM {table} {condition}")  # noqa: S608 - our own names
                if cursor.fetchone()[0]:
                    raise CannotRun(
                        "This Linli is not empty. A restore replaces everything in it: give it an empty LINLI_DATA_DIR "
                        "(or database), or say `--replace` if what is here may go."
                    )


def _unpacked(path: Path, *, passphrase: str, folder: Path, files: ExitStack, told: Told) -> Unpacked:
    done = 0

    def passed(count: int) -> None:
        nonlocal done
        done += count
        told("read", done, 0)

    def keep(name: str) -> IO[bytes]:
        return files.enter_context((folder / Path(name).name).open("wb"))

    return unpack(path, passphrase=passphrase, keep=keep, told=passed)


def _must_suit(path: Path, read: Unpacked) -> None:
    if read.about.get("format") != FORMAT:
        raise CannotRun(f"{path} was made by a newer version of Linli: restore it with that one.")
    if read.about["vendor"] != connection.vendor:
        names = {"sqlite": "a SQLite file", "postgresql": "PostgreSQL"}
        raise CannotRun(
            f"{path} is a backup of {names[read.about['vendor']]}, but DATABASE_URL names {names[connection.vendor]}."
        )
    known = MigrationExecutor(connection).loader.disk_migrations or {}
    ours = {app.label for app in apps.get_app_configs()}
    unknown = [f"{app}.{name}" for app, name in read.about["migrations"] if app in ours and (app, name) not in known]
    if unknown:
        raise CannotRun(
            f"{path} was made by a newer version of Linli ({unknown[0]} is not known here): install that one."
        )
    key = read.small["keys/secret_key"].decode()
    if os.environ.get("LINLI_SECRET_KEY") and os.environ["LINLI_SECRET_KEY"].strip() != key:
        raise CannotRun(
            "LINLI_SECRET_KEY is set to another key than the backup's: unset it, the backup brings its own."
        )


def _fill_sqlite(folder: Path, read: Unpacked) -> None:
    copy, target = folder / "linli.sqlite3", Path(str(settings.DATABASES["default"]["NAME"]))
    dumping.look_at_sqlite(copy)
    if dumping.sqlite_tables(copy) != read.tables:
        raise CannotRun("The backup does not hold as many rows as it says: use another.")
    connection.close()
    for ending in ("-wal", "-shm", "-journal"):
        Path(f"{target}{ending}").unlink(missing_ok=True)  # of the file that goes; everything in them belongs to it
    copy.chmod(0o600)
    _sync_file(copy)
    copy.replace(target) if copy.stat().st_dev == target.parent.stat().st_dev else _copy_over(copy, target)


def _copy_over(copy: Path, target: Path) -> None:
    """To another disk: written beside, then put in place."""
    draft = target.with_name(f".{target.name}.restoring")
    draft.write_bytes(copy.read_bytes())
    _sync_file(draft)
    draft.replace(target)


def _sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _fill_postgresql(folder: Path, read: Unpacked, *, told: Told) -> None:
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in [*dumping.our_tables(), "django_migrations"]:
            cursor.execute(f"DROP TABLE IF EXISTS {quoted(table)} CASCADE")
    executor = MigrationExecutor(connection)
    there = {(app, name) for app, name in read.about["migrations"]} & set(executor.loader.disk_migrations or {})
    graph = executor.loader.graph
    # A target with followers among the others would be taken as "back to here": each app's last ones only.
    followed = {parent.key for key in there for parent in graph.node_map[key].parents if parent.key[0] == key[0]}
    executor.migrate(sorted(there - followed))
    tables = {table: one for table, one in read.tables.items() if table in set(dumping.our_tables())}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, 'yes', true)", [FILLING])  # rows of the books come in any order
            cursor.execute(f"TRUNCATE {', '.join(map(quoted, tables))} CASCADE")
        for number, (table, one) in enumerate(tables.items(), start=1):
            _copy_in(table, one["columns"], folder / f"{table}.copy")
            told("fill", number, len(tables))
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
                cursor.execute(statement)
            for table, one in tables.items():
                cursor.execute(f"SELECT count(*) FROM {quoted(table)}")  # noqa: S608 - our own names
                if cursor.fetchone()[0] != one["rows"]:
                    raise CannotRun(f"Not all rows of {table} could be restored: use another backup.")


def _copy_in(table: str, columns: list[str], path: Path) -> None:
    with (
        path.open("rb") as file,
        dumping.raw_connection().cursor() as cursor,
        cursor.copy(f"COPY {dumping.listed(table, columns)} FROM STDIN") as copy,
    ):
        while piece := file.read(1024 * 1024):
            copy.write(piece)


def _models() -> list[Any]:
    existing = set(dumping.our_tables())
    models = apps.get_models(include_auto_created=True)
    return [model for model in models if model._meta.managed and model._meta.db_table in existing]


def _put_keys(read: Unpacked) -> None:
    """The secret key, the keys of encrypted fields and the broker's: what was encrypted opens again, and what was signed stays signed."""
    directory = settings.LINLI_DATA_DIR
    if FIELDS not in read.small:
        keys_path().unlink(missing_ok=True)
    for name, data in read.small.items():
        if name == "keys/secret_key":
            _private(directory / "secret_key", data)
        elif name == FIELDS:
            _private(keys_path(), data)
        elif name.startswith("keys/broker/"):
            _private(keys_folder(directory) / Path(name).name, data)
        elif name.startswith("files/"):
            _private(directory / Path(name).name, data)
    settings.SECRET_KEY = read.small["keys/secret_key"].decode()


def _private(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.restoring")
    with suppress(FileNotFoundError):
        draft.unlink()
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
