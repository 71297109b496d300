"""The report of an incident, which writes itself: to read, to print, to take away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from linli.accounts.actors import actor_of_request
from linli.desk.actions import record_report
from linli.desk.paper import report_docx
from linli.desk.queries import report_of
from linli.desk.views.entry import needs, staff_context
from linli.incidents.queries import incident_for
from linli.registry.context import scope_for
from linli.ui.downloads import DOCX, attachment


@require_safe
@never_cache
@needs("incidents.view")
def report_page(request: HttpRequest, incident_id: int) -> HttpResponse:
    """As it will be printed."""
    incident = incident_for(scope=scope_for(request.user), incident_id=incident_id)
    context = {**staff_context(request), "report": report_of(incident=incident), "now": timezone.now()}
    return render(request, "desk/report.html", context)


@require_safe
@never_cache
@needs("incidents.view")
def report_file(request: HttpRequest, incident_id: int) -> HttpResponse:
    """The same as a Word file; that it was taken is written down."""
    incident = incident_for(scope=scope_for(request.user), incident_id=incident_id)
    by, now = actor_of_request(request), timezone.now()
    content = report_docx(report=report_of(incident=incident), by=by.label, now=now)
    record_report(by=by, now=now, incident=incident, form="docx")
    name = _("Incident %(id)d %(place)s.docx") % {"id": incident.pk, "place": incident.place}
    return attachment(content=content, name=name, kind=DOCX)
