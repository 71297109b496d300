"""The communities that somebody's posts reach into."""

from __future__ import annotations

from linli.core.inner import not_inner
from linli.registry.models import Community, Resident
from linli.registry.scopes import Scope


def knows_nobody(*, scope: Scope) -> bool:
    """Whether no resident was ever registered within a scope."""
    return not Resident.objects.filter(scope.covers_people()).exists()


def communities_in(*, scope: Scope) -> list[Community]:
    """Those in which the person holds any post, by name; all of them for superusers. One query, none without a post."""
    if scope.everything:
        return list(Community.objects.filter(not_inner("pk")).order_by("name", "pk"))
    return list(Community.objects.filter(pk__among=scope.present_in).order_by("name", "pk")) if scope.present_in else []
