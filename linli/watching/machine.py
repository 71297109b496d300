"""What the machine itself says: room on the disk, and whether its clock is kept."""

from __future__ import annotations

import ctypes
import shutil
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MEGABYTE: Final = 1024 * 1024
DANGER_MEGABYTES: Final = 200
_TIME_ERROR: Final = 5
_STA_UNSYNC: Final = 0x40
_STATUS_AT: Final = 40  # of struct timex where long has 64 bits


@dataclass(frozen=True, slots=True)
class Disk:
    """Free and whole size in megabytes."""

    free_mb: float
    size_mb: float


def disk_of(path: Path) -> Disk:
    """Raises OSError."""
    usage = shutil.disk_usage(path)
    return Disk(usage.free / MEGABYTE, usage.total / MEGABYTE)


def clock_is_kept() -> bool | None:
    """Whether the kernel says that a time server keeps the clock; None where that cannot be known.

    In a container it is the host's clock and the host's word. A host that is set by hand once a year says False, too.
    """
    if sys.platform != "linux" or ctypes.sizeof(ctypes.c_long) != 8:
        return None
    buffer = ctypes.create_string_buffer(512)  # struct timex, with nothing to be set
    try:
        state = ctypes.CDLL(None).adjtimex(buffer)
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    (status,) = struct.unpack_from("i", buffer, _STATUS_AT)
    return state != _TIME_ERROR and not status & _STA_UNSYNC
