"""What has happened with messages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MessageUndeliverable:
    """Every way to reach the recipient was tried, or there was none."""

    community_id: int
    about: str
    recipient_name: str
    reason: str
    at: datetime
