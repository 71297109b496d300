"""Accounts: the list, what one of them moved, counting a till."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import uuid4

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import NotFound
from linli.ledger.access import CLOSE, VIEW, reach_of_user
from linli.ledger.actions.closing import count_till
from linli.ledger.actions.exporting import record_statement_taken
from linli.ledger.forms import AccountsForm, CountForm, PeriodForm
from linli.ledger.models import Account, Book
from linli.ledger.queries.listing import (
    account_for,
    account_row,
    accounts_found,
    books_reached,
    counts_of,
    sums_by_sort,
)
from linli.ledger.queries.statements import Statement, open_holds, statement_of
from linli.ledger.words import sort_word
from linli.registry.import_words import masked_text
from linli.ui.downloads import excel_list
from linli.ui.form_parts import refusals_in

PER_PAGE: Final = 50


@never_cache
@require_safe
@permission_required(VIEW, raise_exception=True)
def accounts_page(request: HttpRequest) -> HttpResponse:
    """The accounts of a book, with what is on them."""
    books = books_reached(reach=reach_of_user(user=request.user, now=timezone.now()))
    book = _chosen(books, request.GET.get("book"))
    form = AccountsForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    shown: dict[str, object] = {"book": book, "books": books, "form": form}
    if book is not None:
        rows = accounts_found(book=book, sort=asked.get("sort", ""), words=asked.get("words", ""))
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
        sums = sums_by_sort(book=book)
        shown |= {
            "page": page,
            "rows": [account_row(account=one) for one in page],
            "sums": [(label, sums[code]) for code, label in Account.Sort.choices if code in sums],
            "filtered": bool(asked.get("sort") or asked.get("words")),
        }
    return render(request, "ledger/accounts.html", shown)


@never_cache
@require_safe
@permission_required(VIEW, raise_exception=True)
def statement_page(request: HttpRequest, account_id: int) -> HttpResponse:
    """What an account moved this month, or in the days asked for; to be read, printed and taken out."""
    account, form, statement = _statement(request, account_id)
    shown = {
        "account": account,
        "form": form,
        "statement": statement,
        "lines": [(one, sort_word(sort=one.sort)) for one in statement.lines],
        "holds": list(open_holds(account_id=account.pk)[:50]) if statement.held_fen else [],
        "counts": list(counts_of(account=account)[:5]) if account.sort == Account.Sort.TILL else None,
        "query": request.GET.urlencode(),
    }
    return render(request, "ledger/statement.html", shown)


@never_cache
@require_safe
@permission_required(VIEW, raise_exception=True)
def statement_file(request: HttpRequest, account_id: int) -> HttpResponse:
    """The same as an Excel file; that it was taken is written down."""
    account, _form, statement = _statement(request, account_id)
    record_statement_taken(by=actor_of_request(request), now=timezone.now(), account=account, rows=len(statement.lines))
    head = ["日期", "编号", "事项", "对方账户", "备注", "经办人", "收入（元）", "支出（元）", "余额（元）"]
    rows: list[list[object]] = [
        [statement.since_on, "", _("Opening balance"), "", "", "", None, None, _yuan(statement.opening_fen)]
    ]
    for one in statement.lines:
        came, went = (one.amount_fen, None) if one.amount_fen > 0 else (None, -one.amount_fen)
        rows.append(
            [
                one.business_on, one.number, str(sort_word(sort=one.sort)), one.other, masked_text(one.note), one.who,
                _yuan(came), _yuan(went), _yuan(one.balance_fen),
            ]
        )  # fmt: skip
    rows.append(
        [
            statement.until_on, "", _("Closing balance"), "", "", "", _yuan(statement.came_fen), _yuan(statement.went_fen),
            _yuan(statement.closing_fen),
        ]
    )  # fmt: skip
    title = f"{account.name} {statement.since_on:%Y%m%d}-{statement.until_on:%Y%m%d}"
    return excel_list(title=title, head=head, rows=rows, on=timezone.localdate())


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required([VIEW, CLOSE], raise_exception=True)
def count_page(request: HttpRequest, account_id: int) -> HttpResponse:
    """Count the cash of a till."""
    account = account_for(reach=reach_of_user(user=request.user, now=timezone.now()), account_id=account_id)
    if account.sort != Account.Sort.TILL:
        raise NotFound
    form = CountForm(request.POST if request.method == "POST" else None, initial={"key": uuid4().hex})
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            count_till(
                by=actor_of_request(request), now=timezone.now(), key=f"count/{form.cleaned_data['key']}", account_id=account.pk,
                counted_fen=form.counted_fen(), witness=form.cleaned_data["witness"], note=form.cleaned_data["note"],
            )  # fmt: skip
            return redirect("ledger:statement", account.pk)
    shown = {"account": account, "form": form, "booked": account_row(account=account).balance_fen}
    return render(request, "ledger/count.html", shown, status=422 if form.errors else 200)


def _statement(request: HttpRequest, account_id: int) -> tuple[Account, PeriodForm, Statement]:
    account = account_for(reach=reach_of_user(user=request.user, now=timezone.now()), account_id=account_id)
    today = timezone.localdate()
    data = request.GET.copy()
    data.setdefault("since", today.replace(day=1).isoformat())
    data.setdefault("until", today.isoformat())
    form = PeriodForm(data)
    since, until = form.days(today=today)
    return account, form, statement_of(account=account, since_on=since, until_on=until)


def _chosen(books: Sequence[Book], wanted: str | None) -> Book | None:
    return next((one for one in books if str(one.pk) == wanted), books[0] if books else None)


def _yuan(fen: int | None) -> float | None:
    """For a cell of a sheet that people add up: hundredths are exact enough there."""
    return None if fen is None else fen / 100
