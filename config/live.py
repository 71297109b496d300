"""Live updates: one stream of server-sent events per open page, all fed from one line to the broker.

Plain ASGI, beside Django: a page that waits all night holds no thread and no database connection, only a task and two sockets.
A page gets ``change`` with the topics that changed (at most one event in 200 ms), and ``beat`` every ten seconds. While the
broker is away the beat says so and every page is told to look for itself, so nobody looks at an old picture unknowingly.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.db import close_old_connections
from django.http import HttpRequest
from django.utils import timezone
from nats.aio.client import Client
from nats.errors import Error as NatsError

from linli.accounts.idle import SEEN, STAYS, grace_seconds
from linli.core.alive import answer_alive
from linli.core.broker import BrokerUnavailable, connect_from_settings, hear_live, share_connection
from linli.desk.errors import WallLinkEnded
from linli.desk.queries import wall_link_behind
from linli.registry.scopes import Scope, scope_of

log = logging.getLogger("linli.live")

Asgi = dict[str, Any]
Receive = Callable[[], Any]
Send = Callable[[Asgi], Any]

BEAT_SECONDS: Final = 10.0
POLL_SECONDS: Final = 5.0
GATHER_SECONDS: Final = 0.2
LOOK_AT_SESSION_SECONDS: Final = 30.0
RETRY_MILLISECONDS: Final = 2000
EVERYTHING_CHANGED: Final = "*"
WALL: Final = "/live/wall/"
HEADERS: Final = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


@dataclass(eq=False, slots=True)
class Reader:
    """One open page: the communities it sees (None: all of them) and the topics it has not been sent yet."""

    communities: frozenset[int] | None
    topics: set[str] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, topic: str) -> None:
        self.topics.add(topic)
        self.news.set()


class Hub:
    """The one line of this process to the broker, and everybody who reads from it. ``run`` in a task for as long as we serve."""

    def __init__(self) -> None:
        self.client: Client | None = None
        self.closing = asyncio.Event()
        self._readers: set[Reader] = set()

    @property
    def is_up(self) -> bool:
        return self.client is not None and self.client.is_connected

    async def run(self) -> None:
        polled, line_was = 0.0, self._line()
        while not self.closing.is_set():
            if self.client is None:
                await self._connect()
            now, line = asyncio.get_running_loop().time(), self._line()
            # After an outage nobody knows what was missed; during one everybody has to look for himself.
            if line != line_was or (not self.is_up and now - polled > POLL_SECONDS):
                polled, line_was = now, line
                self.tell_all()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.closing.wait(), 0.25)
        if self.client is not None:
            await self.client.close()

    def _line(self) -> tuple[bool, int]:
        return self.is_up, self.client.stats["reconnects"] if self.client is not None else 0

    async def _connect(self) -> None:
        try:
            client = await connect_from_settings(name="web", wait_seconds=2)
        except BrokerUnavailable:
            return  # the next round tries again
        self.client = client
        try:
            share_connection(client)
            await hear_live(client, hear=self._heard)
            await answer_alive(client, part="web")
        except NatsError:
            self.client = None
            await client.close()

    def _heard(self, community_id: int, topic: str) -> None:
        for reader in self._readers:
            if reader.communities is None or community_id in reader.communities:
                reader.hear(topic)

    def tell_all(self) -> None:
        for reader in self._readers:
            reader.hear(EVERYTHING_CHANGED)

    async def events(self, reader: Reader, *, still_allowed: Callable[[], Any]) -> AsyncGenerator[bytes, None]:
        """What ``reader`` is sent, until we close or ``still_allowed`` (asked every 30 s) says no."""
        clock = asyncio.get_running_loop().time
        self._readers.add(reader)
        try:
            yield f"retry: {RETRY_MILLISECONDS}\n".encode() + self._beat()
            beat_at, look_at = clock() + BEAT_SECONDS, clock() + LOOK_AT_SESSION_SECONDS
            while not self.closing.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(reader.news.wait(), max(min(beat_at, look_at) - clock(), 0))
                if reader.topics:
                    yield _change(reader)
                    await asyncio.sleep(GATHER_SECONDS)
                if clock() >= beat_at:
                    yield self._beat()
                    beat_at = clock() + BEAT_SECONDS
                if clock() >= look_at:
                    if not await still_allowed():
                        return
                    look_at = clock() + LOOK_AT_SESSION_SECONDS
        finally:
            self._readers.discard(reader)

    def close(self) -> None:
        """End every stream now: the server is about to stop and would wait for them."""
        self.closing.set()
        for reader in self._readers:
            reader.news.set()

    def _beat(self) -> bytes:
        return b"event: beat\ndata: up\n\n" if self.is_up else b"event: beat\ndata: down\n\n"


def _change(reader: Reader) -> bytes:
    topics = {EVERYTHING_CHANGED} if EVERYTHING_CHANGED in reader.topics else reader.topics
    text = " ".join(sorted(topics)).replace("\n", " ")
    reader.topics.clear()
    reader.news.clear()
    return f"event: change\ndata: {text}\n\n".encode()


class Sessions:
    """Who is behind a session cookie, asked of the database in two threads of our own."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="live-sessions")

    async def scope(self, cookie: str) -> Scope | None:
        """What the signed-in user of this cookie sees; None when nobody is signed in with it (any more)."""
        ask = sync_to_async(_scope_behind, thread_sensitive=False, executor=self._threads)
        return await ask(cookie)

    async def wall(self, token: str) -> int | None:
        """The community whose wall a link opens; None for an unknown or revoked one."""
        ask = sync_to_async(_community_behind, thread_sensitive=False, executor=self._threads)
        return await ask(token)


