"""Who may come in, and what every page of the room knows."""

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
