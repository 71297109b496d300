"""Browsers that take notifications: whoever holds the phone or sits at the computer says so, and takes it back, themselves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import get_current_timezone

from linli.core.actors import Actor
from linli.core.errors import NotAllowed, NotFound
from linli.core.secrets import keyed_hash
from linli.registry.models import Contact, ContactPoint, Post
from linli.registry.recording import trace
from linli.registry.scopes import valid_on

MOST_BROWSERS = 5
"""Of one person; with one more, the oldest goes."""


@transaction.atomic
def subscribe_browser(
    *, by: Actor, now: datetime, holder_kind: str, holder_id: int, endpoint: str, subscription: str
) -> ContactPoint:
    """Notifications to this browser from now on. The same browser again replaces its earlier subscription.

    Raises NotAllowed for anybody but the holder, NotFound for a holder that there is not (any more).
    """
    holder = _own(by, now, holder_kind=holder_kind, holder_id=holder_id)
    mine = ContactPoint.objects.filter(**{holder_kind: holder}, kind=ContactPoint.Kind.PUSH)
    known = mine.filter(address_hash=_hash(endpoint)).first()
    if known is not None:
        known.address, known.bounces, known.dead_since, known.dead_reason = subscription, 0, None, ""
        known.save(update_fields=["address", "bounces", "dead_since", "dead_reason"])
        return known
    for extra in mine.order_by("-pk")[MOST_BROWSERS - 1 :]:
        extra.delete()
    last = ContactPoint.objects.filter(**{holder_kind: holder}).aggregate(last=Max("position"))["last"] or 0
    point = ContactPoint.objects.create(
        community_id=holder.community_id, **{holder_kind: holder}, kind=ContactPoint.Kind.PUSH, position=last + 1,
        address=subscription, address_hash=_hash(endpoint),
    )  # fmt: skip
    trace(point, by=by, now=now, verb="added", label=str(holder), details={"kind": "push"})
    return point


@transaction.atomic
def unsubscribe_browser(*, by: Actor, now: datetime, holder_kind: str, holder_id: int, endpoint: str) -> None:
    """No more notifications to this browser; nothing happens if it got none. Raises NotAllowed, NotFound."""
    holder = _own(by, now, holder_kind=holder_kind, holder_id=holder_id)
    point = ContactPoint.objects.filter(
        **{holder_kind: holder}, kind=ContactPoint.Kind.PUSH, address_hash=_hash(endpoint)
    ).first()
    if point is not None:
        trace(point, by=by, now=now, verb="deleted", label=str(holder), details={"kind": "push"})
        point.delete()


def end_subscriptions(*, point_ids: Collection[int]) -> int:
    """Forget browsers whose push service says that they are gone. Called by those who send messages. Returns how many."""
    gone = ContactPoint.objects.filter(pk__in=sorted(point_ids), kind=ContactPoint.Kind.PUSH)
    return gone.delete()[0]


def _own(by: Actor, now: datetime, *, holder_kind: str, holder_id: int) -> Contact | Post:
    holder: Contact | Post | None = None
    if holder_kind == "contact":
        holder = Contact.objects.filter(pk=holder_id, ended_on__isnull=True).first()
    elif holder_kind == "post":
        holder = Post.objects.filter(valid_on(day=now.astimezone(get_current_timezone()).date()), pk=holder_id).first()
    if holder is None:
        raise NotFound
    is_behind_link = (by.kind, by.ref) == (holder_kind, str(holder_id))
    is_signed_in = by.user_id is not None and isinstance(holder, Post) and holder.user_id == by.user_id
    if not (is_behind_link or is_signed_in):
        raise NotAllowed
    return holder


def _hash(endpoint: str) -> str:
    return keyed_hash(endpoint, purpose="address")
