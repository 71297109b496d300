"""The same notices for code that runs in ordinary threads (sync views, `transaction.on_commit`)."""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Coroutine
from typing import Any

from nats.aio.client import Client

from linli.core.broker.connection import BrokerUnavailable, connect_from_settings
from linli.core.broker.notices import publish_durably, tell, wake

log = logging.getLogger("linli.broker")

_MOST_WAITING = 10_000


class _Messenger:
    """One thread with one event loop and one connection. Notices wait there while the line is down; the oldest go first,
    and beyond `_MOST_WAITING` new ones are dropped: they are only notices."""

    def __init__(self, *, shared: Client | None = None) -> None:
        self.process = os.getpid()
        self._waiting = 0
        self._client: asyncio.Future[Client] | None = None
        self.shared = shared
        if shared is not None:
            self._loop = asyncio.get_running_loop()
            self._client = self._loop.create_future()
            self._client.set_result(shared)
            return
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="broker-notices", daemon=True).start()

    def send(self, notice: Callable[[Client], Coroutine[Any, Any, None]]) -> None:
        if self._waiting < _MOST_WAITING:
            self._waiting += 1
            asyncio.run_coroutine_threadsafe(self._deliver(notice), self._loop)

    async def _deliver(self, notice: Callable[[Client], Coroutine[Any, Any, None]]) -> None:
        try:
            if self._client is None:
                self._client = asyncio.ensure_future(connect_from_settings(name="notices"))
            await notice(await asyncio.shield(self._client))
        except Exception:
            # The thread that asked has gone on long ago; nobody but the log can be told.
            log.exception("a notice could not be sent")
            if self._client is not None and self._client.done() and self._client.exception():
                self._client = None
        finally:
            self._waiting -= 1


_lock = threading.Lock()
_messenger: _Messenger | None = None


def _send(notice: Callable[[Client], Coroutine[Any, Any, None]]) -> None:
    global _messenger  # noqa: PLW0603 - one per process, made on first use, and again after a fork
    with _lock:
        if _messenger is None or _messenger.process != os.getpid():
            _messenger = _Messenger()
        _messenger.send(notice)


def share_connection(nc: Client) -> None:
    """From now on the notices of this process go over `nc`, in the loop that calls this, instead of a thread of their own.

    For a process whose loop has a connection anyway and lives as long as its threads, such as the web server.
    """
    global _messenger  # noqa: PLW0603 - as in _send
    with _lock:
        _messenger = _Messenger(shared=nc)


def shared_connection() -> Client:
    """The connection given to `share_connection`. Raises BrokerUnavailable where there is none or it is down."""
    shared = _messenger.shared if _messenger is not None else None
    if shared is None or not shared.is_connected:
        raise BrokerUnavailable("this process has no line to the broker now")
    return shared


def publish_from_thread(*, subject: str, payload: bytes, msg_id: str, told: Callable[[str], None]) -> None:
    """`publish_durably`, over the same connection. Returns at once and never raises; ``told`` hears, in another thread, "" once
    the broker has stored it, or what the broker said instead. A broker that says nothing is not told of."""

    async def publish(nc: Client) -> None:
        try:
            await publish_durably(nc, subject=subject, payload=payload, msg_id=msg_id)
        except BrokerUnavailable as refused:
            text = str(refused)
            if text.startswith("not stored"):
                told(text)
            log.debug("%s: %s", subject, text)
            return
        told("")

    _send(publish)


def wake_from_thread(*, who: str) -> None:
    """`wake`, over one background connection of this process. Returns at once and never raises."""
    _send(lambda nc: wake(nc, who=who))


def tell_from_thread(*, community_id: int, topic: str) -> None:
    """`tell`, over one background connection of this process. Returns at once and never raises."""
    _send(lambda nc: tell(nc, community_id=community_id, topic=topic))
