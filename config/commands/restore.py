"""``linli restore``"""

from __future__ import annotations

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the backup; the newest one if this is a folder")
    parser.add_argument("--passphrase-file", default="", metavar="FILE", help="a file that holds the passphrase")
    parser.add_argument(
        "--replace", action="store_true", help="throw away what is in this Linli now; without it, it must be empty"
    )


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.conf import settings
    from django.utils import timezone

    from config.backup.places import backups_in, passphrase_from
    from config.backup.restoring import restore
    from config.commands.backup import progress
    from config.faults import CannotRun
    from config.lock import only_one_up

    path = Path(args.file).expanduser()
    if path.is_dir():
        found = backups_in(path)
        if not found:
            raise CannotRun(f"There is no backup in {path}.")
        path = found[0]
    passphrase = passphrase_from(file=args.passphrase_file, ask=True)
    with only_one_up(settings.LINLI_DATA_DIR), progress() as told:
        read = restore(path, passphrase=passphrase, replace=args.replace, now=timezone.now(), told=told)
    rows = sum(table["rows"] for table in read.tables.values())
    print(
        f"Restored {rows:,} rows from {path}, as they were at {read.about['made_at']}.\n"
        "What happened since then is not in it: look at the desk, and call the homes of open incidents.\n"
        "Everybody signs in anew. Start Linli with `linli up`."
    )
    return 0
