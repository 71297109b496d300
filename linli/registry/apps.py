"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.accounts.roles import Role, communities_come_from, roles_come_from
from linli.audit.words import verbs_mean
from linli.core.rooms import Card, Measure, MenuEntry, RoomConfig, Section, Tick

OFFICE = frozenset({Role.ADMINISTRATOR, Role.SECRETARY, Role.DUTY_OFFICER, Role.GRID_LEAD})
WRITERS = frozenset({Role.ADMINISTRATOR, Role.SECRETARY, Role.GRID_LEAD})
EVERYBODY = frozenset(Role)


class RegistryConfig(RoomConfig):
    name = "linli.registry"
    label = "registry"
    verbose_name = _("Registry")
    title = _("Registry")
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {
        "registry.view": EVERYBODY,
        "registry.open": EVERYBODY,
        "registry.print": EVERYBODY,
        "registry.visit": EVERYBODY,
        "registry.propose": EVERYBODY,
        "registry.phone": OFFICE,
        "registry.health": OFFICE,
        "registry.identity": WRITERS,
        "registry.edit": WRITERS,
        "registry.export": WRITERS,
        "registry.restricted": frozenset({Role.ADMINISTRATOR, Role.SECRETARY}),
    }

    menu: ClassVar[Sequence[MenuEntry]] = (
        MenuEntry(
            label=_("Residents"),
            url_name="registry:search",
            icon="family",
            order=40,
            permission="registry.view",
            key="g r",
            section=Section.RESIDENTS,
        ),
        MenuEntry(
            label=_("Lists of residents"),
            url_name="registry:list",
            icon="list",
            order=42,
            permission="registry.view",
            key="g l",
            section=Section.RESIDENTS,
        ),
        MenuEntry(
            label=_("Home visits"),
            url_name="registry:visits",
            icon="door",
            order=45,
            permission="registry.visit",
            key="g v",
            section=Section.RESIDENTS,
        ),
        MenuEntry(
            label=_("Corrections"),
            url_name="registry:corrections",
            icon="edit",
            order=50,
            permission="registry.propose",
            section=Section.RESIDENTS,
        ),
        MenuEntry(
            label=_("Fill in a form"),
            url_name="registry:forms",
            icon="edit",
            order=80,
            permission="registry.export",
            section=Section.RESIDENTS,
        ),
        MenuEntry(
            label=_("Bring in a register"),
            url_name="registry:imports",
            icon="download",
            order=85,
            permission="registry.edit",
            section=Section.RESIDENTS,
        ),
    )

    def ready(self) -> None:
        from linli.registry.context import communities_today, roles_today

        roles_come_from(roles_today)
        communities_come_from(communities_today)
        verbs_mean(
            {
                "died": _("recorded the death of"),
                "demo_built": _("built the demo"),
                "uploaded": _("uploaded"),
                "imported": _("brought into the register"),
                "undone": _("took back the import"),
                "discarded": _("put away"),
                "exported": _("took out as a file the list"),
                "printed": _("printed the list"),
                "filled_form": _("filled in the form"),
                "printed_kept": _("printed what is kept about"),
                "printed_kept_whole": _("printed, with full numbers, what is kept about"),
                "anonymised": _("made anonymous"),
                "emptied": _("deleted after its time"),
                "put_on_list": _("put on a list"),
                "taken_off_list": _("took off a list"),
                "wrote_health_note": _("wrote a health note on"),
                "read_health_note": _("read the health note on"),
                "visited": _("wrote down a visit to"),
                "proposed": _("proposed a correction for"),
                "accepted": _("accepted the correction for"),
                "rejected": _("rejected the correction for"),
            }
        )

    def ticks(self) -> Sequence[Tick]:
        from linli.registry.tick import LOOK_SECONDS, begin_import

        return [Tick(name="begin imports", every_seconds=LOOK_SECONDS, run=begin_import)]

    def today_cards(self) -> Sequence[Card]:
        from linli.registry.cards import corrections_today, first_step, reviews_today, visits_today

        return [
            Card(name="first step", order=0, render=first_step),
            Card(name="visits", order=30, render=visits_today),
            Card(name="corrections", order=35, render=corrections_today),
            Card(name="health notes", order=40, render=reviews_today),
        ]

    def household_cards(self) -> Sequence[Card]:
        from linli.registry.cards import care

        return [Card(name="care", order=30, render=care)]

    def chart_measures(self) -> Sequence[Measure]:
        from linli.registry.measures import ELDERS, RELATIVES, VISITS

        return [ELDERS, RELATIVES, VISITS]
