"""What uvicorn serves: Django, and beside it the few addresses that must answer however busy Django is."""

from __future__ import annotations

import asyncio
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_asgi_application()

from django.conf import settings  # noqa: E402 - Django must be set up first

from config import health, live, metrics, own_state  # noqa: E402
from config.lanes import Lanes  # noqa: E402

OWN_ADDRESSES = {"/healthz", "/readyz", "/metrics", "/live/", "/live/demo/"}


class Application:
    """One web process: begins with uvicorn's "lifespan" message and ends with ``close``."""

    def __init__(self) -> None:
        self._lanes = Lanes(count=settings.LINLI_WEB_THREADS)
        self._sessions = live.Sessions()
        self._running: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: live.Asgi, receive: live.Receive, send: live.Send) -> None:
        if scope["type"] == "lifespan":
            await self._live_through(receive, send)
        elif scope["type"] == "http" and (scope["path"] in OWN_ADDRESSES or scope["path"].startswith(live.WALL)):
            await self._answer(scope, receive, send)
        else:
            await self._lanes.serve(django_application, scope, receive, send)

    def close(self) -> None:
        """End the open streams: a server that stops would wait for them."""
        self._hub.close()

    async def _answer(self, scope: live.Asgi, receive: live.Receive, send: live.Send) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            await live.answer_text(send, status=405, text="Only GET is answered here.")
        elif scope["path"] == "/healthz":
            await health.healthz(send)
        elif scope["path"] == "/readyz":
            await health.readyz(self._readiness, send)
        elif scope["path"] == "/metrics":
            await metrics.metrics(self._metrics, scope, send)
        elif scope["path"] == "/live/":
            await live.live(self._hub, self._sessions, scope, receive, send)
        elif scope["path"].startswith(live.WALL):
            await live.live_wall(self._hub, self._sessions, scope, receive, send)
        else:
            await live.live_demo(self._hub, scope, receive, send)

    async def _live_through(self, receive: live.Receive, send: live.Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._hub = live.Hub()
                self._readiness = health.Readiness(hub=self._hub)
                self._metrics = metrics.Metrics(hub=self._hub)
                self._running = asyncio.create_task(self._hub.run(), name="live-hub")
                self._watching = asyncio.create_task(own_state.watch_own_state(self._hub), name="own-state")
                await send({"type": "lifespan.startup.complete"})
            else:
                self._hub.close()
                if self._running is not None:
                    await self._running
                await send({"type": "lifespan.shutdown.complete"})
                return


application = Application()
