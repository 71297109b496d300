"""``linli migrate``"""

from __future__ import annotations

import argparse

from config.migration import migrate_database, pending_migrations


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--plan", action="store_true", help="only say what would be done")


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    if args.plan:
        waiting = pending_migrations()
        print("\n".join(waiting) if waiting else "The database is up to date.")
        return 0
    from django.utils import timezone

    from config.keys_at_start import look_at_keys, look_at_keys_and_note

    look_at_keys()
    done = migrate_database()
    look_at_keys_and_note(now=timezone.now())
    print(f"{done} changes made to the database." if done else "The database is up to date.")
    return 0
