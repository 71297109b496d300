"""What `linli check` asks about the house as a whole: its broker, its parts, its database, its machine. Rooms add their own."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import orjson
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from nats.aio.client import Client

from config.faults import sentence_for
from config.keys_at_start import KeysLost, look_at_keys
from config.migration import look_at_database, pending_migrations
from config.watch import get
from linli.core.alive import who_is_alive
from linli.core.broker import BrokerUnavailable, connect_from_settings, intake_backlog, intake_is_ready
from linli.core.rooms import Finding, rooms
from linli.watching.checks import disk_finding

MOST_WAITING: Final = 10_000
MOST_SET_ASIDE: Final = 1_000


def all_findings(*, now: datetime) -> list[Finding]:
    """Every finding, the house's own first. Never raises for what is merely broken: that is a finding."""
    database = _database()
    if all(finding.fine for finding in database):
        database.append(_keys())
    findings = [*database, *asyncio.run(_over_the_line()), disk_finding()]
    if all(finding.fine for finding in database):
        findings += [*_quarantine(now), *_of_rooms(timezone.now())]  # asking the parts took its time
    return findings


def _of_rooms(now: datetime) -> list[Finding]:
    return [finding for room in rooms() for question in room.checks() for finding in question(now)]


def _database() -> list[Finding]:
    part = _("database")
    try:
        look_at_database()
        waiting = pending_migrations()
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        return [Finding(part, False, sentence)]
    if waiting:
        text = _("%(count)s changes are waiting: run `linli migrate`.") % {"count": len(waiting)}
        return [Finding(part, False, text)]
    return [Finding(part, True, _("Answers, can be written to, and is prepared for this version."))]


def _keys() -> Finding:
    """Also while all goes well: the parts that run keep their keys in memory, and would miss the files at their next start only."""
    try:
        look_at_keys()
    except KeysLost as error:
        return Finding(_("keys"), False, str(error))
    return Finding(_("keys"), True, _("Are there, and are the ones that the database was written with."))


async def _over_the_line() -> list[Finding]:
    web = asyncio.create_task(_web())
    try:
        client = await connect_from_settings(name="check", wait_seconds=3)
    except BrokerUnavailable:
        return [
            Finding(_("broker"), False, _("Does not answer. Is `linli up` running, and is NATS_URL right?")),
            await web,
        ]
    try:
        alive = asyncio.create_task(_parts(client))
        return [*await _intake(client), *await alive, await web]
    finally:
        with contextlib.suppress(OSError):  # the broker may go while we say goodbye
            await client.close()


async def _intake(client: Client) -> list[Finding]:
    part = _("broker")
    try:
        if not await intake_is_ready(client):
            return [Finding(part, False, _("Does not keep alarms for us: is the doorkeeper running?"))]
        before = await intake_backlog(client)
        await asyncio.sleep(1)
        after = await intake_backlog(client)
    except BrokerUnavailable:
        return [Finding(part, False, _("Answers, but not about our streams."))]
    waiting = after.waiting + after.unacked
    falling = waiting < before.waiting + before.unacked
    text = ngettext(
        "Keeps alarms for us; %(count)s message waits.", "Keeps alarms for us; %(count)s messages wait.", waiting
    )
    return [Finding(part, waiting < MOST_WAITING or falling, text % {"count": waiting})]


async def _parts(client: Client) -> list[Finding]:
    there = Counter(one.part for one in await who_is_alive(client, wait_seconds=1.0))
    needed = {"doorkeeper": _("doorkeeper"), "listener": _("listener"), "worker": _("worker")}
    findings = []
    for part, label in needed.items():
        count = there[part]
        text = ngettext("%(count)s is alive.", "%(count)s are alive.", count) % {"count": count}
        findings.append(
            Finding(
                label,
                count > 0,
                text if count else _("None answers. `linli up` starts it again by itself; look at what it said."),
            )
        )
    return findings


async def _web() -> Finding:
    part = _("web")
    try:
        status, body = await asyncio.wait_for(
            get(host=settings.LINLI_HTTP_HOST, port=settings.LINLI_HTTP_PORT, path="/readyz"), 5
        )
        said = orjson.loads(body)
    except (OSError, TimeoutError, ValueError):
        return Finding(part, False, _("Does not answer on port %(port)s.") % {"port": settings.LINLI_HTTP_PORT})
    if status == 200:
        return Finding(part, True, _("Answers and is ready."))
    return Finding(
        part, False, " ".join(one for one in said.values() if isinstance(one, str) and one not in {"ok", "unknown"})
    )


def _quarantine(now: datetime) -> Sequence[Finding]:
    from linli.safety.models import QuarantinedSignal

    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    count = QuarantinedSignal.objects.filter(received_at__gte=midnight).count()
    text = ngettext("%(count)s signal was set aside today.", "%(count)s signals were set aside today.", count) % {
        "count": count
    }
    return [Finding(_("quarantine"), count <= MOST_SET_ASIDE, text)]
