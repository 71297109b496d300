"""Silences: who asked for what, until when, and the second person's yes."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import Invalid
from linli.desk.forms import SilenceForm
from linli.desk.queries import whole_communities
from linli.desk.queries.silencing import every_building, label_of_source
from linli.desk.views.entry import needs, staff_context
from linli.incidents.actions import SilenceWish, confirm_silence, end_silence, silence_alarms
from linli.incidents.queries import kinds_of_incident
from linli.incidents.queries.quiet import silence_for, silences_of
from linli.registry.context import scope_for


@require_safe
@needs("incidents.view")
def silences_page(request: HttpRequest) -> HttpResponse:
    """What is silent now, what waits for a second person, and what was."""
    now = timezone.now()
    lines = silences_of(scope=scope_for(request.user), now=now)
    return render(
        request, "desk/silences.html", {**staff_context(request), "lines": lines, "me": actor_of_request(request)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs("incidents.silence")
def new_silence_page(request: HttpRequest) -> HttpResponse:
    """Ask for a silence; ``?source=device:12`` names a detector."""
    scope = scope_for(request.user)
    source = request.GET.get("source", "")[:60]
    initial = {"source": source, "source_label": label_of_source(scope=scope, source=source)} if source else None
    form = SilenceForm(
        request.POST or None,
        initial=initial,
        communities=whole_communities(scope=scope),
        buildings=every_building(scope=scope),
        kinds=kinds_of_incident(),
    )
    if request.method == "POST" and form.is_valid():
        wanted, now = form.cleaned_data, timezone.now()
        wish = SilenceWish(
            community_id=wanted["community"],
            reason=wanted["reason"],
            starts_at=now,
            ends_at=now + timedelta(hours=wanted["hours"]),
            kind=wanted["kind"] or None,
            source=wanted["source"],
            source_label=wanted["source_label"],
            building_id=wanted["building"],
        )
        try:
            silence_alarms(by=actor_of_request(request), now=now, wish=wish)
        except Invalid as refusal:
            for name, sentence in (refusal.fields or {"kind": refusal.sentence}).items():
                form.add_error(name if name in form.fields else None, str(sentence))
        else:
            return redirect("desk:silences")
    context = {**staff_context(request), "form": form, "label": form["source_label"].value()}
    return render(request, "desk/silence_new.html", context, status=422 if form.errors else 200)


@require_POST
@needs("incidents.silence")
def confirm(request: HttpRequest, silence_id: int) -> HttpResponse:
    """The second person's yes."""
    silence = silence_for(scope=scope_for(request.user), silence_id=silence_id)
    confirm_silence(by=actor_of_request(request), now=timezone.now(), silence_id=silence.pk)
    return redirect("desk:silences")


@require_POST
@needs("incidents.silence")
def end(request: HttpRequest, silence_id: int) -> HttpResponse:
    """Loud again from now on."""
    silence = silence_for(scope=scope_for(request.user), silence_id=silence_id)
    end_silence(by=actor_of_request(request), now=timezone.now(), silence_id=silence.pk)
    return redirect("desk:silences")
