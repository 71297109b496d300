"""How the two providers want a request signed. Pure: the clock and the nonce are given.

* Aliyun: "V3 request structure and signature", algorithm ACS3-HMAC-SHA256 (help.aliyun.com document 2593177, read in its
  version of 2025-01-06). Its published example is in the tests.
* Tencent Cloud: "Signature v3", algorithm TC3-HMAC-SHA256 (cloud.tencent.com documents 1154/48911 and 382/52072, read in the
  version of 2026-03-24). Its published example is in the tests.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote


def acs3_query(parameters: Mapping[str, str]) -> str:
    """The query in the canonical form: sorted by name, RFC 3986 percent-encoding (a space is %20, a tilde stays)."""
    return "&".join(f"{_encoded(name)}={_encoded(parameters[name])}" for name in sorted(parameters))


def acs3_headers(
    *, host: str, action: str, version: str, query: str, key_id: str, key_secret: str, at: datetime, nonce: str
) -> dict[str, str]:
    """The headers of a POST to ``/`` with everything in the query and an empty body, Authorization included."""
    empty = hashlib.sha256(b"").hexdigest()
    signed = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": empty,
        "x-acs-date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(signed)  # in the alphabet's order as they stand
    lines = "".join(f"{name}:{value}\n" for name, value in signed.items())
    request = "\n".join(("POST", "/", query, lines, names, empty))
    to_sign = f"ACS3-HMAC-SHA256\n{_digest(request)}"
    signature = hmac.new(key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    del signed["host"]  # whoever sends writes that line
    authorization = f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"
    return {**signed, "Authorization": authorization}


def tc3_authorization(
    *, host: str, service: str, body: bytes, content_type: str, key_id: str, key_secret: str, at: datetime
) -> str:
    """The Authorization header of a POST to ``/``; content type and host are what is signed of the headers."""
    day = at.astimezone(UTC).strftime("%Y-%m-%d")
    scope = f"{day}/{service}/tc3_request"
    names = "content-type;host"
    lines = f"content-type:{content_type}\nhost:{host}\n"
    request = "\n".join(("POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()))
    to_sign = f"TC3-HMAC-SHA256\n{int(at.timestamp())}\n{scope}\n{_digest(request)}"
    key = f"TC3{key_secret}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return f"TC3-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}"


def _encoded(text: str) -> str:
    return quote(text, safe="-_.~")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
