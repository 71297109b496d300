"""Reckoning books anew, and stopping those that have a fault."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q
from django.utils import timezone

from linli.core.actors import system_actor
from linli.ledger.actions.closing import stop_book
from linli.ledger.models import Book
from linli.ledger.queries.checking import Fault, missing_triggers, one_instant, replayed

LEDGER: Final = system_actor(part="ledger")
NIGHT: Final = (1, 5)
"""Between these hours (local) books are reckoned anew."""
AGAIN: Final = timedelta(hours=20)


def check_books(*, now: datetime, limit: int = 5) -> int:
    """At night: reckon anew the books that were written in since they were last reckoned. Returns how many."""
    if not NIGHT[0] <= timezone.localtime(now).hour < NIGHT[1]:
        return 0
    stale = Q(checked_at__isnull=True) | Q(checked_at__lt=now - AGAIN)
    due = Book.objects.filter(stale, ~Q(checked_number=F("last_number")), read_only_since__isnull=True).order_by("pk")
    ids = list(due.values_list("pk", flat=True)[:limit])
    for pk in ids:
        check_book(now=now, book_id=pk)
    return len(ids)


def check_book(*, now: datetime, book_id: int, told: Callable[[int, int], None] | None = None) -> list[Fault]:
    """Reckon a book anew from its first journal; with a fault it is stopped. Returns the faults."""
    with one_instant():
        number = Book.objects.get(pk=book_id).last_number
        faults = [*missing_triggers(), *replayed(book_id=book_id, told=told)]
    if faults:
        stop_book(by=LEDGER, now=now, book_id=book_id, faults=faults)
    else:
        Book.objects.filter(pk=book_id).update(checked_at=now, checked_number=number)
    return faults
