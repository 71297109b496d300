"""Entries as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linli.audit.models import AuditEntry
from linli.audit.words import KIND_WORDS, detail_word, part_word, thing_word, verb_word


@dataclass(frozen=True, slots=True)
class Row:
    at: datetime
    who: str
    address: str
    verb: str
    thing: str
    name: str
    reason: str
    details: str


def actor_word(*, entry: AuditEntry) -> str:
    """The name; for somebody we do not know, that; for Linli itself, the part of it that acted."""
    if entry.actor_kind == "visitor":
        return str(KIND_WORDS["visitor"])
    return part_word(part=entry.actor_label) if entry.actor_kind == "system" else entry.actor_label


def rows_of(*, entries: Iterable[AuditEntry]) -> list[Row]:
    """One row per entry, its codes turned into words of the reader's language."""
    return [
        Row(
            at=entry.at,
            who=actor_word(entry=entry),
            address=entry.address,
            verb=verb_word(verb=entry.verb),
            thing=thing_word(object_type=entry.object_type),
            name=entry.object_label or (f"#{entry.object_ref}" if entry.object_ref else ""),
            reason=entry.reason,
            details="; ".join(
                _detail(key, value) for key, value in entry.details.items() if value not in (None, "", [])
            ),
        )
        for entry in entries
    ]


def _detail(key: str, value: object) -> str:
    return f"{detail_word(key=key)}: {_said(value)}"


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
