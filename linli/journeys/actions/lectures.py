"""Requests that would like a lecture: counted, and taken away as a list."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from linli.audit.actions import Trace, record_traces
from linli.casework.events import RequestTagged
from linli.core.actors import Actor
from linli.journeys.models import LectureDemand
from linli.journeys.preset import LECTURES
from linli.journeys.queries import rule_in_force, topics_in_force


@transaction.atomic
def count_lecture_demand(happening: RequestTagged) -> None:
    """A request with the tag of a topic counts once for it, in the month in which it got the tag."""
    on = timezone.localdate(happening.at)
    if happening.tag not in topics_in_force(community_id=happening.community_id):
        return
    if not rule_in_force(code=LECTURES, community_id=happening.community_id, on=on).is_on:
        return
    LectureDemand.objects.get_or_create(
        request_id=happening.request_id,
        topic=happening.tag,
        defaults={"community_id": happening.community_id, "at": happening.at},
    )


def record_lectures_taken(*, by: Actor, now: datetime, community_id: int, rows: int, asked: str) -> None:
    """Somebody took the list away: how long it was, and the filter it was asked with."""
    details = {"rows": rows, "filter": asked[:300]}
    trace = Trace("exported", "journeys.lecturedemand", "lectures", community_id=community_id, details=details)
    record_traces(by=by, now=now, traces=[trace])
