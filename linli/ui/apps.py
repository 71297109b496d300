"""The page shell announces no menu of its own: it prints the others'."""

from __future__ import annotations

from linli.core.rooms import RoomConfig


class UiConfig(RoomConfig):
    name = "linli.ui"
    label = "ui"
