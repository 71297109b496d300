"""Taking several incidents in hand at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.core.actors import Actor
from linli.desk.errors import NothingChosen
from linli.incidents.actions import acknowledge_incident
from linli.incidents.errors import IncidentClosed
from linli.incidents.queries import still_waiting
from linli.registry.queries import Scope

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Taken:
    """How many were taken in hand, and how many somebody else had taken or closed in the meantime."""

    taken: int
    passed_over: int


def take_many_in_hand(*, by: Actor, now: datetime, scope: Scope, incident_ids: Collection[int], note: str) -> Taken:
    """Acknowledge each of these incidents of a scope with the same note, one after the other, each whole by itself.

    What is in hand or closed already is passed over. At most 200 at once. Raises NothingChosen.
    """
    wanted = sorted(set(incident_ids))[:MOST_AT_ONCE]
    if not wanted:
        raise NothingChosen
    taken = sum(_take(by, now, incident_id, note) for incident_id in still_waiting(scope=scope, incident_ids=wanted))
    return Taken(taken, len(wanted) - taken)


def _take(by: Actor, now: datetime, incident_id: int, note: str) -> bool:
    try:
        with transaction.atomic():
            acknowledge_incident(by=by, now=now, incident_id=incident_id, note=note)
    except IncidentClosed:
        return False
    return True
