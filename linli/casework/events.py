"""What has happened to requests. A journey or a room above hears it, in the same transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class RequestEntered:
    """A request was written down and has its number, category and lead."""

    request_id: int
    community_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestAnswered:
    """A request was answered; its reporters are owed a rating link or a call."""

    request_id: int
    community_id: int
    round: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RequestTagged:
    """A request got a tag that it did not have: law, diet, fire_safety …"""

    request_id: int
    community_id: int
    tag: str
    at: datetime
