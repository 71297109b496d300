"""Where backups lie, and what opens them."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from config import environment
from config.faults import CannotRun

ENDING: Final = ".linlibackup"
_NAME = re.compile(r"linli-(\d{8})-(\d{6})" + re.escape(ENDING))
LEAST_LETTERS: Final = 12
SPARE_BYTES: Final = 256 * 1024 * 1024
SECRET: Final = "LINLI_BACKUP_PASSPHRASE"  # noqa: S105 - the name of the setting


def folder_for_backups(*, named: str, mount: str) -> Path:
    """The folder, made if its disk is there. Raises CannotRun: no folder set, disk not mounted, not writable."""
    if not named:
        raise CannotRun(
            "Where should the backup go? Give `--to FOLDER`, or set LINLI_BACKUP_DIR (best on another disk than the data)."
        )
    path = Path(named).expanduser().resolve()
    if mount and not os.path.ismount(mount):
        raise CannotRun(
            f"The disk for backups is not mounted at {mount}: plug it in and mount it. "
            "Nothing was written to this machine's own disk instead."
        )
    if mount and not path.is_relative_to(Path(mount).resolve()):
        raise CannotRun(f"The folder {path} is not on the disk that is mounted at {mount}: correct LINLI_BACKUP_DIR.")
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotRun(f"Nothing can be written to {path}: {error.strerror}.") from error
    return path


def must_fit(*, folder: Path, wanted_bytes: int, what: str) -> None:
    """Raises CannotRun when the disk has not that much room and some to spare."""
    free = shutil.disk_usage(folder).free
    if free < wanted_bytes + SPARE_BYTES:
        raise CannotRun(
            f"{folder} has {free / 2**20:,.0f} MB free, but {what} may need {wanted_bytes / 2**20:,.0f} MB "
            "and some to spare: make room there."
        )


def passphrase_from(*, file: str, ask: bool) -> str:
    """``--passphrase-file``, else LINLI_BACKUP_PASSPHRASE(_FILE), else the person at the terminal. Raises CannotRun."""
    if file:
        try:
            given = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise CannotRun(f"The passphrase cannot be read from {file}: {error.strerror}.") from error
    else:
        given = environment.text(SECRET)
    if not given and ask and sys.stdin.isatty():
        given = getpass.getpass("Passphrase of the backups: ").strip()
    if not given:
        raise CannotRun(
            f"Backups are encrypted: write a passphrase of at least {LEAST_LETTERS} letters into a file, name it by {SECRET}_FILE, "
            "and keep it on paper in another place. Whoever loses it cannot open any backup."
        )
    if len(given) < LEAST_LETTERS:
        raise CannotRun(f"The passphrase of the backups is too short: at least {LEAST_LETTERS} letters.")
    return given


def name_for(*, at: datetime) -> str:
    return f"linli-{at:%Y%m%d-%H%M%S}{ENDING}"


def made_at(path: Path) -> datetime | None:
    """When a backup was made, from its name, in the time of the place; None for a file that is none."""
    match = _NAME.fullmatch(path.name)
    return datetime.strptime("".join(match.groups()), "%Y%m%d%H%M%S") if match else None  # noqa: DTZ007 - local by design


def backups_in(folder: Path) -> list[Path]:
    """Newest first."""
    try:
        return sorted((path for path in folder.iterdir() if made_at(path)), reverse=True)
    except OSError:
        return []


def read_keep(text: str) -> tuple[int, int, int]:
    """``days,weeks,months``: how many of each are kept. Raises CannotRun."""
    parts = text.split(",")
    if len(parts) != 3 or not all(part.strip().isdigit() for part in parts) or int(parts[0]) < 1:
        raise CannotRun(
            f"LINLI_BACKUP_KEEP must be three numbers, days,weeks,months (such as 7,5,12), but it is {text!r}."
        )
    days, weeks, months = (int(part) for part in parts)
    return days, weeks, months


def superfluous(paths: Iterable[Path], *, keep: Sequence[int]) -> list[Path]:
    """The backups that may go: all but the newest of each of the last ``keep`` = (days, weeks, months) that have one."""
    dated = sorted(((at, path) for path in paths if (at := made_at(path))), reverse=True)
    kept: set[Path] = set()
    for count, period in zip(keep, (_day, _week, _month), strict=True):
        newest: dict[str, Path] = {}
        for at, path in dated:
            newest.setdefault(period(at), path)
        kept.update(list(newest.values())[:count])
    return [path for _at, path in dated if path not in kept]


def leftovers(folder: Path, *, now: datetime) -> list[Path]:
    """Unfinished files of backups that were broken off more than a day ago."""
    old = (now - timedelta(days=1)).timestamp()
    return [path for path in folder.glob(f".linli-*{ENDING}.part") if path.stat().st_mtime < old]


def scratches(folder: Path, *, now: datetime) -> list[Path]:
    """Folders with an open copy of the database that a backup or restore left when it was killed more than a day ago."""
    old = (now - timedelta(days=1)).timestamp()
    found = [*folder.glob(".backup-*"), *folder.glob(".restore-*")]
    return [path for path in found if path.is_dir() and path.stat().st_mtime < old]


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _week(at: datetime) -> str:
    year, week, _day = at.isocalendar()
    return f"{year}-{week:02}"


def _month(at: datetime) -> str:
    return f"{at:%Y-%m}"
