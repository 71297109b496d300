"""Finding incidents again, on the page or as a file."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import NotFound
from linli.desk.actions import record_export
from linli.desk.files import FORMS, as_file
from linli.desk.forms import HistoryForm
from linli.desk.tables import MOST_EXPORTED, history_table
from linli.desk.views.entry import needs, staff_context
from linli.incidents.queries import buildings_in, every_cause, incidents_found, kinds_of_incident
from linli.registry.context import scope_for
from linli.registry.queries import communities_in

PER_PAGE = 30
FEW = ("words", "since", "until", "kind")


@require_safe
@needs("incidents.view")
def history_page(request: HttpRequest) -> HttpResponse:
    """Incidents of my places, by words, date, kind, cause, building, who had to do with it, drill and false alarm."""
    form = _form(request)
    found = incidents_found(scope=scope_for(request.user), wanted=form.wanted())
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    searched = any(request.GET.get(name) for name in form.fields)
    context = {
        **staff_context(request),
        "form": form,
        "few": [form[name] for name in FEW],
        "more": [form[name] for name in form.fields if name not in FEW],
        "more_used": any(request.GET.get(name) for name in form.fields if name not in FEW),
        "page": page,
        "searched": searched,
        "query": request.GET.urlencode(),
        "several": "community" in form.fields,
    }
    return render(request, "desk/history.html", context)


@require_safe
@needs("incidents.view")
def history_file(request: HttpRequest, form: str) -> HttpResponse:
    """What was found as CSV or Excel, at most 5,000 lines; that it was taken is written down."""
    if form not in FORMS:
        raise NotFound
    found = incidents_found(scope=scope_for(request.user), wanted=_form(request).wanted())[:MOST_EXPORTED]
    table = history_table(incidents=found)
    now = timezone.now()
    record_export(
        by=actor_of_request(request),
        now=now,
        what="history",
        form=form,
        rows=len(table.rows),
        asked=request.GET.urlencode(),
    )
    return as_file(table=table, form=form, on=timezone.localdate(now))


def _form(request: HttpRequest) -> HistoryForm:
    scope = scope_for(request.user)
    return HistoryForm(
        request.GET or None,
        communities=communities_in(scope=scope),
        buildings=buildings_in(scope=scope),
        kinds=kinds_of_incident(),
        causes=every_cause(),
    )
