"""Small words for the tests: wait for messages, collect them, send many."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable

from linli.core.broker import Message, Pull
from tests.broker.servers import Broker, Device


async def taken(pull: Pull, *, count: int, within: float = 15) -> list[Message]:
    """Exactly the first `count` messages, not acknowledged."""
    got: list[Message] = []
    async with asyncio.timeout(within):
        while len(got) < count:
            got += await pull.take(max_messages=count - len(got))
    return got


async def nothing_more(pull: Pull, *, within: float = 0.6) -> None:
    with contextlib.suppress(TimeoutError):
        surprise = await asyncio.wait_for(pull.take(max_messages=10), within)
        raise AssertionError(f"unexpected: {surprise}")


@contextlib.asynccontextmanager
async def connected(broker: Broker, serial: str, **how) -> AsyncIterator[Device]:
    """A device that is in; like a real one it tries again when it is sent away."""
    for _ in range(4):
        device = Device(broker, serial, **how)
        answer = await asyncio.to_thread(device.connect)
        if answer == "Success":
            break
    else:
        raise AssertionError(answer)
    try:
        yield device
    finally:
        await asyncio.to_thread(device.close)


async def send(device: Device, payloads: Iterable[bytes | str], *, kind: str = "alarm", qos: int = 1) -> list[str]:
    """Publishes one after the other; returns those that were acknowledged."""

    def publish_all() -> list[str]:
        return [str(one) for one in payloads if device.publish(kind, one, qos=qos)]

    return await asyncio.to_thread(publish_all)


def payloads(messages: Iterable[Message]) -> list[str]:
    return [message.data.decode() for message in messages]
