"""The roles and what each may do, as data. Over which place a role holds is a post in the registry."""

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
_sources: list[RolesSource] = []


def roles_come_from(source: RolesSource) -> None:
    """Tell accounts who knows a user's roles: the registry, which keeps the posts, lies above and registers itself here."""
    _sources[:] = [source]


def roles_of(*, user_id: int) -> frozenset[str]:
    """The roles a user holds today, over any place; none if nobody registered as the source."""
    return _sources[0](user_id) if _sources else frozenset()
