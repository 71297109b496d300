"""Web Push (RFC 8030, 8291, 8292): a notification on a relative's phone or a worker's PC, without an app.

The keys that name us to the push services (VAPID) are derived from LINLI_SECRET_KEY, so that they are made on the first run,
are the same on every machine of one installation, and are in no backup of their own.
"""

from __future__ import annotations

import base64
import time
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from linli.core.secrets import derived_key
from linli.notifications.channels.envelope import Envelope, NotDelivered
from linli.notifications.channels.posting import BadAddress, NoAnswer, Poster

TIMEOUT_SECONDS: Final = 8.0
LIVES_SECONDS: Final = 3600  # a warning that reaches a phone an hour later helps nobody
TOKEN_LIVES_SECONDS: Final = 12 * 3600  # RFC 8292: no more than a day
MOST_LETTERS: Final = 600  # the services take 4,096 bytes
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


def public_key() -> str:
    """What a browser needs to subscribe: the uncompressed point, base64url without padding."""
    point = _private_key(derived_key(purpose="vapid")).public_key()
    return _base64url(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


@lru_cache(maxsize=2)
def _private_key(seed: bytes) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, ec.SECP256R1())


class PushChannel:
    """One encrypted POST to the browser maker's push service. 404 and 410: the subscription has ended."""

    def __init__(self) -> None:
        self._poster = Poster()

    async def send(self, *, address: str, envelope: Envelope) -> None:
        subscription = _subscription(address)
        url = subscription["endpoint"]
        headers = {
            "TTL": str(LIVES_SECONDS),
            "Urgency": "high",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": authorization(url=url, now=int(time.time())),
        }
        body = encrypted(subscription, orjson.dumps(_content(envelope)))
        try:
            status = await self._poster.post(url, body=body, headers=headers, timeout_seconds=TIMEOUT_SECONDS)
        except BadAddress as error:
            raise NotDelivered("the subscription has no address", gone=True) from error
        except (TimeoutError, NoAnswer) as error:
            raise NotDelivered(f"no answer ({str(error) or type(error).__name__})") from error
        if status in {404, 410}:
            raise NotDelivered(f"the subscription has ended ({status})", gone=True)
        if not 200 <= status < 300:
            raise NotDelivered(f"answered {status}", for_good=status in {400, 401, 403, 413})

    async def close(self) -> None:
        await self._poster.close()


def authorization(*, url: str, now: int) -> str:
    """RFC 8292: a JWT signed with ES256, and the key to check it with."""
    parts = urlsplit(url)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": now + TOKEN_LIVES_SECONDS,
        "sub": settings.LINLI_PUBLIC_URL,
    }
    to_sign = b".".join(_base64url(orjson.dumps(part)).encode() for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(_private_key(derived_key(purpose="vapid")).sign(to_sign, ec.ECDSA(SHA256())))
    signature = _base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={to_sign.decode()}.{signature}, k={public_key()}"


def encrypted(subscription: dict[str, Any], data: bytes) -> bytes:
    """RFC 8291, for this subscription alone. Raises NotDelivered if its keys are not keys."""
    # Slow to load, and few need it.
    from pywebpush import WebPusher, WebPushException  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        body: bytes = WebPusher(subscription).encode(data, content_encoding="aes128gcm")["body"]
    except (WebPushException, ValueError, KeyError) as error:
        raise NotDelivered("the subscription's keys cannot be read", gone=True) from error
    return body


def _subscription(address: str) -> dict[str, Any]:
    try:
        subscription = orjson.loads(address)
    except orjson.JSONDecodeError:
        subscription = None
    if not isinstance(subscription, dict) or not isinstance(subscription.get("endpoint"), str):
        raise NotDelivered("the subscription cannot be read", gone=True)
    return subscription


def _content(envelope: Envelope) -> dict[str, object]:
    return {
        "title": envelope.title[:120],
        "body": (envelope.short or envelope.text)[:MOST_LETTERS],
        "link": envelope.link,
        "tag": envelope.about,
        "urgent": envelope.params.get("severity") == 1,
    }


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
