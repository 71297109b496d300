"""Back to normal: one of the two axes. It never closes anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.core.actors import Actor
from linli.core.bulk import update_rows
from linli.incidents.actions.recording import Line, write_timeline
from linli.incidents.models import Incident


@dataclass(frozen=True, slots=True)
class Clearing:
    """A source reports that it no longer alarms, at ``at``; with ``kind``, that this one matter is over."""

    community_id: int
    source: str
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""


@transaction.atomic(savepoint=False)
def clear_incidents(*, by: Actor, now: datetime, clearings: Sequence[Clearing]) -> int:
    """Mark the open incidents of these sources as back to normal. Returns how many changed. A person still has to close them."""
    latest = {(c.community_id, c.source, c.kind): c for c in sorted(clearings, key=lambda c: c.at)}
    if not latest:
        return 0
    active = (
        Incident.objects.select_for_update()
        .filter(
            closed_at__isnull=True,
            condition=Incident.Condition.ACTIVE,
            source__in=[source for _, source, _ in latest],
            community_id__in={community for community, _, _ in latest},
        )
        .order_by("id")
        .values_list("id", "community_id", "source", "kind_id", "happened_at")
    )
    meant = ((row, latest.get(row[1:4]) or latest.get((*row[1:3], ""))) for row in active)
    changed = [(row, clearing) for row, clearing in meant if clearing is not None and clearing.at >= row[4]]
    update_rows(
        Incident, key="id", columns=("condition", "cleared_at"), rows=[(row[0], "cleared", now) for row, _ in changed]
    )
    write_timeline(
        by=by, now=now, lines=[Line(row[1], row[0], "cleared", dict(clearing.details)) for row, clearing in changed]
    )
    return len(changed)
