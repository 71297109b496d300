"""Owing messages, and taking them back. Sending them is the worker's work (delivering.py)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from linli.core.broker import wake_from_thread
from linli.core.bulk import insert_rows
from linli.notifications.delivering import LEASE
from linli.notifications.models import Message
from linli.notifications.rules import PAUSES_SECONDS

COLUMNS = (
    "community_id", "about", "recipient_kind", "recipient_id", "recipient_name", "recipient_title", "language", "wording",
    "params", "priority", "idempotency_key", "state", "created_at", "due_at", "lease_owner", "attempts", "next_point",
    "point_attempts", "sent_by", "text", "last_error", "queue_turn", "way",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owed:
    """A message to be owed. ``idempotency_key`` makes owing it twice the same as once; ``priority`` is Message.FIRST, REPEAT or ROUTINE.

    ``queue_turn`` orders messages of one priority (0 before 1); ``way`` is the kind of contact point to try first, if the
    recipient has one.
    """

    community_id: int
    about: str
    recipient_kind: str
    recipient_id: int
    recipient_name: str
    recipient_title: str
    language: str
    wording: str
    params: Mapping[str, Any]
    idempotency_key: str
    priority: int = Message.FIRST
    queue_turn: int = 0
    way: str = ""


def owe_messages(*, now: datetime, messages: Sequence[Owed]) -> None:
    """Write the messages as owed, in one statement, in the caller's transaction; wake the worker once it commits."""
    rows = [
        (
            m.community_id, m.about, m.recipient_kind, m.recipient_id, m.recipient_name[:60], m.recipient_title[:40], m.language,
            m.wording, dict(m.params), m.priority, m.idempotency_key, Message.State.OWED, now, now, "", 0, 0, 0, "", "", "",
            m.queue_turn, m.way,
        )
        for m in messages
    ]  # fmt: skip
    if rows:
        insert_rows(Message, columns=COLUMNS, rows=rows, ignore_conflicts=True)
        transaction.on_commit(partial(wake_from_thread, who="worker"))


def cancel_messages(*, community_id: int, about: str, recipient: tuple[str, int] | None = None) -> int:
    """Take back what is still owed about a matter, all of it or one recipient's. Returns how many.

    What is being sent just now may still go out.
    """
    owed = Message.objects.filter(community_id=community_id, about=about, state=Message.State.OWED)
    if recipient is not None:
        owed = owed.filter(recipient_kind=recipient[0], recipient_id=recipient[1])
    return owed.update(state=Message.State.CANCELLED, leased_until=None)


def cancel_messages_of_many(*, community_ids: Collection[int], abouts: Collection[str]) -> int:
    """Take back what is still owed about any of these matters, in one statement. Returns how many."""
    owed = Message.objects.filter(community_id__in=community_ids, about__among=list(abouts), state=Message.State.OWED)
    return owed.update(state=Message.State.CANCELLED, leased_until=None)


def cancel_repeats(*, community_id: int, about: str) -> int:
    """Take back the repeats still owed about a matter; first messages go out all the same."""
    owed = Message.objects.filter(community_id=community_id, about=about, state=Message.State.OWED)
    return owed.filter(priority__gt=Message.FIRST).update(state=Message.State.CANCELLED, leased_until=None)


LONGEST_WAIT = timedelta(seconds=max(PAUSES_SECONDS) + 10)


def send_despite_clock(*, now: datetime) -> int:
    """The clock was put back: what is owed by the time of before goes out now, not when that time comes again. Returns how many.

    That is what was written in the future, or waits for its next try or for a dead worker's lease longer than any does. What
    is held back on purpose (wishes, limits) is left alone. What a worker holds stays with it for one lease from now: it may be
    on its way in this very moment, and would go twice.
    """
    ahead = now + LONGEST_WAIT
    late = Q(due_at__gt=now, created_at__gt=ahead) | Q(due_at__gt=ahead, attempts__gt=0) | Q(leased_until__gt=ahead)
    owed = Message.objects.filter(late, state=Message.State.OWED, held_by="")
    held = Q(leased_until__gt=now)
    with transaction.atomic(savepoint=False):
        free = owed.exclude(held).update(due_at=now, leased_until=None, lease_owner="")
        return free + owed.filter(held).update(due_at=now, leased_until=now + LEASE)
