"""Who may look at which books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils import timezone

from linli.accounts.models import User
from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.registry.scopes import EVERYTHING, NOTHING, Scope, scope_of

VIEW: Final = "ledger.view"
CLOSE: Final = "ledger.close"
REVERSE: Final = "ledger.reverse"
PERMISSIONS: Final = (VIEW, CLOSE, REVERSE)


@dataclass(frozen=True, slots=True)
class Reach:
    """The books of whole communities in which somebody holds a post that may."""

    permissions: frozenset[str]
    scope: Scope

    @property
    def may_view(self) -> bool:
        return VIEW in self.permissions

    def need(self, permission: str) -> Reach:
        """Itself, if this is held. Raises NotAllowed."""
        if permission not in self.permissions:
            raise NotAllowed
        return self

    def covers(self, prefix: str = "") -> Q:
        """Books, reached over ``prefix`` ("book__")."""
        return self.scope.covers_communities(f"{prefix}community_id")


def reach_of_user(*, user: Any, now: datetime) -> Reach:
    """What a user reaches now. Two queries at most."""
    held = frozenset(permission for permission in PERMISSIONS if user.has_perm(permission))
    on = timezone.localdate(now)
    return Reach(held, scope_of(user_id=user.pk, is_superuser=user.is_superuser, on=on) if held else NOTHING)


def reach_of_actor(*, by: Actor, now: datetime) -> Reach:
    """Linli itself may everything; a user what their roles allow where their posts reach; others nothing."""
    if by.kind == "system":
        return Reach(frozenset(PERMISSIONS), EVERYTHING)
    user = User.objects.filter(pk=by.user_id, is_active=True).first() if by.user_id is not None else None
    return reach_of_user(user=user, now=now) if user is not None else Reach(frozenset(), NOTHING)
