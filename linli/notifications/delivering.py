"""The worker's reads and writes: claim what is owed, record what became of it. Each is one short transaction for many messages."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import orjson
from django.db import connection, transaction

from linli.core.broker import tell_from_thread
from linli.core.bulk import insert_rows, update_rows
from linli.core.events import announce
from linli.core.prepared import hot_cursor
from linli.notifications import rules
from linli.notifications.carriers.book import carriers_of
from linli.notifications.carriers.receipts import Taken, note_refusals, note_taken
from linli.notifications.carriers.ways import addressee_points, beside, deciding, speaker_points
from linli.notifications.channels import Accepted, Envelope
from linli.notifications.events import MessageUndeliverable
from linli.notifications.health import record_health
from linli.notifications.links import link_for
from linli.notifications.models import Delivery, Message
from linli.notifications.standing import OwnTexts, standing
from linli.notifications.wording import FORMS, LONG_ONLY, filled, spoken_language
from linli.registry.actions.subscribing import end_subscriptions
from linli.registry.queries import PointCard, points_of

log = logging.getLogger("linli.worker")

LEASE = timedelta(seconds=45)
BRIEF = frozenset({"sms", "voice", "speaker", "push"})
"""Ways that carry the short or the spoken text."""
CLAIMED = (
    "id", "community_id", "about", "recipient_kind", "recipient_id", "recipient_name", "language", "wording", "params",
    "idempotency_key", "attempts", "next_point", "point_attempts", "priority", "queue_turn", "way", "created_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this worker holds, with the ways it may take, in order."""

    community_id: int
    envelope: Envelope
    points: tuple[PointCard, ...]
    attempts: int
    point: int
    point_attempts: int
    wording: str = ""
    priority: int = Message.FIRST
    owed_at: datetime | None = None
    beside: tuple[PointCard, ...] = ()
    """Browsers that get it as well, at the first try; whether they do decides nothing."""

    @property
    def way(self) -> PointCard | None:
        """The way it takes now."""
        return self.points[self.point % len(self.points)] if self.points else None


Row = dict[str, Any]
"""A leased message as it is on file, by the names in CLAIMED."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one attempt; ``error`` is empty when it was delivered; ``gone``: the number or address itself is dead.

    ``accepted`` is what a provider calls it, ``refused`` the contract that it refused and why; ``decides`` is false for what
    went beside the message's own way.
    """

    claimed: Claimed
    started_at: datetime
    finished_at: datetime
    error: str = ""
    for_good: bool = False
    gone: bool = False
    accepted: Accepted | None = None
    refused: tuple[int, str] | None = None
    decides: bool = True


def release_leases(*, owner: str) -> int:
    """Let go of what an earlier process in this slot still held: it is dead, or we could not have its slot."""
    return Message.objects.filter(state=Message.State.OWED, lease_owner=owner).update(leased_until=None, lease_owner="")


def lease_messages(*, owner: str, now: datetime, limit: int) -> list[Row]:
    """Lease up to ``limit`` messages that are due, first messages before repeats; `word_messages` makes something of them.

    Two workers never hold the same message: SKIP LOCKED on PostgreSQL, the write lock on SQLite.
    """
    skip = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    # MATERIALIZED: inside a nested loop PostgreSQL would choose anew for each row it joins, and lease more than ``limit``.
    sql = f"""
        WITH due AS MATERIALIZED (
            SELECT id FROM notifications_message
            WHERE state = 'owed' AND due_at <= %s AND (leased_until IS NULL OR leased_until <= %s)
            ORDER BY priority, queue_turn, due_at, id LIMIT %s{skip}
        ) UPDATE notifications_message SET leased_until = %s, lease_owner = %s, attempts = attempts + 1
        WHERE id IN (SELECT id FROM due) RETURNING {", ".join(CLAIMED)}"""  # noqa: S608 - our own column names
    stamp = _stamp(now)
    with transaction.atomic(savepoint=False), hot_cursor() as cursor:
        cursor.execute(sql, [stamp, stamp, limit, _stamp(now + LEASE), owner])
        rows = [dict(zip(CLAIMED, row, strict=True)) for row in cursor.fetchall()]
    return sorted(rows, key=lambda row: (row["priority"], row["queue_turn"], row["id"]))


