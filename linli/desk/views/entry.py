"""Who may come in, and as whom."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from linli.core.errors import NotAllowed

View = Callable[..., HttpResponse]
LIVE_URL = "/live/"


def needs(permission: str) -> Callable[[View], View]:
    """Refuse whoever lacks the permission with a sentence that says whom to ask."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.has_perm(permission):
                raise NotAllowed
            return view(request, *args, **kwargs)

        return guarded

    return guard


def is_fragment(request: HttpRequest) -> bool:
    """Whether htmx asked for the part that changes, and not for the page."""
    return bool(request.headers.get("HX-Request"))


def staff_context(request: HttpRequest) -> dict[str, Any]:
    """What every page of the desk knows: where the live line is, and whether this person hears alarms."""
    return {"live_url": LIVE_URL, "hears_alarms": request.user.has_perm("incidents.acknowledge")}


def number_in(text: str | None) -> int | None:
    """A primary key out of an address; None for anything that cannot be one."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None
