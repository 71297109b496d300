"""How the room announces itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import RoomConfig


class IncidentsConfig(RoomConfig):
    name = "linli.incidents"
    label = "incidents"
    verbose_name = _("Incidents")
    title = _("Incidents")
