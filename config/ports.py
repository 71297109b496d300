"""Ports: taken before anything starts, so that a conflict is one sentence and not a process that dies in the middle."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence

from config.faults import CannotRun

BACKLOG = 2048


def listen(*, host: str, port: int, setting: str) -> socket.socket:
    """A listening socket. Raises CannotRun naming the ``setting`` to change."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as error:
        raise CannotRun(
            f"{_host_of(setting)} is {host!r}, which is no address of this machine ({error.strerror})."
        ) from error
    opened = socket.socket(family, kind, protocol)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind(address)
        opened.listen(BACKLOG)
    except OSError as error:
        opened.close()
        raise CannotRun(_sentence(error, host=host, port=port, setting=setting)) from error
    return opened


def must_be_free(*, host: str, port: int, setting: str) -> None:
    """Raises CannotRun if another program listens there."""
    listen(host=host, port=port, setting=setting).close()


def must_differ(ports: Sequence[tuple[str, int]]) -> None:
    """Raises CannotRun if two settings name the same port."""
    seen: dict[int, str] = {}
    for setting, port in ports:
        if port in seen:
            raise CannotRun(f"{seen[port]} and {setting} are both {port}: give one of them another port.")
        seen[port] = setting


def _sentence(error: OSError, *, host: str, port: int, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use by another program: stop that one, or set {setting} to a free port."
    if error.errno == errno.EACCES:
        return f"Port {port} may only be used by the system administrator: set {setting} to a port above 1023."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{_host_of(setting)} is {host!r}, which is no address of this machine."
    return f"Port {port} on {host} ({setting}) cannot be used: {error.strerror}."


def _host_of(setting: str) -> str:
    return setting.replace("_PORT", "_HOST")
