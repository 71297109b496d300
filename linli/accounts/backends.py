"""Signing in by name and password; permissions come from the roles of a user's posts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import ModelBackend

from linli.accounts.roles import roles_of
from linli.accounts.rules import register_verbs
from linli.core.rooms import RoomConfig, rooms

if TYPE_CHECKING:
    from linli.accounts.models import User

_CACHE = "_linli_permissions"


class RoleBackend(ModelBackend):
    """What a user may do is the union of what the rooms let their roles do (``RoomConfig.permissions``).

    Over which places they may do it is asked of the registry, by each action. Superusers may do everything, inactive users nothing.
    """

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_active or user_obj.is_anonymous or obj is not None:
            return set()
        # Kept on the user object, which lives as long as one request: a page asks dozens of times.
        if not hasattr(user_obj, _CACHE):
            setattr(user_obj, _CACHE, _permissions_of(user_obj))
        kept: set[str] = getattr(user_obj, _CACHE)
        return kept

    def get_group_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def get_user_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()


def _permissions_of(user: User) -> set[str]:
    roles = roles_of(user_id=user.pk)
    return {name for room in rooms() for name in _named(room, roles)} | {
        name for room in rooms() for name in _of_registers(room, roles)
    }


def _named(room: RoomConfig, roles: frozenset[str]) -> list[str]:
    return [name for name, holders in room.permissions.items() if holders & roles]


def _of_registers(room: RoomConfig, roles: frozenset[str]) -> list[str]:
    """Django's own permissions on the room's models, which the registers ask for."""
    viewers = room.permissions.get(f"{room.label}.view", frozenset())
    editing = [name for name in (f"{room.label}.edit", f"{room.label}.manage") if name in room.permissions]
    # A room that does not tell editing from viewing leaves the difference to the role.
    editors = frozenset().union(*(room.permissions[name] for name in editing)) if editing else viewers
    verbs = {verb for role in roles for verb in register_verbs(role=role, viewers=viewers, editors=editors)}
    return [f"{room.label}.{verb}_{model._meta.model_name}" for model in room.get_models() for verb in verbs]
