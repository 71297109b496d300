"""Writing the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linli.audit.models import AuditEntry
from linli.core.actors import Actor
from linli.core.bulk import insert_rows

COLUMNS = (
    "at", "community_id", "actor_kind", "actor_ref", "actor_label", "address",
    "verb", "object_type", "object_ref", "object_label", "reason", "details",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trace:
    """What is to be recorded of one write or reveal."""

    verb: str
    object_type: str
    object_ref: str
    community_id: int | None = None
    object_label: str = ""
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def record_traces(*, by: Actor, now: datetime, traces: Sequence[Trace]) -> None:
    """Append one entry per trace, in one statement, in the caller's transaction."""
    rows = [
        (
            now, t.community_id, by.kind, by.ref, by.label[:120], by.address, t.verb, t.object_type,
            t.object_ref, t.object_label[:200], t.reason[:200], dict(t.details),
        )
        for t in traces
    ]  # fmt: skip
    insert_rows(AuditEntry, columns=COLUMNS, rows=rows)
