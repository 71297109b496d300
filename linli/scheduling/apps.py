"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.audit.words import parts_mean, verbs_mean
from linli.core.rooms import Card, Finding, MenuEntry, RoomConfig, Section, Tick

EVERYBODY = frozenset({"administrator", "secretary", "duty_officer", "grid_lead", "building_captain", "unit_captain"})


class SchedulingConfig(RoomConfig):
    name = "linli.scheduling"
    label = "scheduling"
    verbose_name = _("Rota and calendar")
    title = _("Rota and calendar")
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {
        "scheduling.view": EVERYBODY,
        # An officer writes about the own duties only; who may plan everybody's holds scheduling.arrange as well.
        "scheduling.edit": frozenset({"administrator", "secretary", "duty_officer"}),
        "scheduling.arrange": frozenset({"administrator", "secretary"}),
    }
    menu: ClassVar[Sequence[MenuEntry]] = (
        MenuEntry(
            label=_("Rota"),
            url_name="scheduling:rota",
            icon="calendar",
            order=25,
            permission="scheduling.view",
            key="g z",
            section=Section.DUTY,
        ),
    )

    def ready(self) -> None:
        parts_mean({"scheduling": _("Linli: the rota")})
        verbs_mean(
            {
                "filled_calendar": _("filled in the holidays of"),
                "planned_rota": _("planned the rota of"),
                "kept_rota": _("let alarms go by the rota of"),
                "paused_rota": _("let alarms go to every duty officer of"),
                "gave_duty": _("gave to somebody else"),
                "asked_swap": _("asked for a swap"),
                "accepted_swap": _("accepted a swap"),
                "declined_swap": _("declined a swap"),
                "withdrew_swap": _("took back a question for a swap"),
                "arranged_swap": _("arranged a swap"),
                "wrote_handover": _("wrote a hand-over note"),
                "confirmed_handover": _("confirmed a hand-over note"),
            }
        )

    def ticks(self) -> Sequence[Tick]:
        from linli.scheduling.tick import plan_on

        return [Tick(name="plan rotas on", every_seconds=1800, run=plan_on)]

    def today_cards(self) -> Sequence[Card]:
        from linli.scheduling.cards import duty_card

        return [Card(name="duty", order=5, render=duty_card)]

    def checks(self) -> Sequence[Callable[[datetime], Sequence[Finding]]]:
        from linli.scheduling.checks import duty_gaps, holiday_table

        return [holiday_table, duty_gaps]
