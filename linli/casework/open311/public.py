"""A request as far as the public may know it: nothing else of it is even read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from linli.casework.models import Category
from linli.casework.open311.words import CLOSED, STATES, Told


@dataclass(frozen=True, slots=True)
class PublicRequest:
    """``text`` is the public one, "" until somebody has looked at it. ``changed_at`` are the times at which something told here changed."""

    number: str
    state: str
    category: Category
    building_id: int | None
    building_number: str
    received_at: datetime
    due_at: datetime
    resolved_at: datetime | None
    ended_at: datetime | None
    text: str
    changed_at: tuple[datetime | None, ...]

    @property
    def told(self) -> Told:
        return STATES[self.state]

    @property
    def updated_at(self) -> datetime:
        """Of what is closed when it was closed; of what is open when it was last changed."""
        if self.told.status == CLOSED:
            return (self.ended_at if self.state == "merged" else self.resolved_at) or self.received_at
        return max([self.received_at, *(at for at in self.changed_at if at is not None)])
