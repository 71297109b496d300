"""Doors that need no account: a link, how a request goes, a request in the hands of a captain."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.casework.actions.answering import resolve_request
from linli.casework.actions.handing import return_request, take_request
from linli.casework.actions.links import answer_case_link
from linli.casework.actions.rating import rate_by_link, rate_by_slip
from linli.casework.addresses import link_of, request_and_post, tracked_request
from linli.casework.errors.requests import LinkOver, NotFromHere, RatedAlready
from linli.casework.forms.public import AnswerForm, HandsForm, RatingForm
from linli.casework.models import CaseLink
from linli.casework.queries.public import LinkScreen, hands_screen, link_screen, track_screen
from linli.casework.words import state_badge
from linli.core.errors import NotAllowed
from linli.ui.form_parts import refusals_in

OUTWARDS = {
    "assigned": "in_hand",
    "returned": "in_hand",
    "outside": "in_hand",
    "split": "in_hand",
    "reopened": "in_hand",
}
"""In whose hands it is inside the office is no business of whoever told us: to them it is being dealt with."""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """One question on one page. Looking changes nothing; a POST answers. What is over says so and whom to call."""
    screen = link_screen(link_id=link_of(token), now=timezone.now())
    _speak(request, screen.language)
    if screen.is_over:
        return _private(render(request, "casework/public/over.html", {"screen": screen}, status=200))
    form_class = RatingForm if screen.link.kind == CaseLink.Kind.RATING else AnswerForm
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with suppress(LinkOver, RatedAlready), refusals_in(form):
            _take(form, screen)
            return _private(redirect("casework:link", token))
        if not form.errors:
            return _private(redirect("casework:link", token))
    shown = {"screen": screen, "form": form}
    return _private(
        render(request, f"casework/public/{screen.link.kind}.html", shown, status=422 if form.errors else 200)
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track_page(request: HttpRequest, token: str) -> HttpResponse:
    """How a request goes, for whoever holds its slip; once it is answered, the three questions."""
    request_id = tracked_request(token)
    screen = track_screen(request_id=request_id)
    _speak(request, screen.language)
    form = RatingForm(request.POST or None)
    if request.method == "POST" and screen.asks_rating and form.is_valid():
        with suppress(RatedAlready, NotFromHere), refusals_in(form):
            rate_by_slip(now=timezone.now(), request_id=request_id, rated=form.rated())
            return _private(redirect("casework:track", token))
    shown = {
        "screen": screen,
        "form": form,
        "state": state_badge(state=OUTWARDS.get(screen.case.state, screen.case.state)),
    }
    return _private(render(request, "casework/public/track.html", shown, status=422 if form.errors else 200))


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hands_page(request: HttpRequest, token: str) -> HttpResponse:
    """A request in the hands of a post whose holder may have no account: three large buttons."""
    request_id, post_id = request_and_post(token)
    screen = hands_screen(request_id=request_id, post_id=post_id, on=timezone.localdate())
    _speak(request, screen.language)
    form = HandsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told, now = form.cleaned_data, timezone.now()
        common: dict[str, Any] = {"by": screen.actor, "now": now, "request_id": request_id}
        with suppress(NotFromHere, NotAllowed), refusals_in(form):
            if told["what"] == "take":
                take_request(**common, post_id=post_id)
            elif told["what"] == "resolve":
                resolve_request(**common, text=told["text"])
            else:
                return_request(**common, text=told["text"])
            return _private(redirect("casework:hands", token))
    shown = {
        "screen": screen,
        "form": form,
        "state": state_badge(state=screen.case.state),
        "what": request.GET.get("what", ""),
    }
    return _private(render(request, "casework/public/hands.html", shown, status=422 if form.errors else 200))


def _take(form: AnswerForm | RatingForm, screen: LinkScreen) -> None:
    now = timezone.now()
    if isinstance(form, RatingForm):
        rate_by_link(now=now, link_id=screen.link.pk, rated=form.rated())
    else:
        answer_case_link(now=now, link_id=screen.link.pk, text=form.cleaned_data["text"])


def _speak(request: HttpRequest, language: str) -> None:
    """The reader's own language, unless whoever holds the phone chose another one with the switch."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = language


def _private(response: HttpResponse) -> HttpResponse:
    """Kept out of search engines, and out of other sites' logs."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response
