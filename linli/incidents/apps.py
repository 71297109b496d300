"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.audit.words import parts_mean, verbs_mean
from linli.core.events import hear
from linli.core.rooms import Finding, Measure, RoomConfig, Tick
from linli.incidents.wording import lay_down_wordings
from linli.notifications.events import MessageUndeliverable, PointDead, ReplyReceived

EVERYBODY = frozenset({"administrator", "secretary", "duty_officer", "grid_lead", "building_captain", "unit_captain"})
DESK = frozenset({"administrator", "secretary", "duty_officer"})
OFFICE = frozenset({"administrator", "secretary", "duty_officer", "grid_lead"})


class IncidentsConfig(RoomConfig):
    name = "linli.incidents"
    label = "incidents"
    verbose_name = _("Incidents")
    title = _("Incidents")
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {
        "incidents.view": EVERYBODY,
        "incidents.note": EVERYBODY,
        "incidents.acknowledge": OFFICE,
        "incidents.close": OFFICE,
        "incidents.silence": DESK,
        "incidents.drill": DESK,
        "incidents.reopen": OFFICE,
    }

    def ready(self) -> None:
        from linli.incidents.actions.hearing import open_dead_number, take_reply
        from linli.incidents.actions.undelivered import write_undelivered

        lay_down_wordings()
        parts_mean({"escalation": _("Linli: calling on")})
        verbs_mean(
            {
                "silenced": _("silenced"),
                "confirmed": _("agreed to"),
                "started": _("started"),
                "reopened": _("opened again"),
                "seen_at_desk": _("is at"),
            }
        )
        hear(MessageUndeliverable, write_undelivered)
        hear(ReplyReceived, take_reply)
        hear(PointDead, open_dead_number)

    def ticks(self) -> Sequence[Tick]:
        from linli.incidents.tick import escalate, keep_time, list_mornings, ring_again

        return [
            Tick(name="escalate incidents", every_seconds=1.0, run=escalate),
            Tick(name="ring again without an outcome", every_seconds=5.0, run=ring_again),
            Tick(name="go on where the clock was put back", every_seconds=10.0, run=keep_time),
            Tick(name="morning lists", every_seconds=20.0, run=list_mornings),
        ]

    def checks(self) -> Sequence[Callable[[datetime], Sequence[Finding]]]:
        from linli.incidents.checks import next_steps

        return [next_steps]

    def chart_measures(self) -> Sequence[Measure]:
        from linli.incidents.measures import LAST_30_DAYS, OPEN

        return [OPEN, LAST_30_DAYS]
