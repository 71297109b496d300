"""Which health notes somebody has to look at again soon: a note that nobody looks at is deleted in the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from linli.registry.models import HealthNote
from linli.registry.scopes import Scope

AHEAD: Final = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class NoteDue:
    """Whose note, behind which door, by when. What it says, and what for, is not read here."""

    household_id: int
    name: str
    place: str
    review_on: date


def notes_due(*, scope: Scope, on: date, limit: int) -> list[NoteDue]:
    """Those of present people within a scope whose day is past or near, the oldest first. For readers who hold registry.health."""
    rows = HealthNote.objects.filter(
        scope.covers_people("resident__"),
        ended_on__isnull=True,
        review_on__lte=on + AHEAD,
        resident__moved_out_on__isnull=True,
        resident__died_on__isnull=True,
    )
    found = rows.order_by("review_on", "pk").values_list(
        "resident__household_id", "resident__name", "resident__household__dwelling__label", "review_on"
    )
    return [NoteDue(*row) for row in found[:limit]]
