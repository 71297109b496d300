"""Is anybody there? Each part answers a request on ``alive.<part>``; whoever asks counts the answers."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError

from linli.core import metrics

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
        state: dict[str, Any] = {
            "part": part,
            "slot": slot or part,
            "process": os.getpid(),
            "seconds": round(time.monotonic() - begun, 1),
        }
        if message.reply:
            await nc.publish(message.reply, orjson.dumps(state))

    async def say_metrics(message: Msg) -> None:
        if message.reply:
            said = {
                "part": part,
                "slot": slot or part,
                "seconds": round(time.monotonic() - begun, 1),
                **metrics.snapshot(),
            }
            await nc.publish(message.reply, orjson.dumps(said))

    await nc.subscribe("metrics", cb=say_metrics)
    return await nc.subscribe(f"alive.{part}", cb=answer)


async def metrics_of_all(nc: Client, *, wait_seconds: float, enough: int | None = None) -> list[dict[str, Any]]:
    """What every process has counted (`core.metrics.snapshot`, with part, slot and seconds): all that answered in time."""
    return await _asked(nc, subjects=["metrics"], wait_seconds=wait_seconds, enough=enough)


async def who_is_alive(
    nc: Client, *, parts: Sequence[str] = PARTS, wait_seconds: float = 1.0, enough: int | None = None
) -> list[Alive]:
    """Every process that answered within ``wait_seconds``; returns sooner when ``enough`` have. A broken line means nobody."""
    subjects = [f"alive.{part}" for part in parts]
    answers = await _asked(nc, subjects=subjects, wait_seconds=wait_seconds, enough=enough)
    return sorted((Alive(**answer) for answer in answers), key=lambda one: (one.part, one.slot))


async def _asked(
    nc: Client, *, subjects: Sequence[str], wait_seconds: float, enough: int | None
) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    waiting = asyncio.Event()
    inbox = nc.new_inbox()

    async def heard(message: Msg) -> None:
        if not message.data:
            return  # the broker says that nobody has subscribed as this part
        answers.append(orjson.loads(message.data))
        if enough is not None and len(answers) >= enough:
            waiting.set()

    try:
        subscription = await nc.subscribe(inbox, cb=heard)
        for subject in subjects:
            await nc.publish(subject, b"", reply=inbox)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(waiting.wait(), wait_seconds)
        await subscription.unsubscribe()
    except NatsError:
        return []
    return answers
