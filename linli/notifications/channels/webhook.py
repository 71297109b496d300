"""Messages as JSON to an address, signed, over kept-alive connections."""

from __future__ import annotations

import hashlib
import hmac
import time

import aiohttp
import orjson

from linli.core.secrets import derived_key
from linli.notifications.channels.envelope import Envelope, NotDelivered

TIMEOUT_SECONDS = 5.0
CONNECTIONS_PER_HOST = 64


def webhook_secret() -> str:
    """The secret shared with the receivers of our webhooks, as hex digits (the receiver uses the text, not the bytes)."""
    return derived_key(purpose="webhook").hex()


def signature(body: bytes, *, at: int, secret: str) -> str:
    """``t=<unix seconds>,v1=<hex>``: HMAC-SHA-256 over ``<t>.<body>``, so that a receiver can refuse a replay."""
    digest = hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


class WebhookChannel:
    """POST, and 2xx means delivered. 4xx (other than 408, 409, 425 and 429) will not get better by trying again."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._secret = webhook_secret()

    async def send(self, *, address: str, envelope: Envelope) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, limit_per_host=CONNECTIONS_PER_HOST, ttl_dns_cache=60),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
            )
        body = orjson.dumps(_content(envelope))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": envelope.idempotency_key,
            "Linli-Signature": signature(body, at=int(time.time()), secret=self._secret),
        }
        try:
            async with self._session.post(address, data=body, headers=headers, allow_redirects=False) as answer:
                await answer.read()
                status = answer.status
        except (TimeoutError, aiohttp.ClientError, ValueError) as error:
            raise NotDelivered(
                f"no answer ({type(error).__name__})", for_good=isinstance(error, aiohttp.InvalidURL)
            ) from error
        if not 200 <= status < 300:
            raise NotDelivered(
                f"answered {status}", for_good=400 <= status < 500 and status not in {408, 409, 425, 429}
            )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _content(envelope: Envelope) -> dict[str, object]:
    params = envelope.params
    return {
        "message": envelope.message_id,
        "incident": params.get("incident"),
        "device": params.get("serial"),
        "kind": params.get("kind_code"),
        "severity": params.get("severity"),
        "place": params.get("place"),
        "at": params.get("at"),
        "title": envelope.title,
        "text": envelope.text,
        "link": envelope.link,
        "recipient": {"kind": envelope.recipient_kind, "id": envelope.recipient_id, "name": envelope.recipient_name},
        "language": envelope.language,
    }
