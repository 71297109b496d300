"""Receipts: what a provider took, and what became of it. Writes rows, moves the message on, tells who wants to know.

"Taken" is not "arrived". A message whose text did not arrive goes its recipient's next way; one that arrived although the answer
to our request was lost is not sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from linli.core.broker import tell_from_thread, wake_from_thread
from linli.core.bulk import Row, insert_rows
from linli.core.events import announce
from linli.core.masking import mask_phone
from linli.notifications import rules
from linli.notifications.carriers.reading import ReceiptHeard
from linli.notifications.carriers.ways import ways_of
from linli.notifications.channels.contract import Accepted
from linli.notifications.events import MessageUndeliverable, ReceiptCame
from linli.notifications.health import record_health
from linli.notifications.models import Carrier, Delivery, Message, Receipt, Reply
from linli.registry.keeping import phone_hash
from linli.registry.queries import PointCard

State = Receipt.State
STILL_URGENT = timedelta(minutes=10)
"""A text that did not arrive is sent another way only if it is no older: later the matter has moved on."""
COLUMNS = (
    "community_id", "provider", "service", "provider_id", "state", "message_id", "number_hash", "at", "received_at", "code",
    "sentence", "raw",
)  # fmt: skip
NUMBER_KEYS = frozenset({"phone_number", "mobile", "callee", "caller", "call_from"})
_NEW = ("id",)


@dataclass(frozen=True, slots=True)
class Taken:
    """A provider took a message just now."""

    community_id: int
    message_id: int
    number: str
    accepted: Accepted
    at: datetime


def note_taken(*, taken: Sequence[Taken], now: datetime) -> None:
    """Write down what providers took. Receipts that came before the answer find their message now."""
    taken = [one for one in taken if one.accepted.provider_id]
    if not taken:
        return
    rows: list[Row] = [
        (
            one.community_id, one.accepted.provider, one.accepted.service, one.accepted.provider_id[:80], State.ACCEPTED,
            one.message_id, phone_hash(one.number), one.at, now, "", "", {},
        )
        for one in taken
    ]  # fmt: skip
    insert_rows(Receipt, columns=COLUMNS, rows=rows, ignore_conflicts=True)
    Carrier.objects.filter(pk__in={one.accepted.carrier_id for one in taken}).exclude(refusal="").update(
        refusal="", refused_at=None
    )
    messages = {one.accepted.provider_id[:80]: one.message_id for one in taken}
    early = Receipt.objects.filter(
        community_id__in={one.community_id for one in taken}, provider_id__among=list(messages), message__isnull=True
    )
    for receipt in early.order_by("at", "pk"):
        _act(receipt, message_id=messages[receipt.provider_id], now=now)


def note_refusals(*, refusals: Mapping[int, str], now: datetime) -> None:
    """Keep what providers said when they refused us, by the id of the contract: `linli check` repeats it."""
    for carrier_id, sentence in sorted(refusals.items()):
        Carrier.objects.filter(pk=carrier_id).update(refusal=sentence[:200], refused_at=now)


@transaction.atomic
def take_receipts(*, now: datetime, carrier: Carrier, receipts: Sequence[ReceiptHeard]) -> int:
    """Write what is new of these, and act on it once, whatever their order and however often they come. Returns how many."""
    messages = _messages_of(carrier, receipts)
    rows = [
        (
            carrier.community_id, carrier.provider, heard.service, heard.provider_id[:80], heard.state,
            messages.get(heard.provider_id), phone_hash(heard.number), heard.at or now, now, heard.code[:40],
            heard.sentence[:200], _without_numbers(heard.raw),
        )
        for heard in receipts
    ]  # fmt: skip
    new = insert_rows(Receipt, columns=COLUMNS, rows=rows, returning=_NEW, ignore_conflicts=True)
    for receipt in Receipt.objects.filter(pk__in=[row[0] for row in new]).order_by("at", "pk"):
        if receipt.message_id is not None:
            _act(receipt, message_id=receipt.message_id, now=now)
    if new:
        transaction.on_commit(partial(tell_from_thread, community_id=carrier.community_id, topic="messages"))
    return len(new)


def _without_numbers(raw: Mapping[str, Any]) -> dict[str, Any]:
    """As it came, but numbers are masked: in clear they are kept nowhere."""
    return {key: mask_phone(str(value)) if key in NUMBER_KEYS else value for key, value in raw.items()}


def _messages_of(carrier: Carrier, receipts: Sequence[ReceiptHeard]) -> dict[str, int]:
    """By the provider's number: our own key where the provider returns it, else the acceptance of the same number."""
    said = {heard.message_id: heard.provider_id for heard in receipts if heard.message_id is not None}
    own = Message.objects.filter(pk__in=list(said), community_id=carrier.community_id).values_list("pk", flat=True)
    found = {said[pk]: pk for pk in own}
    left = {heard.provider_id[:80] for heard in receipts} - set(found)
    accepted = Receipt.objects.filter(
        community_id=carrier.community_id,
        provider=carrier.provider,
        provider_id__among=list(left),
        state=State.ACCEPTED,
    )
    return found | {row[0]: row[1] for row in accepted.values_list("provider_id", "message_id")}


