"""How the room announces itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import RoomConfig


class JourneysConfig(RoomConfig):
    name = "linli.journeys"
    label = "journeys"
    verbose_name = _("Journeys")
    title = _("Journeys")
