"""Owing messages: to who told us, to who leads, to those above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from linli.casework.models import Reporter, Request
from linli.core.actors import system_actor
from linli.notifications.actions import Owed, note_addressee, owe_messages
from linli.notifications.models import Message
from linli.registry.models import ContactPoint, Post

CASEWORK = system_actor(part="casework")


def words_about(*, request: Request) -> dict[str, Any]:
    """What the wordings need to say of a request."""
    zone = ZoneInfo(request.community.time_zone)
    due = request.due_at.astimezone(zone)
    return {
        "request": request.pk,
        "number": request.number,
        "place": request.place or request.community.name,
        "kind_zh": request.category.title_zh,
        "kind_en": request.category.title_en,
        "severity": 3,
        "life_safety": False,
        "community": request.community.name,
        "desk_phone": request.community.desk_phone,
        "due": f"{due:%m-%d %H:%M}",
    }


def owe_reporters(
    *,
    request: Request,
    reporters: Sequence[Reporter],
    now: datetime,
    wording: str,
    about: Mapping[int, str],
    once: str,
    more: Mapping[str, str] | None = None,
) -> None:
    """A message to each of these reporters who wants one and left a number. ``about`` names the matter per reporter, ``once`` makes
    the idempotency key together with the request and the reporter."""
    params = words_about(request=request) | dict(more or {})
    owed = []
    for reporter in reporters:
        if reporter.wants != Reporter.Wants.LINK or not reporter.phone:
            continue
        addressee = note_addressee(
            by=CASEWORK, now=now, community_id=request.community_id, name=reporter.name, language=reporter.language,
            kind=ContactPoint.Kind.SMS, address=reporter.phone,
        )  # fmt: skip
        owed.append(
            Owed(
                community_id=request.community_id, about=about[reporter.pk], recipient_kind="addressee",
                recipient_id=addressee.pk, recipient_name=reporter.name, recipient_title="", language=reporter.language,
                wording=wording, params=params, priority=Message.ROUTINE,
                idempotency_key=f"request:{request.pk}:{once}:{reporter.pk}",
            )
        )  # fmt: skip
    owe_messages(now=now, messages=owed)


def owe_posts(
    *,
    request: Request,
    posts: Sequence[Post],
    now: datetime,
    wording: str,
    once: str,
    more: Mapping[str, str] | None = None,
) -> None:
    """A message to the holders of these posts, each once."""
    params = words_about(request=request) | dict(more or {})
    owe_messages(
        now=now,
        messages=[
            Owed(
                community_id=request.community_id, about=f"request:{request.pk}", recipient_kind="post", recipient_id=post.pk,
                recipient_name=post.holder_name, recipient_title=post.role, language=post.language, wording=wording,
                params=params, priority=Message.ROUTINE, idempotency_key=f"request:{request.pk}:{once}:post:{post.pk}",
            )
            for post in {post.pk: post for post in posts}.values()
        ],
    )  # fmt: skip