def _act(receipt: Receipt, *, message_id: int, now: datetime) -> None:
    if receipt.state == State.ACCEPTED:
        return
    message = Message.objects.select_for_update(of=("self",)).get(pk=message_id)
    ways = ways_of(message=message)
    way = next((w for w in ways if w.kind == receipt.service and phone_hash(w.address) == receipt.number_hash), None)
    if receipt.state == State.DELIVERED:
        _arrived(message, receipt)
        record_health(worked=[way] if way else [], gone=[], now=now)
    else:
        _lost(message, receipt, ways=ways, at=ways.index(way) if way else message.next_point, now=now)
    if receipt.state == State.DEAD and way:
        record_health(worked=[], gone=[(way, f"{receipt.code} {receipt.sentence}".strip())], now=now)
    announce(
        ReceiptCame(
            community_id=receipt.community_id, message_id=message.pk, via=receipt.service, state=receipt.state,
            number_hash=receipt.number_hash, reason=f"{receipt.code} {receipt.sentence}".strip(), at=now,
        )
    )  # fmt: skip


def _arrived(message: Message, receipt: Receipt) -> None:
    """It arrived although we heard no answer: what is still owed must not go out a second time."""
    if message.state == Message.State.OWED and message.attempts:
        message.state, message.sent_at, message.sent_by = Message.State.SENT, receipt.at, receipt.service
        message.last_error = ""
        message.save(update_fields=["state", "sent_at", "sent_by", "last_error"])


def _lost(message: Message, receipt: Receipt, *, ways: Sequence[PointCard], at: int, now: datetime) -> None:
    """Written down as a failed attempt, and if that text was the way the message went, its next way is taken at once."""
    error = f"{receipt.get_state_display()}: {receipt.code} {receipt.sentence}"[:200]
    went_so = message.state == Message.State.SENT and message.sent_by == receipt.service and message.sent_at is not None
    if not went_so or _arrived_after_all(message):
        return
    Delivery.objects.create(
        message=message, point_kind=receipt.service, attempt=message.attempts, started_at=message.sent_at or now,
        finished_at=now, delivered=False, error=error,
    )  # fmt: skip
    if now - (message.sent_at or now) > STILL_URGENT:
        return
    then = rules.next_try(
        point=at, point_attempts=rules.TRIES_PER_POINT, attempts=message.attempts, points=len(ways),
        for_good=receipt.state == State.DEAD, now=now,
    )  # fmt: skip
    message.last_error, message.sent_at, message.sent_by = error, None, ""
    message.next_point, message.point_attempts = then.point, then.point_attempts
    message.state = Message.State.FAILED if then.due_at is None else Message.State.OWED
    message.due_at = then.due_at or now
    message.save(update_fields=["last_error", "sent_at", "sent_by", "next_point", "point_attempts", "state", "due_at"])
    if then.due_at is None:
        announce(MessageUndeliverable(message.community_id, message.about, message.recipient_name, error, now))
    else:
        transaction.on_commit(partial(wake_from_thread, who="worker"))


def _arrived_after_all(message: Message) -> bool:
    """Another text about the same arrived, or the recipient answered it."""
    arrived = Receipt.objects.filter(message=message, state=State.DELIVERED).exists()
    return arrived or message.read_at is not None or Reply.objects.filter(message=message, counted=True).exists()
