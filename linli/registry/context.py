"""The register as somebody at the door sees it now: doors read the clock, what lies below is told the day."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from linli.registry.groups import groups_seen
from linli.registry.models import Post
from linli.registry.scopes import NOTHING, Scope, scope_of, valid_on


def scope_for(user: Any) -> Scope:
    """What a signed-in user may see today; asked once per request, since the answer stays with ``request.user``."""
    if not getattr(user, "is_authenticated", False):
        return NOTHING
    known: Scope | None = getattr(user, "_registry_scope", None)
    if known is None:
        known = scope_of(user_id=user.pk, is_superuser=user.is_superuser, on=timezone.localdate())
        user._registry_scope = known
    return known


def groups_for(user: Any) -> tuple[str, ...]:
    """The priority groups whose lists a signed-in user may see."""
    return groups_seen(permissions=[verb for verb in ("registry.restricted",) if user.has_perm(verb)])


def roles_today(user_id: int) -> frozenset[str]:
    """The roles a user's posts give today, over any place. Accounts asks this for permissions."""
    return frozenset(
        Post.objects.filter(valid_on(day=timezone.localdate()), user_id=user_id).values_list("role", flat=True)
    )


def communities_today(user_id: int) -> frozenset[int]:
    """The communities over the whole of which a user holds a post today. Accounts asks this for the registers and the trail."""
    return scope_of(user_id=user_id, is_superuser=False, on=timezone.localdate()).communities
