"""Making a backup: dump, seal, read back, compare."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import IO

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config.backup import dumping
from config.backup.contents import FORMAT, Packer, Unpacked, pack, unpack
from config.backup.places import backups_in, leftovers, must_fit, name_for, scratches, superfluous
from config.backup.ring import FIELDS, field_keys_to_pack, ring_of
from config.faults import CannotRun
from config.keys_at_start import look_at_keys
from linli.core.broker.keys import keys_folder, make_keys
from linli.core.keys import KeysUnreadable, fresh_ring
from linli.core.keys_in_use import sealed_samples
from linli.core.secrets import decrypt_with

Told = Callable[[str, int, int], None]
"""``told(step, done, of)``: dump, seal, verify; 0 for a total that is not known."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was read back and found right."""

    path: Path
    size_bytes: int
    rows: int
    files: int
    removed: int


def make_backup(*, folder: Path, passphrase: str, keep: tuple[int, int, int], now: datetime, told: Told) -> Made:
    """Write a backup into ``folder``, verify it, then remove those that need not be kept. Raises CannotRun."""
    look_at_keys()
    wanted = database_bytes()
    must_fit(folder=folder, wanted_bytes=wanted, what="the backup")
    must_fit(folder=settings.LINLI_DATA_DIR, wanted_bytes=wanted, what="a copy of the database")
    for old in leftovers(folder, now=now):
        old.unlink(missing_ok=True)
    for old in scratches(settings.LINLI_DATA_DIR, now=now):
        shutil.rmtree(old, ignore_errors=True)
    path = folder / name_for(at=timezone.localtime(now))
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            packed, samples = _write(file, passphrase=passphrase, now=now, told=told)
            file.flush()
            os.fsync(file.fileno())
        _forget_cached(part)
        read = read_back(part, passphrase=passphrase, told=lambda done, of: told("verify", done, of))
        _compare(packed, read, samples=samples)
        part.replace(path)
        _sync(folder)
    finally:
        part.unlink(missing_ok=True)
    old_ones = superfluous(backups_in(folder), keep=keep)
    for old in old_ones:
        old.unlink(missing_ok=True)
    rows = sum(table["rows"] for table in packed.tables.values())
    return Made(path, path.stat().st_size, rows, len(packed.files), len(old_ones))


def _write(file: IO[bytes], *, passphrase: str, now: datetime, told: Told) -> tuple[Packer, list[str]]:
    done = 0

    def passed(count: int) -> None:
        nonlocal done
        done += count
        told("seal", done, 0)

    samples: list[str] = []

    def fill(packer: Packer) -> None:
        before = fresh_ring()
        packer.put_bytes("about.json", json.dumps(about(now=now)).encode())
        for name, path in key_files().items():
            packer.put_file(f"keys/{name}", path)
        packer.put_bytes("keys/secret_key", settings.SECRET_KEY.encode())
        demo = settings.LINLI_DATA_DIR / "demo.json"
        if demo.exists():
            packer.put_file("files/demo.json", demo)
        with tempfile.TemporaryDirectory(dir=settings.LINLI_DATA_DIR, prefix=".backup-") as scratch:
            dumping.put_database(packer, folder=Path(scratch), told=lambda n, of: told("dump", n, of))
        if kept := field_keys_to_pack(before=before):
            packer.put_bytes(FIELDS, kept)
        samples.extend(sealed_samples())

    return pack(file, passphrase=passphrase, fill=fill, told=passed), samples


def about(*, now: datetime) -> dict[str, object]:
    """What a restore must know before it touches anything."""
    try:
        version = metadata.version("linli")
    except metadata.PackageNotFoundError:
        version = ""
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    return {
        "format": FORMAT,
        "version": version,
        "made_at": now.isoformat(),
        "vendor": connection.vendor,
        "migrations": applied,
    }


def key_files() -> dict[str, Path]:
    """The broker's keys, by their name in the backup; they are made if this installation never had a broker."""
    make_keys(settings.LINLI_DATA_DIR)
    folder = keys_folder(settings.LINLI_DATA_DIR)
    return {f"broker/{path.name}": path for path in sorted(folder.iterdir()) if not path.name.startswith(".")}


def database_bytes() -> int:
    """How large the database is; an upper bound for a backup of it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        size: int = cursor.fetchone()[0]
    return size


def read_back(path: Path, *, passphrase: str, told: Callable[[int, int], None]) -> Unpacked:
    """Open a backup and look at everything in it: checksums, the SQLite file's own check, rows. Raises CannotRun."""
    done = 0

    def passed(count: int) -> None:
        nonlocal done
        done += count
        told(done, 0)

    lines: dict[str, _Lines] = {}
    with tempfile.TemporaryDirectory(dir=settings.LINLI_DATA_DIR, prefix=".backup-") as scratch:
        copy = Path(scratch) / "linli.sqlite3"

        def keep(name: str) -> IO[bytes]:
            if name == dumping.DATABASE_FILE:
                return copy.open("wb")
            counter = lines[name.removeprefix("database/").removesuffix(".copy")] = _Lines()
            return counter  # type: ignore[return-value]  # written to and closed, nothing else

        read = unpack(path, passphrase=passphrase, keep=keep, told=passed)
        if copy.exists():
            dumping.look_at_sqlite(copy)
            found = {table: one["rows"] for table, one in dumping.sqlite_tables(copy).items()}
        else:
            found = {table: counter.count for table, counter in lines.items()}
    if found != {table: one["rows"] for table, one in read.tables.items()}:
        raise CannotRun(f"{path} does not hold as many rows as it says: use another backup.")
    return read


def can_open(read: Unpacked, samples: list[str]) -> bool:
    """Whether the keys in a backup open these encrypted values."""
    try:
        keys = ring_of(read).keys
        for sample in samples:
            decrypt_with(sample, keys=keys)
    except (InvalidToken, KeyError, KeysUnreadable):
        return False
    return True


def _compare(packed: Packer, read: Unpacked, *, samples: list[str]) -> None:
    if packed.tables != read.tables:
        raise CannotRun("The backup does not hold what was put into it: is the disk failing? Try another disk.")
    if not can_open(read, samples):
        raise CannotRun(
            "The secret key does not open the phone and ID numbers in the database: was LINLI_SECRET_KEY changed? Set the old one again."
        )


class _Lines:
    """Counts the rows of a table in COPY's text form."""

    def __init__(self) -> None:
        self.count = 0

    def write(self, data: bytes) -> int:
        self.count += data.count(b"\n")
        return len(data)

    def close(self) -> None:
        """Nothing is kept."""


def _forget_cached(path: Path) -> None:
    """Read back what the disk has, not what the memory still holds."""
    with suppress(OSError, AttributeError), path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _sync(folder: Path) -> None:
    with suppress(OSError):  # not every disk can (FAT)
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
