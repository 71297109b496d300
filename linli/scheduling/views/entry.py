"""Who may come in, about which community, and how a refusal stands in a form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date

from linli.core.errors import NotAllowed
from linli.registry.context import scope_for
from linli.registry.models import Community
from linli.scheduling.queries.people import community_of

View = Callable[..., HttpResponse]


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


def community_in(request: HttpRequest) -> Community:
    """The community the address or the form names, or the person's first. Raises NoCommunityYet, DutyNotFound."""
    said = request.POST.get("community") or request.GET.get("community") or ""
    return community_of(scope=scope_for(request.user), community_id=int(said) if said.isdecimal() else None)


def day_in(request: HttpRequest, *, default: date) -> date:
    """The day the address names, if it is one."""
    try:
        return parse_date(request.GET.get("on", "")) or default
    except ValueError:
        return default
