"""The secrets our own processes and the broker share: made once, kept in files that only their owner can read."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

import nkeys


@dataclass(frozen=True, slots=True)
class Keys:
    """`issuer_seed` signs who is let in; `issuer` is its public half, which the broker's configuration names.

    The passwords belong to the users `linli` (all our processes), `auth` (the doorkeeper's other hand) and `sys`.
    """

    issuer_seed: bytes
    issuer: str
    linli_password: str
    auth_password: str
    sys_password: str
    route_password: str


def keys_folder(data_dir: Path) -> Path:
    return data_dir / "broker" / "keys"


def make_keys(data_dir: Path) -> Keys:
    """The kept keys, made now if they are missing. Several processes may do so at once: the first one's are kept."""
    folder = keys_folder(data_dir)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_ACCOUNT).decode()
    _keep(folder / "issuer.seed", seed)
    for user in ("linli", "auth", "sys", "route"):
        _keep(folder / f"{user}.password", secrets.token_urlsafe(32))
    return load_keys(data_dir)


def load_keys(data_dir: Path) -> Keys:
    """The kept keys. Raises FileNotFoundError before the first `make_keys`."""
    folder = keys_folder(data_dir)
    seed = (folder / "issuer.seed").read_text(encoding="ascii").strip().encode()
    issuer: bytes = nkeys.from_seed(bytearray(seed)).public_key
    return Keys(
        issuer_seed=seed,
        issuer=issuer.decode(),
        linli_password=_password(folder, "linli"),
        auth_password=_password(folder, "auth"),
        sys_password=_password(folder, "sys"),
        route_password=_password(folder, "route"),
    )


def _password(folder: Path, user: str) -> str:
    return (folder / f"{user}.password").read_text(encoding="ascii").strip()


def _keep(path: Path, text: str) -> None:
    if path.exists():
        return
    # Written beside and linked into place: another process sees the whole secret or none, and the first one stays.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)
