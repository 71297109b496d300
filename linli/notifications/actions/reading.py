"""Messages that were read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils import timezone

from linli.core.actors import Actor
from linli.core.broker import tell_from_thread
from linli.notifications.models import Message
from linli.notifications.queries import inbox_for


def mark_inbox_read(*, by: Actor, now: datetime, message_ids: Collection[int] | None = None) -> int:
    """Mark these messages to one's own posts as read, or all of them (None). Others' are passed over. Returns how many."""
    mine = inbox_for(user_id=by.user_id or 0, on=timezone.localdate(now)).order_by().filter(read_at__isnull=True)
    if message_ids is not None:
        mine = mine.filter(pk__in=list(message_ids))
    communities = set(mine.values_list("community_id", flat=True))
    marked = Message.objects.filter(pk__in=mine.values("pk")).update(read_at=now)
    for community_id in communities:
        transaction.on_commit(partial(tell_from_thread, community_id=community_id, topic="messages"))
    return marked
