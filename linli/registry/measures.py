"""By what the register colours the doors of the building chart."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from linli.core.rooms import ChartArea, Mark, Measure, Shade
from linli.registry.models import Consent, Contact, Household, Resident

ELDER_YEARS: Final = 60


def elders_by_door(area: ChartArea, now: datetime) -> Mapping[int, Mark]:
    """How many residents of 60 or older live behind each door, and where one of them lives alone. One query."""
    rows = (
        Resident.objects.filter(
            moved_out_on__isnull=True,
            died_on__isnull=True,
            household__moved_out_on__isnull=True,
            **area.doors("household__dwelling__"),
        )
        .values_list("household__dwelling_id")
        .annotate(people=Count("id"), elders=Count("id", filter=Q(born_on__lte=born_by(now=now))))
    )
    alone = Mark(3, gettext("an elder living alone"))
    return {
        dwelling_id: alone if people == elders == 1 else _elders(elders)
        for dwelling_id, people, elders in rows
        if elders
    }


def _elders(number: int) -> Mark:
    words = ngettext("%(n)d resident of 60 or older", "%(n)d residents of 60 or older", number)
    return Mark(min(number, 2), words % {"n": number})


def born_by(*, now: datetime) -> date:
    """The last birthday of those who are 60 today."""
    today = timezone.localdate(now)
    try:
        return today.replace(year=today.year - ELDER_YEARS)
    except ValueError:  # born on 29 February
        return today.replace(year=today.year - ELDER_YEARS, day=28)


def relatives_by_door(area: ChartArea, now: datetime) -> Mapping[int, Mark]:
    """Where somebody lives, whether there is a relative to call. Two queries."""
    called = set(
        Contact.objects.filter(
            ~Q(consent=Consent.REFUSED), ended_on__isnull=True, **area.doors("household__dwelling__")
        ).values_list("household__dwelling_id", flat=True)
    )
    there, missing = Mark(1, gettext("a relative to call")), Mark(2, gettext("no relative to call"))
    lived_in = Household.objects.filter(moved_out_on__isnull=True, **area.doors("dwelling__"))
    return {
        dwelling_id: there if dwelling_id in called else missing
        for dwelling_id in lived_in.values_list("dwelling_id", flat=True)
    }


ELDERS = Measure(
    code="elders",
    title=_("Residents of 60 or older"),
    order=50,
    permission="registry.view",
    shades=(
        Shade("none", "", _("none")),
        Shade("low", "1", _("one, with others")),
        Shade("middle", "2", _("two or more")),
        Shade("high", pgettext_lazy("mark on the chart", "A"), _("one, living alone")),
    ),
    read=elders_by_door,
)
RELATIVES = Measure(
    code="relatives",
    title=_("Relatives on record"),
    order=60,
    permission="registry.view",
    shades=(
        Shade("none", "", _("nobody lives here")),
        Shade("done", "✓", _("a relative to call")),
        Shade("soon", "✗", _("no relative to call")),
    ),
    read=relatives_by_door,
)
