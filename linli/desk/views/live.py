"""The live list of open incidents, and the alarm that sounds on every page of the desk."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.desk.actions import take_many_in_hand
from linli.desk.forms import TakeManyForm
from linli.desk.queries import desk_screen, ringing_for
from linli.desk.views.entry import is_fragment, needs, number_in, staff_context
from linli.registry.context import scope_for


@require_safe
@needs("incidents.view")
def list_page(request: HttpRequest) -> HttpResponse:
    """Everything open in my places, gravest first; ``?building=`` narrows it in a storm, ``?community=`` to one of several."""
    screen = desk_screen(
        scope=scope_for(request.user),
        now=timezone.now(),
        day_start=timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0),
        building_id=number_in(request.GET.get("building")),
        community_id=number_in(request.GET.get("community")),
    )
    grouped = screen.is_of_several and request.GET.get("group") == "community"
    context = {**staff_context(request), "screen": screen, "grouped": grouped, "idle_seconds": 0}
    return render(request, "desk/parts/live.html" if is_fragment(request) else "desk/list.html", context)


@require_safe
@needs("incidents.view")
def alarms_part(request: HttpRequest) -> HttpResponse:
    """What sounds, for pages other than the list; ``?here=`` is the incident that the page itself shows."""
    ringing = ringing_for(scope=scope_for(request.user), here=number_in(request.GET.get("here")))
    return render(request, "desk/parts/alarms.html", {"ringing": ringing})


@require_POST
@needs("incidents.acknowledge")
def take_many(request: HttpRequest) -> HttpResponse:
    """Several incidents in hand with one note; then back to the list as it was filtered."""
    form = TakeManyForm(request.POST)
    form.is_valid()  # what is no number is not an incident; the action refuses when nothing is left
    done = take_many_in_hand(
        by=actor_of_request(request),
        now=timezone.now(),
        scope=scope_for(request.user),
        incident_ids=form.chosen(),
        note=form.cleaned_data.get("note", ""),
    )
    said = ngettext("%(n)d taken in hand.", "%(n)d taken in hand.", done.taken) % {"n": done.taken}
    if done.passed_over:
        others = ngettext(
            "%(n)d was in hand or closed already.", "%(n)d were in hand or closed already.", done.passed_over
        )
        said = _("%(first)s %(second)s") % {"first": said, "second": others % {"n": done.passed_over}}
    messages.success(request, said)
    back = request.POST.get("back", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else "desk:list")
