"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from linli.audit.words import verbs_mean
from linli.core.rooms import Card, MenuEntry, RoomConfig, Section
from linli.notifications.links import leads_to


class DeskConfig(RoomConfig):
    name = "linli.desk"
    label = "desk"
    verbose_name = _("Duty desk")
    title = _("Duty desk")
    menu: ClassVar[Sequence[MenuEntry]] = (
        MenuEntry(label=_("Today"), url_name="desk:today", icon="home", order=0, key="g t", section=Section.DAILY),
        MenuEntry(
            label=_("Duty desk"),
            url_name="desk:list",
            icon="bell",
            order=10,
            permission="incidents.view",
            key="g d",
            section=Section.DUTY,
        ),
        MenuEntry(
            label=_("My messages"), url_name="desk:inbox", icon="message", order=20, key="g m", section=Section.DAILY
        ),
        MenuEntry(
            label=_("Past incidents"),
            url_name="desk:history",
            icon="list",
            order=30,
            permission="incidents.view",
            key="g h",
            section=Section.DUTY,
        ),
        MenuEntry(
            label=_("Silences"),
            url_name="desk:silences",
            icon="mute",
            order=40,
            permission="incidents.silence",
            section=Section.DUTY,
        ),
        MenuEntry(
            label=_("Drills"),
            url_name="desk:drills",
            icon="shield",
            order=42,
            permission="incidents.drill",
            section=Section.DUTY,
        ),
        MenuEntry(
            label=_("Statistics"),
            url_name="desk:statistics",
            icon="bars",
            order=32,
            permission="incidents.view",
            key="g a",
            section=Section.DUTY,
        ),
        MenuEntry(
            label=_("Building chart"),
            url_name="desk:chart",
            icon="building",
            order=35,
            permission="registry.view",
            key="g b",
            section=Section.RESIDENTS,
        ),
        MenuEntry(
            label=_("Wall screen"),
            url_name="desk:wall",
            icon="screen",
            order=37,
            permission="incidents.view",
            key="g w",
            section=Section.DUTY,
        ),
    )

    permissions: ClassVar[Mapping[str, frozenset[str]]] = {"desk.walls": frozenset({"administrator", "secretary"})}

    def ready(self) -> None:
        verbs_mean({"wall_revoked": _("ended the wall link of")})
        leads_to("digest", lambda message: reverse("desk:list"))  # a morning's list is for the desk's own page

    def household_cards(self) -> Sequence[Card]:
        from linli.desk.cards import household_incidents

        return [Card(name="incidents", order=10, render=household_incidents)]
