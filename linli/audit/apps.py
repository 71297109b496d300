"""How the room announces itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import RoomConfig


class AuditConfig(RoomConfig):
    name = "linli.audit"
    label = "audit"
    verbose_name = _("Audit trail")
    title = _("Audit trail")
