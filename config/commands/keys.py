"""``linli keys``: how many values the keys open, a new key while everybody goes on working, keys out of a backup."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from config.faults import CannotRun

if TYPE_CHECKING:
    from linli.core.actions import Pass
    from linli.core.keys_in_use import Count, EncryptedTable

WAIT_MINUTES: Final = 15
MOST_PASSES: Final = 5
LOCK_NUMBER: Final = 0x11_71_12  # any number, the same for all who change the keys of this PostgreSQL database
ROTATION_IS_ON: Final = "A change of keys is under way already: let it finish."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="deed", metavar="check | rotate | restore", required=True)
    check = words.add_parser("check", help="read every encrypted value and say how many the present keys open")
    check.add_argument("--json", action="store_true", help="for a monitoring program")
    rotate = words.add_parser(
        "rotate", help="put everything under a new key while Linli runs; run it again if it was broken off"
    )
    rotate.add_argument(
        "--keep", default="", metavar="FILE", help="keep the old key in this file (default: it is forgotten)"
    )
    rotate.add_argument(
        "--copied", action="store_true", help="several machines: the file with the new key is on all of them"
    )
    rotate.add_argument(
        "--wait",
        type=_minutes,
        default=WAIT_MINUTES,
        metavar="MINUTES",
        help=f"how long the old key still reads (default {WAIT_MINUTES}; 0 only while Linli is stopped)",
    )
    restore = words.add_parser("restore", help="take the keys, and nothing else, out of a backup")
    restore.add_argument("file", metavar="FILE", help="the backup; the newest one if this is a folder")
    restore.add_argument("--passphrase-file", default="", metavar="FILE", help="a file that holds the passphrase")


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from config.migration import look_at_database

    look_at_database()
    return {"check": _check, "rotate": _rotate, "restore": _restore}[args.deed](args)


def _minutes(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"a number of minutes is wanted, not {text!r}")
    return int(text)


# -------------------------------------------------------------------------------------------------------------- check


def _check(args: argparse.Namespace) -> int:
    from config.keys_at_start import KeysLost, look_at_keys
    from linli.core.keys_in_use import count_readable, existing_encrypted_tables

    keys, problem = _known_keys(), ""
    try:
        look_at_keys()
    except KeysLost as error:
        problem = str(error)
    with _bar(existing_encrypted_tables(), "Reading") as told:
        counts = count_readable(keys=keys, told=told)
    if args.json:
        print(json.dumps({"tables": {name: _told(one) for name, one in counts.items()}, "problem": problem}))
    else:
        _print_counts(counts, keys)
        if problem:
            print(f"linli keys check: {problem}", file=sys.stderr)
    return 1 if problem or any(one.unreadable for one in counts.values()) else 0


def _known_keys() -> tuple[bytes, ...]:
    """Those that are there; none at all is an answer too."""
    from config.keys_at_start import KeysLost, known_ring
    from linli.core.keys import SecretKeyLost

    try:
        return known_ring().keys
    except (KeysLost, SecretKeyLost):
        return ()


def _told(count: Count) -> dict[str, int]:
    return {
        "values": count.values,
        "readable": count.values - count.unreadable,
        "earlier_key": count.earlier,
        "unreadable": count.unreadable,
    }


def _print_counts(counts: dict[str, Count], keys: tuple[bytes, ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    from linli.core.keys import fingerprint

    table = Table("table", "values", "readable", "under an earlier key", "not readable", box=None, padding=(0, 2, 0, 0))
    for name, count in counts.items():
        table.add_row(name, *(f"{number:,}" for number in _told(count).values()))
    Console().print(table)
    if keys:
        print(f"Key in use: {fingerprint(keys[0])}." + (" `linli keys rotate` is not finished." if keys[1:] else ""))
    lost = sum(count.unreadable for count in counts.values())
    print(f"{lost:,} values cannot be read with the keys that are there." if lost else "Every value can be read.")


# ------------------------------------------------------------------------------------------------------------- rotate


def _rotate(args: argparse.Namespace) -> int:
    from django.conf import settings
    from django.utils import timezone

    from config.keys_at_start import look_at_keys_and_note
    from config.migration import pending_migrations
    from linli.core.actions import prepare_key_rotation
    from linli.core.keys import fresh_ring, keys_path

    if pending_migrations():
        raise CannotRun("The database has not been prepared for this version: run `linli migrate`.")
    look_at_keys_and_note(now=timezone.now())
    with _alone(settings.LINLI_DATA_DIR):
        if settings.NATS_URL and not args.copied and prepare_key_rotation().waiting:
            print(
                f"A new key is ready in {keys_path()} and not used yet. Copy this file to the data directory of every machine "
                "of this Linli, then run `linli keys rotate --copied` here."
            )
            return 0
        if settings.NATS_URL and args.copied and len(fresh_ring().keys) == 1:
            raise CannotRun("There is no new key yet that could have been copied: run `linli keys rotate` first.")
        return _rotate_alone(args)


def _rotate_alone(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from linli.core.actions import begin_key_rotation
    from linli.core.keys import Ring, fingerprint, fresh_ring, packed, write_private

    before = fresh_ring().keys[0]
    ring = begin_key_rotation(now=timezone.now())
    if ring.keys[0] != before:
        _record("added", ring.keys[0])
    print(f"New values are written under the key {fingerprint(ring.keys[0])}. Linli may go on running.")
    _until_nothing_is_left()
    _wait_until(datetime.fromisoformat(ring.since) + timedelta(minutes=args.wait))
    last = _until_nothing_is_left()
    if args.keep:
        write_private(Path(args.keep).expanduser(), packed(Ring(ring.keys[1:])))
    _retire()
    print(f"{last.values:,} values were read; all that can be read lie under the new key. " + _farewell(args))
    if last.unreadable:
        print(
            f"{last.unreadable:,} values open with no key, old or new: `linli keys check` says where.", file=sys.stderr
        )
    return 1 if last.unreadable else 0


def _retire() -> None:
    from linli.core.actions import retire_old_keys

    for key in retire_old_keys():
        _record("deleted", key)


def _farewell(args: argparse.Namespace) -> str:
    from django.conf import settings

    from linli.core.keys import keys_path

    said = f"The old key is kept in {args.keep}." if args.keep else "The old key is forgotten."
    if settings.NATS_URL:
        said += f" Copy {keys_path()} to every machine once more, so that it is gone there too."
    return f"{said} Make a backup now: `linli backup`."


def _until_nothing_is_left() -> Pass:
    """Passes over everything, until one has found nothing under an earlier key. Raises CannotRun if that never comes."""
    from linli.core.actions import reencrypt_fields
    from linli.core.keys_in_use import encrypted_tables

    done = None
    for _pass in range(MOST_PASSES):
        with _bar(encrypted_tables(), "Encrypting anew") as told:
            done = reencrypt_fields(told=told)
        if not done.earlier:
            return done
    left = done.earlier if done else 0
    raise CannotRun(
        f"After {MOST_PASSES} passes {left:,} values lay under an earlier key once more: does a machine write with an old file "
        "of keys? All keys stay readable. Copy the file to it, then run `linli keys rotate` again."
    )


def _wait_until(at: datetime) -> None:
    """Whoever encrypted something a moment before the change has written it by then."""
    from django.utils import timezone

    left = int((at - timezone.now()).total_seconds()) + 1
    if left <= 0:
        return
    print(
        f"Waiting until {timezone.localtime(at):%H:%M:%S} for what was begun under the old key. Ctrl-C leaves; both keys stay "
        "readable then, and `linli keys rotate` finishes it later."
    )
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    for _second in track(range(left), "Waiting", console=console, disable=not sys.stderr.isatty()):
        time.sleep(1)


def _record(verb: str, key: bytes) -> None:
    from django.utils import timezone

    from linli.audit.actions import Trace, record_traces
    from linli.core.actors import system_actor
    from linli.core.keys import fingerprint

    mark = fingerprint(key)
    traces = [Trace(verb, "keyfingerprint", mark, object_label=mark)]
    record_traces(by=system_actor(part="keys"), now=timezone.now(), traces=traces)


@contextlib.contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """One change of keys at a time, on this machine and on this database. Raises CannotRun."""
    from django.db import connection

    with (directory / "keys.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotRun(ROTATION_IS_ON) from error
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK_NUMBER])
                if cursor.fetchone() != (True,):
                    raise CannotRun(ROTATION_IS_ON)
        yield


@contextlib.contextmanager
def _bar(tables: list[EncryptedTable], what: str) -> Iterator[Callable[[str, int], None]]:
    """A bar on the terminal over the rows of these tables; on anything else, nothing."""
    from rich.console import Console
    from rich.progress import Progress

    from linli.core.keys_in_use import row_count

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        total = sum(row_count(table=table) for table in tables)
        task = bar.add_task(what, total=total)
        yield lambda _table, rows: bar.advance(task, rows)


# ------------------------------------------------------------------------------------------------------------ restore


def _restore(args: argparse.Namespace) -> int:
    from config.backup.places import backups_in, passphrase_from
    from config.backup.ring import take_out_keys
    from config.commands.backup import progress
    from config.keys_at_start import look_at_keys

    path = Path(args.file).expanduser()
    if path.is_dir():
        found = backups_in(path)
        if not found:
            raise CannotRun(f"There is no backup in {path}.")
        path = found[0]
    passphrase = passphrase_from(file=args.passphrase_file, ask=True)
    with progress() as told:
        done = 0

        def passed(count: int) -> None:
            nonlocal done
            done += count
            told("read", done, 0)

        returned = take_out_keys(path, passphrase=passphrase, told=passed)
    look_at_keys()
    for file in returned.set_aside:
        print(f"What lay in its place is kept as {file}; remove it when all is well.")
    put = " and ".join(map(str, returned.files))
    print(f"Put back {put} from {path}." if put else "No key is missing; nothing was changed.")
    print("Start Linli with `linli up`; `linli keys check` reads every value.")
    return 0
