"""The card on Today: who is on duty now, until when, who is next, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from linli.registry.models import Community
from linli.registry.queries import Scope, communities_in
from linli.scheduling.models import Duty, HandoverNote, Rota
from linli.scheduling.queries.gaps import gaps_ahead
from linli.scheduling.words import moment_words, span_words

LOOK_AHEAD = timedelta(days=7)
MOST_GAPS = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """Some officers on duty together, as far as the card says it."""

    names: str
    at: str


@dataclass(frozen=True, slots=True)
class Board:
    """``now`` is None in a gap. ``gaps`` are the first of the coming week in words, ``more_gaps`` how many follow."""

    community: Community
    now: Turn | None
    next: Turn | None
    gaps: Sequence[str]
    more_gaps: int
    notes_waiting: int


def boards_for(*, scope: Scope, at: datetime) -> list[Board]:
    """One board for each community of the scope that keeps a rota. At most six queries."""
    communities = {one.pk: one for one in communities_in(scope=scope)}
    kept = set(Rota.objects.filter(community_id__in=communities, is_kept=True).values_list("community_id", flat=True))
    if not kept:
        return []
    duties = list(
        Duty.objects.filter(community_id__in=kept, ends_at__gt=at, starts_at__lt=at + LOOK_AHEAD, post__isnull=False)
        .select_related("post")
        .order_by("starts_at", "pk")
    )
    gaps = gaps_ahead(community_ids=kept, since=at, until=at + LOOK_AHEAD)
    waiting = list(
        HandoverNote.objects.filter(community_id__in=kept, confirmed_at__isnull=True).values_list(
            "community_id", flat=True
        )
    )
    return [
        _board(communities[pk], [d for d in duties if d.community_id == pk and is_held(duty=d)], gaps[pk], waiting, at)
        for pk in communities
        if pk in kept
    ]


def is_held(*, duty: Duty) -> bool:
    """Whether its officer still has the post on that day."""
    post = duty.post
    return post is not None and post.since_on <= duty.on and (post.until_on is None or duty.on <= post.until_on)


def _board(
    community: Community, duties: list[Duty], gaps: list[tuple[datetime, datetime]], waiting: list[int], at: datetime
) -> Board:
    zone = ZoneInfo(community.time_zone)
    now = [duty for duty in duties if duty.starts_at <= at]
    later = [duty for duty in duties if duty.starts_at > at]
    following = [duty for duty in later if duty.starts_at == later[0].starts_at]
    return Board(
        community=community,
        now=Turn(_names(now), moment_words(at=min(d.ends_at for d in now), zone=zone)) if now else None,
        next=Turn(_names(following), moment_words(at=later[0].starts_at, zone=zone)) if later else None,
        gaps=[span_words(begin=begin, finish=finish, zone=zone) for begin, finish in gaps[:MOST_GAPS]],
        more_gaps=max(0, len(gaps) - MOST_GAPS),
        notes_waiting=waiting.count(community.pk),
    )


def _names(duties: Sequence[Duty]) -> str:
    return "、".join(dict.fromkeys(duty.post.holder_name for duty in duties if duty.post is not None))
