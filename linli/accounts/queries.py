"""What one can ask about users."""

from __future__ import annotations

from linli.accounts.roles import Role, roles_of


def role_names_of(*, user_id: int) -> list[str]:
    """A user's roles of today in words, highest first."""
    held = roles_of(user_id=user_id)
    return [str(role.label) for role in Role if role.value in held]
