"""One message as it came out of the broker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

MQTT_PREFIX = "$MQTT.msgs."


@dataclass(slots=True, eq=False)
class Message:
    """`subject` is the topic with dots and without the broker's own prefix: `linli.<community>.<serial>.<kind>`,
    or `gateway.…` for what came through the HTTP door.

    `stream` and `sequence` name the stored copy ("" and 0 for a QoS 0 publish, which no broker stores);
    `delivered` counts the times it was handed out, 1 the first time; `pending` messages waited behind it then;
    `reply` is where the ack goes ("" = none wanted);
    `stored_at` is the broker's clock when it accepted the message (our own clock for QoS 0).
    """

    subject: str
    data: bytes
    stored_at: datetime
    stream: str = ""
    consumer: str = ""
    sequence: int = 0
    delivered: int = 1
    pending: int = 0
    reply: str = ""
    headers: Mapping[str, str] | None = None


def from_stream(*, subject: str, data: bytes, reply: str, headers: Mapping[str, str] | None) -> Message:
    """Reads the particulars that JetStream writes into the ack subject. Raises ValueError if it is not one."""
    # $JS.ACK.<stream>.<consumer>.<delivered>.<stream seq>.<consumer seq>.<ns>.<pending>, or, from newer servers,
    # the same with <domain>.<account hash> before the stream and possibly a token at the end.
    parts = reply.split(".")
    if len(parts) >= 11:
        stream, consumer, delivered, sequence, _place, nanoseconds, pending = parts[4:11]
    elif len(parts) == 9:
        stream, consumer, delivered, sequence, _place, nanoseconds, pending = parts[2:9]
    else:
        raise ValueError(f"not a JetStream ack subject: {reply!r}")
    return Message(
        subject=subject.removeprefix(MQTT_PREFIX),
        data=data,
        stored_at=datetime.fromtimestamp(int(nanoseconds) / 1_000_000_000, tz=UTC),
        stream=stream,
        consumer=consumer,
        sequence=int(sequence),
        delivered=int(delivered),
        pending=int(pending),
        reply=reply,
        headers=headers,
    )
