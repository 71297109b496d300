"""How a room announces itself, and what the house builds from it: the menu, the ticks, the cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.apps import AppConfig, apps
from django.urls import NoReverseMatch, reverse

from linli.core.errors import Text

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu: where it leads, who sees it (a permission string, or "" for everybody signed in)."""

    label: Text
    url_name: str
    icon: str
    order: int
    permission: str = ""
    key: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True, slots=True)
class Tick:
    """Work that comes due by the clock: every ``every_seconds`` the worker calls ``run(now)``, which returns how many rows it moved."""

    name: str
    every_seconds: float
    run: Callable[[datetime], int]


@dataclass(frozen=True, slots=True)
class Card:
    """A card on Today or on a household's page: ``render`` returns HTML, or "" when there is nothing to say."""

    name: str
    order: int
    render: Callable[[HttpRequest, Any], str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of ``linli check``: fine or not, in a sentence that says what to do."""

    part: str
    fine: bool
    sentence: Text


class RoomConfig(AppConfig):
    """The base of every room's ``apps.py``. A room overrides what it has; an empty list means "we have none"."""

    default = False  # Django looks for one config in each apps.py: the room's own, not this base
    default_auto_field = "django.db.models.BigAutoField"
    title: ClassVar[Text] = ""
    menu: ClassVar[Sequence[MenuEntry]] = ()
    permissions: ClassVar[Mapping[str, frozenset[str]]] = {}
    """Permission ("incidents.acknowledge") to the roles (accounts.roles.Role values) that hold it."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.default = True

    def ticks(self) -> Sequence[Tick]:
        return ()

    def today_cards(self) -> Sequence[Card]:
        return ()

    def household_cards(self) -> Sequence[Card]:
        return ()

    def checks(self) -> Sequence[Callable[[datetime], Sequence[Finding]]]:
        """Questions that ``linli check`` asks."""
        return ()


def rooms() -> Iterator[RoomConfig]:
    """Every room, lowest storey first (the order of INSTALLED_APPS)."""
    for config in apps.get_app_configs():
        if isinstance(config, RoomConfig):
            yield config


def menu_for(user: Any) -> list[MenuEntry]:
    """The menu entries that ``user`` may enter, in order. Anonymous visitors get none."""
    if not getattr(user, "is_authenticated", False):
        return []
    entries = [e for room in rooms() for e in room.menu if not e.permission or user.has_perm(e.permission)]
    return sorted((e for e in entries if _has_address(e)), key=lambda e: e.order)


def _has_address(entry: MenuEntry) -> bool:
    try:
        return bool(entry.url)
    except NoReverseMatch:
        return False
