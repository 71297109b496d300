"""What the environment says, checked: every wrong setting ends with one clear sentence, not a stack of frames."""

from __future__ import annotations

import contextlib
import os
import secrets
from datetime import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from config.first_run import was_used
from linli.core.keys import LOST

LEAST_KEY_LETTERS = 32
ROOT: Path = Path(__file__).resolve().parent.parent


def text(name: str, *, default: str = "") -> str:
    """``NAME``, or what the file named by ``NAME_FILE`` holds (for secrets)."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE points to {path}, which cannot be read: {error.strerror}."
            ) from error
    return os.environ.get(name, "").strip() or default


def port(name: str, *, default: int) -> int:
    value = text(name, default=str(default))
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise ImproperlyConfigured(f"{name} must be a port number between 1 and 65535, but it is {value!r}.")
    return int(value)


def number(name: str, *, default: int, least: int, most: int) -> int:
    value = text(name, default=str(default))
    if not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a number from {least} to {most}, but it is {value!r}.")
    return int(value)


def yes(name: str, *, default: str = "0") -> bool:
    value = text(name, default=default).lower()
    if value not in {"0", "1", "true", "false", "yes", "no"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, but it is {value!r}.")
    return value in {"1", "true", "yes"}


def clock(name: str, *, default: str) -> time:
    """A time of day, ``HH:MM``."""
    value = text(name, default=default)
    try:
        return time.fromisoformat(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a time of day such as 02:30, but it is {value!r}.") from error


def data_dir() -> Path:
    """``LINLI_DATA_DIR`` (default ``var/`` in the checkout), made if missing, readable by its owner only."""
    path = Path(text("LINLI_DATA_DIR", default=str(ROOT / "var"))).expanduser().resolve()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        (path / "log").mkdir(exist_ok=True)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink(missing_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"LINLI_DATA_DIR is {path}, but nothing can be written there: {error.strerror}."
        ) from error
    return path


def secret_key(*, directory: Path) -> str:
    """``LINLI_SECRET_KEY``, or the one made on the first run and kept in the data directory.

    It encrypts personal data: whoever loses it loses the phone and ID numbers. So none is made beside a database that somebody
    has used: then the answer begins with ``LOST``, nothing that needs the key works, and ``config.keys_at_start`` says why.
    """
    given = text("LINLI_SECRET_KEY")
    if given:
        if len(given) < LEAST_KEY_LETTERS:
            raise ImproperlyConfigured("LINLI_SECRET_KEY is too short: give at least 32 random characters.")
        return given
    path = directory / "secret_key"
    if not path.exists():
        if was_used(database(directory=directory)):
            return _lost()
        _make_key(path)
    try:
        kept = path.read_text(encoding="ascii").strip()
    except UnicodeDecodeError:
        return _lost()
    return kept if len(kept) >= LEAST_KEY_LETTERS else _lost()


def _lost() -> str:
    return LOST + secrets.token_urlsafe(48)


def _make_key(path: Path) -> None:
    """Whole from the first moment on; whoever comes second takes the first one's."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename, it takes nobody's place
    finally:
        draft.unlink(missing_ok=True)


def database(*, directory: Path) -> dict[str, Any]:
    """``DATABASE_URL`` (sqlite:///… or postgresql://…); by default one SQLite file in the data directory."""
    url = text("DATABASE_URL") or f"sqlite:///{directory / 'linli.sqlite3'}"
    scheme = urlsplit(url).scheme
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL must begin with sqlite:// or postgresql://, but it begins with {scheme or url[:12]!r}."
        )
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=None, conn_health_checks=True))
    except ValueError as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be understood: {error}.") from error
    if settings["ENGINE"].endswith("sqlite3"):
        settings["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON; PRAGMA cache_size=-65536;",
        }
    else:
        options = settings.setdefault("OPTIONS", {})
        options.setdefault("connect_timeout", 5)
        options.setdefault("prepare_threshold", 5)  # the alarm's path prepares its statements: linli.core.prepared
    return settings
