"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.audit.words import parts_mean
from linli.casework.events import RequestTagged
from linli.core.events import hear
from linli.core.rooms import MenuEntry, RoomConfig, Section
from linli.incidents.events import IncidentClosed


class JourneysConfig(RoomConfig):
    name = "linli.journeys"
    label = "journeys"
    verbose_name = _("Journeys")
    title = _("Journeys")
    menu: ClassVar[Sequence[MenuEntry]] = (
        MenuEntry(
            _("Lectures asked for"), "journeys:lectures", "message", 48, "casework.rates", section=Section.REQUESTS
        ),
    )

    def ready(self) -> None:
        from linli.journeys.actions.hoses import ask_for_new_hose
        from linli.journeys.actions.lectures import count_lecture_demand
        from linli.journeys.actions.smoke import tell_of_false_smoke

        parts_mean({"journeys": _("Linli: one thing leads to another")})
        hear(IncidentClosed, ask_for_new_hose)
        hear(IncidentClosed, tell_of_false_smoke)
        hear(RequestTagged, count_lecture_demand)
