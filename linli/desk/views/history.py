"""Past incidents."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from linli.desk.forms import HistoryForm
from linli.desk.views.entry import needs, staff_context
from linli.incidents.queries import buildings_in, kinds_of_incident, recent_closed_for
from linli.registry.context import scope_for

PER_PAGE = 30


@require_safe
@needs("incidents.view")
def history_page(request: HttpRequest) -> HttpResponse:
    """Closed incidents of my places: by date, building, kind and place, a page at a time."""
    scope = scope_for(request.user)
    form = HistoryForm(request.GET or None, buildings=buildings_in(scope=scope), kinds=kinds_of_incident())
    found = recent_closed_for(scope=scope, wanted=form.wanted())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    searched = any(request.GET.get(name) for name in form.fields)
    context = {**staff_context(request), "form": form, "page": page, "searched": searched}
    return render(request, "desk/history.html", context)