def _community_behind(token: str) -> int | None:
    close_old_connections()
    try:
        return wall_link_behind(token=token).community_id
    except WallLinkEnded:
        return None


def _scope_behind(cookie: str) -> Scope | None:
    close_old_connections()
    try:
        morsel = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return None
    if morsel is None:
        return None
    request = HttpRequest()
    request.session = SessionStore(morsel.value)
    user = get_user(request)
    if not user.is_authenticated or not user.is_active or _left_alone(request.session):
        return None
    return scope_of(user_id=user.pk, is_superuser=user.is_superuser, on=timezone.localdate())


def _left_alone(session: SessionBase) -> bool:
    """The same judgement as the middleware's, which does not see this request; a stream does not count as activity."""
    limit, seen = int(settings.LINLI_IDLE_SECONDS), session.get(SEEN)
    if not limit or seen is None or session.get(STAYS):
        return False
    return time.time() - float(seen) > limit + grace_seconds(limit=limit)


async def live(hub: Hub, sessions: Sessions, scope: Asgi, receive: Receive, send: Send) -> None:
    """``/live/``: for signed-in users, what changes in the communities they see."""
    cookie = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin-1")
    seen = await sessions.scope(cookie)
    if seen is None:
        await answer_text(send, status=403, text="Sign in to see live changes.")
        return
    communities = None if seen.everything else seen.present_in

    async def still_allowed() -> bool:
        return await sessions.scope(cookie) == seen  # with another post the page opens the stream anew

    await _stream(hub, Reader(communities), still_allowed, receive, send)


async def live_wall(hub: Hub, sessions: Sessions, scope: Asgi, receive: Receive, send: Send) -> None:
    """``/live/wall/<token>/``: what changes in the community of a wall link, until it is revoked."""
    token = str(scope["path"]).removeprefix(WALL).strip("/")
    community_id = await sessions.wall(token)
    if community_id is None:
        await answer_text(send, status=403, text="This wall link does not work any more.")
        return

    async def still_allowed() -> bool:
        return await sessions.wall(token) is not None

    await _stream(hub, Reader(frozenset({community_id})), still_allowed, receive, send)


async def live_demo(hub: Hub, scope: Asgi, receive: Receive, send: Send) -> None:
    """``/live/demo/``: the same without signing in, for the demo's phones only. It tells topics, never their content."""
    if not settings.LINLI_DEMO:
        await answer_text(send, status=404, text="There is no demo here.")
        return

    async def still_allowed() -> bool:
        return True

    await _stream(hub, Reader(None), still_allowed, receive, send)


async def _stream(hub: Hub, reader: Reader, still_allowed: Callable[[], Any], receive: Receive, send: Send) -> None:
    async def send_all() -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        async with contextlib.aclosing(hub.events(reader, still_allowed=still_allowed)) as events:
            async for event in events:
                await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    sending = asyncio.create_task(send_all())
    leaving = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (sending, leaving):
            task.cancel()
        ended = await asyncio.gather(sending, leaving, return_exceptions=True)
    for error in ended:
        if isinstance(error, Exception) and not isinstance(error, OSError):
            raise error  # a bug of ours; a line that broke while we wrote is none


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def answer_text(send: Send, *, status: int, text: str, content_type: str = "text/plain; charset=utf-8") -> None:
    """A whole short answer."""
    body = text.encode()
    headers = [
        (b"content-type", content_type.encode()),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
