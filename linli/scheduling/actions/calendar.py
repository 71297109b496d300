"""Filling in the holidays of a year."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.scheduling import holidays
from linli.scheduling.models import CalendarDay, CalendarYear


@transaction.atomic
def fill_calendar(*, by: Actor, now: datetime) -> list[int]:
    """Fill in every year the library knows and we have not, or have from another version of it; returns those years.

    A year that a person put on file stays as it is, and so does each day typed by hand.
    """
    source = holidays.source()
    on_file = dict(CalendarYear.objects.values_list("pk", "source"))
    tables = {
        year: days
        for year, days in holidays.tables().items()
        if year not in on_file or (on_file[year] != source and on_file[year].startswith(holidays.PACKAGE))
    }
    for year, days in tables.items():
        CalendarYear.objects.update_or_create(pk=year, defaults={"source": source, "filled_at": now})
        typed = set(CalendarDay.objects.filter(year_id=year, by_hand=True).values_list("on", flat=True))
        CalendarDay.objects.filter(year_id=year, by_hand=False).delete()
        CalendarDay.objects.bulk_create(
            CalendarDay(year_id=year, on=day.on, kind=day.kind, name=day.name, by_hand=False)
            for day in days
            if day.on not in typed
        )
    if tables:
        years = f"{min(tables)}-{max(tables)}"
        details = {"source": source, "years": len(tables)}
        trace = Trace("filled_calendar", "calendaryear", years, object_label=years, details=details)
        record_traces(by=by, now=now, traces=[trace])
    return sorted(tables)
