"""How the room announces itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import RoomConfig


class DeskConfig(RoomConfig):
    name = "linli.desk"
    label = "desk"
    verbose_name = _("Duty desk")
    title = _("Duty desk")
