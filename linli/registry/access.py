"""What somebody who acts may do in the register, and over which places. Asked by every action before it writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from linli.accounts.models import User
from linli.core.actors import Actor
from linli.registry.scopes import EVERYTHING, NOTHING, Scope, scope_of

PERMISSIONS = (
    "registry.view",
    "registry.open",
    "registry.edit",
    "registry.phone",
    "registry.identity",
    "registry.restricted",
    "registry.health",
    "registry.export",
    "registry.print",
    "registry.visit",
    "registry.propose",
)
"""Each a deed of its own: finding somebody, opening a door, changing, seeing a phone or an ID number whole, the restricted lists and
health notes, taking a list out as a file or on paper, visiting, and proposing what the office then decides."""


@dataclass(frozen=True, slots=True)
class Access:
    permissions: frozenset[str]
    scope: Scope


def access_of(*, by: Actor, now: datetime) -> Access:
    """Linli itself may do everything everywhere; a user what their roles allow, where their posts reach; others nothing."""
    if by.kind == "system":
        return Access(frozenset(PERMISSIONS), EVERYTHING)
    user = User.objects.filter(pk=by.user_id, is_active=True).first() if by.user_id is not None else None
    if user is None:
        return Access(frozenset(), NOTHING)
    held = frozenset(permission for permission in PERMISSIONS if user.has_perm(permission))
    return Access(held, scope_of(user_id=user.pk, is_superuser=user.is_superuser, on=timezone.localdate(now)))
