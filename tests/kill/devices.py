"""Detectors and a gateway that do what real ones do: without an acknowledgement they send the same again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import aiohttp
import orjson

from bench.load import Detector
from linli.safety.simulation.line import Line, LineLost, NotLetIn, open_line

ANSWER_SECONDS = 5.0


def alarm(name: str, **more: object) -> bytes:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return orjson.dumps({"id": name, "at": now, "lel": 12.5, "battery": 87, **more})


class Device:
    """One detector on MQTT. `sends` counts its publishes, resends included."""

    def __init__(self, *, port: int, community: str, detector: Detector) -> None:
        self._port = port
        self._community = community
        self._detector = detector
        self._line: Line | None = None
        self.sends = 0

    @property
    def serial(self) -> str:
        return self._detector.serial

    async def connect(self) -> Line:
        """Knocks until it is let in."""
        while self._line is None or not self._line.is_open:
            try:
                self._line = await open_line(
                    host="127.0.0.1", port=self._port, client_id=self.serial, username=self.serial,
                    password=self._detector.secret, wait_seconds=ANSWER_SECONDS,
                )  # fmt: skip
            except (OSError, NotLetIn, TimeoutError):
                await asyncio.sleep(0.2)
        return self._line

    async def publish(self, kind: str, payload: bytes, *, topic: str = "") -> None:
        """Returns once it was acknowledged, however many times it had to be sent."""
        path = (topic or f"linli/{self._community}/{self.serial}/{kind}").encode()
        while True:
            line = await self.connect()
            self.sends += 1
            try:
                await asyncio.wait_for(line.publish(path, payload), ANSWER_SECONDS)
            except (LineLost, TimeoutError):
                line.close()
                await asyncio.sleep(0.1)
            else:
                return

    async def close(self) -> None:
        if self._line is not None:
            self._line.close()
            await self._line.closed


class GatewayDevice:
    """One detector behind an NB-IoT platform that reports over HTTP."""

    def __init__(self, *, port: int, token: str, serial: str) -> None:
        self._url = f"http://127.0.0.1:{port}/api/v1/devices/{serial}/events"
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.serial = serial
        self.sends = 0

    async def publish(self, session: aiohttp.ClientSession, payload: bytes) -> None:
        """Returns once the answer was 202."""
        while True:
            self.sends += 1
            try:
                async with session.post(self._url, data=payload, headers=self._headers) as answer:
                    text = await answer.text()
                    if answer.status == 202:
                        return
                    assert answer.status >= 500, f"{answer.status}: {text}"
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.2)
