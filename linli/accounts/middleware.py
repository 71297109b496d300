"""Ending sessions that nobody uses, and sending htmx to the sign-in page as a whole page."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils import timezone

from linli.accounts.actions import sign_out
from linli.accounts.idle import SEEN, STAYS, STAYS_SECONDS, grace_seconds, is_background, noted_every

GetResponse = Callable[[HttpRequest], HttpResponse]


class IdleSignOutMiddleware:
    """Signs a session out ``LINLI_IDLE_SECONDS`` after its last activity (0: never); polls and live lines are no activity.

    What was being typed is kept by linli-idle.js and comes back after the next sign-in: the answer leads there, with the way back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if self._is_left_alone(request):
                sign_out(request=request, now=timezone.now(), reason="idle")
                if not _is_sign_in_page(request.path):
                    return _to_sign_in(request, reason="idle")
            else:
                self._note(request)
        response = self.get_response(request)
        if _is_htmx(request) and response.status_code == 302 and _is_sign_in_page(response.headers.get("Location", "")):
            return _to_sign_in(request, reason="")
        return response

    def _is_left_alone(self, request: HttpRequest) -> bool:
        limit = int(settings.LINLI_IDLE_SECONDS)
        seen: float | None = request.session.get(SEEN)
        if not limit or seen is None or request.session.get(STAYS):
            return False
        return time.time() - seen > limit + grace_seconds(limit=limit)

    def _note(self, request: HttpRequest) -> None:
        background = is_background(method=request.method or "GET", headers=request.headers)
        age = time.time() - request.session.get(SEEN, 0)
        if request.session.get(STAYS):
            if not background and request.method == "GET":
                del request.session[STAYS]  # another page was opened; the wall screen says so again
            elif age > STAYS_SECONDS:
                request.session[SEEN] = int(time.time())
        if not background and age > noted_every(limit=int(settings.LINLI_IDLE_SECONDS)):
            request.session[SEEN] = int(time.time())


def _is_htmx(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _is_sign_in_page(address: str) -> bool:
    return urlsplit(address).path == str(resolve_url(settings.LOGIN_URL))


def _to_sign_in(request: HttpRequest, *, reason: str) -> HttpResponse:
    """To the sign-in page, which leads back to the page the person was looking at."""
    query = urlencode({k: v for k, v in (("next", _way_back(request)), ("reason", reason)) if v})
    address = f"{resolve_url(settings.LOGIN_URL)}?{query}" if query else resolve_url(settings.LOGIN_URL)
    if _is_htmx(request):
        # Not a 2xx: linli-idle.js would take the form for accepted and forget what was typed.
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    if request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or "text/event-stream" in request.headers.get(
        "Accept", ""
    ):
        return HttpResponse(status=401)
    response = HttpResponseRedirect(address)
    response.status_code = 303
    return response


def _way_back(request: HttpRequest) -> str:
    """The page on the screen: for a GET the page asked for, otherwise the page that sent the form."""
    if request.method == "GET" and not _is_htmx(request):
        return request.get_full_path()
    here = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if here.netloc != request.get_host():
        return ""
    return f"{here.path}?{here.query}" if here.query else here.path
