"""What the parts say, on one terminal: each line behind the coloured name of its part.

A thread of its own prints. A terminal that is paused (Ctrl-S), or a slow log collector, must not hold up an alarm: what the
terminal cannot take is dropped and counted.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Sequence
from typing import Final, TextIO

MOST_WAITING: Final = 10_000
COLOURS: Final = ("36", "32", "35", "34", "33", "96", "92", "95", "94")
OWN_NAME: Final = "linli"


class Voices:
    """``say`` a part's line, ``note`` one of our own; ``close`` waits (a second at most) until all of it is printed."""

    def __init__(self, *, names: Sequence[str], out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._width = max(len(name) for name in (*names, OWN_NAME))
        coloured = self._out.isatty() and not os.environ.get("NO_COLOR")
        self._colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)} if coloured else {}
        self._lines: queue.Queue[str | None] = queue.Queue(MOST_WAITING)
        self._dropped = 0
        self._printer = threading.Thread(target=self._print, name="voices", daemon=True)
        self._printer.start()

    def say(self, name: str, text: str) -> None:
        for line in text.splitlines():
            self._put(f"{self._prefix(name)} {line}")

    def note(self, text: str) -> None:
        self.say(OWN_NAME, text)

    def plain(self, text: str) -> None:
        """A text of several lines without a prefix, for the person who started us."""
        self._put(text)

    def close(self) -> None:
        self._put(None)
        self._printer.join(timeout=1)

    def _prefix(self, name: str) -> str:
        padded = f"{name:<{self._width}} │"
        colour = self._colours.get(name)
        return f"\x1b[{colour}m{padded}\x1b[0m" if colour else padded

    def _put(self, line: str | None) -> None:
        try:
            self._lines.put_nowait(line)
        except queue.Full:
            self._dropped += 1

    def _print(self) -> None:
        while (line := self._lines.get()) is not None:
            dropped, self._dropped = self._dropped, 0
            try:
                if dropped:
                    print(
                        f"{self._prefix(OWN_NAME)} {dropped} lines were left out: the terminal could not keep up.",
                        file=self._out,
                    )
                print(line, file=self._out, flush=self._lines.empty())
            except OSError:
                continue  # the terminal is gone; the parts go on
