"""Whether everything that `linli up` started is ready: the web says so itself, the others answer over the broker."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from typing import Final

import orjson
from django.conf import settings
from nats.aio.client import Client

from config.voices import Voices
from linli.core.alive import who_is_alive
from linli.core.broker import BrokerUnavailable, connect_from_settings

PATIENCE_SECONDS: Final = 3.0
FIRST_COMPLAINT_SECONDS: Final = 20.0
ASKED_OVER_BROKER: Final = ("doorkeeper", "listener", "worker")


class Watch:
    """``is_ready`` is asked again and again while everything starts; ``missing`` says, in words, what it waits for."""

    def __init__(self, *, expected: Sequence[str]) -> None:
        parts = Counter(name.rpartition("-")[0] or name for name in expected)
        self._web = "web" in parts
        self._others = {part: count for part, count in parts.items() if part in ASKED_OVER_BROKER}
        self._client: Client | None = None
        self.missing: list[str] = list(expected)

    async def is_ready(self) -> bool:
        self.missing = [
            *(await self._web_lacks() if self._web else []),
            *(await self._others_lack() if self._others else []),
        ]
        if not self.missing:
            await self.close()
        return not self.missing

    async def complain(self, voices: Voices) -> None:
        """Say every 20 s what is still waited for, until there is nothing."""
        while True:
            await asyncio.sleep(FIRST_COMPLAINT_SECONDS)
            if not self.missing:
                return
            voices.note(f"Still waiting: {' '.join(self.missing)}")

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _web_lacks(self) -> list[str]:
        try:
            status, body = await asyncio.wait_for(
                get(port=settings.LINLI_HTTP_PORT, host=settings.LINLI_HTTP_HOST, path="/readyz"), PATIENCE_SECONDS
            )
            parts = orjson.loads(body)
        except (OSError, TimeoutError, ValueError):
            return ["The web server does not answer yet."]
        return (
            []
            if status == 200
            else [
                sentence
                for sentence in parts.values()
                if isinstance(sentence, str) and sentence not in {"ok", "unknown"}
            ]
        )

    async def _others_lack(self) -> list[str]:
        try:
            if self._client is None:
                self._client = await connect_from_settings(name="supervisor", wait_seconds=PATIENCE_SECONDS)
        except BrokerUnavailable:
            return ["The broker does not answer yet."]
        there = await who_is_alive(
            self._client, parts=list(self._others), wait_seconds=0.5, enough=sum(self._others.values())
        )
        counted = Counter(one.part for one in there)
        return [f"The {part} does not answer yet." for part, count in self._others.items() if counted[part] < count]


async def get(*, host: str, port: int, path: str) -> tuple[int, bytes]:
    """Status and body of one GET. Raises OSError or ValueError for anything that is no HTTP answer."""
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - where it listens, not where we do
    reader, writer = await asyncio.open_connection(address, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read(65536)
        while chunk := await reader.read(65536):
            answer += chunk
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    head, _blank, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.") else 0, body
