"""How the room announces itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import RoomConfig


class SafetyConfig(RoomConfig):
    name = "linli.safety"
    label = "safety"
    verbose_name = _("Gas and smoke safety")
    title = _("Gas and smoke safety")
