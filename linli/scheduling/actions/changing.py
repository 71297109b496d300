"""Giving a duty to somebody else, at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from linli.core.actors import Actor
from linli.registry.models import Post
from linli.registry.queries import Scope
from linli.scheduling.access import ARRANGE, reach_of
from linli.scheduling.actions.keeping import trace
from linli.scheduling.errors import DutyNotFound
from linli.scheduling.models import Duty, Swap
from linli.scheduling.queries.duties import forget_on_duty
from linli.scheduling.queries.people import officers_of
from linli.scheduling.rules.days import Span
from linli.scheduling.rules.deciding import ASKED, may_give_duty


@transaction.atomic
def give_duty(*, by: Actor, now: datetime, duty_id: int, post_id: int | None, reason: str = "") -> Duty:
    """Give a duty that is not over to this duty officer, or to nobody (None): then the gap shows.

    Questions about it that wait for an answer lapse; the change from one officer to another is kept as a swap.
    Raises NotAllowed, DutyNotFound, DutyOver or AlreadyOnDuty.
    """
    duty = locked_duty(duty_id=duty_id, reach=reach_of(by=by, now=now, permission=ARRANGE))
    after = officer_on(duty=duty, post_id=post_id) if post_id is not None else None
    if duty.post_id == post_id:
        return duty
    span = duty.starts_at, duty.ends_at
    others = other_spans(post_id=post_id, duty=duty, without=()) if post_id is not None else []
    may_give_duty(ends_at=duty.ends_at, now=now, span=span, others=others).enforce()
    before = duty.post
    hand_on(duty=duty, post=after, by=by, now=now)
    if before is not None and after is not None:
        Swap.objects.create(
            community_id=duty.community_id,
            duty=duty,
            asker=before,
            asked=after,
            note=reason[:200],
            state=Swap.State.ARRANGED,
            asked_at=now,
            asked_by=by.label[:120],
            answered_at=now,
            answered_by=by.label[:120],
        )
    trace(row=duty, by=by, now=now, verb="gave_duty", reason=reason, details=_names(before, after))
    return duty


def locked_duty(*, duty_id: int, reach: Scope) -> Duty:
    """The duty, locked. Raises DutyNotFound, also for what lies out of reach."""
    rows = Duty.objects.select_for_update(of=("self",)).select_related("post", "shift")
    duty = rows.filter(reach.covers_communities(), pk=duty_id).first()
    if duty is None:
        raise DutyNotFound
    return duty


def officer_on(*, duty: Duty, post_id: int) -> Post:
    """A duty officer of the duty's community on its day. Raises DutyNotFound."""
    for post in officers_of(community_id=duty.community_id, on=duty.on):
        if post.pk == post_id:
            return post
    raise DutyNotFound


def other_spans(*, post_id: int, duty: Duty, without: Collection[int]) -> list[Span]:
    """When this officer has other duties about that time, leaving out some that are being given away."""
    near = Duty.objects.filter(post_id=post_id, ends_at__gt=duty.starts_at, starts_at__lt=duty.ends_at)
    return list(near.exclude(pk__in=[duty.pk, *without]).values_list("starts_at", "ends_at"))


def hand_on(*, duty: Duty, post: Post | None, by: Actor, now: datetime) -> None:
    """Write the new holder down; what was asked about the duty and not answered has lapsed."""
    duty.post, duty.by_hand = post, True
    duty.save(update_fields=["post", "by_hand"])
    waiting = Swap.objects.filter(Q(duty=duty) | Q(in_return=duty), state=ASKED)
    waiting.update(state=Swap.State.LAPSED, answered_at=now, answered_by=by.label[:120])
    forget_on_duty()


def _names(before: Post | None, after: Post | None) -> dict[str, str]:
    return {"from": before.holder_name if before else "", "to": after.holder_name if after else ""}
