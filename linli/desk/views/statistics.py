"""Incidents in pictures, each with its table and its file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import NotFound
from linli.desk.actions import record_export
from linli.desk.files import FORMS, as_file
from linli.desk.forms import StatisticsForm
from linli.desk.pictures import pictures_of
from linli.desk.tables import share_words, span, statistics_tables
from linli.desk.views.entry import needs, staff_context
from linli.incidents.queries import Period, Statistics, kinds_of_incident, statistics_of
from linli.registry.context import scope_for
from linli.registry.queries import communities_in


@require_safe
@needs("incidents.view")
def statistics_page(request: HttpRequest) -> HttpResponse:
    """By week, hour, kind, cause and building, and how long things took; the last twelve weeks unless asked otherwise."""
    form, period, numbers = _asked(request)
    context = {
        **staff_context(request),
        "form": form,
        "period": period,
        "numbers": numbers,
        "false_alarms": share_words(numbers.false_alarms),
        "first_median": span(numbers.first_answer.median_seconds),
        "first_p90": span(numbers.first_answer.p90_seconds),
        "pictures": pictures_of(numbers=numbers),
        "times": statistics_tables(numbers=numbers)["times"],
        "query": request.GET.urlencode(),
    }
    return render(request, "desk/statistics.html", context)


@require_safe
@needs("incidents.view")
def statistics_file(request: HttpRequest, table: str, form: str) -> HttpResponse:
    """One of the page's tables as CSV or Excel."""
    _form, _period, numbers = _asked(request)
    found = statistics_tables(numbers=numbers).get(table)
    if found is None or form not in FORMS:
        raise NotFound
    now = timezone.now()
    asked = request.GET.urlencode()
    record_export(by=actor_of_request(request), now=now, what=table, form=form, rows=len(found.rows), asked=asked)
    return as_file(table=found, form=form, on=timezone.localdate(now))


def _asked(request: HttpRequest) -> tuple[StatisticsForm, Period, Statistics]:
    scope = scope_for(request.user)
    form = StatisticsForm(request.GET or None, communities=communities_in(scope=scope), kinds=kinds_of_incident())
    period = form.period(today=timezone.localdate())
    community_id = form.community_id()
    return form, period, statistics_of(scope=scope.narrowed(community_id=community_id), period=period)
