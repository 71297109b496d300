"""``linli backup``"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from config.faults import CannotRun

STEPS = {
    "dump": "Reading the database",
    "seal": "Encrypting",
    "verify": "Reading it back",
    "read": "Reading the backup",
    "fill": "Filling the database",
    "migrate": "Bringing it to this version",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", default="", metavar="FOLDER", help="where to (default: LINLI_BACKUP_DIR)")
    parser.add_argument(
        "--mount", default="", metavar="PATH", help="refuse unless a disk is mounted here (default: LINLI_BACKUP_MOUNT)"
    )
    parser.add_argument("--passphrase-file", default="", metavar="FILE", help="a file that holds the passphrase")
    parser.add_argument(
        "--verify", default="", metavar="FILE", help="make none; read this one and say whether it is right"
    )
    parser.add_argument("--list", action="store_true", help="make none; say which there are")
    parser.add_argument("--run", type=int, default=None, dest="run_id", help=argparse.SUPPRESS)  # the worker began it


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.conf import settings

    from config.backup.places import backups_in, folder_for_backups, passphrase_from

    folder_named = args.to or settings.LINLI_BACKUP_DIR
    if args.list:
        return _list(backups_in(Path(folder_named).expanduser()) if folder_named else [], folder_named)
    if args.verify:
        return _verify(Path(args.verify), passphrase=passphrase_from(file=args.passphrase_file, ask=True))

    def make() -> int:
        passphrase = passphrase_from(file=args.passphrase_file, ask=args.run_id is None)
        folder = folder_for_backups(named=folder_named, mount=args.mount or settings.LINLI_BACKUP_MOUNT)
        return _make(folder, passphrase=passphrase, run_id=args.run_id)

    return _recorded(make, run_id=args.run_id)


def _make(folder: Path, *, passphrase: str, run_id: int | None) -> int:
    from django.conf import settings
    from django.utils import timezone

    from config.backup.making import make_backup
    from config.backup.places import read_keep
    from config.lock import file_lock
    from linli.watching.actions import record_backup

    keep = read_keep(settings.LINLI_BACKUP_KEEP)
    with file_lock(settings.LINLI_DATA_DIR / "backup.lock"):
        begun = timezone.now()
        with progress() as told:
            made = make_backup(folder=folder, passphrase=passphrase, keep=keep, now=begun, told=told)
        record_backup(
            began_at=begun,
            now=timezone.now(),
            path=str(made.path),
            size_bytes=made.size_bytes,
            rows=made.rows,
            error="",
            run_id=run_id,
        )
    print(
        f"{made.path}: {made.size_bytes / 2**20:.1f} MB, {made.rows:,} rows; read back and found right."
        + (f" {made.removed} older ones were removed." if made.removed else "")
    )
    return 0


def _recorded(make: Callable[[], int], *, run_id: int | None) -> int:
    """A backup that fails is a finding, not only a line on a terminal that nobody reads."""
    from django.utils import timezone

    from config.faults import sentence_for
    from linli.watching.actions import record_backup

    begun = timezone.now()
    try:
        return make()
    except Exception as error:
        sentence = sentence_for(error) or f"fault of ours ({type(error).__name__})"
        record_backup(began_at=begun, now=timezone.now(), path="", size_bytes=0, rows=0, error=sentence, run_id=run_id)
        raise


def _list(paths: list[Path], folder: str) -> int:
    if not folder:
        raise CannotRun("Which folder? Give `--to FOLDER`, or set LINLI_BACKUP_DIR.")
    for path in paths:
        print(f"{path}  {path.stat().st_size / 2**20:,.1f} MB")
    if not paths:
        print(f"There is no backup in {folder}.")
    return 0 if paths else 1


def _verify(path: Path, *, passphrase: str) -> int:
    from config.backup.making import read_back

    with progress() as told:
        read = read_back(path, passphrase=passphrase, told=lambda done, of: told("verify", done, of))
    rows = sum(table["rows"] for table in read.tables.values())
    print(f"{path}: made at {read.about['made_at']}, {len(read.tables)} tables, {rows:,} rows. It is whole.")
    return 0


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Bars on the terminal; on anything else, nothing."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TextColumn("{task.fields[amount]:>12}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    tasks: dict[str, object] = {}

    def told(step: str, done: int, of: int) -> None:
        if step not in tasks:
            for other in tasks.values():
                bar.stop_task(other)  # type: ignore[arg-type]  # rich's own number for it
            tasks[step] = bar.add_task(STEPS[step], total=of or None, amount="")
        amount = f"{done:,}/{of:,}" if of else f"{done / 2**20:,.1f} MB" if done else ""
        bar.update(tasks[step], completed=done, total=of or None, amount=amount)  # type: ignore[arg-type]

    with bar:
        yield told
