"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import MenuEntry, RoomConfig, Tick


class AccountsConfig(RoomConfig):
    name = "linli.accounts"
    label = "accounts"
    verbose_name = _("Users and roles")
    title = _("Users and roles")
    menu: ClassVar[Sequence[MenuEntry]] = (
        MenuEntry(
            label=_("Registers"), url_name="admin:index", icon="list", order=80, permission="accounts.open_registers"
        ),
    )
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {
        "accounts.manage": frozenset({"administrator"}),
        "accounts.view": frozenset({"administrator", "secretary"}),
        "accounts.open_registers": frozenset({"administrator", "secretary", "duty_officer"}),
    }

    def ticks(self) -> Sequence[Tick]:
        from linli.accounts import tick

        return [Tick(name="forget-old-tries", every_seconds=3600, run=tick.forget)]
