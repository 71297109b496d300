"""Every deed on a request comes in here: checked, done, and back to its page; refused, the page comes with all that was typed."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from linli.accounts.actors import actor_of_request
from linli.casework.actions.rating import decide_objection, object_to_rating
from linli.casework.context import reach_for
from linli.casework.deeds import DOING, FORMS
from linli.casework.forms.work import DecideForm, ObjectForm
from linli.casework.queries.requests import request_for, request_of_rating
from linli.casework.views.request import around_of, page_of
from linli.core.errors import Invalid, NotFound
from linli.ui.form_parts import refusals_in


@never_cache
@require_POST
@permission_required("casework.work", raise_exception=True)
def do_request(request: HttpRequest, request_id: int, what: str) -> HttpResponse:
    """One deed. Where somebody else was quicker, their change is shown above what was typed, and sending it again saves it."""
    if what not in FORMS:
        raise NotFound
    reach = reach_for(request.user)
    case = request_for(reach=reach, request_id=request_id)
    form = FORMS[what](request.POST, around=around_of(case=case), auto_id=f"id_{what}_%s")
    seen: int | None = None
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        with refusals_in(form):
            DOING[what](actor_of_request(request), timezone.now(), case.pk, form)
            return redirect("casework:request", case.pk)
    case = request_for(reach=reach, request_id=request_id)
    changed = seen if seen is not None and seen != case.version else None
    if changed is not None:
        typed = request.POST.copy()
        typed["seen"] = str(case.version)
        form.data = typed
    return render(
        request,
        "casework/request.html",
        page_of(case=case, reach=reach, bound={what: form}, changed_since=changed),
        status=422,
    )


@never_cache
@require_POST
@permission_required("casework.view", raise_exception=True)
def do_rating(request: HttpRequest, rating_id: int, what: str) -> HttpResponse:
    """Object to a rating, or decide on the objection. Raises what the actions raise, as a page."""
    by, now = actor_of_request(request), timezone.now()
    form: ObjectForm | DecideForm = ObjectForm(request.POST) if what == "object" else DecideForm(request.POST)
    if what not in {"object", "decide"}:
        raise NotFound
    if not form.is_valid():
        raise Invalid
    if isinstance(form, DecideForm):
        told = form.cleaned_data
        decide_objection(by=by, now=now, rating_id=rating_id, upheld=told["decision"], text=told["text"])
    else:
        object_to_rating(by=by, now=now, rating_id=rating_id, text=form.cleaned_data["text"])
    return redirect("casework:request", request_of_rating(reach=reach_for(request.user), rating_id=rating_id))
