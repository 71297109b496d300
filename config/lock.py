"""Locks between processes of one machine: held by a file for as long as the holder lives, whatever ends it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from config.faults import CannotRun


@contextlib.contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Wait for the lock, hold it for the block."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def only_one_up(directory: Path) -> Iterator[None]:
    """Hold the data directory for one ``linli up``. Raises CannotRun if another one has it."""
    path = directory / "up.lock"
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            process = file.read().strip()
            raise CannotRun(
                f"Linli is already running on {directory}{f' (process {process})' if process else ''}: "
                "stop that one first, or give this one another LINLI_DATA_DIR."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
