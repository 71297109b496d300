"""Drills: start one, watch it, end it, read how everybody did."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import Refusal
from linli.desk.forms import DrillForm, EndDrillForm
from linli.desk.queries import whole_communities
from linli.desk.spots import spots_in_words
from linli.desk.views.entry import needs, staff_context
from linli.incidents.actions import end_drill, start_drill
from linli.incidents.queries import kinds_of_incident
from linli.incidents.queries.quiet import drill_score, drills_of
from linli.registry.context import scope_for

PLAYABLE = 2


@require_safe
@needs("incidents.view")
def drills_page(request: HttpRequest) -> HttpResponse:
    """The drills so far."""
    context = {**staff_context(request), "drills": drills_of(scope=scope_for(request.user))}
    return render(request, "desk/drills.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("incidents.drill")
def new_drill_page(request: HttpRequest) -> HttpResponse:
    """Start a drill: everybody whom a real alarm there would reach gets one that says that it is a drill."""
    scope = scope_for(request.user)
    form = DrillForm(
        request.POST or None,
        communities=whole_communities(scope=scope),
        kinds=[k for k in kinds_of_incident() if k.severity < PLAYABLE],
    )
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        spots, unknown = spots_in_words(community_id=wanted["community"], words=wanted["places"])
        if unknown:
            form.add_error("places", unknown)
        else:
            try:
                drill = start_drill(
                    by=actor_of_request(request),
                    now=timezone.now(),
                    community_id=wanted["community"],
                    title=wanted["title"],
                    kind=wanted["kind"],
                    spots=spots,
                )
            except Refusal as refusal:  # said above the form, with everything typed still there
                form.add_error(None, str(refusal.sentence))
            else:
                return redirect("desk:drill", drill.pk)
    return render(
        request, "desk/drill_new.html", {**staff_context(request), "form": form}, status=422 if form.errors else 200
    )


@require_safe
@needs("incidents.view")
def drill_page(request: HttpRequest, drill_id: int) -> HttpResponse:
    """One drill: who was told, who answered and how fast."""
    score = drill_score(scope=scope_for(request.user), drill_id=drill_id)
    return render(request, "desk/drill.html", {**staff_context(request), "score": score, "form": EndDrillForm()})


@require_POST
@needs("incidents.drill")
def end(request: HttpRequest, drill_id: int) -> HttpResponse:
    """End it; its alarms are closed as a test."""
    score = drill_score(scope=scope_for(request.user), drill_id=drill_id)
    form = EndDrillForm(request.POST)
    if form.is_valid() and score.drill.ended_at is None:
        lessons = form.cleaned_data["lessons"]
        end_drill(by=actor_of_request(request), now=timezone.now(), drill_id=score.drill.pk, lessons=lessons)
    return redirect("desk:drill", score.drill.pk)
