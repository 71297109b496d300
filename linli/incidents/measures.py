"""By what the incidents colour the doors of the building chart. Drills do not count."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from linli.core.rooms import ChartArea, Mark, Measure, Shade
from linli.incidents.models import Incident

LATELY: Final = timedelta(days=30)
GRAVE: Final = 2
IN_HAND, SOON, DANGER = 1, 2, 3


def open_by_door(area: ChartArea, now: datetime) -> Mapping[int, Mark]:
    """The gravest open incident of each door. One query."""
    every = {shade: Mark(shade, str(words)) for shade, words in _WORDS.items()}
    marks: dict[int, Mark] = {}
    rows = (
        _of(area).filter(closed_at__isnull=True, severity__lte=GRAVE).values_list("dwelling_id", "severity", "handling")
    )
    for dwelling_id, severity, handling in rows:
        shade = IN_HAND if handling != Incident.Handling.UNACKNOWLEDGED else DANGER if severity == 1 else SOON
        if dwelling_id not in marks or marks[dwelling_id].shade < shade:
            marks[dwelling_id] = every[shade]
    return marks


def lately_by_door(area: ChartArea, now: datetime) -> Mapping[int, Mark]:
    """How many incidents each door had in the last 30 days, those that could wait for the day left out. One query."""
    rows = (
        _of(area)
        .filter(opened_at__gte=now - LATELY, severity__lte=GRAVE)
        .values_list("dwelling_id")
        .annotate(n=Count("id"))
    )
    return {
        dwelling_id: Mark(min(n, 3), ngettext("%(n)d incident", "%(n)d incidents", n) % {"n": n})
        for dwelling_id, n in rows
    }


def _of(area: ChartArea) -> QuerySet[Incident]:
    """By columns of the incident itself, so that the indexes by community serve."""
    found = Incident.objects.filter(community_id=area.community_id, dwelling__isnull=False, drill__isnull=True)
    return found if area.building_id is None else found.filter(building_id=area.building_id)


_WORDS: Mapping[int, Promise] = {
    IN_HAND: _("an incident in hand"),
    SOON: _("an incident that needs a person soon"),
    DANGER: _("danger to life, not yet in hand"),
}
OPEN = Measure(
    code="open",
    title=_("Open incidents"),
    order=10,
    permission="incidents.view",
    shades=(
        Shade("none", "", _("nothing open")),
        Shade("hand", "✓", _("in hand")),
        Shade("soon", "△", _("needs a person soon")),
        Shade("danger", "!", _("danger to life")),
    ),
    read=open_by_door,
)
LAST_30_DAYS = Measure(
    code="month",
    title=_("Incidents in the last 30 days"),
    order=20,
    permission="incidents.view",
    shades=(
        Shade("none", "", _("none")),
        Shade("low", "1", _("one")),
        Shade("middle", "2", _("two")),
        Shade("high", "3", _("three or more")),
    ),
    read=lately_by_door,
)
