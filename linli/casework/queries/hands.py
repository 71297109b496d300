"""Who could lead a request: by the routing sentences, by the place, by role."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from linli.accounts.roles import Role
from linli.casework.models import Category, RoutingRule, Team
from linli.casework.queries.places import Place
from linli.casework.rules.routing import Facts, Sentence, first_that_holds
from linli.registry.models import Post
from linli.registry.scopes import valid_on
from linli.scheduling.queries import is_workday

NEAREST_FIRST = (Role.UNIT_CAPTAIN, Role.BUILDING_CAPTAIN, Role.GRID_LEAD, Role.SECRETARY)


@dataclass(frozen=True, slots=True)
class Hands:
    """In whose hands a request comes, and why: a routing sentence (``rule_id``), the category's team, or the fall-back by place."""

    team: Team | None = None
    post: Post | None = None
    rule_id: int | None = None
    why: str = ""


def sentences_of(*, community_id: int) -> list[Sentence]:
    """The sentences in use, in order. One query."""
    rows = RoutingRule.objects.filter(community_id=community_id, is_on=True).order_by("position", "pk")
    return [sentence_of(rule=row) for row in rows]


def sentence_of(*, rule: RoutingRule) -> Sentence:
    """A routing rule as the rules understand it."""
    return Sentence(
        id=rule.pk, category_id=rule.category_id, channel=rule.channel, grid_id=rule.grid_id, building_id=rule.building_id,
        days=rule.days, begins=rule.begins, ends=rule.ends, team_id=rule.team_id, post_id=rule.post_id,
    )  # fmt: skip


def facts_of(*, category: Category, channel: str, place: Place, at: datetime, time_zone: str) -> Facts:
    """What the sentences ask about. One query, for the working day."""
    local = at.astimezone(ZoneInfo(time_zone))
    above = [category.parent_id] if category.parent_id else []
    return Facts(
        category_ids=[category.pk, *above], channel=channel, grid_id=place.grid_id, building_id=place.building_id,
        works=is_workday(day=local.date()), at=local.time(),
    )  # fmt: skip


def hands_for(*, community_id: int, category: Category, place: Place, facts: Facts, on: date) -> Hands:
    """By the first sentence that holds; else the category's team; else unit captain, building captain, grid lead, secretary.

    A sentence whose post has ended or whose team has nobody left is passed over.
    """
    left = sentences_of(community_id=community_id)
    while (found := first_that_holds(sentences=left, facts=facts)) is not None:
        target = _target(found, on)
        if target is not None:
            return target
        left = left[left.index(found) + 1 :]
    if category.team is not None and _has_somebody(category.team, on):
        return Hands(team=category.team, why="category")
    nearest = next(iter(posts_above(community_id=community_id, place=place, on=on)), None)
    return Hands(post=nearest, why="place") if nearest else Hands()


def posts_above(*, community_id: int, place: Place, on: date) -> list[Post]:
    """Who is responsible for a place, the nearest first: unit captain, building captain, grid lead, secretary. One query."""
    over = Q(role=Role.SECRETARY)
    if place.unit_id is not None:
        over |= Q(role=Role.UNIT_CAPTAIN, unit_id=place.unit_id)
    if place.building_id is not None:
        over |= Q(role=Role.BUILDING_CAPTAIN, building_id=place.building_id)
    if place.grid_id is not None:
        over |= Q(role=Role.GRID_LEAD, grid_id=place.grid_id)
    posts = Post.objects.filter(valid_on(day=on), over, community_id=community_id).order_by("pk")
    return sorted(posts, key=lambda post: NEAREST_FIRST.index(Role(post.role)))


def posts_that_lead(*, community_id: int, on: date) -> list[Post]:
    """Everybody to whom a request can be handed: the office first, then by name. One query."""
    posts = Post.objects.filter(valid_on(day=on), community_id=community_id).select_related(
        "unit__building", "building", "grid"
    )
    office = (Role.SECRETARY, Role.DUTY_OFFICER, Role.GRID_LEAD)
    return sorted(posts.order_by("pk"), key=lambda post: (post.role not in office, post.role, post.holder_name))


def teams_that_lead(*, community_id: int, on: date) -> list[Team]:
    """The teams in use. One query."""
    return list(Team.objects.filter(community_id=community_id).exclude(ended_on__lt=on).order_by("name"))


def members_of(*, team: Team, on: date) -> Sequence[Post]:
    """Who is in a team today. One query."""
    return list(Post.objects.filter(valid_on(day=on), pk__in=team.members.values("post_id")).order_by("pk"))


def _target(sentence: Sentence, on: date) -> Hands | None:
    if sentence.post_id is not None:
        post = Post.objects.filter(valid_on(day=on), pk=sentence.post_id).first()
        return Hands(post=post, rule_id=sentence.id, why="sentence") if post else None
    team = Team.objects.filter(pk=sentence.team_id or 0).exclude(ended_on__lt=on).first()
    return Hands(team=team, rule_id=sentence.id, why="sentence") if team and _has_somebody(team, on) else None


def _has_somebody(team: Team, on: date) -> bool:
    return bool(members_of(team=team, on=on))
