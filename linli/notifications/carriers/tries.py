"""Every try to tell somebody about a matter, and what the providers said of it: for the page of the matter."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from linli.notifications.carriers.queries import receipts_of
from linli.notifications.models import Delivery, Receipt
from linli.registry.models import ContactPoint

MOST_TRIES = 300


@dataclass(frozen=True, slots=True)
class Try:
    """One try over one way. ``arrived`` is what the provider reported of it, in words; empty where none reports."""

    at: datetime
    name: str
    over: str
    went: bool
    error: str
    arrived: str
    arrived_state: str


def tries_about(*, community_ids: Collection[int] | None, about: str) -> list[Try]:
    """The newest tries about a matter, newest first; ``community_ids`` None is everywhere. Three queries."""
    rows = Delivery.objects.filter(message__about=about).select_related("message").order_by("-pk")
    if community_ids is not None:
        rows = rows.filter(message__community_id__in=community_ids)
    tries = list(rows[:MOST_TRIES])
    receipts = receipts_of(message_ids={one.message_id for one in tries})
    return [_try(one, receipts.get(one.message_id)) for one in tries]


def _try(one: Delivery, receipt: Receipt | None) -> Try:
    kinds = dict(ContactPoint.Kind.choices)
    told = receipt if receipt is not None and one.delivered and receipt.service == one.point_kind else None
    return Try(
        at=one.finished_at,
        name=one.message.recipient_name,
        over=str(kinds.get(one.point_kind, one.point_kind)),
        went=one.delivered,
        error=one.error,
        arrived=str(told.get_state_display()) if told else "",
        arrived_state=told.state if told else "",
    )
