"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.audit.words import parts_mean, verbs_mean
from linli.core.rooms import Card, Measure, MenuEntry, RoomConfig, Section, Tick

OFFICE = frozenset({"administrator", "secretary", "duty_officer", "grid_lead"})


class SafetyConfig(RoomConfig):
    name = "linli.safety"
    label = "safety"
    verbose_name = _("Gas and smoke safety")
    title = _("Gas and smoke safety")
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {
        "safety.view": OFFICE,
        "safety.install": OFFICE,
        "safety.quarantine": OFFICE - {"grid_lead"},
    }
    menu: ClassVar[Sequence[MenuEntry]] = (
        MenuEntry(
            label=_("Detectors"),
            url_name="safety:devices",
            icon="smoke",
            order=50,
            permission="safety.view",
            key="g s",
            section=Section.DUTY,
        ),
        MenuEntry(
            label=_("Install a detector"),
            url_name="safety:install",
            icon="plus",
            order=60,
            permission="safety.install",
            key="g i",
            section=Section.DUTY,
        ),
        MenuEntry(
            label=_("Quarantine"),
            url_name="safety:quarantine",
            icon="shield",
            order=65,
            permission="safety.quarantine",
            section=Section.DUTY,
        ),
    )

    def ready(self) -> None:
        parts_mean({"listener": _("Linli: hearing the detectors"), "device care": _("Linli: care of the detectors")})
        verbs_mean(
            {
                "taken_down": _("took down"),
                "test_begun": _("began a test of"),
                "test_ended": _("ended the test of"),
                "secret_renewed": _("renewed the secret of"),
                "secret_confirmed": _("saw the new secret used by"),
                "struck_off": _("struck off"),
                "readmitted": _("let in again"),
                "treated_signal": _("took as a device's message"),
                "replayed_signal": _("replayed"),
                "dismissed_signal": _("put away"),
            }
        )

    def ticks(self) -> Sequence[Tick]:
        from linli.safety.tick import look_after, see_to_alarms, sweep

        return [
            Tick(name="devices that fall silent", every_seconds=10.0, run=sweep),
            Tick(name="alarms without an incident", every_seconds=30.0, run=see_to_alarms),
            Tick(name="batteries, self-tests and ages", every_seconds=300.0, run=look_after),
        ]

    def today_cards(self) -> Sequence[Card]:
        from linli.safety.cards import devices_today

        return [Card(name="devices", order=20, render=devices_today)]

    def household_cards(self) -> Sequence[Card]:
        from linli.safety.cards import household_devices

        return [Card(name="detectors", order=20, render=household_devices)]

    def chart_measures(self) -> Sequence[Measure]:
        from linli.safety.measures import AGES, STATES

        return [STATES, AGES]
