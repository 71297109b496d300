"""Requests as somebody at the door reaches them now: doors read the clock, what lies below is told the day."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from linli.casework.access import NO_REACH, Reach, permissions_of, reach_of_user
from linli.registry.context import scope_for


def reach_for(user: Any) -> Reach:
    """What a signed-in user reaches today; asked once per request, since the answer stays with ``request.user``."""
    if not getattr(user, "is_authenticated", False):
        return NO_REACH
    known: Reach | None = getattr(user, "_casework_reach", None)
    if known is None:
        known = reach_of_user(user=user, on=timezone.localdate())
        user._casework_reach = known
    return known


def places_for(user: Any) -> Reach:
    """The same for a card that shows what is at a place: whoever sees whole communities sees it by that, and nothing is asked."""
    scope = scope_for(user)
    plain = Reach(permissions_of(user=user), scope)
    return plain if scope.is_wide and plain.sees_all_there else reach_for(user)
