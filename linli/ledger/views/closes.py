"""Closing days and months."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import NotFound
from linli.ledger.access import CLOSE, VIEW, reach_of_user
from linli.ledger.actions.closing import close_day, close_month
from linli.ledger.forms import CloseForm
from linli.ledger.models import Book
from linli.ledger.queries.listing import book_for, closes_of, days_to_close
from linli.ui.form_parts import refusals_in


@never_cache
@require_safe
@permission_required(VIEW, raise_exception=True)
def closes_page(request: HttpRequest, book_id: int) -> HttpResponse:
    """What is closed, what is still open, and the form to close it."""
    return _page(request, _book(request, book_id), None)


@never_cache
@require_POST
@permission_required([VIEW, CLOSE], raise_exception=True)
def close(request: HttpRequest, book_id: int, sort: str) -> HttpResponse:
    """Close a day, or seal a month."""
    if sort not in {"day", "month"}:
        raise NotFound
    book, form = _book(request, book_id), CloseForm(request.POST)
    if form.is_valid():
        told: dict[str, Any] = {
            "by": actor_of_request(request), "now": timezone.now(), "book_id": book.pk, "witness": form.cleaned_data["witness"],
            "note": form.cleaned_data["note"],
        }  # fmt: skip
        with refusals_in(form):
            if sort == "day":
                close_day(**told, on=form.cleaned_data["until"])
            else:
                close_month(**told, month=form.cleaned_data["until"].replace(day=1))
            return redirect("ledger:closes", book.pk)
    return _page(request, book, form)


def _book(request: HttpRequest, book_id: int) -> Book:
    return book_for(reach=reach_of_user(user=request.user, now=timezone.now()), book_id=book_id)


def _page(request: HttpRequest, book: Book, form: CloseForm | None) -> HttpResponse:
    today = timezone.localdate()
    page = Paginator(closes_of(book=book), 40).get_page(request.GET.get("page"))
    waiting = days_to_close(book=book, today=today)
    shown = {
        "book": book,
        "page": page,
        "waiting": waiting,
        "form": form or CloseForm(initial={"until": waiting[0] if waiting else today}),
    }
    return render(request, "ledger/closes.html", shown, status=422 if form and form.errors else 200)
