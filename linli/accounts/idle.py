"""When a session counts as left alone. Pure functions over a session's own values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

SEEN = "linli_seen"
STAYS = "linli_stays"
STAYS_SECONDS = 3600  # a wall screen's session is renewed this often


def is_background(*, method: str, headers: Mapping[str, str]) -> bool:
    """Whether nobody need have touched anything for this request: a live line, a poll, a picture.

    What a person does inside a page reaches us as a POST, or by the ping of linli-idle.js, which watches keys and pointer.
    """
    if method not in {"GET", "HEAD"}:
        return False
    fetched = headers.get("Sec-Fetch-Mode", "navigate") != "navigate"
    return fetched or bool(headers.get("HX-Request")) or "text/event-stream" in headers.get("Accept", "")


def grace_seconds(*, limit: int) -> int:
    """How long after the page's own countdown the server still believes in its owner: pings come at most once a minute."""
    return min(90, limit // 2)


def noted_every(*, limit: int) -> int:
    """How coarsely activity is noted, in seconds, so that not every request writes the session."""
    return max(1, min(15, limit // 20))


def stay_signed_in(*, request: HttpRequest) -> None:
    """A view calls this to say that its page has nobody at the keyboard (the desk's wall screen): while it is the last page
    opened in this session, the session does not end by idleness."""
    request.session[STAYS] = True
