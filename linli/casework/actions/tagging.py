"""Tags: words by which requests are counted."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from linli.casework.actions.recording import Aspect, Became, locked_request, need_hands, write_step
from linli.casework.events import RequestTagged
from linli.casework.models import Request, Tagging
from linli.core.actors import Actor
from linli.core.events import announce


def tag_by_category(*, request: Request, by: Actor, now: datetime, tags: Collection[str] = ()) -> None:
    """The tags that its category brings, and these. What it has already is left alone."""
    for tag in dict.fromkeys([*request.category.tags.split(), *tags]):
        _tag(request, by, now, tag)


@transaction.atomic
def tag_request(*, by: Actor, now: datetime, request_id: int, tag: str) -> Request:
    """One tag more, by hand. Raises NotAllowed, RequestNotFound, NotYourRequest."""
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    need_hands(request=request, reach=reach)
    _tag(request, by, now, tag)
    request.save()
    return request


def _tag(request: Request, by: Actor, now: datetime, tag: str) -> None:
    word = "_".join(tag.lower().split())[:30]
    if not word:
        return
    _row, is_new = Tagging.objects.get_or_create(
        request=request, tag=word, defaults={"community_id": request.community_id, "tagged_at": now}
    )
    if is_new:
        write_step(
            request=request, by=by, now=now, aspect=Aspect.TAG, verb="tagged", became=Became(params={"tag": word})
        )
        announce(RequestTagged(request.pk, request.community_id, word, now))
