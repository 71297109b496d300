"""What every channel is given, and how it reports failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message, rendered for its recipient. ``idempotency_key`` stays the same over every retry."""

    message_id: int
    idempotency_key: str
    about: str
    recipient_kind: str
    recipient_id: int
    recipient_name: str
    language: str
    title: str
    text: str
    link: str
    params: Mapping[str, Any]


class NotDelivered(Exception):
    """The message did not go out over this way. ``for_good``: trying the same address again is pointless."""

    def __init__(self, sentence: str, *, for_good: bool = False) -> None:
        super().__init__(sentence)
        self.for_good = for_good


class Channel(Protocol):
    async def send(self, *, address: str, envelope: Envelope) -> None:
        """Return once it is accepted. Raises NotDelivered."""

    async def close(self) -> None: ...
