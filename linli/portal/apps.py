"""How the room announces itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import RoomConfig


class PortalConfig(RoomConfig):
    name = "linli.portal"
    label = "portal"
    verbose_name = _("Links and public pages")
    title = _("Links and public pages")
