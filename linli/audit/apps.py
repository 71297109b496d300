"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import MenuEntry, RoomConfig


class AuditConfig(RoomConfig):
    name = "linli.audit"
    label = "audit"
    verbose_name = _("Audit trail")
    title = _("Audit trail")
    menu: ClassVar[Sequence[MenuEntry]] = (
        MenuEntry(label=_("Audit trail"), url_name="audit:trail", icon="eye", order=90, permission="audit.view"),
    )
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {"audit.view": frozenset({"administrator", "secretary"})}

    def ready(self) -> None:
        from linli.audit.hearing import hear_accounts

        hear_accounts()
