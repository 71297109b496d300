"""``linli ledger``: whether the books are what they must be, and letting a stopped book go on."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="deed", metavar="DEED", required=True)
    check = words.add_parser("check", help="look at the sums and rules; with --replay at every journal")
    check.add_argument("--replay", action="store_true", help="reckon every book anew from its first journal")
    free = words.add_parser("free", help="let a stopped book go on, after its fault was looked at")
    free.add_argument("community", help="the code of its community")
    free.add_argument("--reason", required=True, help="why it may go on; it stays in the trail")


def run(args: argparse.Namespace) -> int:
    import django

    django.setup()
    from django.utils import translation

    from config.faults import terminal_language
    from config.migration import look_at_database

    look_at_database()
    with translation.override(terminal_language()):
        return _free(args) if args.deed == "free" else _check(args)


def _check(args: argparse.Namespace) -> int:
    """0 without a fault, 1 with one. With --replay a book that has one is stopped."""
    from django.utils import timezone
    from rich.progress import Progress

    from linli.ledger.actions.checking import check_book
    from linli.ledger.checks import replaces_are_seen
    from linli.ledger.models import Book
    from linli.ledger.queries.checking import faults_of_sums, missing_triggers

    found = [f"database: {one}" for one in missing_triggers()]
    if not replaces_are_seen():
        found.append("database: recursive_triggers is off")
    books = list(Book.objects.select_related("community").order_by("pk"))
    with Progress(transient=True) as progress:
        for book in books:
            task = progress.add_task(book.community.code, total=book.last_number)
            if args.replay:
                faults = check_book(
                    now=timezone.now(),
                    book_id=book.pk,
                    told=lambda done, _all, task=task: progress.update(task, completed=done),  # type: ignore[misc]
                )
            else:
                faults = faults_of_sums(book_id=book.pk)
            found += [f"{book.community.code}: {one}" for one in faults]
            if book.read_only_since is not None:
                found.append(f"{book.community.code}: stopped, {book.fault.splitlines()[0]}")
    for line in found:
        print(line)
    if not found:
        print(f"{len(books)} books, {sum(book.last_number for book in books)} journals: no fault.")
    return 1 if found else 0


def _free(args: argparse.Namespace) -> int:
    from django.utils import timezone

    from config.faults import CannotRun
    from linli.core.actors import system_actor
    from linli.ledger.actions.closing import LEAST_REASON, free_book
    from linli.ledger.models import Book

    book = Book.objects.filter(community__code=args.community).first()
    if book is None:
        raise CannotRun(f"There is no book of {args.community}.")
    if len(args.reason.strip()) < LEAST_REASON:
        raise CannotRun('Say in a few words why it may go on: --reason "…".')
    free_book(by=system_actor(part="ledger"), now=timezone.now(), book_id=book.pk, reason=args.reason)
    print(f"The book of {args.community} takes entries again.")
    return 0
