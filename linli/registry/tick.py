"""The long work on imports begins in a process of its own: the worker has alarms to tell."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import datetime
from typing import Final

from linli.registry.queries.importing import import_waits

log = logging.getLogger("linli.registry")
LOOK_SECONDS: Final = 1.0


class _Process:
    """What this worker remembers between ticks."""

    def __init__(self) -> None:
        self.child: subprocess.Popen[bytes] | None = None


_process = _Process()


def begin_import(now: datetime) -> int:
    """Start the work on the import that waits longest, unless some is going on here."""
    if _process.child is not None and (code := _process.child.poll()) is not None:
        if code:
            log.error("the work on an import ended with code %s; its page says so, and it is tried again", code)
        _process.child = None
    if _process.child is not None or not import_waits(now=now):
        return 0
    line = [sys.executable, "-m", "config.command", "import", "next"]
    _process.child = subprocess.Popen(line, stdin=subprocess.DEVNULL)
    return 1
