"""The roles and what each may do, as data. Over which place a role holds is a post in the registry."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    SECRETARY = "secretary", _("Community secretary")
    DUTY_OFFICER = "duty_officer", _("Duty officer")
    GRID_LEAD = "grid_lead", _("Grid lead")
    BUILDING_CAPTAIN = "building_captain", _("Building captain")
    UNIT_CAPTAIN = "unit_captain", _("Unit captain")
