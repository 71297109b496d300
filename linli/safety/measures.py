"""By what the detectors colour the doors of the building chart. Of several detectors behind a door the worst one counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.core.rooms import ChartArea, Mark, Measure, Shade
from linli.safety.models import Installation
from linli.safety.queries.health import is_silent

SOON_OVER: Final = timedelta(days=180)
DAYS_OF_A_MONTH: Final = 365.25 / 12
FINE, SILENT, ALARMING = 1, 2, 3
YOUNG, HALF, LAST, OVER = 1, 2, 3, 4


def states_by_door(area: ChartArea, now: datetime) -> Mapping[int, Mark]:
    """Whether the detectors of each door report, are silent, or alarm. One query."""

    def shade(row: tuple[Any, ...]) -> int:
        _dwelling, alarming, seen_at, silent = row
        if alarming:
            return ALARMING
        return SILENT if seen_at is None or silent else FINE

    columns = ("dwelling_id", "device__state__alarming", "device__state__last_seen_at", is_silent(device="device_id"))
    return _worst(_hanging(area, *columns), shade, STATES.shades)


def ages_by_door(area: ChartArea, now: datetime) -> Mapping[int, Mark]:
    """How much of its life the oldest detector of each door has behind it. One query."""
    today = timezone.localdate(now)

    def shade(row: tuple[Any, ...]) -> int:
        _dwelling, life_months, since_on = row
        return _age(since_on=since_on, life_months=life_months, today=today)

    rows = _hanging(area, "dwelling_id", "device__model__life_months", Coalesce("device__made_on", "installed_on"))
    return _worst(rows, shade, AGES.shades)


def _age(*, since_on: date, life_months: int, today: date) -> int:
    life = timedelta(days=life_months * DAYS_OF_A_MONTH)
    left = since_on + life - today
    if left <= timedelta(0):
        return OVER
    if left <= SOON_OVER:
        return LAST
    return HALF if left < life / 2 else YOUNG


def _hanging(area: ChartArea, *columns: Any) -> Iterable[tuple[Any, ...]]:
    return Installation.objects.filter(
        removed_on__isnull=True, dwelling__isnull=False, **area.doors("dwelling__")
    ).values_list(*columns)


def _worst(
    rows: Iterable[tuple[Any, ...]], shade_of: Callable[[tuple[Any, ...]], int], shades: Iterable[Shade]
) -> dict[int, Mark]:
    marks = [Mark(number, str(shade.label)) for number, shade in enumerate(shades)]
    found: dict[int, int] = {}
    for row in rows:
        found[row[0]] = max(shade_of(row), found.get(row[0], 0))
    return {dwelling_id: marks[shade] for dwelling_id, shade in found.items()}


STATES = Measure(
    code="detectors",
    title=_("Detectors"),
    order=30,
    permission="safety.view",
    shades=(
        Shade("none", "", _("no detector")),
        Shade("done", "✓", _("reports")),
        Shade("unknown", "?", _("silent: its report is overdue")),
        Shade("danger", "!", _("alarming")),
    ),
    read=states_by_door,
)
AGES = Measure(
    code="ages",
    title=_("Age of the detectors"),
    order=40,
    permission="safety.view",
    shades=(
        Shade("none", "", _("no detector")),
        Shade("low", "1", _("first half of its life")),
        Shade("middle", "2", _("second half of its life")),
        Shade("high", "3", _("under 180 days left")),
        Shade("soon", "!", _("its life is over: replace it")),
    ),
    read=ages_by_door,
)
