"""The two streams we read, and the durable consumers that hold messages until we have committed them.

What devices publish lies in the broker's own stream `$MQTT_msgs`: the PUBACK follows *that* write, so that is where we
read. The stream keeps a message only while a consumer wants it (interest retention), hence a publish acknowledged
before our consumers exist would be lost: the doorkeeper lets nobody in until `intake_is_ready`.

Alarms have a consumer of their own. After an hour's outage there may be a million heartbeats waiting, and a leak must
not stand in that queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from linli.core.broker.connection import BrokerUnavailable

URGENT_KINDS: Final = ("alarm", "clear")
ROUTINE_KINDS: Final = ("heartbeat", "status")
DEVICE_KINDS: Final = URGENT_KINDS + ROUTINE_KINDS

DEVICES: Final = "$MQTT_msgs"
GATEWAY: Final = "GATEWAY"
URGENT: Final = "listener-urgent"
ROUTINE: Final = "listener-routine"
GATEWAY_LISTENER: Final = "listener"
CONSUMERS: Final = ((DEVICES, URGENT), (DEVICES, ROUTINE), (GATEWAY, GATEWAY_LISTENER))

ACK_WAIT_SECONDS: Final = 5
MAX_ACK_PENDING: Final = 8192
DUPLICATE_WINDOW_SECONDS: Final = 600

_API_SECONDS = 3.0
_NANO = 1_000_000_000
_STREAM_NOT_FOUND, _CONSUMER_NOT_FOUND = 10059, 10014


class IntakeMissing(BrokerUnavailable):
    """A stream or one of our consumers on it could not be made or found."""


async def ensure_streams(nc: Client, *, replicas: int | None = None) -> None:
    """Makes what is missing and corrects what differs; may be called by every process at any time.

    `replicas` None means 3 in a cluster and 1 on a single server. Raises IntakeMissing (a BrokerUnavailable).
    """
    raise NotImplementedError


async def intake_is_ready(nc: Client) -> bool:
    """True when both streams and all our consumers exist: only then may a device be let in."""
    raise NotImplementedError


async def when_intake_is_lost(nc: Client, call: Callable[[], Awaitable[None]]) -> None:
    """Calls `call` when the broker tells that a consumer or stream of ours was deleted."""
    raise NotImplementedError
