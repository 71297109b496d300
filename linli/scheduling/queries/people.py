"""The people of a rota: who could take turns, who does, and which duties and questions are whose."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from linli.accounts.roles import Role
from linli.registry.errors import NoCommunityYet
from linli.registry.models import Community, Post
from linli.registry.queries import Scope, communities_in
from linli.registry.scopes import valid_on
from linli.scheduling.errors import DutyNotFound
from linli.scheduling.models import Duty, HandoverNote, RotaMember, Shift, Swap


def community_of(*, scope: Scope, community_id: int | None) -> Community:
    """The one asked for, or the first of those in reach. Raises NoCommunityYet, DutyNotFound."""
    reach = communities_in(scope=scope)
    if not reach:
        raise NoCommunityYet
    for one in reach:
        if community_id is None or one.pk == community_id:
            return one
    raise DutyNotFound


def officers_of(*, community_id: int, on: date) -> list[Post]:
    """The duty officers of that day, those who take turns first and in their order."""
    posts = Post.objects.filter(valid_on(day=on), community_id=community_id, role=Role.DUTY_OFFICER)
    places = dict(RotaMember.objects.filter(community_id=community_id).values_list("post_id", "position"))
    return sorted(posts, key=lambda post: (places.get(post.pk, 10_000), post.pk))


def members_of(*, community_id: int) -> list[Post]:
    """Who takes turns, in order; also those whose post has ended."""
    members = RotaMember.objects.filter(community_id=community_id).order_by("position", "pk")
    return [member.post for member in members.select_related("post")]


def own_posts(*, user_id: int | None, on: date) -> frozenset[int]:
    """The posts of duty officer that somebody holds on that day."""
    if user_id is None:
        return frozenset()
    mine = Post.objects.filter(valid_on(day=on), user_id=user_id, role=Role.DUTY_OFFICER)
    return frozenset(mine.values_list("pk", flat=True))


def duty_for(*, scope: Scope, duty_id: int) -> Duty:
    """Raises DutyNotFound, also for what lies in other communities."""
    reach = communities_in(scope=scope)
    found = Duty.objects.select_related("shift", "post", "community").filter(pk=duty_id, community__in=reach).first()
    if found is None:
        raise DutyNotFound
    return found


def swaps_of(*, duty_id: int) -> list[Swap]:
    """What was asked and changed about a duty, newest first."""
    return list(
        Swap.objects.filter(duty_id=duty_id)
        .select_related("asker", "asked", "in_return__shift", "duty__shift")
        .order_by("-asked_at", "-pk")
    )


def open_swaps(*, post_ids: Collection[int], now: datetime) -> tuple[list[Swap], list[Swap]]:
    """Questions that wait for these posts, and those they have asked themselves; of duties still to come."""
    waiting = (
        Swap.objects.filter(state=Swap.State.ASKED, duty__starts_at__gt=now)
        .select_related("asker", "asked", "duty__shift", "duty__community", "in_return__shift")
        .order_by("duty__starts_at", "pk")
    )
    return list(waiting.filter(asked_id__in=post_ids)), list(waiting.filter(asker_id__in=post_ids))


def duties_to_come(*, post_ids: Collection[int], now: datetime, limit: int = 60) -> list[Duty]:
    """The coming duties of these posts, which could be given in return."""
    mine = Duty.objects.filter(post_id__in=post_ids, starts_at__gt=now, ends_at__gt=now)
    return list(mine.select_related("shift", "post").order_by("starts_at", "pk")[:limit])


def duty_to_hand_over(*, post_ids: Collection[int], since: datetime, now: datetime) -> Duty | None:
    """The latest duty of these posts that has begun and not ended before ``since``."""
    mine = Duty.objects.filter(post_id__in=post_ids, starts_at__lte=now, ends_at__gt=since)
    return mine.select_related("shift", "post", "community").order_by("-starts_at", "-pk").first()


def notes_of(*, community_id: int) -> QuerySet[HandoverNote]:
    """Hand-over notes, newest first."""
    notes = HandoverNote.objects.filter(community_id=community_id).select_related("duty__shift")
    return notes.order_by("-written_at", "-pk")


def notes_waiting(*, community_ids: Collection[int], limit: int = 20) -> list[HandoverNote]:
    """Notes that nobody has confirmed, oldest first."""
    waiting = HandoverNote.objects.filter(community_id__in=community_ids, confirmed_at__isnull=True)
    return list(waiting.select_related("duty__shift").order_by("written_at", "pk")[:limit])


def shifts_of(*, community_id: int) -> Sequence[Shift]:
    """All shifts of a community, by hour, those of the past too."""
    return list(Shift.objects.filter(community_id=community_id).order_by("starts", "pk"))
