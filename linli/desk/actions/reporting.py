"""What leaves the house on paper or as a file, written into the trail."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.incidents.models import Incident


@transaction.atomic
def record_report(*, by: Actor, now: datetime, incident: Incident, form: str) -> None:
    """Somebody took the report of an incident away; ``form`` is "docx"."""
    trace = Trace("exported", "incident", str(incident.pk), incident.community_id, incident.place, details={"as": form})
    record_traces(by=by, now=now, traces=[trace])


@transaction.atomic
def record_export(*, by: Actor, now: datetime, what: str, form: str, rows: int, asked: str) -> None:
    """Somebody took a table away: which, as what, how long, and the filter it was asked with."""
    details = {"as": form, "rows": rows, "filter": asked[:300]}
    record_traces(by=by, now=now, traces=[Trace("exported", "incident", what, details=details)])
