"""When alarms were committed: the listener tells live pages right after each commit, and we listen in."""

from __future__ import annotations

import bisect
import time

from nats.aio.client import Client
from nats.aio.msg import Msg


class CommitWatch:
    """`live.<community>` says "incidents incident-7 incident-8 …" after a commit, with at most some fifty names. Numbers
    grow from batch to batch, so what lies between the first names of two notices was committed with the earlier one.
    Holds for one listener."""

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._stamps: list[float] = []

    async def start(self, nc: Client) -> None:
        await nc.subscribe("live.>", cb=self._hear)
        await nc.flush()

    def committed_at(self, incident: int) -> float | None:
        """`time.monotonic()` of the notice, half a millisecond or so after the commit."""
        place = bisect.bisect_right(self._firsts, incident) - 1
        return self._stamps[place] if place >= 0 else None

    async def _hear(self, message: Msg) -> None:
        now = time.monotonic()
        numbers = [int(word[9:]) for word in message.data.decode().split() if word.startswith("incident-")]
        if numbers and (not self._firsts or min(numbers) > self._firsts[-1]):
            self._firsts.append(min(numbers))
            self._stamps.append(now)
