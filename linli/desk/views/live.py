"""The live list of open incidents, and the alarm that sounds on every page of the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from linli.desk.queries import desk_screen, ringing_for
from linli.desk.views.entry import is_fragment, needs, staff_context
from linli.registry.context import scope_for


@require_safe
@needs("incidents.view")
def list_page(request: HttpRequest) -> HttpResponse:
    """Everything open in my places, gravest first; ``?building=`` narrows it during a storm."""
    building = request.GET.get("building", "")
    screen = desk_screen(
        scope=scope_for(request.user),
        now=timezone.now(),
        day_start=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0),
        building_id=int(building) if building.isdecimal() and len(building) < 12 else None,
    )
    context = {**staff_context(request), "screen": screen, "idle_seconds": 0}
    return render(request, "desk/parts/live.html" if is_fragment(request) else "desk/list.html", context)


@require_safe
@needs("incidents.view")
def alarms_part(request: HttpRequest) -> HttpResponse:
    """What sounds, for pages other than the list; ``?here=`` is the incident that the page itself shows."""
    here = request.GET.get("here", "")
    ringing = ringing_for(
        scope=scope_for(request.user), here=int(here) if here.isdecimal() and len(here) < 18 else None
    )
    return render(request, "desk/parts/alarms.html", {"ringing": ringing})
