"""The ground floor announces nothing of its own."""

from __future__ import annotations

from linli.core.rooms import RoomConfig


class CoreConfig(RoomConfig):
    name = "linli.core"
    label = "core"
