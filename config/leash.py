"""Becomes another program that dies with whoever started it: ``leash.py <pid of the starter> <program> <arguments...>``.

The kernel kills us when the starter is gone, even by SIGKILL, so no part of Linli is ever left behind alone. Only Linux can do
that; elsewhere the program simply runs. Nothing but the standard library is imported: this runs at every start of every part.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    starter, *command = sys.argv[1:]
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
    if os.getppid() != int(starter):
        sys.exit(1)  # it went away before the kernel could be told
    os.execv(command[0], command)


if __name__ == "__main__":
    main()
