"""Entries as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linli.audit.models import AuditEntry
from linli.audit.words import KIND_WORDS, thing_word, verb_word


@dataclass(frozen=True, slots=True)
class Row:
    at: datetime
    who: str
    who_kind: str
    address: str
    verb: str
    thing: str
    name: str
    reason: str
    details: str


def rows_of(*, entries: Iterable[AuditEntry]) -> list[Row]:
    """One row per entry, its codes turned into words of the reader's language."""
    return [
        Row(
            at=entry.at,
            who=entry.actor_label if entry.actor_kind != "visitor" else "",
            who_kind=str(KIND_WORDS.get(entry.actor_kind, entry.actor_kind)),
            address=entry.address,
            verb=verb_word(verb=entry.verb),
            thing=thing_word(object_type=entry.object_type),
            name=entry.object_label or (f"#{entry.object_ref}" if entry.object_ref else ""),
            reason=entry.reason,
            details="; ".join(f"{key}: {_said(value)}" for key, value in entry.details.items() if value not in (None, "", [])),
        )
        for entry in entries
    ]


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
