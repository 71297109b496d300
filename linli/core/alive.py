"""Is anybody there? Each part answers a request on ``alive.<part>``; whoever asks counts the answers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

PARTS: Final = ("web", "doorkeeper", "listener", "worker")


@dataclass(frozen=True, slots=True)
class Alive:
    """One process that answered: its part, its slot ("worker-1"), its process id, and for how many seconds it has run."""

    part: str
    slot: str
    process: int
    seconds: float


async def answer_alive(nc: Client, *, part: str, slot: str = "") -> Subscription:
    """From now on this process answers for ``part``, as long as its event loop turns and its line holds."""
    begun = time.monotonic()

    async def answer(message: Msg) -> None:
        state = {
            "part": part,
            "slot": slot or part,
            "process": os.getpid(),
            "seconds": round(time.monotonic() - begun, 1),
        }
        if message.reply:
            await nc.publish(message.reply, orjson.dumps(state))

    return await nc.subscribe(f"alive.{part}", cb=answer)


async def who_is_alive(
    nc: Client, *, parts: Sequence[str] = PARTS, wait_seconds: float = 1.0, enough: int | None = None
) -> list[Alive]:
    """Every process that answered within ``wait_seconds``; returns sooner when ``enough`` have. A broken line means nobody."""
    answers: list[Alive] = []
    waiting = asyncio.Event()
    inbox = nc.new_inbox()

    async def heard(message: Msg) -> None:
        if not message.data:
            return  # the broker says that nobody has subscribed as this part
        answers.append(Alive(**orjson.loads(message.data)))
        if enough is not None and len(answers) >= enough:
            waiting.set()

    try:
        subscription = await nc.subscribe(inbox, cb=heard)
        for part in parts:
            await nc.publish(f"alive.{part}", b"", reply=inbox)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(waiting.wait(), wait_seconds)
        await subscription.unsubscribe()
    except NatsError:
        return []
    return sorted(answers, key=lambda one: (one.part, one.slot))
