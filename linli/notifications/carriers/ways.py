"""The ways a message can take, as receipts and loudspeakers need them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import TextField
from django.db.models.functions import Cast

from linli.core.secrets import decrypt
from linli.notifications.carriers.book import speakers_by_id
from linli.notifications.channels.register import CARRIED
from linli.notifications.models import ADDRESSEE, Addressee, Message
from linli.notifications.ways import living
from linli.registry.queries import PointCard, points_of

log = logging.getLogger("linli.worker")

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
    kind, pk = message.recipient_kind, message.recipient_id
    if kind == ADDRESSEE:
        found = addressee_points([{"recipient_kind": kind, "recipient_id": pk}]).get((kind, pk), [])
    elif kind in {"contact", "post"}:
        contacts, posts = ([pk], []) if kind == "contact" else ([], [pk])
        found = points_of(contact_ids=contacts, post_ids=posts).get((kind, pk), [])
    else:
        return ()
    in_order = sorted(found, key=lambda way: (way.kind != message.way, way.position))
    return living(deciding(in_order, carries=CARRIED.__contains__))


def speaker_points(rows: Sequence[Mapping[str, Any]], *, now: datetime) -> Mapping[tuple[str, int], list[PointCard]]:
    """For messages to loudspeakers: how to speak to each. No query while none is owed."""
    ids = [row["recipient_id"] for row in rows if row["recipient_kind"] == SPEAKER]
    found = speakers_by_id(ids=ids, now=now) if ids else {}
    return {(SPEAKER, pk): [PointCard(SPEAKER, card.hook, 1)] for pk, card in found.items()}


def addressee_points(rows: Sequence[Mapping[str, Any]]) -> Mapping[tuple[str, int], list[PointCard]]:
    """For messages to addressees: the one way to reach each, if it is still on file. One query; none while none is owed.

    An address that cannot be decrypted is logged and left out: it must not keep everybody else's messages back.
    """
    ids = {row["recipient_id"] for row in rows if row["recipient_kind"] == ADDRESSEE}
    if not ids:
        return {}
    found: dict[tuple[str, int], list[PointCard]] = {}
    kept = Addressee.objects.filter(pk__among=sorted(ids)).values_list("pk", "kind", Cast("address", TextField()))
    for pk, kind, sealed in kept:
        try:
            found[ADDRESSEE, pk] = [PointCard(kind, decrypt(sealed), 1)]
        except InvalidToken:
            log.error("addressee %s cannot be decrypted: is LINLI_SECRET_KEY the one it was kept with?", pk)
    return found
