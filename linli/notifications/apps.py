"""How the room announces itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import RoomConfig


class NotificationsConfig(RoomConfig):
    name = "linli.notifications"
    label = "notifications"
    verbose_name = _("Messages")
    title = _("Messages")
