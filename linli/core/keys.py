"""The keys of encrypted fields: the first one writes, all of them read. docs/adr/0008-keys.md says why it is so.

An installation begins with one key, derived from the secret key. Its first rotation makes the file ``field_keys`` in the data
directory, and from then on the keys stand there and nowhere else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import logging
import os
import secrets
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

log = logging.getLogger("linli.keys")

FILE: Final = "field_keys"
KEY_BYTES: Final = 32
LOST: Final = "lost:"
"""How ``SECRET_KEY`` begins where there is none: what follows is drawn anew in each process, and nothing may be encrypted with it."""
Mark = tuple[int, int, int] | None
"""What tells one state of the file from another; None where there is no file."""


class SecretKeyLost(ImproperlyConfigured):
    """Something needs the secret key of a database that has been used, and it is missing."""

    def __init__(self) -> None:
        super().__init__("The secret key is missing: run `linli keys check`, which says what to do.")


class KeysUnreadable(Exception):
    """The file of the keys is there and does not hold keys, or cannot be read. The text names the file."""


@dataclass(frozen=True, slots=True)
class Ring:
    """``keys[0]`` writes, all read. ``since`` (ISO 8601, "" for the first key) is when it began to write.

    While ``waiting``, the last key is new: it reads, and is to write once every machine has it.
    """

    keys: tuple[bytes, ...]
    since: str = ""
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class _Loaded:
    source: tuple[Path, str]
    mark: Mark
    ring: Ring


_loaded: _Loaded | None = None


@lru_cache(maxsize=16)
def derived(secret: str, purpose: str) -> bytes:
    """32 bytes derived from ``secret`` (HKDF-SHA-256, RFC 5869), another for each purpose."""
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=f"linli:{purpose}".encode())
    return kdf.derive(secret.encode())


def keys_path() -> Path:
    """Where the keys are kept once they were rotated."""
    return _path_in(settings.LINLI_DATA_DIR)


@lru_cache(maxsize=4)
def _path_in(folder: str | Path) -> Path:
    return Path(folder) / FILE


def ring() -> Ring:
    """The keys as this process knows them. It does not look at the file again: ``fresh_ring`` does."""
    loaded = _loaded
    return loaded.ring if loaded is not None and loaded.source == _source() else fresh_ring()


def fresh_ring() -> Ring:
    """The keys as the file has them now; looking costs a microsecond. Raises KeysUnreadable only where none were known before.

    A process that has keys keeps them when the file goes away or is damaged: alarms need them, and they are still right.
    """
    global _loaded  # noqa: PLW0603 - one per process, replaced as a whole
    source, path = _source(), keys_path()
    mark, known = _mark(path), _loaded
    if known is not None and known.source != source:
        known = None
    if known is not None and known.mark == mark:
        return known.ring
    try:
        found = _read(path, known=known)
    except KeysUnreadable as error:
        if known is None:
            raise
        log.error("%s This process goes on with the keys it has; restore the file.", error)
        found = known.ring
    _loaded = _Loaded(source, mark, found)
    return found


def ring_from(*, secret: str, kept: bytes | None) -> Ring:
    """The keys of an installation with this secret key, and with this content of ``field_keys`` if it has one. Raises KeysUnreadable."""
    return Ring((derived(secret, "personal"),)) if kept is None else _understood(kept, name=FILE)


def packed(one: Ring) -> bytes:
    """What the file holds."""
    keys = [base64.urlsafe_b64encode(key).decode() for key in one.keys]
    return json.dumps({"keys": keys, "since": one.since, "waiting": one.waiting}, indent=1).encode()


def keep_ring(one: Ring) -> None:
    """Write the file: whole, on the disk, readable by its owner only. Every process notices at its next word."""
    write_private(keys_path(), packed(one))
    fresh_ring()


def write_private(path: Path, data: bytes) -> None:
    """Put a small secret file in its place in one step that a power cut does not halve."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def with_new_key(one: Ring, *, since: str) -> Ring:
    """A new key writes from now on; those that wrote before still read."""
    return Ring((secrets.token_bytes(KEY_BYTES), *one.keys), since)


def with_waiting_key(one: Ring) -> Ring:
    """A new key reads, and waits to write."""
    return replace(one, keys=(*one.keys, secrets.token_bytes(KEY_BYTES)), waiting=True)


def with_waiting_key_writing(one: Ring, *, since: str) -> Ring:
    """The key that waited writes from now on."""
    return Ring((one.keys[-1], *one.keys[:-1]), since)


def joined(one: Ring, other: Ring) -> Ring:
    """``other``, which also reads what ``one`` reads."""
    more = tuple(key for key in one.keys if key not in other.keys)
    return replace(other, keys=(*other.keys[:1], *more, *other.keys[1:]))


def fingerprint(key: bytes) -> str:
    """16 hex digits by which a key is known again. They tell nothing of it."""
    return hashlib.sha256(b"linli:field-key:" + key).hexdigest()[:16]


def secret_fingerprint(secret: str) -> str:
    """The same of a secret key."""
    return derived(secret, "fingerprint").hex()[:16]


def secret_key() -> str:
    """``settings.SECRET_KEY``, or "" where it is lost."""
    key = str(settings.SECRET_KEY)
    return "" if key.startswith(LOST) else key


def needed_secret_key() -> str:
    """The same for whoever cannot do without. Raises SecretKeyLost."""
    key = secret_key()
    if not key:
        raise SecretKeyLost
    return key


def _source() -> tuple[Path, str]:
    return settings.LINLI_DATA_DIR, secret_key()


def _mark(path: Path) -> Mark:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _read(path: Path, *, known: _Loaded | None) -> Ring:
    try:
        return _understood(path.read_bytes(), name=str(path))
    except FileNotFoundError as error:
        if known is not None and known.mark is not None:
            raise KeysUnreadable(f"{path} is gone.") from error
        return Ring((derived(needed_secret_key(), "personal"),))
    except OSError as error:
        raise KeysUnreadable(f"{path} cannot be read: {error.strerror}.") from error


def _understood(data: bytes, *, name: str) -> Ring:
    try:
        said = json.loads(data)
        keys = tuple(base64.urlsafe_b64decode(key) for key in said["keys"])
        found = Ring(keys, str(said["since"]), bool(said["waiting"]))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise KeysUnreadable(f"{name} is damaged.") from error
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise KeysUnreadable(f"{name} is damaged.")
    return found
