"""How the room announces itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import RoomConfig


class RegistryConfig(RoomConfig):
    name = "linli.registry"
    label = "registry"
    verbose_name = _("Registry")
    title = _("Registry")
