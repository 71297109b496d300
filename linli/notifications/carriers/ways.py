"""The ways a message can take, as receipts and loudspeakers need them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from linli.notifications.carriers.book import speakers_by_id
from linli.notifications.channels.register import CARRIED
from linli.notifications.models import Message
from linli.notifications.ways import living
from linli.registry.queries import PointCard, points_of

SPEAKER = "speaker"
PASSIVE = frozenset({"inbox"})
BESIDE = frozenset({"push"})


def deciding(ways: Sequence[PointCard], *, carries: Callable[[str], bool]) -> tuple[PointCard, ...]:
    """The ways that decide whether somebody was told.

    A notification in a browser may never be seen, and an inbox wakes nobody: they count only where there is nothing else. (The
    inbox has every message anyway, and browsers get it beside the other ways.)
    """
    carried = [way for way in ways if carries(way.kind)]
    waking = tuple(way for way in carried if way.kind not in PASSIVE | BESIDE)
    return waking or tuple(way for way in carried if way.kind in BESIDE) or tuple(carried)


def beside(ways: Sequence[PointCard], *, deciding: Sequence[PointCard]) -> tuple[PointCard, ...]:
    """The browsers that get the message as well."""
    return tuple(way for way in ways if way.kind in BESIDE and way not in deciding and not way.dead)


def ways_of(*, message: Message) -> tuple[PointCard, ...]:
    """The ways this message's recipient can be reached now, in the order in which the message takes them. One query."""
    if message.recipient_kind not in {"contact", "post"}:
        return ()
    contacts = [message.recipient_id] if message.recipient_kind == "contact" else []
    posts = [message.recipient_id] if message.recipient_kind == "post" else []
    found = points_of(contact_ids=contacts, post_ids=posts).get((message.recipient_kind, message.recipient_id), [])
    in_order = sorted(found, key=lambda way: (way.kind != message.way, way.position))
    return living(deciding(in_order, carries=CARRIED.__contains__))


def speaker_points(rows: Sequence[Mapping[str, Any]], *, now: datetime) -> Mapping[tuple[str, int], list[PointCard]]:
    """For messages to loudspeakers: how to speak to each. No query while none is owed."""
    ids = [row["recipient_id"] for row in rows if row["recipient_kind"] == SPEAKER]
    found = speakers_by_id(ids=ids, now=now) if ids else {}
    return {(SPEAKER, pk): [PointCard(SPEAKER, card.hook, 1)] for pk, card in found.items()}
