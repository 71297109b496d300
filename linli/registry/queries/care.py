"""Which lists the people of a household are on, and which health notes are on file; what a note says is not read here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from linli.registry.models import HealthNote


@dataclass(frozen=True, slots=True)
class NoteOnFile:
    """That there is a health note, and what for. ``stale``: the day on which somebody was to look at it again has come."""

    id: int
    resident_id: int
    purpose: str
    review_on: date
    stale: bool


def notes_on_file(*, resident_ids: list[int], on: date) -> list[NoteOnFile]:
    """The notes on these people that have not ended, the oldest first. Asks nothing about the reader's scope. One query."""
    rows = HealthNote.objects.filter(resident_id__among=resident_ids, ended_on__isnull=True).order_by("pk")
    return [
        NoteOnFile(pk, resident_id, purpose, review_on, stale=review_on <= on)
        for pk, resident_id, purpose, review_on in rows.values_list("pk", "resident_id", "purpose", "review_on")
    ]
