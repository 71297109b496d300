"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.accounts.roles import Role, communities_come_from, roles_come_from
from linli.audit.words import verbs_mean
from linli.core.rooms import Card, Measure, MenuEntry, RoomConfig, Tick

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
        ),
        MenuEntry(
            label=_("Bring in a register"),
            url_name="registry:imports",
            icon="download",
            order=85,
            permission="registry.edit",
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
            }
        )

    def ticks(self) -> Sequence[Tick]:
        from linli.registry.tick import LOOK_SECONDS, begin_import

        return [Tick(name="begin imports", every_seconds=LOOK_SECONDS, run=begin_import)]

    def today_cards(self) -> Sequence[Card]:
        from linli.registry.cards import first_step

        return [Card(name="first step", order=0, render=first_step)]

    def chart_measures(self) -> Sequence[Measure]:
        from linli.registry.measures import ELDERS, RELATIVES

        return [ELDERS, RELATIVES]
