"""Showing what is masked."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.desk.queries.people import Person, numbers_of
from linli.incidents.models import Incident


@transaction.atomic
def reveal_numbers(
    *, by: Actor, now: datetime, on: date, incident: Incident, kind: str, person_id: int, reason: str
) -> tuple[Person, list[str]]:
    """The whole phone numbers of somebody at an incident's place. Recorded with the reason before they are given out.

    Raises NotFound for anybody who has nothing to do with that place.
    """
    person, numbers = numbers_of(incident=incident, kind=kind, person_id=person_id, on=on)
    trace = Trace(
        "revealed_phone",
        kind,
        str(person.id),
        incident.community_id,
        person.name,
        reason=reason,
        details={"incident": incident.pk},
    )
    record_traces(by=by, now=now, traces=[trace])
    return person, numbers
