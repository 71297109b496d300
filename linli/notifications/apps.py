"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import Finding, RoomConfig


class NotificationsConfig(RoomConfig):
    name = "linli.notifications"
    label = "notifications"
    verbose_name = _("Messages")
    title = _("Messages")
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {
        "notifications.view": frozenset({"administrator", "secretary", "duty_officer"})
    }

    def checks(self) -> Sequence[Callable[[datetime], Sequence[Finding]]]:
        from linli.notifications.checks import owed_messages_move

        return [owed_messages_move]