def word_messages(*, rows: Sequence[Row], now: datetime) -> list[Claimed]:
    """What leased messages say, and to whom over which ways. Takes its time: hold no lock meanwhile.

    It only reads, except where a message cannot be worded: that one is given up, in a transaction of its own.
    """
    if not rows:
        return []
    points = points_of(
        contact_ids=[row["recipient_id"] for row in rows if row["recipient_kind"] == "contact"],
        post_ids=[row["recipient_id"] for row in rows if row["recipient_kind"] == "post"],
    )
    points.update(speaker_points(rows, now=now))
    points.update(addressee_points(rows))
    claimed = []
    own = standing(now=now).own
    for row in rows:
        try:
            claimed.append(_claimed(row, points.get((row["recipient_kind"], row["recipient_id"]), []), own, now=now))
        except Exception:
            log.exception("message %s cannot be put into words; it is given up", row["id"])
            _give_up(row, now=now)
    return claimed


def _give_up(row: Mapping[str, Any], *, now: datetime) -> None:
    """A message that a fault of ours keeps from being written must not keep its neighbours back."""
    fault = "fault of ours: it could not be put into words"
    with transaction.atomic(savepoint=False):
        Message.objects.filter(pk=row["id"]).update(state=Message.State.FAILED, last_error=fault, leased_until=None)
        announce(MessageUndeliverable(row["community_id"], row["about"], row["recipient_name"], fault, now))


def _stamp(at: datetime) -> Any:
    return at if connection.vendor == "postgresql" else at.astimezone(UTC).replace(tzinfo=None).isoformat(" ")


def _claimed(
    row: dict[str, Any], points: Sequence[PointCard], own: Mapping[tuple[int, str, str], OwnTexts], *, now: datetime
) -> Claimed:
    params = orjson.loads(row["params"])
    words = filled(
        row["wording"],
        language=row["language"],
        params={**params, "recipient": row["recipient_name"]},
        own=own.get((row["community_id"], row["wording"], spoken_language(row["language"]))) if own else None,
        forms=FORMS if any(point.kind in BRIEF for point in points) else LONG_ONLY,
    )
    envelope = Envelope(
        message_id=row["id"],
        idempotency_key=row["idempotency_key"],
        about=row["about"],
        recipient_kind=row["recipient_kind"],
        recipient_id=row["recipient_id"],
        recipient_name=row["recipient_name"],
        language=row["language"],
        title=words.title,
        text=words.text,
        link=link_for(row["id"]),
        params=params,
        short=words.short,
        spoken=words.spoken,
        tries=row["point_attempts"],
        carriers=carriers_of(community_id=row["community_id"], now=now) if _needs_carrier(points) else (),
    )
    usable = tuple(sorted(points, key=lambda p: (p.kind != row["way"], p.position)))
    return Claimed(
        community_id=row["community_id"],
        envelope=envelope,
        points=usable,
        attempts=row["attempts"],
        point=row["next_point"],
        point_attempts=row["point_attempts"],
        wording=row["wording"],
        priority=row["priority"],
        owed_at=_instant(row["created_at"]),
    )


def _instant(kept: datetime | str) -> datetime:
    """SQLite keeps UTC without a zone, and gives it back as text or, where it knows the column, as a naive datetime."""
    at = datetime.fromisoformat(kept) if isinstance(kept, str) else kept
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _needs_carrier(points: Sequence[PointCard]) -> bool:
    return any(point.kind in {"sms", "voice"} for point in points)


