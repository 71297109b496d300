"""What one can ask about providers, receipts and answers by phone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import Q

from linli.core.errors import NotFound
from linli.notifications.models import Carrier, Receipt, Reply

State = Receipt.State
_RANK = {State.DELIVERED: 3, State.DEAD: 2, State.FAILED: 1, State.ACCEPTED: 0}


def carrier_with(*, provider: str, token_hash: str) -> Carrier:
    """The contract that a callback's address belongs to, in use or not: receipts for what went out yesterday still count.

    Raises NotFound.
    """
    carrier = Carrier.objects.filter(provider=provider, token_hash=token_hash).first()
    if carrier is None:
        raise NotFound
    return carrier


def report_address(*, carrier: Carrier) -> str:
    """The address to type into the provider's console, for receipts, answers and keys alike."""
    return f"{settings.LINLI_PUBLIC_URL}/api/v1/carriers/{carrier.provider}/{carrier.token}/"


def receipts_of(*, message_ids: Collection[int]) -> Mapping[int, Receipt]:
    """The best that providers said of these messages: arrived, else that it did not, else that it was taken. Two queries."""
    taken = list(Receipt.objects.filter(message_id__among=list(message_ids)))
    messages = {r.provider_id: r.message_id for r in taken if r.message_id is not None}
    early = Receipt.objects.filter(provider_id__among=list(messages), message__isnull=True) if messages else ()
    best: dict[int, Receipt] = {}
    for receipt in [*taken, *early]:
        message_id = receipt.message_id or messages[receipt.provider_id]
        held = best.get(message_id)
        if held is None or _RANK[State(receipt.state)] > _RANK[State(held.state)]:
            best[message_id] = receipt
    return best


def replies_to_read(*, community_ids: Collection[int] | None, since: datetime, limit: int) -> list[Reply]:
    """Answers that a person has to read, newest first: from numbers nobody knows, or in words instead of 1, 2 or 3.

    ``community_ids`` None is everywhere. One query.
    """
    rows = Reply.objects.filter(Q(message__isnull=True) | Q(choice=""), received_at__gt=since)
    if community_ids is not None:
        rows = rows.filter(community_id__in=community_ids)
    return list(rows.select_related("message").order_by("-pk")[:limit])


def carriers_in_use() -> list[Carrier]:
    """Every contract in use, with its community."""
    return list(Carrier.objects.filter(is_on=True).select_related("community").order_by("community_id", "position"))
