"""``/healthz``: this process lives. ``/readyz``: it can do its work, part by part. Plain ASGI, so that a busy site still answers."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import orjson
from asgiref.sync import sync_to_async
from django.db import Error, close_old_connections, connection
from nats.aio.client import Client

from config.faults import sentence_for
from config.live import Asgi, Hub, Send, answer_text
from config.migration import pending_migrations
from linli.core.broker import BrokerUnavailable, intake_is_ready

log = logging.getLogger("linli.health")

PATIENCE_SECONDS: Final = 2.0
FINE: Final = "ok"


class Readiness:
    """Asks the database and the broker; those who ask at the same time share one answer."""

    def __init__(self, *, hub: Hub) -> None:
        self._hub = hub
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="readiness")
        self._migrated = False
        self._asking: asyncio.Task[dict[str, str]] | None = None

    async def parts(self) -> dict[str, str]:
        """Part to "ok" or to the sentence that says what is wrong."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await asyncio.shield(self._asking)

    async def _ask(self) -> dict[str, str]:
        ask_database = sync_to_async(self._database, thread_sensitive=False, executor=self._thread)
        try:
            database = await asyncio.wait_for(asyncio.shield(ask_database()), PATIENCE_SECONDS)
        except TimeoutError:
            database = {"database": "The database does not answer in time.", "migrations": "unknown"}
        return {**database, **await self._broker()}

    def _database(self) -> dict[str, str]:
        close_old_connections()
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            # What has been applied stays applied: asked until it is so, then never again.
            self._migrated = self._migrated or not pending_migrations()
        except Error as error:
            connection.close()
            return {"database": sentence_for(error) or f"The database fails: {error}", "migrations": "unknown"}
        return {
            "database": FINE,
            "migrations": FINE
            if self._migrated
            else "The database is not prepared for this version: run `linli migrate`.",
        }

    async def _broker(self) -> dict[str, str]:
        client = self._hub.client
        if client is None or not self._hub.is_up:
            return {"broker": "The broker does not answer.", "intake": "unknown"}
        return {"broker": FINE, "intake": await self._intake(client)}

    async def _intake(self, client: Client) -> str:
        try:
            there = await asyncio.wait_for(intake_is_ready(client), PATIENCE_SECONDS)
        except (BrokerUnavailable, TimeoutError):
            return "The broker does not say whether it keeps alarms for us."
        return FINE if there else "The broker does not keep alarms for us yet: is the doorkeeper running?"


async def healthz(send: Send) -> None:
    await answer_text(send, status=200, text="ok\n")


async def readyz(readiness: Readiness, send: Send) -> None:
    parts = await readiness.parts()
    ready = all(state == FINE for state in parts.values())
    body: Asgi = {"ready": ready, **parts}
    await answer_text(send, status=200 if ready else 503, text=_json(body), content_type="application/json")


def _json(body: dict[str, Any]) -> str:
    return orjson.dumps(body, option=orjson.OPT_APPEND_NEWLINE).decode()
