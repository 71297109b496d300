"""Where messages go: a small HTTP/1.1 server in a process of its own that stamps every arrival.

It honours the Idempotency-Key as a careful receiver would (the first arrival counts, the others are counted), keeps
connections alive, and costs little enough not to be what is measured. `SinkProcess` starts and asks it:

    POST any path                   204, kept
    GET /stamps, GET /count         what has come, how much has come (first arrivals only)
    DELETE /stamps                  forget it
    PUT /answer?code=503            answer so from now on; such an arrival counts as not delivered
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import uvloop

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Arrival:
    """One message as the recipient got it: `at` is `time.monotonic()` at the last byte, `times` counts all copies."""

    key: str
    at: float
    times: int
    body: dict[str, Any]


class _Memory:
    def __init__(self) -> None:
        self.arrived: dict[bytes, list[Any]] = {}
        self.answer = 204


class _Sink(asyncio.Protocol):
    def __init__(self, memory: _Memory) -> None:
        self._memory = memory
        self._kept = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        now = time.monotonic()
        data = self._kept + data
        while True:
            end = data.find(b"\r\n\r\n")
            if end < 0:
                break
            head = data[:end]
            length = int(_field(head, b"content-length") or 0)
            if len(data) < end + 4 + length:
                break
            self._transport.write(self._answer(now, head, data[end + 4 : end + 4 + length]))
            data = data[end + 4 + length :]
        self._kept = data

    def _answer(self, now: float, head: bytes, body: bytes) -> bytes:
        method, path, _ = head.split(b"\r\n", 1)[0].split(b" ", 2)
        memory = self._memory
        if method == b"POST":
            if memory.answer >= 300:
                return b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % memory.answer
            key = _field(head, b"idempotency-key")
            known = memory.arrived.get(key)
            if known is None:
                memory.arrived[key] = [now, 1, body]
            else:
                known[1] += 1
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if method == b"DELETE":
            memory.arrived.clear()
        elif method == b"PUT":
            memory.answer = int(path.rpartition(b"=")[2])
        text = orjson.dumps(len(memory.arrived)) if path == b"/count" else b""
        if path == b"/stamps" and method == b"GET":
            text = orjson.dumps([[k.decode(), at, n, kept.decode()] for k, (at, n, kept) in memory.arrived.items()])
        return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text) + text


def _field(head: bytes, name: bytes) -> bytes:
    at = head.lower().find(b"\r\n" + name + b":")
    if at < 0:
        return b""
    start = at + len(name) + 3
    end = head.find(b"\r\n", start)
    return head[start : end if end >= 0 else len(head)].strip()


async def _serve() -> None:
    memory = _Memory()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Sink(memory), "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    # When whoever started us is gone, so are we.
    await loop.run_in_executor(None, sys.stdin.read)


class SinkProcess:
    """The running sink, and the questions one can ask it."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}/phone"

    def count(self) -> int:
        return int(self._ask("GET", "/count"))

    def arrivals(self) -> list[Arrival]:
        read = orjson.loads(self._ask("GET", "/stamps"))
        return [Arrival(key=k, at=at, times=n, body=orjson.loads(body) if body else {}) for k, at, n, body in read]

    def forget(self) -> None:
        self._ask("DELETE", "/stamps")

    def answer_with(self, code: int) -> None:
        self._ask("PUT", f"/answer?code={code}")

    def wait_for(self, number: int, *, within_seconds: float) -> int:
        """Returns as soon as `number` messages have come, or with fewer when none came for `within_seconds`."""
        seen, seen_at = self.count(), time.monotonic()
        while seen < number and time.monotonic() - seen_at < within_seconds:
            time.sleep(0.1)
            if (now := self.count()) != seen:
                seen, seen_at = now, time.monotonic()
        return seen

    def _ask(self, method: str, path: str) -> bytes:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(line):
            line.request(method, path)
            return line.getresponse().read()


@contextlib.contextmanager
def running_sink() -> Iterator[SinkProcess]:
    """A sink as long as the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink"],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield SinkProcess(process, int(process.stdout.readline()))
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()


if __name__ == "__main__":
    uvloop.run(_serve())
