"""The web process watches the watchers: when the lines about Linli itself change, every open page looks for itself.

If the worker dies, nobody publishes the canary's alarm any more, and no notice comes to any page. This task sees the age of the
last success grow all the same, and the desk turns red.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from asgiref.sync import sync_to_async
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from config.live import Hub
from linli.core.rooms import desk_lines_now

log = logging.getLogger("linli.own_state")

LOOK_SECONDS: Final = 10.0


async def watch_own_state(hub: Hub) -> None:
    """Until the hub closes."""
    look = sync_to_async(
        _states, thread_sensitive=False, executor=ThreadPoolExecutor(1, thread_name_prefix="own-state")
    )
    before: tuple[str, ...] | None = None
    while not hub.closing.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(hub.closing.wait(), LOOK_SECONDS)
        now = await look()
        if before is not None and now != before:
            hub.tell_all()
        before = now


def _states() -> tuple[str, ...]:
    close_old_connections()
    try:
        return tuple(line.state for line in desk_lines_now(now=timezone.now()))
    except Error:
        connection.close()
        return ("unknown",)  # the database is away: the pages say so when they look
