"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.core.rooms import Card, RoomConfig

OFFICE = frozenset({"administrator", "secretary", "duty_officer", "grid_lead"})


class SafetyConfig(RoomConfig):
    name = "linli.safety"
    label = "safety"
    verbose_name = _("Gas and smoke safety")
    title = _("Gas and smoke safety")
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {"safety.view": OFFICE}

    def household_cards(self) -> Sequence[Card]:
        from linli.safety.cards import household_devices

        return [Card(name="detectors", order=20, render=household_devices)]
