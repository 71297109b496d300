"""Swaps: an officer asks, the other answers; the secretary may exchange two duties at once."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from linli.core.actors import Actor
from linli.registry.models import Post
from linli.registry.queries import Scope
from linli.scheduling.access import ARRANGE, EDIT, reach_of
from linli.scheduling.actions.changing import hand_on, locked_duty, officer_on, other_spans
from linli.scheduling.actions.keeping import trace
from linli.scheduling.errors import DutyNotFound, NotYourDuty, SwapWaiting
from linli.scheduling.models import Duty, Swap
from linli.scheduling.queries.people import own_posts
from linli.scheduling.rules.deciding import (
    may_answer_swap,
    may_ask_swap,
    may_carry_out_swap,
    may_give_duty,
    may_withdraw_swap,
)


@transaction.atomic
def ask_swap(
    *,
    by: Actor,
    now: datetime,
    duty_id: int,
    asked_post_id: int,
    in_return_id: int | None = None,
    note: str = "",
) -> Swap:
    """Ask another duty officer to take one's own duty, perhaps for one of theirs in return. Nothing changes until they accept.

    Raises NotAllowed, DutyNotFound, NotYourDuty, SwapWithOneself, DutyBegun, AlreadyOnDuty or SwapWaiting.
    """
    reach = reach_of(by=by, now=now, permission=EDIT)
    own = own_posts(user_id=by.user_id, on=timezone.localdate(now))
    duty = locked_duty(duty_id=duty_id, reach=reach)
    may_ask_swap(holder=duty.post_id, own=own, asked=asked_post_id, starts_at=duty.starts_at, now=now).enforce()
    asked = officer_on(duty=duty, post_id=asked_post_id)
    other = locked_duty(duty_id=in_return_id, reach=reach) if in_return_id is not None else None
    if other is not None and (other.post_id != asked.pk or other.community_id != duty.community_id):
        raise DutyNotFound
    assert duty.post is not None
    _check_exchange(duty, other, duty.post, asked, now)
    try:
        with transaction.atomic():
            swap = Swap.objects.create(
                community_id=duty.community_id,
                duty=duty,
                in_return=other,
                asker=duty.post,
                asked=asked,
                note=note.strip()[:200],
                asked_at=now,
                asked_by=by.label[:120],
            )
    except IntegrityError as error:
        raise SwapWaiting from error
    trace(row=swap, by=by, now=now, verb="asked_swap", details={"duty": str(duty)})
    return swap


@transaction.atomic
def accept_swap(*, by: Actor, now: datetime, swap_id: int) -> Swap:
    """The one who was asked takes the duty, and gives the one agreed in return.

    Raises NotAllowed, DutyNotFound, NotYourDuty, SwapAnswered, SwapOutdated, DutyOver or AlreadyOnDuty.
    """
    swap, own, reach = _swap(by, now, swap_id)
    may_answer_swap(state=swap.state, asked=swap.asked_id, own=own).enforce()
    duty, other = _locked_pair(swap.duty_id, swap.in_return_id, reach)
    may_carry_out_swap(
        holders=(duty.post_id, other.post_id if other else None),
        expected=(swap.asker_id, swap.asked_id if other else None),
    ).enforce()
    officer_on(duty=duty, post_id=swap.asked_id)
    _check_exchange(duty, other, swap.asker, swap.asked, now)
    _answer(swap, Swap.State.ACCEPTED, by=by, now=now)
    hand_on(duty=duty, post=swap.asked, by=by, now=now)
    if other is not None:
        hand_on(duty=other, post=swap.asker, by=by, now=now)
    trace(row=swap, by=by, now=now, verb="accepted_swap", details={"duty": str(duty), "in_return": str(other or "")})
    return swap


@transaction.atomic
def decline_swap(*, by: Actor, now: datetime, swap_id: int) -> Swap:
    """The one who was asked cannot. Raises NotAllowed, DutyNotFound, NotYourDuty or SwapAnswered."""
    swap, own, _reach = _swap(by, now, swap_id)
    may_answer_swap(state=swap.state, asked=swap.asked_id, own=own).enforce()
    _answer(swap, Swap.State.DECLINED, by=by, now=now)
    trace(row=swap, by=by, now=now, verb="declined_swap")
    return swap


@transaction.atomic
def withdraw_swap(*, by: Actor, now: datetime, swap_id: int) -> Swap:
    """Who asked takes the question back. Raises NotAllowed, DutyNotFound, NotYourDuty or SwapAnswered."""
    swap, own, _reach = _swap(by, now, swap_id)
    may_withdraw_swap(state=swap.state, asker=swap.asker_id, own=own).enforce()
    _answer(swap, Swap.State.WITHDRAWN, by=by, now=now)
    trace(row=swap, by=by, now=now, verb="withdrew_swap")
    return swap


@transaction.atomic
def arrange_swap(*, by: Actor, now: datetime, duty_id: int, other_id: int, reason: str = "") -> Swap:
    """The secretary exchanges the duties of two officers at once.

    Raises NotAllowed, DutyNotFound, NotYourDuty (a duty nobody holds), DutyOver or AlreadyOnDuty.
    """
    reach = reach_of(by=by, now=now, permission=ARRANGE)
    duty, other = _locked_pair(duty_id, other_id, reach)
    assert other is not None
    one, two = duty.post, other.post
    if one is None or two is None or one.pk == two.pk or duty.community_id != other.community_id:
        raise NotYourDuty
    _check_exchange(duty, other, one, two, now)
    hand_on(duty=duty, post=two, by=by, now=now)
    hand_on(duty=other, post=one, by=by, now=now)
    swap = Swap.objects.create(
        community_id=duty.community_id,
        duty=duty,
        in_return=other,
        asker=one,
        asked=two,
        note=reason.strip()[:200],
        state=Swap.State.ARRANGED,
        asked_at=now,
        asked_by=by.label[:120],
        answered_at=now,
        answered_by=by.label[:120],
    )
    trace(
        row=swap,
        by=by,
        now=now,
        verb="arranged_swap",
        reason=reason,
        details={"duty": str(duty), "in_return": str(other)},
    )
    return swap


def _swap(by: Actor, now: datetime, swap_id: int) -> tuple[Swap, frozenset[int], Scope]:
    reach = reach_of(by=by, now=now, permission=EDIT)
    rows = Swap.objects.select_for_update(of=("self",)).select_related("asker", "asked")
    swap = rows.filter(reach.covers_communities(), pk=swap_id).first()
    if swap is None:
        raise DutyNotFound
    return swap, own_posts(user_id=by.user_id, on=timezone.localdate(now)), reach


def _locked_pair(duty_id: int, other_id: int | None, reach: Scope) -> tuple[Duty, Duty | None]:
    """Both duties, locked in one order whoever asks."""
    ids = sorted({duty_id, other_id} - {None}, key=lambda pk: pk or 0)
    locked = {pk: locked_duty(duty_id=pk, reach=reach) for pk in ids if pk is not None}
    return locked[duty_id], locked[other_id] if other_id is not None else None


def _check_exchange(duty: Duty, other: Duty | None, giver: Post, taker: Post, now: datetime) -> None:
    """Both could do it: the duties are not over, and nobody is on another at that time."""
    given = (duty.pk, other.pk) if other is not None else (duty.pk,)
    for one, post in ((duty, taker), (other, giver)):
        if one is not None:
            may_give_duty(
                ends_at=one.ends_at,
                now=now,
                span=(one.starts_at, one.ends_at),
                others=other_spans(post_id=post.pk, duty=one, without=given),
            ).enforce()


def _answer(swap: Swap, state: Swap.State, *, by: Actor, now: datetime) -> None:
    swap.state, swap.answered_at, swap.answered_by = state, now, by.label[:120]
    swap.save(update_fields=["state", "answered_at", "answered_by"])
