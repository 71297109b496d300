"""Taking messages as they come: our own continuous pull."""

from __future__ import annotations

from collections.abc import Iterable

from nats.aio.client import Client

from linli.core.broker.message import Message


class Pull:
    """A buffer that fills by itself while the taker is busy with its transaction; several may share one durable."""

    @classmethod
    async def open(cls, nc: Client, *, prefetch: int = 1024) -> Pull:
        """Starts pulling. `prefetch` bounds, per consumer, what is asked for ahead of `take`."""
        raise NotImplementedError

    async def take(self, *, max_messages: int) -> list[Message]:
        """Everything that has arrived, urgent kinds first, at most `max_messages`; waits only when there is nothing."""
        raise NotImplementedError

    async def ack(self, messages: Iterable[Message]) -> None:
        """Tells the broker to forget these. Call after COMMIT. A lost ack means the message comes again."""
        raise NotImplementedError

    async def give_back(self, messages: Iterable[Message], *, after_seconds: float) -> None:
        """Could not be dealt with now (database down): hand them out again, no sooner than `after_seconds`."""
        raise NotImplementedError

    async def close(self) -> None:
        """Stops pulling; what was taken and not acked, or buffered and not taken, goes to others at once."""
        raise NotImplementedError
