"""Doors that need no login: a message's link, and the demo's phones."""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.errors import NotFound
from linli.incidents.actions import answer_incident
from linli.incidents.errors import IncidentClosed
from linli.notifications.actions import state_wishes
from linli.notifications.errors import LinkExpired, QuietHoursHalf
from linli.notifications.links import address_of
from linli.portal.forms import AnswerForm, WishForm
from linli.portal.queries import (
    LinkScreen,
    demo_phones,
    desks,
    link_screen,
    message_behind,
    usual_false_causes,
    wish_screen,
)
from linli.registry.actions import choose_language

NOTHING_NEW = 204


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def link_page(request: HttpRequest, token: str) -> HttpResponse:
    """One big page: what happened, where, what will you do. Looking changes nothing (messengers look first); a POST answers.

    What is about a matter of another room is that room's page.
    """
    today = timezone.localdate()
    try:
        message = message_behind(token=token, on=today)
        if (elsewhere := address_of(message)) is not None:
            return _private(HttpResponseRedirect(elsewhere))
        _speak(request, message.language)
        screen = link_screen(message=message, on=today)
    except LinkExpired as refusal:
        return _private(render(request, "portal/expired.html", {"calls": desks()}, status=refusal.status))
    if request.headers.get("HX-Request") and request.GET.get("mark") == screen.mark:
        return HttpResponse(status=NOTHING_NEW)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and screen.answers_here:
        with suppress(IncidentClosed):  # closed while they read: the page they come back to says how it ended
            answer_incident(
                by=screen.actor,
                now=timezone.now(),
                incident_id=screen.incident.pk,
                audience=screen.audience,
                choice=form.cleaned_data["choice"],
                note=form.cleaned_data["note"],
            )
        return _private(redirect("portal:link", token))
    return _link_page(request, screen, form, token=token)


def _link_page(request: HttpRequest, screen: LinkScreen, form: AnswerForm, *, token: str) -> HttpResponse:
    asks = (
        request.GET.get("ask") == "cause" or form.errors.get("note") is not None
    ) and screen.incident.closed_at is None
    context = {
        "screen": screen,
        "token": token,
        "form": form if form.is_bound else AnswerForm(),
        "asks": asks and screen.answers_here,
    }
    if context["asks"]:
        context["causes"] = usual_false_causes(kind_code=screen.incident.kind_id)
    return _private(render(request, "portal/link.html", context, status=422 if form.errors and form.is_bound else 200))


def _speak(request: HttpRequest, language: str) -> None:
    """The recipient's own language, unless whoever holds the phone chose another one with the switch."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES and language in dict(settings.LANGUAGES):
        translation.activate(language)
        request.LANGUAGE_CODE = language


def _private(response: HttpResponse) -> HttpResponse:
    """Kept out of search engines, and out of other sites' logs. Not "no-referrer": with it a browser sends ``Origin: null``
    on its own forms, and the answer would be refused as a forgery."""
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "same-origin"
    return response


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def wishes_page(request: HttpRequest, token: str) -> HttpResponse:
    """When, of what and in which language the holder of a link is told, as far as it can wait. Alarms always come."""
    try:
        message = message_behind(token=token, on=timezone.localdate())
    except LinkExpired as refusal:
        return _private(render(request, "portal/expired.html", {"calls": desks()}, status=refusal.status))
    _speak(request, message.language)
    screen = wish_screen(message=message)
    form = WishForm(request.POST or None, screen=screen)
    if request.method == "POST" and form.is_valid():
        by, now = screen.actor, timezone.now()
        try:
            state_wishes(by=by, now=now, holder=screen.holder, wish=form.wish())
            choose_language(
                by=by, now=now, kind=screen.holder.kind, holder_id=screen.holder.id, language=form.cleaned_data["language"]
            )  # fmt: skip
        except QuietHoursHalf as refusal:
            form.add_error("quiet_until", str(refusal.sentence))
        else:
            return _private(redirect(f"{reverse('portal:wishes', args=[token])}?saved=1"))
    context = {"screen": screen, "form": form, "token": token, "saved": "saved" in request.GET}
    return _private(render(request, "portal/wishes.html", context, status=422 if form.errors else 200))


@login_not_required
@never_cache
@require_safe
def phones_page(request: HttpRequest) -> HttpResponse:
    """What each person would have got, side by side; a demo only. Raises NotFound elsewhere."""
    if not getattr(settings, "LINLI_DEMO", False):
        raise NotFound
    phones = demo_phones()
    if request.headers.get("HX-Request"):
        if request.GET.get("mark") == phones.mark:
            return HttpResponse(status=NOTHING_NEW)
        return render(request, "portal/parts/phones.html", {"screen": phones})
    return _private(render(request, "portal/phones.html", {"screen": phones, "live_url": "/live/demo/"}))
