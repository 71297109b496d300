"""The HTTP door for NB-IoT platforms: one event or a batch for a device; 202 only after the broker has it."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import orjson
from asgiref.sync import sync_to_async
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema, Status
from ninja.security import HttpBearer

from linli.core.broker import BrokerUnavailable, publish_durably, shared_connection
from linli.safety.actions import Note, quarantine_notes
from linli.safety.decoding import KINDS, MOST_BYTES
from linli.safety.errors import BadEvents, BrokerAway, TooLarge
from linli.safety.models import Gateway
from linli.safety.queries.gateways import check_serial, gateway_with

MOST_BODY_BYTES = 256 * 1024
MOST_EVENTS = 500

router = Router(tags=["devices"])


class GatewayToken(HttpBearer):
    """``Authorization: Bearer <token>``, a token of its own for each gateway."""

    async def authenticate(self, request: HttpRequest, token: str) -> Gateway:
        return await gateway_with(token=token)


class SetAside(Schema):
    """An event that could not be read: kept in quarantine, not lost, and not to be sent again."""

    position: int
    reason: str


class Received(Schema):
    accepted: int
    quarantined: list[SetAside] = []


@router.post("/devices/{serial}/events", auth=GatewayToken(), response={202: Received}, openapi_extra={
    "requestBody": {"required": True, "content": {"application/json": {"schema": {"oneOf": [
        {"$ref": "#/components/schemas/Event"}, {"type": "array", "maxItems": MOST_EVENTS, "items": {"$ref": "#/components/schemas/Event"}},
    ]}}}},
})  # fmt: skip
async def receive_events(request: HttpRequest, serial: str) -> Status[Received]:
    """One event of a device or a list of them: {"kind": "alarm|clear|heartbeat|status", "id", "at", "lel", "battery", …}.

    202: every event is stored by the broker or kept in quarantine. 503: send again; sending twice does no harm.
    """
    gateway: Gateway = request.auth  # type: ignore[attr-defined]  # set by ninja
    await check_serial(gateway=gateway, serial=serial)
    events = _events(request.body)
    good = [(f"gateway.{gateway.community.code}.{serial}.{e['kind']}", _bytes(e)) for e in events if not _fault(e)]
    bad = [SetAside(position=i, reason=fault) for i, e in enumerate(events) if (fault := _fault(e))]
    try:
        nc = shared_connection()
        await asyncio.gather(
            *(publish_durably(nc, subject=subject, payload=data, msg_id=str(uuid.uuid4())) for subject, data in good)
        )
    except BrokerUnavailable as error:
        raise BrokerAway from error
    if bad:
        notes = [_note(gateway, serial, events[b.position], b.reason) for b in bad]
        await sync_to_async(quarantine_notes)(notes=notes)
    return Status(202, Received(accepted=len(good), quarantined=bad))


def _events(body: bytes) -> list[Any]:
    """The events of a body. Raises TooLarge, BadEvents."""
    if len(body) > MOST_BODY_BYTES:
        raise TooLarge
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadEvents from error
    events = read if isinstance(read, list) else [read]
    if not events or len(events) > MOST_EVENTS or (not isinstance(read, list) and _fault(read)):
        raise BadEvents
    return events


def _fault(event: Any) -> str:
    if not isinstance(event, dict):
        return "not a JSON object"
    if event.get("kind") not in KINDS:
        return "kind must be alarm, clear, heartbeat or status"
    return "too large" if len(_bytes(event)) > MOST_BYTES else ""


def _bytes(event: Any) -> bytes:
    return orjson.dumps(event)


def _note(gateway: Gateway, serial: str, event: Any, reason: str) -> Note:
    return Note(
        origin=f"gateway:{uuid.uuid4()}",
        received_at=timezone.now(),
        subject=f"gateway.{gateway.community.code}.{serial}",
        reason="not_json" if reason == "not a JSON object" else "too_large" if reason == "too large" else "bad_subject",
        explanation=reason,
        serial=serial,
        community=gateway.community.code,
        data=_bytes(event),
    )
