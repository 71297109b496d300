"""What has happened to incidents. A room above hears it, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class IncidentClosed:
    """A person closed an incident, with a cause. One that is opened again and closed again tells it again.

    What it is not known of is None. ``is_drill``: nothing of it was real.
    """

    incident_id: int
    community_id: int
    kind: str
    cause_code: str
    false_alarm: bool
    building_id: int | None
    unit_id: int | None
    dwelling_id: int | None
    household_id: int | None
    place: str
    is_drill: bool
    at: datetime
