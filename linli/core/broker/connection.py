"""Opening the connection, and keeping quiet while it is down."""

from __future__ import annotations

import asyncio
import logging
import re

import nats
from nats.aio.client import Client

from linli.core.broker.keys import make_keys

log = logging.getLogger("linli.broker")

# A broker that restarts asks the doorkeeper about the first device at once: be back before it.
RECONNECT_WAIT_SECONDS = 0.05
PING_SECONDS = 5
WAIT_BUFFER_BYTES = 8 * 1024 * 1024


class BrokerUnavailable(Exception):
    """The broker did not answer, or did not say yes, within the time allowed. Nothing was promised to anyone."""


class _Outage:
    """Says once that the line is down and once that it is back, whatever the client library repeats in between."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._down = False
        self._said: set[str] = set()

    async def disconnected(self) -> None:
        if not self._down:
            self._down = True
            log.warning("%s: lost the broker, trying again until it is back", self._name)

    async def reconnected(self) -> None:
        self._down = False
        self._said.clear()
        log.info("%s: the broker is back", self._name)

    async def error(self, problem: Exception) -> None:
        words = f"{type(problem).__name__}: {problem}"
        if words not in self._said and len(self._said) < 50:
            self._said.add(words)
            log.warning("%s: broker: %s", self._name, words)


async def connect(
    *, url: str, user: str | None, password: str | None, name: str, wait_seconds: float | None = None
) -> Client:
    """Connects, waits for a broker that is still starting, and reconnects for ever once connected.

    `url` may list several servers with commas and may hold the user and password itself. `wait_seconds` limits only
    the first connecting (None: for ever). Raises BrokerUnavailable when that time is over. asyncio sets TCP_NODELAY
    on every TCP socket, so small publishes leave at once.
    """
    outage = _Outage(name)
    opening = nats.connect(
        servers=[part.strip() for part in url.split(",") if part.strip()],
        user=user,
        password=password,
        name=name,
        allow_reconnect=True,
        max_reconnect_attempts=-1,
        reconnect_time_wait=RECONNECT_WAIT_SECONDS,
        connect_timeout=2,
        ping_interval=PING_SECONDS,
        max_outstanding_pings=2,
        pending_size=WAIT_BUFFER_BYTES,
        disconnected_cb=outage.disconnected,
        reconnected_cb=outage.reconnected,
        error_cb=outage.error,
    )
    try:
        return await asyncio.wait_for(opening, wait_seconds)
    except TimeoutError as late:
        raise BrokerUnavailable(f"no broker answered at {url} within {wait_seconds} s") from late


async def connect_from_settings(*, name: str, user: str = "linli", wait_seconds: float | None = None) -> Client:
    """`connect` with what the settings say: NATS_URL if given, else our own child broker.

    The password is the kept one (`keys.make_keys`) unless NATS_URL holds a user itself. `user` is `linli` for every
    process, `auth` for the doorkeeper's second connection.
    """
    from django.conf import settings  # noqa: PLC0415 - everything else here works without Django

    url: str = settings.NATS_URL or f"nats://127.0.0.1:{settings.LINLI_NATS_PORT}"
    if "@" in url and user == "linli":
        return await connect(url=url, user=None, password=None, name=name, wait_seconds=wait_seconds)
    keys = make_keys(settings.LINLI_DATA_DIR)
    password = {"linli": keys.linli_password, "auth": keys.auth_password, "sys": keys.sys_password}[user]
    bare = ",".join(re.sub(r"//[^@/]*@", "//", part) for part in url.split(","))
    return await connect(url=bare, user=user, password=password, name=name, wait_seconds=wait_seconds)
