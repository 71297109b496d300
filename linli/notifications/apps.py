"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.audit.words import parts_mean, verbs_mean
from linli.core.rooms import Card, Finding, MenuEntry, RoomConfig, Section, Tick


class NotificationsConfig(RoomConfig):
    name = "linli.notifications"
    label = "notifications"
    verbose_name = _("Messages")
    title = _("Messages")
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {
        "notifications.view": frozenset({"administrator", "secretary", "duty_officer"}),
        "notifications.word": frozenset({"administrator", "secretary"}),
    }
    menu: ClassVar[Sequence[MenuEntry]] = (
        MenuEntry(
            label=_("Numbers that reach nobody"),
            url_name="notifications:dead",
            icon="phone",
            order=60,
            permission="registry.edit",
            section=Section.RESIDENTS,
        ),
        MenuEntry(
            label=_("What messages say"),
            url_name="notifications:wordings",
            icon="message",
            order=70,
            permission="notifications.word",
        ),
        MenuEntry(label=_("Alerts on this device"), url_name="notifications:browsers", icon="bell", order=80),
    )

    def ready(self) -> None:
        parts_mean({"messages": _("Linli: messages")})
        verbs_mean({"reset": _("set back"), "revived": _("said it works again:")})

    def ticks(self) -> Sequence[Tick]:
        from linli.notifications.tick import keep_time

        return [Tick(name="send what a clock put back would keep waiting", every_seconds=10.0, run=keep_time)]

    def today_cards(self) -> Sequence[Card]:
        from linli.notifications.cards import replies_today

        return [Card(name="replies", order=15, render=replies_today)]

    def household_cards(self) -> Sequence[Card]:
        from linli.notifications.cards import household_wishes

        return [Card(name="wishes", order=60, render=household_wishes)]

    def checks(self) -> Sequence[Callable[[datetime], Sequence[Finding]]]:
        from linli.notifications.carriers.checks import carriers_take_messages
        from linli.notifications.checks import owed_messages_move

        return [owed_messages_move, carriers_take_messages]
