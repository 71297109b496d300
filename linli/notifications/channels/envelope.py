"""What every channel is given, and how it reports failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from linli.notifications.channels.contract import Accepted, CarrierCard


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message, rendered for its recipient. ``idempotency_key`` stays the same over every retry.

    ``short`` is the text for an SMS, ``spoken`` what a voice reads out on the phone; both say the same as ``text``.
    """

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
    short: str = ""
    spoken: str = ""
    tries: int = 0
    """How often this way was tried already without success."""
    carriers: tuple[CarrierCard, ...] = field(default=(), repr=False)
    """The providers of texts and calls of the community, the chosen one first; given only where a way needs one."""


class NotDelivered(Exception):
    """The message did not go out over this way. ``for_good``: trying the same address again is pointless.

    ``gone``: the number or address itself is dead ("no such number", 410), so that after some such failures it is marked
    dead and somebody is asked to put it right. Never for a fault that lies with us or with the provider.
    """

    def __init__(self, sentence: str, *, for_good: bool = False, gone: bool = False) -> None:
        super().__init__(sentence)
        self.for_good = for_good or gone
        self.gone = gone


class NotNow(Exception):
    """This way has no room at the moment. The message goes back into the line untried, and says why it waits."""

    def __init__(self, sentence: str, *, seconds: float) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Channel(Protocol):
    async def send(self, *, address: str, envelope: Envelope) -> Accepted | None:
        """Return once it is accepted; with the provider's own number where receipts follow. Raises NotDelivered, NotNow."""

    async def close(self) -> None: ...
