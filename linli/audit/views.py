"""The trail as a page."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.accounts.models import User
from linli.audit.forms import SoughtForm
from linli.audit.queries import PAGE_ROWS, entries_for
from linli.audit.shown import rows_of


@require_safe
@never_cache
def trail(request: HttpRequest) -> HttpResponse:
    """Who wrote or saw what, newest first, with filters."""
    assert isinstance(request.user, User)
    form = SoughtForm(request.GET)
    sought = form.sought()
    page = Paginator(entries_for(reader=request.user, sought=sought), PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"form": form, "sought": sought, "page": page, "rows": rows_of(entries=page.object_list)}
    return render(request, "audit/trail.html", context)
