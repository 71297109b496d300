"""Durable publishing for the HTTP door, and notices that may be lost."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from linli.core.broker.connection import BrokerUnavailable

log = logging.getLogger("linli.broker")


@dataclass(frozen=True, slots=True)
class Stored:
    """The broker has it on disk. `duplicate`: it had that message id already and kept the first."""

    stream: str
    sequence: int
    duplicate: bool


async def publish_durably(
    nc: Client, *, subject: str, payload: bytes, msg_id: str, timeout_seconds: float = 3.0
) -> Stored:
    """Returns once the broker has stored it; `subject` must begin with `gateway.`.

    Raises BrokerUnavailable when it is not known to be stored: the caller must not say yes to anyone. Publishing again
    with the same `msg_id` within ten minutes stores nothing twice.
    """
    if not subject.startswith("gateway."):
        raise ValueError(f"{subject!r} is in no stream of ours: it must begin with 'gateway.'")
    try:
        answer = await nc.request(subject, payload, timeout=timeout_seconds, headers={"Nats-Msg-Id": msg_id})
    except (NatsError, OSError) as silent:
        raise BrokerUnavailable(f"not known to be stored ({type(silent).__name__})") from silent
    read = orjson.loads(answer.data)
    if "error" in read:
        raise BrokerUnavailable(f"not stored: {read['error'].get('description')}")
    return Stored(stream=read["stream"], sequence=read["seq"], duplicate=read.get("duplicate", False))


async def wake(nc: Client, *, who: str) -> None:
    """Says "there is work" to every process subscribed as `who`. Never raises for a broken line."""
    await _notice(nc, f"wake.{who}", b"")


async def tell(nc: Client, *, community_id: int, topic: str) -> None:
    """Says on the live subject of a community that what `topic` names has changed. Never raises for a broken line."""
    await _notice(nc, f"live.{community_id}", topic.encode())


async def _notice(nc: Client, subject: str, payload: bytes) -> None:
    try:
        await nc.publish(subject, payload)
    except (NatsError, OSError) as broken:
        # Whoever waits for notices looks for itself every second.
        log.debug("notice %s not sent: %s", subject, type(broken).__name__)


class Doorbell:
    """Many rings while nobody waits count as one."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()
        self._subscription: Subscription | None = None

    async def wait(self, *, timeout_seconds: float) -> bool:
        """True when rung since the last wait, False when the time is over."""
        try:
            async with asyncio.timeout(timeout_seconds):  # wait_for would lose a cancel that comes with the ring
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True

    async def close(self) -> None:
        await _unsubscribe(self._subscription)

    async def _ring(self, _message: Msg) -> None:
        self._rung.set()


async def subscribe_wake(nc: Client, *, who: str) -> Doorbell:
    """Every process subscribed as `who` hears every `wake`."""
    bell = Doorbell()
    bell._subscription = await nc.subscribe(f"wake.{who}", cb=bell._ring)
    return bell


class LiveFeed:
    """The topics told for one community, each once however often it was told meanwhile."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._any = asyncio.Event()
        self._subscription: Subscription | None = None

    async def next(self, *, timeout_seconds: float) -> frozenset[str]:
        """The topics told since the last call; waits for one; empty when the time is over (send a keep-alive then)."""
        try:
            await asyncio.wait_for(self._any.wait(), timeout_seconds)
        except TimeoutError:
            return frozenset()
        self._any.clear()
        topics = frozenset(self._told)
        self._told.clear()
        return topics

    async def close(self) -> None:
        await _unsubscribe(self._subscription)

    async def _hear(self, message: Msg) -> None:
        self._told.add(message.data.decode(errors="replace"))
        self._any.set()


async def hear_live(nc: Client, *, hear: Callable[[int, str], None]) -> Subscription:
    """Calls `hear(community_id, topic)` for what is told in any community: one subscription for a process with many readers."""

    async def told(message: Msg) -> None:
        community = message.subject.removeprefix("live.")
        if community.isdigit():
            hear(int(community), message.data.decode(errors="replace"))

    return await nc.subscribe("live.*", cb=told)


async def subscribe_live(nc: Client, *, community_id: int) -> LiveFeed:
    feed = LiveFeed()
    feed._subscription = await nc.subscribe(f"live.{community_id}", cb=feed._hear)
    return feed


async def _unsubscribe(subscription: Subscription | None) -> None:
    if subscription is not None:
        try:
            await subscription.unsubscribe()
        except (NatsError, OSError):
            log.debug("the line was gone before the subscription")
