"""Corrections: the phone form at the door, the office's list, and the proposer's own."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from linli.accounts.actors import actor_of_request
from linli.core.errors import NotFound, Refusal
from linli.registry.actions.corrections import (
    accept_correction,
    propose_correction,
    reject_correction,
    reveal_correction,
)
from linli.registry.context import scope_for
from linli.registry.correcting.forms import BUTTONS, AnswerForm, CorrectionForm
from linli.registry.correcting.rules import ASKED
from linli.registry.errors import AlreadyMovedOut
from linli.registry.queries import HouseholdCard, household_card
from linli.registry.queries.corrections import (
    correction_rows,
    corrections_answered,
    corrections_by,
    corrections_waiting,
    corrections_waiting_count,
)

SHOWN: Final = 20
WAITING, ANSWERED, MINE = "waiting", "answered", "mine"


@never_cache
@require_safe
@permission_required("registry.propose", raise_exception=True)
def choose_page(request: HttpRequest, household_id: int) -> HttpResponse:
    """What is wrong: one big button for each."""
    household = _household(request, household_id)
    buttons = [button for button in BUTTONS if household.people or button[0] not in {"phone", "name", "died"}]
    return render(request, "registry/corrections/choose.html", {"household": household, "buttons": buttons})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("registry.propose", raise_exception=True)
def correct_page(request: HttpRequest, household_id: int, about: str) -> HttpResponse:
    """Whom it is about, and what is right."""
    if about not in ASKED:
        raise NotFound
    household = _household(request, household_id)
    form = CorrectionForm(request.POST or None, about=about, people=household.people, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            propose_correction(
                by=actor_of_request(request),
                now=timezone.now(),
                household_id=household.id,
                key=form.cleaned_data["key"],
                proposal=form.proposal(),
            )
        except Refusal as refusal:
            _beside(form, refusal)
        else:
            messages.success(request, _("Thank you. The office will look at it; the answer will stand here."))
            return redirect(f"{reverse('registry:corrections')}?tab={MINE}")
    title = next(label for code, label, _icon in BUTTONS if code == about)
    shown = {"household": household, "form": form, "title": title, "about": about}
    return render(request, "registry/corrections/form.html", shown, status=422 if form.errors else 200)


@never_cache
@require_safe
@permission_required("registry.propose", raise_exception=True)
def corrections_page(request: HttpRequest) -> HttpResponse:
    """For the office what waits and what was answered; for everybody what they proposed themselves."""
    return _list(request, tab=request.GET.get("tab", ""))


@never_cache
@require_POST
@permission_required("registry.edit", raise_exception=True)
def answer_correction(request: HttpRequest, request_id: int) -> HttpResponse:
    """Accept or reject; what cannot be done stands beside the correction, and the typed answer stays."""
    form = AnswerForm(request.POST, prefix=str(request_id))
    words = form.cleaned_data["answer"] if form.is_valid() else ""
    told: dict[str, Any] = {"by": actor_of_request(request), "now": timezone.now(), "request_id": request_id}
    try:
        if form.errors:
            pass
        elif request.POST.get("do") == "reject":
            reject_correction(answer=words, **told)
        else:
            accept_correction(answer=words, seen=request.POST.get("seen", ""), **told)
    except Refusal as refusal:
        if refusal.status not in {409, 422}:
            raise
        _beside(form, refusal)
    if form.errors:
        return _list(request, tab=WAITING, answering=(request_id, form))
    return redirect(f"{reverse('registry:corrections')}?tab={WAITING}")


@never_cache
@require_POST
def correction_number(request: HttpRequest, request_id: int) -> HttpResponse:
    """The proposed number in full, once the reason is written down."""
    by, reason = actor_of_request(request), request.POST.get("reason", "")
    number = reveal_correction(by=by, now=timezone.now(), request_id=request_id, reason=reason)
    template = "registry/parts/revealed.html" if request.headers.get("HX-Request") else "registry/revealed.html"
    return render(request, template, {"number": number, "label": _("What is proposed"), "phone": False})


def _household(request: HttpRequest, household_id: int) -> HouseholdCard:
    """The household that is spoken of, within reach and still here."""
    household = household_card(scope=scope_for(request.user), household_id=household_id, on=timezone.localdate())
    if household.moved_out_on is not None:
        raise AlreadyMovedOut
    return household


def _beside(form: Any, refusal: Refusal) -> None:
    """A refusal stands beside the field it names, or above all of them."""
    if refusal.status not in {409, 422}:
        raise refusal
    for name, sentence in (refusal.fields or {"": refusal.sentence}).items():
        form.add_error(name if name in form.fields else None, str(sentence))


def _list(request: HttpRequest, *, tab: str, answering: tuple[int, AnswerForm] | None = None) -> HttpResponse:
    scope, reader_id = scope_for(request.user), request.user.pk
    office = request.user.has_perm("registry.edit")
    tab = tab if office and tab in {WAITING, ANSWERED, MINE} else WAITING if office else MINE
    found = {
        WAITING: lambda: corrections_waiting(scope=scope),
        ANSWERED: lambda: corrections_answered(scope=scope),
        MINE: lambda: corrections_by(scope=scope, user_id=reader_id),
    }[tab]()
    page = Paginator(found, SHOWN).get_page(request.GET.get("page"))
    rows = correction_rows(requests=list(page), reader_id=reader_id)
    answered_id, bound = answering or (None, None)
    lines = [
        {"row": row, "form": bound if bound and row.id == answered_id else AnswerForm(prefix=str(row.id))}
        for row in rows
    ]
    shown = {
        "tab": tab,
        "office": office,
        "waiting": corrections_waiting_count(scope=scope) if office else 0,
        "page": page,
        "lines": lines,
        "bound": bound,
        "answered_id": answered_id,
    }
    return render(request, "registry/corrections/list.html", shown, status=422 if bound else 200)
