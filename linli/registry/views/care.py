"""Lists and health notes of a household's people: who is on which list, what helpers must know, and reading it."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from linli.accounts.actors import actor_of_request
from linli.registry.actions.groups import put_on_list, take_off_list
from linli.registry.actions.health import end_health_note, read_health_note, write_health_note
from linli.registry.cards import people_in_care
from linli.registry.context import groups_for, scope_for
from linli.registry.queries import HouseholdCard, household_card
from linli.registry.views.care_forms import ListForm, NoteForm
from linli.ui.form_parts import refusals_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("registry.edit", raise_exception=True)
def care_page(request: HttpRequest, household_id: int) -> HttpResponse:
    """Who of a household is on which list, with the door to one more; and the health notes, for those who may read them."""
    household = household_card(scope=scope_for(request.user), household_id=household_id, on=timezone.localdate())
    sees_health = request.user.has_perm("registry.health")
    list_form = _list_form(request, household)
    note_form = _note_form(request, household) if sees_health else None
    sent = note_form if note_form is not None and note_form.is_bound else list_form
    if request.method == "POST" and sent.is_valid():
        with refusals_in(sent):
            by, now, told = actor_of_request(request), timezone.now(), dict(sent.cleaned_data)
            resident_id = told.pop("person")
            if sent is list_form:
                put_on_list(by=by, now=now, resident_id=resident_id, **told)
            else:
                write_health_note(by=by, now=now, resident_id=resident_id, **told)
            return redirect("registry:care", household.id)
    shown = {
        "household": household,
        "people": people_in_care(request, household),
        "list_form": list_form,
        "note_form": note_form,
    }
    return render(request, "registry/care.html", shown, status=422 if sent.errors else 200)


@require_POST
@never_cache
def take_off(request: HttpRequest, household_id: int, membership_id: int) -> HttpResponse:
    """Today is the last day on this list."""
    now = timezone.now()
    take_off_list(by=actor_of_request(request), now=now, membership_id=membership_id, until_on=timezone.localdate(now))
    return redirect("registry:care", household_id)


@require_POST
@never_cache
def end_note(request: HttpRequest, household_id: int, note_id: int) -> HttpResponse:
    """The health note has served."""
    now = timezone.now()
    end_health_note(by=actor_of_request(request), now=now, note_id=note_id, on=timezone.localdate(now))
    return redirect("registry:care", household_id)


@require_POST
@never_cache
def health_note(request: HttpRequest, note_id: int) -> HttpResponse:
    """What a health note says, once the reason is written down."""
    by, reason = actor_of_request(request), request.POST.get("reason", "")
    text = read_health_note(by=by, now=timezone.now(), note_id=note_id, reason=reason)
    template = "registry/parts/note_read.html" if request.headers.get("HX-Request") else "registry/note_read.html"
    return render(request, template, {"text": text, "label": _("Health note")})


def _list_form(request: HttpRequest, household: HouseholdCard) -> ListForm:
    told = request.POST if request.method == "POST" and "note-text" not in request.POST else None
    return ListForm(
        told,
        prefix="list",
        people=household.people,
        groups=groups_for(request.user),
        initial={"since_on": timezone.localdate()},
    )


def _note_form(request: HttpRequest, household: HouseholdCard) -> NoteForm:
    told = request.POST if request.method == "POST" and "note-text" in request.POST else None
    return NoteForm(told, prefix="note", people=household.people)
