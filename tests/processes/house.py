"""A whole Linli for tests: `linli up` as its installer starts it, on free ports, in a directory of its own."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

PATIENCE_SECONDS = 120.0
LINLI = (sys.executable, "-m", "config.command")


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def environment(data_dir: Path, **more: str) -> dict[str, str]:
    """What a person's shell would give the command: nothing of the test's own settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not re.match(r"LINLI_|DATABASE_URL|NATS_URL|DJANGO_|LANG|LC_", name)
    }
    return {**kept, "LINLI_DATA_DIR": str(data_dir), "PYTHONWARNINGS": "default", **more}


def linli(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*LINLI, *words], env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=False
    )


class House:
    """`linli up`: started, looked at, wounded, stopped. ``output`` is all that it printed."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.http, self.mqtt, self.nats = free_ports(3)
        self.directory = directory
        self.env = environment(
            directory,
            LINLI_HTTP_PORT=str(self.http),
            LINLI_MQTT_PORT=str(self.mqtt),
            LINLI_NATS_PORT=str(self.nats),
            **settings,
        )
        self._log = directory.parent / f"{directory.name}-up.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def start(self, *words: str) -> None:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen([*LINLI, "up", *words], env=self.env, stdout=log, stderr=subprocess.STDOUT)

    def wait_until_up(self) -> None:
        self.wait_for(lambda: "Linli is running" in self.output)

    def wait_for(self, question: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not question():
            assert self._process is not None
            assert self._process.poll() is None, f"linli up ended with {self._process.returncode}:\n{self.output}"
            assert time.monotonic() < deadline, f"waited in vain:\n{self.output}"
            time.sleep(0.05)

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body; status 0 when nobody answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.http, timeout=10)
        try:
            line.request("GET", path)
            answer = line.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            line.close()

    def is_ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def parts(self) -> dict[str, psutil.Process]:
        """Running parts by name; a part that is just being started again is missing."""
        found = {}
        for process in psutil.Process(self.pid).children():
            with suppress(psutil.Error):
                line = process.cmdline()
                if line and line[0].endswith("nats-server"):
                    found["broker"] = process
                elif (
                    line[1:3] == ["-m", "config.command"] and line[3] != "up"
                ):  # "up": forked, and not yet what it will be
                    found[process.environ().get("LINLI_SLOT") or line[3]] = process
        return found

    def processes(self) -> list[psutil.Process]:
        """Every process of this house, the supervisor too."""
        supervisor = psutil.Process(self.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def interrupt(self) -> int:
        """Ctrl-C. Returns the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGINT)
        return self._process.wait(timeout=30)

    def end(self) -> None:
        """However the test went: nothing of it stays."""
        if self._process is None or self._process.poll() is not None:
            return
        left = self.processes()
        for process in left:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(left, timeout=10)
        self._process.wait()

    def alive(self) -> dict[str, int]:
        """Slot to process id of the parts that answer over the broker."""
        return asyncio.run(self._alive())

    async def _alive(self) -> dict[str, int]:
        from linli.core.alive import who_is_alive

        nc = await self.connect()
        try:
            return {one.slot: one.process for one in await who_is_alive(nc, wait_seconds=1)}
        finally:
            await nc.close()

    async def connect(self):
        from linli.core.broker import connect
        from linli.core.broker.keys import load_keys

        keys = load_keys(self.directory)
        return await connect(
            url=f"nats://127.0.0.1:{self.nats}",
            user="linli",
            password=keys.linli_password,
            name="test",
            wait_seconds=20,
        )

    def login(self, role: str) -> dict[str, str]:
        demo = json.loads((self.directory / "demo.json").read_text(encoding="utf-8"))
        return next(login for login in demo["logins"] if login["role"] == role)
