"""The supervisor, with small programs in the place of Linli's parts."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from config.supervisor import Part, Supervisor
from config.voices import Voices

STAYS = "import time, sys; print('here', flush=True); time.sleep(60)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"


def part(name: str, program: str, **more) -> Part:
    return Part(name, (sys.executable, "-c", program), **more)


class Stage:
    """A supervisor in this process; ``told`` is what it printed."""

    def __init__(self, *parts: Part) -> None:
        self.out = io.StringIO()
        self.voices = Voices(names=[one.name for one in parts], out=self.out)
        self.ready = asyncio.Event()
        self.supervisor = Supervisor(parts=parts, voices=self.voices, is_ready=self.is_ready, on_ready=self.ready.set)
        self.count = len(parts)

    @property
    def told(self) -> str:
        return self.out.getvalue()

    async def is_ready(self) -> bool:
        return self.told.count("here") >= self.count

    async def run(self) -> int:
        code = await self.supervisor.run()
        self.voices.close()
        return code

    async def until(self, words: str, times: int = 1) -> None:
        async with asyncio.timeout(20):
            while self.told.count(words) < times:
                await asyncio.sleep(0.02)

    def pid(self, name: str) -> int:
        return self.supervisor._running[name].pid


async def stopped(stage: Stage, running: asyncio.Task[int]) -> int:
    os.kill(os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(20):
        return await running


async def test_a_killed_part_is_started_again() -> None:
    stage = Stage(part("one", STAYS), part("two", STAYS))
    running = asyncio.create_task(stage.run())
    async with asyncio.timeout(20):
        await stage.ready.wait()
    other = stage.pid("two")
    os.kill(stage.pid("one"), signal.SIGKILL)
    await stage.until("here", times=3)
    assert "one was killed (SIGKILL); it is started again." in stage.told
    assert stage.pid("two") == other
    assert await stopped(stage, running) == 0


async def test_lines_are_printed_behind_the_name_of_their_part() -> None:
    stage = Stage(part("worker-1", STAYS))
    running = asyncio.create_task(stage.run())
    await stage.until("here")
    assert "worker-1 │ here\n" in stage.told
    await stopped(stage, running)


async def test_a_wrong_setting_ends_all_of_it_with_its_exit_code() -> None:
    stage = Stage(part("one", STAYS), part("two", "import sys; print('PORT is wrong'); sys.exit(2)"))
    async with asyncio.timeout(20):
        assert await stage.run() == 2
    assert "PORT is wrong" in stage.told
    assert "started again" not in stage.told


async def test_a_part_that_cannot_start_at_all_is_given_up() -> None:
    stage = Stage(part("one", "import sys; sys.exit(7)", last_words=lambda: "the end of its log"))
    async with asyncio.timeout(30):
        assert await stage.run() == 7
    assert "again and again" in stage.told
    assert "the end of its log" in stage.told


async def test_the_first_part_is_up_before_the_others_and_down_after_them(tmp_path: Path) -> None:
    up = tmp_path / "up"
    note = f"import signal, sys, time, pathlib as p; f = p.Path({str(tmp_path)!r}) / 'order'"
    noting = (
        note + "; say = lambda w: f.open('a').write(w + '\\n'); say('{0} up'); print('here', flush=True);"
        "signal.signal(signal.SIGTERM, lambda *_: (say('{0} down'), sys.exit(0)));{1} time.sleep(60)"
    )

    async def is_up() -> bool:
        return up.exists()

    first = part("first", noting.format("first", f"p.Path({str(up)!r}).touch();"), first=True, is_up=is_up)
    stage = Stage(first, part("other", noting.format("other", "")))
    running = asyncio.create_task(stage.run())
    async with asyncio.timeout(20):
        await stage.ready.wait()
    assert await stopped(stage, running) == 0
    assert (tmp_path / "order").read_text().split("\n")[:-1] == ["first up", "other up", "other down", "first down"]


async def test_a_deaf_part_is_ended_in_time() -> None:
    stage = Stage(part("one", DEAF))
    running = asyncio.create_task(stage.run())
    async with asyncio.timeout(20):
        await stage.ready.wait()
    process = psutil.Process(stage.pid("one"))
    await stopped(stage, running)
    assert not process.is_running()
    assert "did not stop in time" in stage.told


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child that its parent died")
def test_a_leashed_program_dies_with_a_killed_starter() -> None:
    inner = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
    program = (
        "import subprocess, sys, time; from config.supervisor import leashed;"
        f"subprocess.Popen([*leashed(), sys.executable, '-c', {inner!r}]); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        child = psutil.Process(int(starter.stdout.readline()))
        starter.kill()
    child.wait(timeout=5)


def test_a_terminal_that_is_paused_holds_up_nobody() -> None:
    read, write = os.pipe()
    with suppress(BrokenPipeError), os.fdopen(write, "w") as paused:
        voices = Voices(names=["web"], out=paused)
        begun = time.monotonic()
        for number in range(30_000):
            voices.say("web", f"line {number} " + "x" * 80)
        assert time.monotonic() - begun < 10  # it would wait for ever
        os.close(read)
        voices.close()
