"""Owing what loudspeakers say. For danger to life, and for nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.notifications.actions import Owed, owe_messages
from linli.notifications.carriers.book import speakers_over
from linli.notifications.carriers.ways import SPEAKER

RECIPIENT_TITLE = "loudspeaker"


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something to be said aloud where it happens. ``params["life_safety"]`` must be true, or nothing is said."""

    community_id: int
    building_id: int | None
    about: str
    wording: str
    params: Mapping[str, Any]
    idempotency_key: str
    language: str = "zh-hans"


def announce_aloud(*, now: datetime, announcements: Sequence[Announcement]) -> int:
    """Owe each announcement to every loudspeaker heard there, in the caller's transaction. Returns how many are owed.

    No query where a community has no loudspeaker. A drill is said too, and begins with its mark like every text of a drill.
    """
    owed = [
        Owed(
            community_id=one.community_id,
            about=one.about,
            recipient_kind=SPEAKER,
            recipient_id=speaker.id,
            recipient_name=speaker.name,
            recipient_title=RECIPIENT_TITLE,
            language=one.language,
            wording=one.wording,
            params=one.params,
            idempotency_key=f"{one.idempotency_key}:{SPEAKER}:{speaker.id}",
        )
        for one in announcements
        if one.params.get("life_safety") is True
        for speaker in speakers_over(community_id=one.community_id, building_id=one.building_id, now=now)
    ]
    owe_messages(now=now, messages=owed)
    return len(owed)
