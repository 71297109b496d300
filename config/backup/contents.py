"""What lies in a backup: a tar archive, compressed with gzip, of

about.json       {"format": 1, "version", "made_at", "vendor": "sqlite" | "postgresql", "migrations": [[app, name], …]}
keys/…           the secret key, the keys of encrypted fields (field_keys, once they were rotated) and the broker's keys:
                 without them the encrypted columns stay shut
files/…          small files of the data directory (demo.json)
database/…       linli.sqlite3, or one <table>.copy per table (PostgreSQL's own COPY text)
contents.json    {"files": {name: {"bytes", "sha256"}}, "tables": {table: {"rows", "columns"}}}; the last of all
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final, cast

from config.backup.sealing import Opener, Sealer
from config.faults import CannotRun

FORMAT: Final = 1
ABOUT, CONTENTS = "about.json", "contents.json"
PIECE: Final = 1024 * 1024
Told = Callable[[int], None]
"""Called with the number of bytes just dealt with."""


@dataclass(slots=True)
class Packer:
    """Puts files into the archive and remembers what they were."""

    tar: tarfile.TarFile
    told: Told
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put_bytes(self, name: str, data: bytes) -> None:
        self._put(name, io.BytesIO(data), len(data))

    def put_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self._put(name, file, path.stat().st_size)

    def _put(self, name: str, file: IO[bytes], size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        reader = _Counted(file, self.told)
        self.tar.addfile(entry, cast("IO[bytes]", reader))
        self.files[name] = {"bytes": size, "sha256": reader.digest.hexdigest()}


def pack(file: IO[bytes], *, passphrase: str, fill: Callable[[Packer], None], told: Told) -> Packer:
    """Write a sealed archive into ``file``; ``fill`` puts everything in. Returns what was packed."""
    sealer = Sealer(file, passphrase=passphrase)
    with (
        gzip.GzipFile(fileobj=cast("IO[bytes]", sealer), mode="wb", compresslevel=4, mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w|") as tar,
    ):
        packer = Packer(tar, told)
        fill(packer)
        text = json.dumps({"files": packer.files, "tables": packer.tables}).encode()
        packer.put_bytes(CONTENTS, text)
    sealer.close()
    return packer


@dataclass(slots=True)
class Unpacked:
    """What was read: ``about`` and ``tables``, and the small files in memory."""

    about: dict[str, Any]
    tables: dict[str, dict[str, Any]]
    small: dict[str, bytes]


def unpack(path: Path, *, passphrase: str, keep: Callable[[str], IO[bytes] | None], told: Told) -> Unpacked:
    """Read the whole archive, compare every file with its checksum, and give the database's files to what ``keep`` opens.

    ``keep`` is asked with each name under database/; None drops it. Raises CannotRun for anything that is not right.
    """
    small: dict[str, bytes] = {}
    seen: dict[str, dict[str, Any]] = {}
    for name, reader in _members(path, passphrase=passphrase, told=told):
        out = keep(name) if name.startswith("database/") else io.BytesIO()
        size = 0
        while piece := reader.read(PIECE):
            size += len(piece)
            if out is not None:
                out.write(piece)
        if isinstance(out, io.BytesIO) and not name.startswith("database/"):
            small[name] = out.getvalue()
        elif out is not None:
            out.close()
        seen[name] = {"bytes": size, "sha256": reader.digest.hexdigest()}
    listed = json.loads(small.pop(CONTENTS, b"{}"))
    seen.pop(CONTENTS, None)
    if listed.get("files") != seen:
        raise CannotRun(f"{path} does not hold what it says it holds: use another backup.")
    return Unpacked(json.loads(small.pop(ABOUT)), listed["tables"], small)


def _members(path: Path, *, passphrase: str, told: Told) -> Iterator[tuple[str, _Counted]]:
    try:
        with (
            path.open("rb") as file,
            gzip.GzipFile(fileobj=cast("IO[bytes]", Opener(file, passphrase=passphrase, name=str(path)))) as loose,
            tarfile.open(fileobj=loose, mode="r|") as tar,
        ):
            for entry in tar:
                member = tar.extractfile(entry)
                if member is not None:
                    yield entry.name, _Counted(member, told)
            while loose.read(PIECE):
                pass  # to the very end, so that a file cut short there is noticed too
    except FileNotFoundError as error:
        raise CannotRun(f"There is no file {path}.") from error
    except (tarfile.TarError, EOFError, gzip.BadGzipFile) as error:
        raise CannotRun(f"{path} is damaged: use another backup.") from error


class _Counted:
    """Reads on, and keeps the checksum of what was read."""

    def __init__(self, file: IO[bytes], told: Told) -> None:
        self._file, self._told = file, told
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        self._told(len(data))
        return data