def record_attempts(*, attempts: Sequence[Attempt], now: datetime) -> None:
    """Write down what became of the attempts: sent, to be tried again, or given up (then everybody concerned is told)."""
    sent = [a for a in attempts if not a.error and a.decides]
    failed = [a for a in attempts if a.error and a.decides]
    with transaction.atomic(savepoint=False):
        update_rows(
            Message,
            key="id",
            columns=("state", "sent_at", "sent_by", "text", "leased_until", "lease_owner", "last_error"),
            rows=[
                (
                    a.claimed.envelope.message_id,
                    Message.State.SENT,
                    a.finished_at,
                    _point_kind(a),
                    a.claimed.envelope.text,
                    None,
                    "",
                    "",
                )
                for a in sorted(sent, key=lambda a: a.claimed.envelope.message_id)
            ],
        )
        _record_failures(failed, now=now)
        insert_rows(
            Delivery,
            columns=("message_id", "point_kind", "attempt", "started_at", "finished_at", "delivered", "error"),
            rows=[
                (
                    a.claimed.envelope.message_id,
                    _point_kind(a),
                    a.claimed.attempts,
                    a.started_at,
                    a.finished_at,
                    not a.error,
                    a.error[:200],
                )
                for a in attempts
            ],
        )
        _record_carriers(attempts, now=now)
        record_health(
            worked=[w for a in sent if a.accepted is None and (w := a.claimed.way)],  # of a text, the receipt says so
            gone=[(w, a.error) for a in failed if a.gone and (w := a.claimed.way)],
            now=now,
        )
        for community_id in {a.claimed.community_id for a in attempts}:
            transaction.on_commit(partial(tell_from_thread, community_id=community_id, topic="messages"))


def _record_carriers(attempts: Sequence[Attempt], *, now: datetime) -> None:
    """What providers took and refused, and the browsers that are gone. Costs nothing while there are none."""
    taken = [
        Taken(a.claimed.community_id, a.claimed.envelope.message_id, a.claimed.way.address, a.accepted, a.finished_at)
        for a in attempts
        if a.accepted is not None and a.claimed.way is not None
    ]
    note_taken(taken=taken, now=now)
    if refusals := {a.refused[0]: a.refused[1] for a in attempts if a.refused is not None}:
        note_refusals(refusals=refusals, now=now)
    if ended := [a.claimed.way.id for a in attempts if a.gone and a.claimed.way and a.claimed.way.kind == "push"]:
        end_subscriptions(point_ids=ended)


def _record_failures(failed: Sequence[Attempt], *, now: datetime) -> None:
    again, given_up = [], []
    for attempt in sorted(failed, key=lambda a: a.claimed.envelope.message_id):
        claimed = attempt.claimed
        then = rules.next_try(
            point=claimed.point,
            point_attempts=claimed.point_attempts + 1,
            attempts=claimed.attempts,
            points=len(claimed.points),
            for_good=attempt.for_good,
            now=now,
        )
        row = (claimed.envelope.message_id, then.point, then.point_attempts, attempt.error[:200], None, "", "")
        if then.due_at is None:
            given_up.append((*row, Message.State.FAILED, now))
        else:
            again.append((*row, Message.State.OWED, then.due_at))
    columns = (
        "next_point",
        "point_attempts",
        "last_error",
        "leased_until",
        "lease_owner",
        "held_by",
        "state",
        "due_at",
    )
    update_rows(Message, key="id", columns=columns, rows=again + given_up, guard="t.state = 'owed'")
    lost = {row[0] for row in given_up}
    for attempt in failed:
        if attempt.claimed.envelope.message_id in lost:
            _tell_of_loss(attempt, now=now)


def _tell_of_loss(attempt: Attempt, *, now: datetime) -> None:
    envelope = attempt.claimed.envelope
    announce(
        MessageUndeliverable(
            community_id=attempt.claimed.community_id,
            about=envelope.about,
            recipient_name=envelope.recipient_name,
            reason=attempt.error[:200],
            at=now,
        )
    )


def _point_kind(attempt: Attempt) -> str:
    way = attempt.claimed.way
    return way.kind if way is not None else "none"


def carried_by(claimed: Claimed, *, carries: Any) -> Claimed:
    """The same message with only those ways that a channel carries and that tell somebody, the browsers beside them.

    A phone number to call by hand is no such way; an inbox is one only if there is nothing else.
    """
    usable = deciding(claimed.points, carries=carries)
    as_well = beside(claimed.points, deciding=usable) if claimed.attempts <= 1 else ()
    return replace(claimed, points=usable, beside=as_well, point=claimed.point % len(usable) if usable else 0)
