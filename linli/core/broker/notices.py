"""Durable publishing for the HTTP door, and notices that may be lost."""

from __future__ import annotations

from dataclasses import dataclass

from nats.aio.client import Client


@dataclass(frozen=True, slots=True)
class Stored:
    """The broker has it on disk. `duplicate`: it had that message id already and kept the first."""

    stream: str
    sequence: int
    duplicate: bool


async def publish_durably(
    nc: Client, *, subject: str, payload: bytes, msg_id: str, timeout_seconds: float = 3.0
) -> Stored:
    """Returns when the broker has stored it (`subject` must begin with `gateway.`); raises BrokerUnavailable if not known to be
    stored. Publishing again with the same `msg_id` within ten minutes stores nothing twice."""
    raise NotImplementedError


async def wake(nc: Client, *, who: str) -> None:
    """"There is work": to every process subscribed as `who`. Never raises for a broken line."""
    raise NotImplementedError


class Doorbell:
    """Many rings while nobody waits count as one."""

    async def wait(self, *, timeout_seconds: float) -> bool:
        """True when rung since the last wait, False when the time is over."""
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


async def subscribe_wake(nc: Client, *, who: str) -> Doorbell:
    raise NotImplementedError


async def tell(nc: Client, *, community_id: int, topic: str) -> None:
    """Says on the live subject of a community that what `topic` names has changed. Never raises for a broken line."""
    raise NotImplementedError


class LiveFeed:
    """The topics told for one community, each once however often it was told meanwhile."""

    async def next(self, *, timeout_seconds: float) -> frozenset[str]:
        """The topics told since the last call; waits for one; empty when the time is over (send a keep-alive then)."""
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


async def subscribe_live(nc: Client, *, community_id: int) -> LiveFeed:
    raise NotImplementedError
