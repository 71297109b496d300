"""The timeline, and the notice to live pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from linli.core.actors import Actor
from linli.core.broker import tell_from_thread
from linli.core.bulk import insert_rows
from linli.incidents.models import TimelineEntry

MOST_TOPICS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One line for an incident's timeline; ``by`` where it is somebody else than who writes the rest."""

    community_id: int
    incident_id: int
    verb: str
    params: dict[str, Any] = field(default_factory=dict)
    by: Actor | None = None


def write_timeline(*, by: Actor, now: datetime, lines: Sequence[Line]) -> None:
    """Append the lines in one statement, and tell the live pages once the transaction commits."""
    insert_rows(
        TimelineEntry,
        columns=("community_id", "incident_id", "at", "verb", "actor_kind", "actor_label", "params"),
        rows=[
            (line.community_id, line.incident_id, now, line.verb, who.kind, who.label[:120], line.params)
            for line in lines
            for who in [line.by or by]
        ],
    )
    announce_changes(changed=((line.community_id, line.incident_id) for line in lines))


def announce_changes(*, changed: Iterable[tuple[int, int]]) -> None:
    """Tell the live pages of each community which incidents changed. In a storm the list's topic alone is told."""
    by_community: dict[int, set[int]] = {}
    for community_id, incident_id in changed:
        by_community.setdefault(community_id, set()).add(incident_id)
    for community_id, incident_ids in by_community.items():
        topics = ["incidents", *(f"incident-{i}" for i in sorted(incident_ids)[:MOST_TOPICS])]
        transaction.on_commit(partial(tell_from_thread, community_id=community_id, topic=" ".join(topics)))
