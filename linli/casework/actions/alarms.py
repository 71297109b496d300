"""Saying that a request is soon due, due, or badly late: to the lead, then to those above."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from linli.accounts.roles import Role
from linli.casework.actions.clock import say_next
from linli.casework.actions.handing import next_above, place_of
from linli.casework.actions.recording import Aspect, Became, write_step
from linli.casework.actions.telling import owe_posts
from linli.casework.models import Request
from linli.casework.queries.hands import members_of, posts_above
from linli.core.actors import system_actor
from linli.registry.models import Post

CLOCK = system_actor(part="casework-clock")
WHY: Final[Mapping[str, tuple[str, str]]] = {
    "warn": ("快到期了", "soon due"),
    "due": ("已到期", "due now"),
    "late": ("严重超期", "badly late"),
}
"""In Chinese and in English: messages are written in their reader's language, not in the worker's."""


def say_alarms(*, now: datetime, limit: int = 200) -> int:
    """Say each alarm that is due, once. Returns how many."""
    due = Request.objects.filter(next_alarm_at__lte=now).order_by("next_alarm_at").values_list("pk", flat=True)
    return sum(_say(request_id=pk, now=now) for pk in list(due[:limit]))


@transaction.atomic
def _say(*, request_id: int, now: datetime) -> bool:
    rows = Request.objects.select_for_update(of=("self",)).select_related(
        "community", "category", "building", "lead", "team"
    )
    request = rows.get(pk=request_id)
    if request.next_alarm_at is None or request.next_alarm_at > now:
        return False
    alarm = request.next_alarm
    told = _who(request, alarm, now)
    became = Became(due_at=request.due_at, params={"alarm": alarm, "told": [post.holder_name for post in told]})
    step = write_step(request=request, by=CLOCK, now=now, aspect=Aspect.ALARM, verb=f"alarm_{alarm}", became=became)
    more = {"why_zh": WHY[alarm][0], "why_en": WHY[alarm][1]}
    owe_posts(request=request, posts=told, now=now, wording="request.alarm", once=f"alarm:{step.pk}", more=more)
    say_next(request=request, now=now)
    request.save()
    return True


def _who(request: Request, alarm: str, now: datetime) -> list[Post]:
    """The lead; when it is due whoever stands above, too; badly late, the secretary as well."""
    on = timezone.localdate(now)
    told = [request.lead] if request.lead is not None else []
    if request.team is not None and not told:
        told += members_of(team=request.team, on=on)
    if alarm == Request.Alarm.WARN and told:
        return told
    above = next_above(request=request, now=now)
    told += [above] if above is not None else []
    if alarm == Request.Alarm.LATE or not told:
        chain = posts_above(community_id=request.community_id, place=place_of(request=request), on=on)
        told += [post for post in chain if post.role == Role.SECRETARY]
    return list({post.pk: post for post in told}.values())
