"""``/metrics``: what every process has counted and timed, and how things stand, in Prometheus' text form.

The processes keep their numbers in memory and hand them over when they are asked, over the broker, wherever they run: so nothing
is written anywhere for it. What died took its numbers with it; Prometheus knows a counter that began anew. How things stand
(queues, devices, incidents) is asked of the database, at most once in five seconds however many ask.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from config.live import Asgi, Hub, Send, answer_text
from linli.core.alive import PARTS, metrics_of_all
from linli.core.broker import BrokerUnavailable, intake_backlog
from linli.watching.queries.gauges import Gauge, gauges_now

log = logging.getLogger("linli.metrics")

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
ANSWER_SECONDS: Final = 0.5
KEPT_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 3.0
LOCAL: Final = frozenset({"127.0.0.1", "::1"})
HELP: Final = {
    "linli_publish_to_commit_seconds": "From the broker's storing of an alarm or all-clear to our commit.",
    "linli_commit_to_sent_seconds": "From the owing of a first message to its being accepted by a channel.",
    "linli_opening_to_first_answer_seconds": "From the opening of an incident to its first answer.",
    "linli_errors_logged_total": "Errors in the log, by logger.",
}


class Metrics:
    """Gathers, once for those who ask at the same time."""

    def __init__(self, *, hub: Hub) -> None:
        self._hub = hub
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="metrics")
        self._asking: asyncio.Task[str] | None = None
        self._kept: tuple[float, list[Gauge]] = (0.0, [])

    async def text(self) -> str:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._gather())
        return await asyncio.shield(self._asking)

    async def _gather(self) -> str:
        answers, broker = await self._processes()
        gauges, database_up = await self._gauges()
        up = [Gauge("linli_database_up", "Whether the database answers in time.", float(database_up)), *broker]
        return "\n".join([*_standing([*up, *_alive(answers), *gauges]), *_counted(answers), ""])

    async def _processes(self) -> tuple[list[dict[str, Any]], list[Gauge]]:
        client = self._hub.client
        about = "Whether the broker answers in time."
        if client is None or not self._hub.is_up:
            return [], [Gauge("linli_broker_up", about, 0.0)]
        answers, backlog = await asyncio.gather(
            metrics_of_all(client, wait_seconds=ANSWER_SECONDS),
            asyncio.wait_for(intake_backlog(client), PATIENCE_SECONDS),
            return_exceptions=True,
        )
        if isinstance(backlog, BaseException):
            if not isinstance(backlog, BrokerUnavailable | TimeoutError):
                raise backlog
            return [], [Gauge("linli_broker_up", about, 0.0)]
        assert not isinstance(answers, BaseException)
        lie = "Messages of devices in the broker that are not recorded yet."
        return answers, [
            Gauge("linli_broker_up", about, 1.0),
            Gauge("linli_broker_messages", lie, float(backlog.waiting), {"state": "waiting"}),
            Gauge("linli_broker_messages", lie, float(backlog.unacked), {"state": "unacked"}),
        ]

    async def _gauges(self) -> tuple[list[Gauge], bool]:
        read_at, kept = self._kept
        if time.monotonic() - read_at < KEPT_SECONDS:
            return kept, True
        ask = sync_to_async(_read_gauges, thread_sensitive=False, executor=self._thread)
        try:
            found = await asyncio.wait_for(asyncio.shield(ask()), PATIENCE_SECONDS)
        except (TimeoutError, Error):
            return [], False
        self._kept = time.monotonic(), found
        return found, True


def _read_gauges() -> list[Gauge]:
    close_old_connections()
    try:
        return gauges_now(now=timezone.now())
    except Error:
        connection.close()
        raise


async def metrics(gatherer: Metrics, scope: Asgi, send: Send) -> None:
    """With LINLI_METRICS_TOKEN set, for whoever brings it; without, for this machine, and not through a proxy."""
    headers = dict(scope["headers"])
    if not _may_read(headers, client=scope.get("client")):
        await answer_text(
            send, status=403, text="Metrics are for this machine, or for who brings LINLI_METRICS_TOKEN.\n"
        )
        return
    await answer_text(send, status=200, text=await gatherer.text(), content_type=CONTENT_TYPE)


def _may_read(headers: dict[bytes, bytes], *, client: Any) -> bool:
    if settings.LINLI_METRICS_TOKEN:
        wanted = f"Bearer {settings.LINLI_METRICS_TOKEN}".encode()
        return hmac.compare_digest(headers.get(b"authorization", b""), wanted)
    forwarded = any(name in headers for name in (b"x-forwarded-for", b"forwarded", b"x-real-ip"))
    return not forwarded and client is not None and client[0] in LOCAL


def _alive(answers: list[dict[str, Any]]) -> list[Gauge]:
    about = "Processes of a part that answer."
    counted = {part: sum(answer["part"] == part for answer in answers) for part in PARTS}
    return [Gauge("linli_alive", about, float(count), {"part": part}) for part, count in counted.items()]


def _standing(gauges: list[Gauge]) -> list[str]:
    lines: list[str] = []
    said: set[str] = set()
    for gauge in sorted(gauges, key=lambda one: one.name):
        if gauge.name not in said:
            said.add(gauge.name)
            lines += [f"# HELP {gauge.name} {gauge.about}", f"# TYPE {gauge.name} gauge"]
        lines.append(f"{gauge.name}{_labelled(gauge.labels)} {_number(gauge.value)}")
    return lines


def _counted(answers: list[dict[str, Any]]) -> list[str]:
    lines: dict[str, list[str]] = {}
    for answer in answers:
        who = {"part": answer["part"], "slot": answer["slot"]}
        for name, (bounds, counts, total) in answer["histograms"].items():
            lines.setdefault(name, []).extend(_histogram(name, who, bounds, counts, total))
        for name, labels, value in answer["counters"]:
            lines.setdefault(name, []).append(f"{name}{_labelled({**who, **labels})} {_number(value)}")
    found: list[str] = []
    for name, own in sorted(lines.items()):
        kind = "counter" if name.endswith("_total") else "histogram"
        found += [f"# HELP {name} {HELP.get(name, name)}", f"# TYPE {name} {kind}", *own]
    return found


def _histogram(name: str, who: dict[str, str], bounds: list[float], counts: list[int], total: float) -> list[str]:
    lines, passed = [], 0
    for bound, count in zip([*map(_number, bounds), "+Inf"], counts, strict=True):
        passed += count
        lines.append(f"{name}_bucket{_labelled({**who, 'le': bound})} {passed}")
    return [*lines, f"{name}_sum{_labelled(who)} {_number(total)}", f"{name}_count{_labelled(who)} {passed}"]


def _labelled(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    pairs = (f'{name}="{_escaped(value)}"' for name, value in sorted(labels.items()))
    return "{" + ",".join(pairs) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e6 and value != int(value) else f"{value:.0f}"
