"""Answers by text and by keys on the phone: kept, matched to the message they answer, and passed on once."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction

from linli.core.broker import tell_from_thread
from linli.core.errors import Refusal
from linli.core.events import announce
from linli.notifications.carriers.reading import ReplyHeard
from linli.notifications.events import ReplyReceived
from linli.notifications.models import ADDRESSEE, Addressee, Carrier, Message, Receipt, Reply
from linli.registry.keeping import phone_hash
from linli.registry.models import ContactPoint

ANSWERS_WITHIN = timedelta(hours=24)
NUMBERED = ("sms", "voice")


@transaction.atomic
def take_replies(*, now: datetime, carrier: Carrier, replies: Sequence[ReplyHeard]) -> int:
    """Keep what is new of these; the first "1", "2" or "3" to a message is passed on as ReplyReceived, and only the first of each.

    A number that nobody knows, or words that are no choice, are kept all the same. Returns how many were new.
    """
    new = 0
    for heard in replies:
        kept = _keep(heard, carrier=carrier, now=now)
        if kept is None:
            continue
        new += 1
        if kept.counted and kept.message_id is not None:
            # The matter may be closed by now: the answer is kept, whatever its hearers say to it.
            with suppress(Refusal), transaction.atomic():
                announce(ReplyReceived(kept.message_id, kept.choice, at=kept.at, via=kept.service, heard_at=now))
    if new:
        transaction.on_commit(partial(tell_from_thread, community_id=carrier.community_id, topic="messages"))
    return new


def _keep(heard: ReplyHeard, *, carrier: Carrier, now: datetime) -> Reply | None:
    """The row; None if it was here before."""
    if Reply.objects.filter(
        community_id=carrier.community_id, provider=carrier.provider, reply_key=heard.reply_key
    ).exists():
        return None
    at = min(heard.at or now, now)
    message = _message_answered(heard, carrier=carrier, at=at)
    number_hash = phone_hash(heard.number)
    reply = Reply(
        community_id=carrier.community_id, provider=carrier.provider, service=heard.service, reply_key=heard.reply_key,
        number=heard.number, number_hash=number_hash, text=heard.text[:200], choice=heard.choice, message=message, at=at,
        received_at=now,
        counted=bool(heard.choice) and message is not None
        and not Reply.objects.filter(message=message, choice=heard.choice, counted=True).exists(),
    )  # fmt: skip
    try:
        with transaction.atomic():
            reply.save(force_insert=True)
    except IntegrityError:  # the same at the same moment over another door
        reply.pk, reply.counted = None, False
        try:
            with transaction.atomic():
                reply.save(force_insert=True)
        except IntegrityError:
            return None
    return reply


def _message_answered(heard: ReplyHeard, *, carrier: Carrier, at: datetime) -> Message | None:
    """By our own key, by the call it was said in, or the last message that went to this number in the 24 hours before."""
    messages = Message.objects.filter(community_id=carrier.community_id)
    if heard.message_id is not None and (own := messages.filter(pk=heard.message_id).first()):
        return own
    accepted = Receipt.objects.filter(community_id=carrier.community_id, state=Receipt.State.ACCEPTED)
    if heard.provider_id:
        taken = accepted.filter(provider=carrier.provider, provider_id=heard.provider_id[:80]).first()
        if taken is not None:
            return taken.message
    number_hash = phone_hash(heard.number)
    if not number_hash:
        return None
    last = (
        accepted.filter(number_hash=number_hash, at__gt=at - ANSWERS_WITHIN)
        .select_related("message")
        .order_by("-at")
        .first()
    )
    return last.message if last is not None else _message_to_holder(number_hash, carrier=carrier, at=at)


def _message_to_holder(number_hash: str, *, carrier: Carrier, at: datetime) -> Message | None:
    """If the acceptance was never written (our machine died): the last message to whoever has this number."""
    holders = ContactPoint.objects.filter(
        community_id=carrier.community_id, address_hash=number_hash, kind__in=NUMBERED
    ).values_list("contact_id", "post_id")
    addressees = Addressee.objects.filter(
        community_id=carrier.community_id, address_hash=number_hash, kind__in=NUMBERED
    ).values_list("pk", flat=True)
    recipients = [
        *(("contact", contact) if contact else ("post", post) for contact, post in holders),
        *((ADDRESSEE, pk) for pk in addressees),
    ]
    found = [
        message
        for kind, pk in recipients
        if (
            message := Message.objects.filter(
                recipient_kind=kind, recipient_id=pk, attempts__gt=0, created_at__gt=at - ANSWERS_WITHIN
            )
            .order_by("-created_at")
            .first()
        )
    ]
    return max(found, key=lambda m: m.created_at, default=None)
