"""Last wills (MQTT) and births: which of them to believe.

A device leaves ``{"state": "offline", "session": N}`` with the broker as its last will and says ``{"state": "online",
"session": N}`` when it has connected. The will of an old connection may come after the birth of the new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

OVERLAP = timedelta(seconds=10)
"""Without session numbers: a will so soon after the device was heard is taken for that of the connection before."""
MOST = 2**53


def is_will(*, kind: str, payload: Mapping[str, Any]) -> bool:
    """Whether this is what the broker says in place of a device that is gone."""
    return kind == "status" and payload.get("state") == "offline"


def is_birth(*, kind: str, payload: Mapping[str, Any]) -> bool:
    """Whether a device says that it has connected."""
    return kind == "status" and payload.get("state") == "online"


def session_of(*, payload: Mapping[str, Any]) -> int | None:
    """The session's number, if there is one that can be compared."""
    number = payload.get("session")
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 <= number < MOST else None


def will_counts(*, session: int | None, known: int | None, at: datetime, seen_at: datetime | None) -> bool:
    """Whether a will that came ``at`` ends what we know. ``known`` is the session of the last birth, ``seen_at`` when the device
    was last heard.

    With numbers on both sides only the present session's will counts, or that of a later one whose birth was lost (numbers
    that stay below 256 begin again at 0, as Sparkplug's do). Otherwise the times decide.
    """
    if session is not None and known is not None:
        return session == known or _is_later(session, than=known)
    return seen_at is None or at - seen_at >= OVERLAP


def _is_later(session: int, *, than: int) -> bool:
    if max(session, than) < 256:
        return 0 < (session - than) % 256 < 128
    return session > than
