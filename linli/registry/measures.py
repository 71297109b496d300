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
from linli.registry.queries.visits import due_by_door

ELDER_YEARS: Final = 60
SOON_DAYS: Final = 7


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


def visits_by_door(area: ChartArea, now: datetime) -> Mapping[int, Mark]:
    """Behind which doors somebody on a list is to be visited, and whether that is late. One query."""
    today = timezone.localdate(now)
    in_time, soon, late = (
        Mark(1, gettext("visited in time")),
        Mark(2, gettext("to be visited within a week")),
        Mark(3, gettext("visit overdue")),
    )
    due = due_by_door(doors=area.doors("resident__household__dwelling__"), on=today)
    return {
        dwelling_id: late if day < today else soon if (day - today).days <= SOON_DAYS else in_time
        for dwelling_id, day in due.items()
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
VISITS = Measure(
    code="visits",
    title=_("Visits overdue"),
    order=70,
    permission="registry.visit",
    shades=(
        Shade("none", "", _("nobody to be visited")),
        Shade("done", "✓", _("visited in time")),
        Shade("hand", "○", _("within a week")),
        Shade("soon", "!", _("overdue")),
    ),
    read=visits_by_door,
)
