"""``linli import residents FILE``: the same as on the page, in one go. ``linli import next`` is the worker's."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from linli.registry.models import Community, ImportBatch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("residents", "next", "undo"), help="residents: a file; undo: take an import back"
    )
    parser.add_argument("file", nargs="?", default="", help="the file, or the number of the import to take back")
    parser.add_argument("--community", default="", metavar="CODE", help="needed where there are several")
    parser.add_argument(
        "--policy",
        default="update",
        choices=("update", "fill", "skip", "new"),
        help="people who are there already: update (default), fill blanks only, skip, or add all as new",
    )
    parser.add_argument("--ask-password", action="store_true", help="the file is protected: ask for its password")
    parser.add_argument("--dry-run", action="store_true", help="show what would happen, and write nothing")
    parser.add_argument("--errors", default="", metavar="FILE", help="write the rows that are kept out to this .xlsx")


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.utils import translation

    from config.faults import terminal_language
    from config.keys_at_start import look_at_keys

    look_at_keys()
    with translation.override(terminal_language()):
        return {"residents": _residents, "next": _next, "undo": _undo}[args.what](args)


def _next(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from linli.registry.actions.imports import claim_import, work_on_import

    while (batch := claim_import(now=timezone.now())) is not None:
        work_on_import(batch=batch, clock=timezone.now)
    return 0


def _residents(args: argparse.Namespace) -> int:
    from getpass import getpass

    from django.utils import timezone

    from linli.core.actors import system_actor
    from linli.core.errors import Refusal
    from linli.registry.actions import imports

    by, now = system_actor(part="command line"), timezone.now()
    path = Path(args.file)
    if not args.file or not path.is_file():
        print(f"linli import: there is no file {args.file!r}.", file=sys.stderr)
        return 2
    community = _community(args.community)
    if community is None:
        return 2
    password = getpass("Password of the file / 文件密码: ") if args.ask_password else ""
    try:
        batch = imports.stage_import(
            by=by, now=now, community_id=community.pk, path=path, file_name=path.name, password=password
        )
        columns = {
            sheet.position: {int(at): name for at, name in sheet.fields.items()}
            for sheet in batch.sheets.filter(included=True)
        }
        imports.ask_plan(by=by, now=now, batch_id=batch.pk, policy=args.policy, grid_id=None, columns=columns)
        _work(batch)
        return _finish(args, batch)
    except Refusal as refusal:
        print(f"linli import: {refusal.sentence}", file=sys.stderr)
        return 2


def _finish(args: argparse.Namespace, batch: ImportBatch) -> int:
    """Say what would happen, write it unless told not to, and keep the rows that are kept out."""
    from django.utils import timezone

    from linli.core.actors import system_actor
    from linli.registry.actions import imports
    from linli.registry.import_files import TROUBLED, errors_workbook

    by, now = system_actor(part="command line"), timezone.now()
    if not args.dry_run:
        imports.ask_commit(by=by, now=now, batch_id=batch.pk)
        _work(batch)
    batch.refresh_from_db()
    _print_counts(batch)
    kept_out = sum(batch.counts.get(kind, 0) for kind in TROUBLED)
    if kept_out and args.errors:
        Path(args.errors).write_bytes(errors_workbook(batch=batch))
    if args.dry_run:
        imports.discard_import(by=by, now=now, batch_id=batch.pk)
    return 1 if kept_out else 0


def _undo(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from linli.core.actors import system_actor
    from linli.core.errors import Refusal
    from linli.registry.actions import imports

    if not args.file.isdigit():
        print("linli import undo: give the number of the import.", file=sys.stderr)
        return 2
    try:
        batch = imports.ask_undo(by=system_actor(part="command line"), now=timezone.now(), batch_id=int(args.file))
    except Refusal as refusal:
        print(f"linli import: {refusal.sentence}", file=sys.stderr)
        return 2
    _work(batch)
    batch.refresh_from_db()
    for model, name, why in batch.left:
        print(f"{model} {name}: {why}")
    return 1 if batch.left else 0


def _work(batch: ImportBatch) -> None:
    """The long work of this batch, here and with a bar."""
    from django.utils import timezone
    from rich.progress import Progress

    from linli.registry.actions import imports

    claimed = imports.claim_import(now=timezone.now(), batch_id=batch.pk)
    if claimed is None:
        raise SystemExit("linli import: the worker has taken this import up already; see its page.")
    with Progress(transient=True) as shown:
        bar = shown.add_task(batch.file_name, total=None)
        imports.work_on_import(
            batch=claimed,
            clock=timezone.now,
            progress=lambda done, total: shown.update(bar, completed=done, total=total or None),
        )


def _community(code: str) -> Community | None:
    from linli.registry.models import Community

    rows = Community.objects.filter(pk__gt=0)
    found = list(rows.filter(code=code) if code else rows[:2])
    if len(found) == 1:
        return found[0]
    known = ", ".join(rows.values_list("code", flat=True))
    print(f"linli import: say which community with --community. There are: {known or 'none yet'}.", file=sys.stderr)
    return None


def _print_counts(batch: ImportBatch) -> None:
    from rich.console import Console
    from rich.table import Table

    from linli.registry.models import ImportRow

    table = Table(show_header=False, box=None)
    for kind, label in ImportRow.Kind.choices:
        if batch.counts.get(kind):
            table.add_row(str(label), str(batch.counts[kind]))
    console = Console()
    console.print(table)
    console.print(f"{batch.get_state_display()} · import {batch.pk}")
