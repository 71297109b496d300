"""The keys in a backup, and taking them out of it alone: for a house whose database is well and whose keys are gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.fernet import InvalidToken
from django.conf import settings

from config import environment
from config.backup.contents import Unpacked, unpack
from config.faults import CannotRun
from linli.core.keys import (
    KeysUnreadable,
    Ring,
    fingerprint,
    fresh_ring,
    joined,
    keys_path,
    packed,
    ring_from,
    secret_fingerprint,
    secret_key,
    write_private,
)
from linli.core.keys_in_use import noted_fingerprints, sealed_samples
from linli.core.models import KeyFingerprint
from linli.core.secrets import decrypt_with

SECRET: Final = "keys/secret_key"  # noqa: S105 - a name in the archive
FIELDS: Final = "keys/field_keys"


@dataclass(frozen=True, slots=True)
class Returned:
    """Files that were put back, and files that lay in their place and were set aside."""

    files: list[Path]
    set_aside: list[Path]


def ring_of(read: Unpacked) -> Ring:
    """The keys of encrypted fields in a backup. Raises KeysUnreadable, or KeyError where it has no secret key."""
    return ring_from(secret=read.small[SECRET].decode(), kept=read.small.get(FIELDS))


def field_keys_to_pack(*, before: Ring) -> bytes | None:
    """What a backup keeps as ``field_keys``: every key that was there when the dump began or ended, for the database in it may be of
    any moment between. None while the secret key is all there is."""
    ring = joined(before, fresh_ring())
    return None if ring.keys == ring_from(secret=secret_key(), kept=None).keys else packed(ring)


def take_out_keys(path: Path, *, passphrase: str, told: Callable[[int], None]) -> Returned:
    """Put back those keys that this house lacks, and touch nothing else. Raises CannotRun if they are not this database's."""
    read = unpack(path, passphrase=passphrase, keep=lambda _name: None, told=told)
    secret = read.small[SECRET].decode()
    noted = noted_fingerprints()
    marks = {mark for mark, purpose in noted.items() if purpose == KeyFingerprint.Purpose.SECRET}
    if marks and secret_fingerprint(secret) not in marks:
        raise CannotRun(
            f"The secret key in {path} is not the one of this database: name a backup of this installation."
        )
    needed = set(noted) - marks
    present = _present_fields(secret)
    fits = [one for one in (present, read.small.get(FIELDS)) if _fits(secret=secret, kept=one, needed=needed)]
    if not fits:
        raise CannotRun(
            f"{path} was made before the keys were changed, or after: name one whose keys are this database's."
        )
    files, aside = _put_secret(secret)
    if fits[0] != present:
        aside += _set_aside(keys_path())
        if fits[0] is not None:
            write_private(keys_path(), fits[0])
            files.append(keys_path())
    return Returned(files, aside)


def _present_fields(secret: str) -> bytes | None:
    """What lies there now, unless it is damaged."""
    try:
        kept = keys_path().read_bytes()
        ring_from(secret=secret, kept=kept)
    except (OSError, KeysUnreadable):
        return None
    return kept


def _fits(*, secret: str, kept: bytes | None, needed: set[str]) -> bool:
    keys = ring_from(secret=secret, kept=kept).keys
    if needed:
        return needed <= {fingerprint(key) for key in keys}
    samples = sealed_samples()
    return not samples or any(_opens(sample, keys) for sample in samples)


def _opens(sample: str, keys: tuple[bytes, ...]) -> bool:
    try:
        decrypt_with(sample, keys=keys)
    except InvalidToken:
        return False
    return True


def _put_secret(secret: str) -> tuple[list[Path], list[Path]]:
    given = environment.text("LINLI_SECRET_KEY")
    if given and given != secret:
        raise CannotRun(
            "LINLI_SECRET_KEY is set to another key than the backup's: unset it, then restore the keys again."
        )
    path = settings.LINLI_DATA_DIR / "secret_key"
    if given or secret_key() == secret:
        return [], []
    aside = _set_aside(path)
    write_private(path, secret.encode())
    settings.SECRET_KEY = secret
    return [path], aside


def _set_aside(path: Path) -> list[Path]:
    if not path.exists():
        return []
    aside = path.with_name(f"{path.name}.set-aside")
    path.replace(aside)
    return [aside]
