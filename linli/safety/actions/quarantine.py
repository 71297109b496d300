"""Keeping what could not be read or was not let in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction

from linli.core.broker import tell_from_thread
from linli.registry.models import Community
from linli.safety.models import QuarantinedSignal

MOST_KEPT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Note:
    """What is kept of a message. ``origin`` makes keeping it twice the same as once; ``community`` is the code in its topic."""

    origin: str
    received_at: datetime
    subject: str
    reason: str
    explanation: str = ""
    serial: str = ""
    community: str = ""
    data: bytes = b""


@transaction.atomic(savepoint=False)
def quarantine_notes(*, notes: Sequence[Note]) -> int:
    """Keep the notes, each once, with their first 4 KiB and whole size. Returns how many were new."""
    if not notes:
        return 0
    communities = dict(
        Community.objects.filter(code__in={n.community for n in notes if n.community}).values_list("code", "id")
    )
    before = QuarantinedSignal.objects.filter(origin__in=[n.origin for n in notes]).count()
    rows = {n.origin: n for n in notes}
    QuarantinedSignal.objects.bulk_create(
        [
            QuarantinedSignal(
                community_id=communities.get(n.community),
                origin=n.origin[:80],
                received_at=n.received_at,
                subject=_text(n.subject, 200),
                serial=_text(n.serial, 40),
                reason=n.reason,
                explanation=_text(n.explanation, 200),
                payload=n.data[:MOST_KEPT_BYTES],
                size_bytes=len(n.data),
            )
            for n in rows.values()
        ],
        ignore_conflicts=True,
    )
    for community_id in communities.values():
        transaction.on_commit(partial(tell_from_thread, community_id=community_id, topic="quarantine"))
    return len(rows) - before


def _text(text: str, most: int) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:most]
