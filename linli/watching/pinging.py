"""The dead-man ping: one POST to a watcher outside. If it stops, that watcher calls somebody, whatever happened to us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from linli.watching.queries.soundness import Statement

TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Pinged:
    """``error`` is empty when the watcher took it; ``theirs`` is its clock, to a second, if it said."""

    error: str = ""
    theirs: datetime | None = None


def ping_body(*, statements: Sequence[Statement]) -> bytes:
    """What holds, a line each."""
    return "\n".join(f"{'ok' if one.holds else 'NOT OK'}: {one.text}" for one in statements).encode()


def ping(*, url: str, body: bytes) -> Pinged:
    """Never raises for a line or a watcher that does not answer."""
    if not url.startswith(("http://", "https://")):
        return Pinged("LINLI_DEADMAN_URL must begin with http:// or https://")
    headers = {"Content-Type": "text/plain; charset=utf-8", "User-Agent": "Linli"}
    request = Request(url, data=body, method="POST", headers=headers)  # noqa: S310 - looked at above
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - looked at above
            return Pinged(theirs=_date(answer.headers.get("Date", "")))
    except HTTPError as answered:
        answered.close()
        return Pinged(f"it answered {answered.code}")
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return Pinged(f"{type(error).__name__}: {reason}"[:200])


def _date(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (TypeError, ValueError):
        return None
