"""The cutting of connections ends when it is told to, even in the instant in which the broker answers."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import orjson

from linli.safety import doorkeeper_cutting
from linli.safety.doorkeeper_cutting import cut_off_as_owed


class Line:
    """Stands for the broker's client: it has one connection of GD1 to tell of, and loses the cancel that meets its answer."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    def new_inbox(self) -> str:
        return "inbox"

    async def subscribe(self, subject: str, *, cb) -> SimpleNamespace:
        self.hear = cb

        async def unsubscribe() -> None:
            pass

        return SimpleNamespace(unsubscribe=unsubscribe)

    async def publish(self, subject: str, payload: bytes, *, reply: str) -> None:
        told = {"server": {"id": "S"}, "data": {"connections": [{"cid": 1, "type": "mqtt"}]}}
        await self.hear(SimpleNamespace(data=orjson.dumps(told)))

    async def request(self, subject: str, payload: bytes, *, timeout: float) -> SimpleNamespace:  # noqa: ASYNC109 - the client's own words
        self.asked.set()
        try:
            await asyncio.sleep(timeout)
        except asyncio.CancelledError:
            return SimpleNamespace(data=b"{}")
        raise AssertionError("nobody cancelled")


async def test_a_cancel_that_meets_the_brokers_answer_is_not_lost(monkeypatch) -> None:
    monkeypatch.setattr(doorkeeper_cutting, "ANSWERS_WITHIN_SECONDS", 0)
    monkeypatch.setattr(doorkeeper_cutting, "LOOK_EVERY_SECONDS", 0.01)
    line = Line()
    cutting = asyncio.create_task(
        cut_off_as_owed(nc=line, nc_sys=line, owed=lambda: ["GD1"], settle=lambda _before: None)  # type: ignore[arg-type]
    )
    await line.asked.wait()
    cutting.cancel()
    done, _still = await asyncio.wait({cutting}, timeout=5)
    assert done == {cutting}
