"""From the bytes of a message to a signal, or to the reason why it cannot be read. Pure."""

from __future__ import annotations

import hashlib
import itertools
import math
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson

MOST_BYTES = 16 * 1024
KINDS = frozenset({"alarm", "clear", "heartbeat", "status"})
AHEAD = timedelta(minutes=5)
BEHIND = timedelta(days=30)
CHINA = timezone(timedelta(hours=8))
_RUN = uuid.uuid4().hex
_PASSING = itertools.count()
_SUBJECT = re.compile(r"(?:linli|gateway)\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{1,64})\.([a-z]{1,20})")


@dataclass(frozen=True, slots=True)
class Raw:
    """A message as the broker handed it over. ``origin`` names it for good: stream and number, or process and count for QoS 0."""

    subject: str
    data: bytes
    received_at: datetime
    origin: str


@dataclass(frozen=True, slots=True)
class Signal:
    """What a device said. ``kind`` is alarm if the topic says so or the device's own alarm flag is set: no number of ours decides.

    ``at`` is the device's time if it is believable, else the time of receipt with ``clock_doubtful``. ``key`` is the same for the
    same message sent again; heartbeats, of which no row is kept, have none.
    """

    community: str
    serial: str
    kind: str
    key: str
    at: datetime
    received_at: datetime
    clock_doubtful: bool
    gas_percent_lel: float | None
    battery_percent: float | None
    payload: Mapping[str, Any]
    raw: Raw


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a message goes into quarantine."""

    reason: str
    explanation: str
    raw: Raw
    serial: str = ""
    community: str = ""


def raw_from(*, subject: str, data: bytes, received_at: datetime, stream: str, sequence: int) -> Raw:
    """Name a message: a stored one by its place in the broker and the moment it was stored (numbers begin again on a new disk),
    a passing one (QoS 0) by this process and a count."""
    return Raw(
        subject=subject,
        data=data,
        received_at=received_at,
        origin=f"{stream}:{sequence}:{received_at.timestamp():.6f}" if stream else f"qos0:{_RUN}:{next(_PASSING)}",
    )


def decode(raw: Raw) -> Signal | Unreadable:
    """Read one message. Never raises for what a device sent."""
    match = _SUBJECT.fullmatch(raw.subject)
    if match is None:
        return Unreadable("bad_subject", "the topic should be linli/<community>/<serial>/<kind>", raw)
    community, serial, kind = match.groups()
    if kind not in KINDS:
        return Unreadable("bad_subject", f"{kind} is none of alarm, clear, heartbeat, status", raw, serial, community)
    if len(raw.data) > MOST_BYTES:
        return Unreadable("too_large", f"{len(raw.data)} bytes; at most {MOST_BYTES} are read", raw, serial, community)
    payload = _payload(raw.data)
    if isinstance(payload, str):
        return Unreadable("not_json", payload, raw, serial, community)
    if payload.get("alarm") is True and kind != "clear":
        kind = "alarm"
    at = _time(payload.get("at"))
    doubtful = "at" in payload and (at is None or not raw.received_at - BEHIND <= at <= raw.received_at + AHEAD)
    believed = at if at is not None and not doubtful else None
    return Signal(
        community=community,
        serial=serial,
        kind=kind,
        key=_key(raw, kind=kind, named="id" in payload, dated=believed is not None) if kind != "heartbeat" else "",
        at=believed or raw.received_at,
        received_at=raw.received_at,
        clock_doubtful=doubtful,
        gas_percent_lel=_number(payload.get("lel")),
        battery_percent=_number(payload.get("battery")),
        payload=payload,
        raw=raw,
    )


def _payload(data: bytes) -> dict[str, Any] | str:
    """The JSON object, or the reason why there is none. NUL characters are dropped: PostgreSQL cannot keep them."""
    try:
        payload = orjson.loads(data.replace(b"\\u0000", b""))
    except orjson.JSONDecodeError as error:
        return f"not JSON: {error}"[:200]
    if not isinstance(payload, dict):
        return f"a JSON object is expected, not {type(payload).__name__}"
    return payload


def _time(value: object) -> datetime | None:
    """ISO 8601, or seconds or milliseconds since 1970. Without a zone it is taken as Chinese time."""
    try:
        if isinstance(value, str):
            at = datetime.fromisoformat(value.strip())
            return (at if at.tzinfo else at.replace(tzinfo=CHINA)).astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if abs(value) > 1e11 else value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value)
    return number if math.isfinite(number) and abs(number) < 1e6 else None


def _key(raw: Raw, *, named: bool, dated: bool, kind: str) -> str:
    """The same for the same message sent again, another for a new event.

    The bytes decide when the device dated them. A device whose clock stands still may send the same bytes for the next leak:
    then the day of receipt is added, and where there is not even an id, every message counts as new (people are told
    once too often rather than once too seldom; an open incident only counts one signal more).
    """
    digest = hashlib.sha256(kind.encode() + b"\0" + raw.data)
    if not dated:
        digest.update(raw.received_at.date().isoformat().encode() if named else raw.origin.encode())
    return digest.hexdigest()
