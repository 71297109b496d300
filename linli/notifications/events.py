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


@dataclass(frozen=True, slots=True)
class PointDead:
    """A number or address failed for good too often and is passed over from now on. Told once for each time it dies.

    ``kind`` is the kind of way ("sms"), ``holder_kind`` "contact" or "post"; ``masked`` is what a page may show of it.
    """

    community_id: int
    kind: str
    holder_kind: str
    holder_id: int
    holder_name: str
    masked: str
    since: datetime


@dataclass(frozen=True, slots=True)
class ReplyReceived:
    """Somebody answered a message by text or by a key on the phone. Told once for each choice to each message.

    ``choice`` is "1", "2" or "3"; ``via`` "sms" or "voice". ``at`` is when it was given, ``heard_at`` when it arrived here.
    """

    message_id: int
    choice: str
    at: datetime
    via: str
    heard_at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptCame:
    """A provider says what became of a text or a call. ``state`` is a Receipt.State value; "dead" means: no such number."""

    community_id: int
    message_id: int
    via: str
    state: str
    number_hash: str
    reason: str
    at: datetime
