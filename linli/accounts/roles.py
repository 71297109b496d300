"""The roles, and who knows which of them a user holds. Over which place a role holds is a post in the registry."""

from __future__ import annotations

from collections.abc import Callable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    SECRETARY = "secretary", _("Community secretary")
    DUTY_OFFICER = "duty_officer", _("Duty officer")
    GRID_LEAD = "grid_lead", _("Grid lead")
    BUILDING_CAPTAIN = "building_captain", _("Building captain")
    UNIT_CAPTAIN = "unit_captain", _("Unit captain")


RolesSource = Callable[[int], frozenset[str]]
CommunitiesSource = Callable[[int], frozenset[int]]
_roles: list[RolesSource] = []
_communities: list[CommunitiesSource] = []


def roles_come_from(source: RolesSource) -> None:
    """Tell accounts who knows a user's roles: the registry, which keeps the posts, lies above and registers itself here."""
    _roles[:] = [source]


def roles_of(*, user_id: int) -> frozenset[str]:
    """The roles a user holds today, over any place; none if nobody registered as the source."""
    return _roles[0](user_id) if _roles else frozenset()


def communities_come_from(source: CommunitiesSource) -> None:
    """Tell accounts who knows the communities, as plain numbers, over the whole of which a user holds a post today."""
    _communities[:] = [source]


def communities_of(*, user_id: int) -> frozenset[int]:
    """The communities (primary keys of the registry) whose registers and trail a user may see; none without a source."""
    return _communities[0](user_id) if _communities else frozenset()
