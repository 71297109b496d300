"""How the room announces itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import RoomConfig


class AccountsConfig(RoomConfig):
    name = "linli.accounts"
    label = "accounts"
    verbose_name = _("Users and roles")
    title = _("Users and roles")
