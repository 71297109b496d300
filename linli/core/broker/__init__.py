"""The line to the broker: what devices sent comes in, and short notices go round between our processes.

The broker (a NATS server with its own MQTT listener) carries; the database is the record. What this package promises:

* A publish that a device saw acknowledged (MQTT QoS 1 or 2), or that `publish_durably` returned from, is handed out by
  `Pull.take` again and again until somebody passes it to `Pull.ack`. Hence: commit first, then ack.
* The same message may come more than once (after a crash, or when we were slower than `ACK_WAIT_SECONDS`): the taker
  must be able to hear a thing twice.
* Notices (`wake`, `tell`) may be lost. Whoever listens to them also looks for itself from time to time.

    nc = await connect(url=..., user=..., password=..., name="listener")
    await ensure_streams(nc)
    pull = await Pull.open(nc)
    while True:
        batch = await pull.take(max_messages=500)   # everything that has arrived; waits only when there is nothing
        ...one transaction, COMMIT...
        await pull.ack(batch)
"""

from linli.core.broker.connection import BrokerUnavailable, connect, connect_from_settings
from linli.core.broker.message import Message
from linli.core.broker.notices import (
    Doorbell,
    LiveFeed,
    Stored,
    hear_live,
    publish_durably,
    subscribe_live,
    subscribe_wake,
    tell,
    wake,
)
from linli.core.broker.pull import Pull
from linli.core.broker.streams import (
    ACK_WAIT_SECONDS,
    DEVICE_KINDS,
    ROUTINE_KINDS,
    URGENT_KINDS,
    Backlog,
    IntakeMissing,
    ensure_storage,
    ensure_streams,
    intake_backlog,
    intake_is_ready,
    tidy,
    when_storage_is_lost,
)
from linli.core.broker.threads import (
    publish_from_thread,
    share_connection,
    shared_connection,
    tell_from_thread,
    wake_from_thread,
)

__all__ = [
    "ACK_WAIT_SECONDS",
    "DEVICE_KINDS",
    "ROUTINE_KINDS",
    "URGENT_KINDS",
    "Backlog",
    "BrokerUnavailable",
    "Doorbell",
    "IntakeMissing",
    "LiveFeed",
    "Message",
    "Pull",
    "Stored",
    "connect",
    "connect_from_settings",
    "ensure_storage",
    "ensure_streams",
    "hear_live",
    "intake_backlog",
    "intake_is_ready",
    "publish_durably",
    "publish_from_thread",
    "share_connection",
    "shared_connection",
    "subscribe_live",
    "subscribe_wake",
    "tell",
    "tell_from_thread",
    "tidy",
    "wake",
    "wake_from_thread",
    "when_storage_is_lost",
]
