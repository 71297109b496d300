"""How the room announces itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from linli.audit.words import parts_mean, verbs_mean
from linli.core.rooms import DeskLine, Finding, RoomConfig, Tick


class WatchingConfig(RoomConfig):
    name = "linli.watching"
    label = "watching"
    verbose_name = _("Linli itself")
    title = _("Linli itself")
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {"watching.view": frozenset({"administrator", "secretary"})}

    def ready(self) -> None:
        verbs_mean({"pruned": _("let go of old"), "restored": _("restored from a backup")})
        parts_mean(
            {
                "restore": _("Linli: restoring"),
                "watching": _("Linli: looking after itself"),
                "retention": _("Linli: letting old records go"),
                "canary": _("Linli: testing itself"),
            }
        )

    def ticks(self) -> Sequence[Tick]:
        from linli.watching import tick

        return [
            Tick(name="canary", every_seconds=tick.CANARY_SECONDS, run=tick.canary),
            Tick(name="look after the machine", every_seconds=tick.LOOK_SECONDS, run=tick.look),
            Tick(name="tell the outside watcher", every_seconds=tick.MINUTE, run=tick.tell_outside),
            Tick(name="nightly backup", every_seconds=tick.MINUTE, run=tick.back_up),
            Tick(name="prune old records", every_seconds=tick.PRUNE_SECONDS, run=tick.prune),
        ]

    def checks(self) -> Sequence[Callable[[datetime], Sequence[Finding]]]:
        from linli.watching import checks

        return [checks.alarm_came_back, checks.clock_is_right, checks.backup_is_fresh, checks.outside_watcher]

    def desk_lines(self) -> Sequence[Callable[[datetime], Sequence[DeskLine]]]:
        from linli.watching.lines import own_state

        return [own_state]
