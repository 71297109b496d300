"""The call list on paper: masked to look at, with whole numbers once the reason is written down."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.accounts.actors import actor_of_request
from linli.core.errors import Refusal
from linli.desk.actions.calling import hand_out_calls
from linli.desk.queries.calls import CallSheet, calls_of_building, calls_of_incident
from linli.desk.views.entry import needs, number_in, staff_context
from linli.incidents.queries import incident_for
from linli.registry.context import scope_for
from linli.registry.errors import ReasonTooShort


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("incidents.view")
def incident_calls(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Whom to ring about an incident. The incident itself is the recorded reason."""
    incident = incident_for(scope=scope_for(request.user), incident_id=incident_id)
    sheet = calls_of_incident(incident=incident, on=timezone.localdate())
    reason = _("Call list of incident %(id)d, %(place)s: %(kind)s") % {
        "id": incident.pk,
        "place": incident.place,
        "kind": incident.kind.title,
    }
    return _answered(request, sheet, {"incident": incident}, reason=reason)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@needs("registry.view")
def building_calls(request: HttpRequest, building_id: int) -> HttpResponse:
    """Whom to ring in a building, door by door; ``?unit=`` narrows it to one stairwell. Asks for the reason."""
    sheet = calls_of_building(
        scope=scope_for(request.user),
        building_id=building_id,
        unit_id=number_in(request.GET.get("unit")),
        on=timezone.localdate(),
    )
    return _answered(request, sheet, {"asks_reason": True}, reason=request.POST.get("reason", ""))


def _answered(request: HttpRequest, sheet: CallSheet, context: dict[str, object], *, reason: str) -> HttpResponse:
    now = timezone.now()
    refusal: Refusal | None = None
    shown = sheet.masked()
    if request.method == "POST":
        try:
            shown = hand_out_calls(by=actor_of_request(request), now=now, sheet=sheet, reason=reason)
        except ReasonTooShort as too_short:
            refusal = too_short
    whole = {**staff_context(request), **context, "sheet": shown, "now": now, "refusal": refusal, "reason": reason}
    return render(request, "desk/calls.html", whole, status=422 if refusal else 200)
