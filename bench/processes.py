"""The parts of Linli as processes in a throw-away installation: started, killed, started again, measured."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from nats.aio.client import Client

from bench.measure import Use, use
from config import broker
from linli.core.alive import who_is_alive
from linli.core.broker import connect
from linli.core.broker.keys import make_keys

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 120.0
OURS_ALONE = frozenset({"NATS_URL", "LINLI_DEMO_WEBHOOK", "LINLI_SECRET_KEY"})


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


@dataclass(slots=True)
class Running:
    """One process. `name` is the part and, where there are two, a number: `worker-2`."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    cpu_of_the_dead: float = 0.0
    _file: IO[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self._file = self._file or self.log.open("ab")
        self.starts += 1
        self.process = subprocess.Popen(
            self.command, cwd=ROOT, env=dict(self.environment), stdin=subprocess.DEVNULL, stdout=self._file,
            stderr=self._file, start_new_session=True,
        )  # fmt: skip

    def end(self, how: signal.Signals) -> None:
        """SIGTERM lets it finish what it holds, SIGKILL does not. Returns when the process is gone."""
        if self.process is None:
            return
        self.cpu_of_the_dead += use(self.process.pid).cpu_seconds
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, how)
        try:
            self.process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def close(self) -> None:
        self.end(signal.SIGTERM)
        if self._file is not None:
            self._file.close()
            self._file = None

    @property
    def use(self) -> Use:
        """What it has used since it was first started."""
        now = use(self.process.pid) if self.process else Use(0.0, 0.0)
        return Use(self.cpu_of_the_dead + now.cpu_seconds, now.memory_mb)


class Installation:
    """A data directory, free ports, an environment, and the processes that run on them. Use it as a context."""

    def __init__(self, *, database_url: str = "", settings: Mapping[str, str] | None = None) -> None:
        self.data_dir = Path(tempfile.mkdtemp(prefix="linli-bench-"))
        self.mqtt_port, self.nats_port, self.http_port = free_ports(3)
        self.running: dict[str, Running] = {}
        inherited = {name: value for name, value in os.environ.items() if name not in OURS_ALONE}
        self.environment = {
            **inherited,
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LINLI_DATA_DIR": str(self.data_dir),
            "LINLI_MQTT_PORT": str(self.mqtt_port),
            "LINLI_NATS_PORT": str(self.nats_port),
            "LINLI_HTTP_PORT": str(self.http_port),
            "LINLI_CANARY": "0",  # what is counted is what was sent in
            "LINLI_PUBLIC_URL": f"http://127.0.0.1:{self.http_port}",
            "DATABASE_URL": database_url or f"sqlite:///{self.data_dir / 'linli.sqlite3'}",
            **(settings or {}),
        }
        (self.data_dir / "log").mkdir()

    def __enter__(self) -> Installation:
        return self

    def __exit__(self, *_: object) -> None:
        for one in reversed(list(self.running.values())):
            one.close()
        if os.environ.get("LINLI_KEEP"):
            print(f"kept: {self.data_dir}")
        else:
            shutil.rmtree(self.data_dir, ignore_errors=True)

    def linli(self, *words: str) -> None:
        """Runs one command of ours to its end. Raises CalledProcessError, with what it said."""
        self.python("-m", "config.command", *words)

    def python(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, *names: str) -> None:
        """Starts parts ("broker", "listener", "worker-2", …) and returns when each of them answers."""
        for name in names:
            if name not in self.running:
                self.running[name] = self._part(name)
            self.running[name].start()
            if name == "broker":
                self.wait_for_port(self.mqtt_port)
        asked = [name.partition("-")[0] for name in names if name != "broker"]
        with ThreadPoolExecutor(1) as thread:  # whoever calls may have a loop of its own
            thread.submit(asyncio.run, self._answers(asked)).result()
        if any(name.startswith("web") for name in names):
            self.wait_for_port(self.http_port)

    def kill(self, name: str) -> None:
        """SIGKILL, and started again at once."""
        self.running[name].end(signal.SIGKILL)
        self.running[name].start()

    def stop(self, *names: str) -> None:
        for name in names:
            self.running[name].end(signal.SIGTERM)

    def use(self) -> dict[str, Use]:
        """By part, what its processes have used; a PostgreSQL is not among them."""
        return {name: one.use for name, one in self.running.items()}

    async def connect(self, *, name: str = "bench") -> Client:
        password = make_keys(self.data_dir).linli_password
        url = f"nats://127.0.0.1:{self.nats_port}"
        return await connect(url=url, user="linli", password=password, name=name, wait_seconds=10)

    def wait_for_port(self, port: int) -> None:
        _wait(lambda: _listens(port), f"nothing listens on {port}; see {self.data_dir}/log")

    def logs(self) -> str:
        """The last lines of every part, for a failing test."""
        texts = {path.name: path.read_text(errors="replace").splitlines()[-30:] for path in self.data_dir.glob("log/*")}
        return "\n".join(f"--- {name}\n" + "\n".join(lines) for name, lines in sorted(texts.items()))

    def _part(self, name: str) -> Running:
        part = name.partition("-")[0]
        environment = self.environment | {"LINLI_SLOT": name}
        if part == "broker":
            # The server itself and not our wrapper of it: SIGKILL must hit the process that holds the messages.
            command = broker.command(broker.write_config(self.data_dir, self.mqtt_port, self.nats_port))
        else:
            command = [sys.executable, "-m", "config.command", part]
        return Running(name, command, environment, self.data_dir / "log" / f"{name}.out")

    async def _answers(self, parts: Sequence[str]) -> None:
        if not parts:
            return
        nc = await self.connect()
        try:
            await _until(lambda: self._alive(nc, parts), f"{', '.join(parts)} did not come up:\n{self.logs()}")
        finally:
            await nc.close()

    async def _alive(self, nc: Client, parts: Sequence[str]) -> bool:
        if dead := [one.name for one in self.running.values() if one.process and one.process.poll() is not None]:
            raise RuntimeError(f"{dead} ended at once:\n{self.logs()}")
        found = await who_is_alive(nc, parts=sorted(set(parts)), wait_seconds=0.5, enough=len(parts))
        return all(sum(one.part == part for one in found) >= parts.count(part) for part in parts)


@contextlib.contextmanager
def installation(*, database_url: str = "", settings: Mapping[str, str] | None = None) -> Iterator[Installation]:
    with Installation(database_url=database_url, settings=settings) as ours:
        yield ours


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
    except OSError:
        return False
    return True


def _wait(question: Callable[[], bool], otherwise: str) -> None:
    until = time.monotonic() + START_SECONDS
    while not question():
        if time.monotonic() > until:
            raise RuntimeError(otherwise)
        time.sleep(0.05)


async def _until(question: Callable[[], Awaitable[bool]], otherwise: str) -> None:
    until = time.monotonic() + START_SECONDS
    while not await question():
        if time.monotonic() > until:
            raise RuntimeError(otherwise)
