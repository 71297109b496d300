"""Which community a page looks at: the one the address names, or the first within reach."""

from __future__ import annotations

from django.http import HttpRequest

from linli.registry.context import scope_for
from linli.registry.errors import NoCommunityYet
from linli.registry.models import Community
from linli.registry.queries import communities_in


def community_chosen(request: HttpRequest) -> tuple[list[Community], Community]:
    """Those within reach, and the one that is looked at. Raises NoCommunityYet."""
    communities = communities_in(scope=scope_for(request.user))
    wanted = request.GET.get("community") or request.POST.get("community")
    if not communities:
        raise NoCommunityYet
    return communities, next((one for one in communities if str(one.pk) == wanted), communities[0])


def number_in(text: str | None) -> int | None:
    """A whole number that an address holds, or None."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 18 else None
