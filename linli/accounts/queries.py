"""What one can ask about users."""

from __future__ import annotations

from datetime import datetime

from linli.accounts.models import NameLock
from linli.accounts.roles import Role, roles_of
from linli.accounts.tries import name_hash


def role_names_of(*, user_id: int) -> list[str]:
    """A user's roles of today in words, highest first."""
    held = roles_of(user_id=user_id)
    return [str(role.label) for role in Role if role.value in held]


def tries_of(*, username: str) -> tuple[int, datetime | None]:
    """How often in a row this name was tried in vain, and until when it is locked (None: it is not)."""
    row = NameLock.objects.filter(name_hash=name_hash(name=username)).first()
    return (row.failures, row.locked_until) if row else (0, None)
