"""One incident: its page, and what an officer does about it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import Invalid, Refusal
from linli.desk.actions import reveal_numbers
from linli.desk.forms import CloseForm, NoteForm, ReopenForm
from linli.desk.queries import incident_screen, people_at
from linli.desk.rows import icon_of, state_of
from linli.desk.views.entry import needs, staff_context
from linli.incidents.actions import acknowledge_incident, close_incident, note_incident, reopen_incident
from linli.incidents.queries import causes_of, has_acknowledged, incident_for
from linli.registry.context import scope_for


@require_safe
@needs("incidents.view")
def incident_page(request: HttpRequest, incident_id: int) -> HttpResponse:
    """What, where, who lives there, who was told, who answered, what happens next, what to do now."""
    return _page(request, incident_id, NoteForm(), status=200)


def _page(request: HttpRequest, incident_id: int, form: NoteForm, *, status: int) -> HttpResponse:
    incident = incident_for(scope=scope_for(request.user), incident_id=incident_id)
    people = people_at(incident=incident, on=timezone.localdate())
    context = {**staff_context(request), "screen": incident_screen(incident=incident), "people": people, "form": form}
    return render(request, "desk/incident.html", context, status=status)


@require_POST
@needs("incidents.acknowledge")
def acknowledge(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Take it in hand, which stops the escalation; then back to where the button was."""
    incident = incident_for(scope=scope_for(request.user), incident_id=incident_id)
    by = actor_of_request(request)
    if not has_acknowledged(incident=incident, by_kind=by.kind, by_ref=by.ref):  # a double tap is one tap
        acknowledge_incident(by=by, now=timezone.now(), incident_id=incident.pk)
    if request.POST.get("back") == "list":
        return redirect("desk:list")
    return redirect("desk:incident", incident_id)


@require_POST
@needs("incidents.acknowledge")
def note(request: HttpRequest, incident_id: int) -> HttpResponse:
    """A line into the timeline."""
    incident = incident_for(scope=scope_for(request.user), incident_id=incident_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, incident_id, form, status=422)
    note_incident(
        by=actor_of_request(request), now=timezone.now(), incident_id=incident.pk, text=form.cleaned_data["text"]
    )
    return redirect("desk:incident", incident_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("incidents.close")
def close_page(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Closing: a cause from the list, and what was done."""
    incident = incident_for(scope=scope_for(request.user), incident_id=incident_id)
    if incident.closed_at is not None:
        return redirect("desk:incident", incident_id)
    form = CloseForm(request.POST or None, causes=causes_of(kind_code=incident.kind_id))
    if request.method == "POST" and form.is_valid():
        try:
            close_incident(
                by=actor_of_request(request),
                now=timezone.now(),
                incident_id=incident.pk,
                cause_code=form.cleaned_data["cause"],
                outcome=form.cleaned_data["outcome"],
            )
        except Invalid as refusal:  # said beside the field, with everything typed still there
            for name, sentence in (refusal.fields or {"__all__": refusal.sentence}).items():
                form.add_error(None if name == "__all__" else name, str(sentence))
        else:
            return redirect("desk:incident", incident_id)
    context = {**staff_context(request), "incident": incident, "form": form}
    context |= {"state": state_of(incident=incident), "icon": icon_of(incident=incident)}
    return render(request, "desk/close.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("incidents.reopen")
def reopen_page(request: HttpRequest, incident_id: int) -> HttpResponse:
    """What was closed too early is open again, and everybody is told anew."""
    incident = incident_for(scope=scope_for(request.user), incident_id=incident_id)
    if incident.closed_at is None:
        return redirect("desk:incident", incident_id)
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reopen_incident(
                by=actor_of_request(request),
                now=timezone.now(),
                incident_id=incident.pk,
                reason=form.cleaned_data["reason"],
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return redirect("desk:incident", incident_id)
    context = {**staff_context(request), "incident": incident, "form": form}
    return render(request, "desk/reopen.html", context, status=422 if form.errors else 200)


@require_POST
@needs("registry.phone")
def show_numbers(request: HttpRequest, incident_id: int, kind: str, person_id: int) -> HttpResponse:
    """The whole numbers of somebody at the place; the incident is the recorded reason."""
    incident = incident_for(scope=scope_for(request.user), incident_id=incident_id)
    reason = _("Incident %(id)d, %(place)s: %(kind)s") % {
        "id": incident.pk,
        "place": incident.place,
        "kind": incident.kind.title,
    }
    person, numbers = reveal_numbers(
        by=actor_of_request(request),
        now=timezone.now(),
        on=timezone.localdate(),
        incident=incident,
        kind=kind,
        person_id=person_id,
        reason=reason,
    )
    context = {"person": person, "numbers": numbers, "incident": incident}
    whole = "desk/parts/numbers.html" if request.headers.get("HX-Request") else "desk/numbers.html"
    return render(request, whole, {**staff_context(request), **context})
