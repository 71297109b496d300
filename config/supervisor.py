"""Keeps the parts of Linli running: starts them, passes on what they say, starts again what dies, stops all of them cleanly."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from config.voices import Voices

LEASH: Final = str(Path(__file__).with_name("leash.py"))
FIRST_PAUSE_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 5.0
STEADY_SECONDS: Final = 10.0
STOP_SECONDS: Final = 6.0
LAST_STOP_SECONDS: Final = 3.0
MOST_FALSE_STARTS: Final = 5
WRONG_SETTING: Final = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One process to keep running. A ``first`` part is up (``is_up``) before the others start and goes down after them."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    inherits: tuple[int, ...] = ()
    first: bool = False
    is_up: Callable[[], Awaitable[bool]] | None = None
    last_words: Callable[[], str] = str


class Supervisor:
    """``run`` returns the exit code: 0 after Ctrl-C or SIGTERM, else that of the part that made going on pointless."""

    def __init__(
        self,
        *,
        parts: Sequence[Part],
        voices: Voices,
        is_ready: Callable[[], Awaitable[bool]],
        on_ready: Callable[[], None],
    ) -> None:
        self._parts = parts
        self._voices = voices
        self._is_ready = is_ready
        self._on_ready = on_ready
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()
        self._stopping: set[str] = set()
        self._ready = False
        self._exit_code = 0
        self._asked_at = 0.0

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(name) is not signal.SIG_IGN or name is not signal.SIGHUP:  # nohup: the terminal may go
                loop.add_signal_handler(name, self._asked_to_stop)
        keepers: list[asyncio.Task[None]] = []
        try:
            keepers += [asyncio.create_task(self._keep(part)) for part in self._parts if part.first]
            await self._until(self._first_are_up)
            if not self._stop.is_set():
                keepers += [asyncio.create_task(self._keep(part)) for part in self._parts if not part.first]
                await self._until(self._is_ready)
            if not self._stop.is_set():
                self._ready = True
                self._on_ready()
            await self._stop.wait()
        finally:
            self._stop.set()
            await self._stop_all()
            await asyncio.gather(*keepers)
        return self._exit_code

    # ------------------------------------------------------------------------------------------------------- one part

    async def _keep(self, part: Part) -> None:
        pause, false_starts = FIRST_PAUSE_SECONDS, 0
        while not self._stop.is_set():
            begun = time.monotonic()
            try:
                code = await self._live_once(part)
            except OSError as error:  # no more processes or files to be had just now
                self._voices.note(f"{part.name} cannot be started: {error}.")
                code = 1
            if self._stop.is_set():
                return
            steady = time.monotonic() - begun > STEADY_SECONDS
            pause = FIRST_PAUSE_SECONDS if steady else pause
            false_starts = 0 if steady else false_starts + 1
            if not self._ready and (code == WRONG_SETTING or false_starts >= MOST_FALSE_STARTS):
                self._give_up(part, code)
                return
            self._voices.note(f"{part.name} {_how_it_ended(code)}; it is started again.")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _live_once(self, part: Part) -> int:
        """Start the part and return its exit code when it has ended (negative: the signal that killed it)."""
        process = await asyncio.create_subprocess_exec(
            *leashed(), *part.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **part.environment},
            pass_fds=part.inherits,
            start_new_session=True,  # Ctrl-C in the terminal reaches us alone: we say who stops when
        )  # fmt: skip
        self._running[part.name] = process
        if part.name in self._stopping:
            process.terminate()  # we were told to stop while it was being started
        listening = asyncio.create_task(self._pass_on(part.name, process))
        code = await process.wait()
        del self._running[part.name]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(listening, 1)  # a grandchild may hold the line open
        return code

    async def _pass_on(self, name: str, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        rest = b""
        while chunk := await process.stdout.read(65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._voices.say(name, line.decode(errors="replace"))
        if rest:
            self._voices.say(name, rest.decode(errors="replace"))

    def _give_up(self, part: Part, code: int) -> None:
        words = part.last_words()
        if words:
            self._voices.say(part.name, words)
        if code != WRONG_SETTING:
            self._voices.note(
                f"{part.name} {_how_it_ended(code)} again and again right after its start: see what it said above."
            )
        self._exit_code = code if code > 0 else 1
        self._stop.set()

    # ------------------------------------------------------------------------------------------------------- together

    async def _first_are_up(self) -> bool:
        asked = [part.is_up() for part in self._parts if part.first and part.is_up]
        return all(await asyncio.gather(*asked))

    async def _until(self, question: Callable[[], Awaitable[bool]]) -> None:
        """Ask until the answer is yes or we are to stop."""
        while not self._stop.is_set() and not await question():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), 0.1)

    def _asked_to_stop(self) -> None:
        now = time.monotonic()
        if not self._stop.is_set():
            self._voices.note("Stopping …")
            self._asked_at = now
        elif (
            now - self._asked_at > 1
        ):  # sooner, it is the same Ctrl-C, passed on by a program between the terminal and us
            self._hurry.set()
        self._stop.set()

    async def _stop_all(self) -> None:
        await self._stop_some([part.name for part in self._parts if not part.first], seconds=STOP_SECONDS)
        await self._stop_some([part.name for part in self._parts if part.first], seconds=LAST_STOP_SECONDS)

    async def _stop_some(self, names: Sequence[str], *, seconds: float) -> None:
        self._stopping.update(names)
        for name in names:
            if process := self._running.get(name):
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
        deadline = time.monotonic() + seconds
        while any(name in self._running for name in names) and time.monotonic() < deadline and not self._hurry.is_set():
            await asyncio.sleep(0.05)
        for name in names:
            if process := self._running.get(name):
                self._voices.note(f"{name} did not stop in time and is ended.")
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def leashed() -> list[str]:
    """What to put before a command so that it dies with us."""
    return [sys.executable, "-I", "-S", LEASH, str(os.getpid())]


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"was killed ({signal.Signals(-code).name})"
    return f"ended with code {code}" if code else "ended"
