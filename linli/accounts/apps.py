"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import RoomConfig, Tick


class AccountsConfig(RoomConfig):
    name = "linli.accounts"
    label = "accounts"
    verbose_name = _("Users and roles")
    title = _("Users and roles")
    permissions = {
        "accounts.manage": frozenset({"administrator"}),
        "accounts.view": frozenset({"administrator", "secretary"}),
        "accounts.open_registers": frozenset({"administrator", "secretary", "duty_officer"}),
    }

    def ticks(self) -> Sequence[Tick]:
        from linli.accounts import tick

        return [Tick(name="forget-old-tries", every_seconds=3600, run=tick.forget)]
