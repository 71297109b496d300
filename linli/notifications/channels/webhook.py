"""Messages as JSON to an address, signed, over kept-alive connections."""

from __future__ import annotations

import hashlib
import hmac
import time

import orjson

from linli.core.secrets import derived_key
from linli.notifications.channels.envelope import Envelope, NotDelivered
from linli.notifications.channels.posting import BadAddress, NoAnswer, Poster

TIMEOUT_SECONDS = 5.0


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
        self._poster = Poster()
        self._secret = webhook_secret()

    async def send(self, *, address: str, envelope: Envelope) -> None:
        body = orjson.dumps(_content(envelope))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": envelope.idempotency_key,
            "Linli-Signature": signature(body, at=int(time.time()), secret=self._secret),
        }
        try:
            status = await self._poster.post(address, body=body, headers=headers, timeout_seconds=TIMEOUT_SECONDS)
        except BadAddress as error:
            raise NotDelivered("the address is not one that a message can be sent to", gone=True) from error
        except (TimeoutError, NoAnswer) as error:
            raise NotDelivered(f"no answer ({str(error) or type(error).__name__})") from error
        if not 200 <= status < 300:
            pointless = 400 <= status < 500 and status not in {408, 409, 425, 429}
            raise NotDelivered(f"answered {status}", for_good=pointless, gone=status in {404, 410})

    async def close(self) -> None:
        await self._poster.close()


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
