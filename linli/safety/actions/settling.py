"""Settling what lies in quarantine: read as a device's message, read again, or put away. Each message once, whoever presses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import orjson
from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.broker import tell_from_thread
from linli.core.errors import Refusal
from linli.safety.actions.signals import Taken, take_signals
from linli.safety.decoding import Raw, Signal, decode
from linli.safety.errors import AlreadySettled, BytesMissing, ReasonMissing, StillUnreadable
from linli.safety.models import Device, QuarantinedSignal
from linli.safety.queries.taking import facts_of
from linli.safety.reasons import explained

Settled = QuarantinedSignal.Settled
TREATABLE = ("alarm", "clear", "status")


@transaction.atomic
def treat_signal(*, by: Actor, now: datetime, signal_id: int, device_id: int, kind: str) -> Taken:
    """Take a message as this device's alarm, all-clear or status, at the time it was received. An incident raised so carries
    ``by``. Raises AlreadySettled; ValueError for another kind."""
    if kind not in TREATABLE:
        raise ValueError(kind)
    device = Device.objects.select_related("community").get(pk=device_id)
    row = _claim(signal_id, how=Settled.TREATED, note=f"{device.serial} · {kind}", by=by, now=now)
    subject = f"linli.{device.community.code}.{device.serial}.{kind}"
    raw = Raw(subject, _reading_of(row, by=by), row.received_at, row.origin)
    taken = take_signals(raws=[raw], now=now, by=by)
    details = {"device": device.serial, "kind": kind, "opened": taken.opened, "reason": row.reason}
    _record(row, "treated_signal", by=by, now=now, details=details, community_id=device.community_id)
    return taken


def _reading_of(row: QuarantinedSignal, *, by: Actor) -> bytes:
    """Only the numbers of the message are taken over; its own flags and kind are not: a person has decided those."""
    try:
        sent = orjson.loads(bytes(row.payload))
    except orjson.JSONDecodeError:
        sent = None
    numbers = {n: sent[n] for n in ("lel", "battery") if n in sent} if isinstance(sent, dict) else {}
    told = {"id": f"quarantine-{row.pk}", "at": row.received_at.isoformat(), "treated_by": by.label}
    return orjson.dumps({**numbers, **told})


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of several: how many were taken, and why the others still lie there (by number of the message)."""

    taken: int
    opened: int
    refused: Mapping[int, Refusal]


def replay_signals(*, by: Actor, now: datetime, signal_ids: Sequence[int]) -> Replayed:
    """Read messages again, each in a transaction of its own: those that can be read now are taken as if they had just come in,
    with the time they were received; the others stay where they are."""
    taken, opened, refused = 0, 0, {}
    for signal_id in signal_ids:
        try:
            opened += _replay(signal_id, by=by, now=now).opened
            taken += 1
        except Refusal as refusal:
            refused[signal_id] = refusal
    return Replayed(taken, opened, refused)


@transaction.atomic
def _replay(signal_id: int, *, by: Actor, now: datetime) -> Taken:
    row = _claim(signal_id, how=Settled.REPLAYED, note="", by=by, now=now)
    if not row.subject or len(row.payload) != row.size_bytes:
        raise BytesMissing
    raw = Raw(row.subject, bytes(row.payload), row.received_at, row.origin)
    read = decode(raw)
    if not isinstance(read, Signal):
        raise StillUnreadable(explained(read.explanation))
    device = facts_of(serials=[read.serial]).get(read.serial)
    if device is None or device.community_code != read.community:
        unknown = "no such serial on file" if device is None else "the device belongs to another community"
        raise StillUnreadable(explained(unknown))
    taken = take_signals(raws=[raw], now=now, by=by)
    details = {"device": read.serial, "kind": read.kind, "opened": taken.opened, "reason": row.reason}
    _record(row, "replayed_signal", by=by, now=now, details=details, community_id=device.community_id)
    return taken


@transaction.atomic
def dismiss_signals(*, by: Actor, now: datetime, signal_ids: Sequence[int], reason: str) -> int:
    """Put messages away, saying why. Returns how many were put away now; those settled before are left as they are.

    Raises ReasonMissing.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise ReasonMissing(fields={"reason": ReasonMissing.default_sentence})
    done = 0
    for signal_id in signal_ids:
        try:
            row = _claim(signal_id, how=Settled.DISMISSED, note=reason, by=by, now=now)
        except AlreadySettled:
            continue
        _record(row, "dismissed_signal", by=by, now=now, details={"reason": row.reason}, reason=reason)
        done += 1
    return done


def _claim(signal_id: int, *, how: str, note: str, by: Actor, now: datetime) -> QuarantinedSignal:
    """Compare and set: of two who press at once, one settles it. What fails afterwards undoes the claim with the transaction."""
    claimed = QuarantinedSignal.objects.filter(pk=signal_id, settled_at__isnull=True).update(
        settled_at=now, settled_how=how, settled_by=by.label[:120], settled_note=note[:200]
    )
    if not claimed:
        raise AlreadySettled
    return QuarantinedSignal.objects.get(pk=signal_id)


def _record(
    row: QuarantinedSignal,
    verb: str,
    *,
    by: Actor,
    now: datetime,
    details: Mapping[str, Any],
    community_id: int | None = None,
    reason: str = "",
) -> None:
    community = community_id or row.community_id
    label = f"{row.serial or row.subject} {row.received_at:%Y-%m-%d %H:%M}"
    trace = Trace(verb, "quarantined_signal", str(row.pk), community, label, reason=reason, details=details)
    record_traces(by=by, now=now, traces=[trace])
    if community is not None:
        transaction.on_commit(partial(tell_from_thread, community_id=community, topic="quarantine"))
