"""Reckoning books anew, and stopping those that have a fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils import timezone

from linli.core.actors import system_actor
from linli.ledger.actions.closing import stop_book
from linli.ledger.models import Book
from linli.ledger.queries.checking import Fault, Replay, missing_triggers, one_instant, replayed

LEDGER: Final = system_actor(part="ledger")
NIGHT: Final = (1, 5)
"""Between these hours (local) books are reckoned anew."""
AGAIN: Final = timedelta(hours=20)
JOURNALS_AT_ONCE: Final = 300
"""A tenth of a second: the worker that does it also sends what is owed."""
_under_way: list[Replay] = []


def check_books(*, now: datetime) -> int:
    """At night: go on with reckoning a book anew, or begin with the one that was longest not looked at. Returns how many were begun or
    went on. What is under way is this process's own: when it ends, the book is begun anew."""
    if not NIGHT[0] <= timezone.localtime(now).hour < NIGHT[1]:
        _under_way.clear()
        return 0
    if not _under_way:
        due = Book.objects.filter(read_only_since__isnull=True).exclude(checked_at__gte=now - AGAIN)
        book = due.order_by(F("checked_at").asc(nulls_first=True), "pk").first()
        if book is None:
            return 0
        _under_way.append(Replay(book_id=book.pk))
    replay = _under_way[0]
    with one_instant():
        if not replay.goes_on(most=JOURNALS_AT_ONCE):
            return 1
        faults = [*missing_triggers(), *replay.faults]
    _under_way.clear()
    _looked_at(replay.book_id, now, faults)
    return 1


def check_book(*, now: datetime, book_id: int, told: Callable[[int, int], None] | None = None) -> list[Fault]:
    """Reckon a book anew from its first journal, in one go; with a fault it is stopped. Returns the faults."""
    with one_instant():
        faults = [*missing_triggers(), *replayed(book_id=book_id, told=told)]
    _looked_at(book_id, now, faults)
    return faults


def _looked_at(book_id: int, now: datetime, faults: Sequence[Fault]) -> None:
    Book.objects.filter(pk=book_id).update(checked_at=now)
    if faults:
        stop_book(by=LEDGER, now=now, book_id=book_id, faults=faults)
