"""How a room announces itself, and what the house builds from it: the menu, the ticks, the cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from django.apps import AppConfig, apps
from django.db.models import TextChoices
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from linli.core.actors import Actor
from linli.core.errors import Text

if TYPE_CHECKING:
    from django.http import HttpRequest


@cache
def _address(url_name: str) -> str:
    return reverse(url_name)


class Section(TextChoices):
    """The parts of the menu, in their order."""

    DAILY = "daily", _("Every day")
    DUTY = "duty", _("Duty and alarms")
    REQUESTS = "requests", _("Requests")
    RESIDENTS = "residents", _("Residents")
    HOUSE = "house", _("Setting up")


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One line of the menu: where it leads, who sees it (a permission string, or "" for everybody signed in). ``order`` counts within
    its section; ``key`` is pressed anywhere to go there, and no other entry has it."""

    label: Text
    url_name: str
    icon: str
    order: int
    permission: str = ""
    key: str = ""
    section: Section = Section.HOUSE

    @property
    def url(self) -> str:
        return _address(self.url_name)


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


@dataclass(frozen=True, slots=True)
class DeskLine:
    """What everybody who watches alarms must know of Linli itself. ``state`` is danger (alarms do not come through) or soon."""

    state: str
    sentence: Text


@dataclass(frozen=True, slots=True)
class Shade:
    """One step of a measure's legend. ``mark`` is what stands in the door (a letter, number or sign), so that the chart can be read
    without colour; ``tone`` is one of: none, low, middle, high (a scale), danger, soon, hand, done, unknown (linli.ui's states)."""

    tone: str
    mark: Text
    label: Text


@dataclass(frozen=True, slots=True)
class Mark:
    """What a measure says of one door: the step of the legend, and what it is there in words ("2 residents of 60 or older").

    Words are said already in the reader's language, and one Mark serves many doors: a page holds thousands.
    """

    shade: int
    words: str


@dataclass(frozen=True, slots=True)
class ChartArea:
    """What is being drawn: a community, or one building of it. A measure reads that much and no more."""

    community_id: int
    building_id: int | None = None

    def doors(self, prefix: str = "") -> dict[str, int]:
        """For ``filter(**...)`` on rows of a community that reach a dwelling over ``prefix`` ("dwelling__")."""
        whole = {"community_id": self.community_id}
        return whole if self.building_id is None else whole | {f"{prefix}unit__building_id": self.building_id}


@dataclass(frozen=True, slots=True)
class Measure:
    """By what the building chart may be coloured. ``read`` returns the mark of each dwelling (by its id); a dwelling it leaves out
    has the first shade. ``read`` takes the area and the instant and costs at most two queries. ``permission`` as in the menu."""

    code: str
    title: Text
    order: int
    shades: Sequence[Shade]
    read: Callable[[ChartArea, datetime], Mapping[int, Mark]]
    permission: str = ""


@dataclass(frozen=True, slots=True)
class KeptPart:
    """What is kept about a resident for one purpose, for the page they may ask for: why, by what right, for how long, and each item as
    a list of (what it is called, value). ``withheld``: a sentence on what is not shown to this reader, or "". ``touching`` names the
    rows by which the trail speaks of it: (kind of thing, its number)."""

    title: Text
    why: Text
    basis: Text
    kept: Text
    items: Sequence[Sequence[tuple[str, str]]]
    withheld: str = ""
    touching: Sequence[tuple[str, str]] = ()


class KeptAsk(Protocol):
    def __call__(self, *, resident_id: int, by: Actor, now: datetime) -> KeptPart | None:
        """What is kept about a resident, as this actor may show it to them; None for nothing. Three queries at most."""


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

    def chart_measures(self) -> Sequence[Measure]:
        """By what this room can colour the doors of the building chart."""
        return ()

    def desk_lines(self) -> Sequence[Callable[[datetime], Sequence[DeskLine]]]:
        """What stands above the list of alarms when something is wrong with Linli itself; at most a query each."""
        return ()

    def kept_parts(self) -> Sequence[KeptAsk]:
        """What this room keeps about residents, for their own page."""
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
    """The menu entries that ``user`` may enter, section by section, in order. Anonymous visitors get none."""
    if not getattr(user, "is_authenticated", False):
        return []
    sections = list(Section)
    entries = [e for room in rooms() for e in room.menu if not e.permission or user.has_perm(e.permission)]
    return sorted((e for e in entries if _has_address(e)), key=lambda e: (sections.index(e.section), e.order))


def desk_lines_now(*, now: datetime) -> list[DeskLine]:
    """The lines of every room, the gravest first."""
    found = [line for room in rooms() for question in room.desk_lines() for line in question(now)]
    return sorted(found, key=lambda line: line.state != "danger")


def kept_in_rooms(*, resident_id: int, by: Actor, now: datetime) -> list[KeptPart]:
    """What the rooms keep about a resident, lowest storey first."""
    asked = (ask(resident_id=resident_id, by=by, now=now) for room in rooms() for ask in room.kept_parts())
    return [part for part in asked if part is not None]


def measures_for(user: Any) -> list[Measure]:
    """The measures by which ``user`` may have the building chart coloured, in order."""
    found = [m for room in rooms() for m in room.chart_measures() if not m.permission or user.has_perm(m.permission)]
    return sorted(found, key=lambda m: (m.order, m.code))


def _has_address(entry: MenuEntry) -> bool:
    try:
        return bool(entry.url)
    except NoReverseMatch:
        return False
