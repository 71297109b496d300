"""What somebody who acts may do in the rota, and in which communities."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from linli.accounts.models import User
from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.registry.scopes import EVERYTHING, Scope, scope_of

EDIT = "scheduling.edit"
ARRANGE = "scheduling.arrange"


def reach_of(*, by: Actor, now: datetime, permission: str) -> Scope:
    """Where this actor may do what the permission allows; Linli itself everywhere. Raises NotAllowed."""
    if by.kind == "system":
        return EVERYTHING
    user = User.objects.filter(pk=by.user_id, is_active=True).first() if by.user_id is not None else None
    if user is None or not user.has_perm(permission):
        raise NotAllowed
    return scope_of(user_id=user.pk, is_superuser=user.is_superuser, on=timezone.localdate(now))
