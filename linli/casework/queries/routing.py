"""Routing sentences as pages show them, and their trial on the last month."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from linli.accounts.roles import Role
from linli.casework.access import Reach
from linli.casework.errors.routing import SentenceNotFound
from linli.casework.models import Category, Request, RoutingRule, Team
from linli.casework.queries.hands import sentence_of
from linli.casework.queries.office import looks_after
from linli.casework.rules.routing import Facts, Sentence
from linli.casework.rules.trials import NOBODY, Case, Target, Trial, on_trial, swallowed, with_somebody
from linli.registry.models import Building, Community, Grid, Post
from linli.registry.scopes import valid_on
from linli.scheduling.queries import days_between

TRIED_DAYS: Final = 30
MOST_CASES: Final = 20_000
CAPTAINS: Final = (Role.UNIT_CAPTAIN, Role.BUILDING_CAPTAIN, Role.GRID_LEAD, Role.SECRETARY)


@dataclass(frozen=True, slots=True)
class Tried:
    """A trial with what a page needs to tell of it. ``cut`` where there were more requests than were looked at."""

    trial: Trial
    swallowed: dict[int, int]
    passed_over: frozenset[int]
    since: datetime
    cut: bool
    fingerprint: str
    names: dict[Target, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fallback:
    """Who is asked where no sentence holds: how many captains and grid leads there are, and who the office is."""

    unit_captains: int
    building_captains: int
    grid_leads: int
    secretary: str


def rules_of(*, community_id: int) -> list[RoutingRule]:
    """All sentences, in use or not, in order. One query."""
    rows = RoutingRule.objects.filter(community_id=community_id).order_by("position", "pk")
    return list(rows.select_related("category__parent", "grid", "building", "team", "post"))


def rule_for(*, reach: Reach, rule_id: int) -> RoutingRule:
    """One sentence of a community that this person looks after. One query. Raises SentenceNotFound."""
    rows = RoutingRule.objects.select_related("category__parent", "grid", "building", "team", "post", "community")
    rule = rows.filter(pk=rule_id).first()
    if rule is None or not looks_after(reach=reach, community_id=rule.community_id):
        raise SentenceNotFound
    return rule


def fingerprint_of(*, rules: Sequence[RoutingRule]) -> str:
    """What the sentences say, in their order: another one when anything of them changes."""
    said = "\n".join(f"{rule.pk}:{rule.is_on}:{sentence_of(rule=rule)!r}" for rule in rules)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def fallback_of(*, community_id: int, on: date) -> Fallback:
    """Who stands in the chain today. One query."""
    posts = list(_posts(community_id, on))
    secretary = next((post.holder_name for post in posts if post.role == Role.SECRETARY), "")
    count = {role: sum(post.role == role for post in posts) for role in CAPTAINS}
    return Fallback(count[Role.UNIT_CAPTAIN], count[Role.BUILDING_CAPTAIN], count[Role.GRID_LEAD], secretary)


def places_of(*, community_id: int) -> tuple[list[Grid], list[Building]]:
    """The grids and buildings a sentence can name, in order. Two queries."""
    buildings = Building.objects.filter(community_id=community_id)
    return (
        list(Grid.objects.filter(community_id=community_id).order_by("number")),
        sorted(buildings, key=lambda one: (len(one.number), one.number)),
    )


def tried_on_last_month(*, community: Community, draft: Collection[int], now: datetime) -> Tried:
    """In whose hands the requests of the last 30 days would have come with only these sentences in use, against those that are.

    The newest 20,000 at most. Each request counts with the category and place it has now and the time it was received. Nine queries.
    """
    zone = ZoneInfo(community.time_zone)
    on = now.astimezone(zone).date()
    rules = rules_of(community_id=community.pk)
    posts = list(_posts(community.pk, on))
    teams = _teams_with_somebody(community.pk, on, {post.pk for post in posts})
    since = now - timedelta(days=TRIED_DAYS)
    rows = Request.objects.filter(community=community, received_at__gte=since, received_at__lte=now)
    cases, cut = _cases(rows, zone, posts, set(teams))
    every = [sentence_of(rule=rule) for rule in rules]
    chosen = [one for one in every if one.id in draft]
    used = [one for one, rule in zip(every, rules, strict=True) if rule.is_on]
    alive = {"posts": {post.pk for post in posts}, "teams": set(teams)}
    there = with_somebody(sentences=chosen, **alive)
    trial = on_trial(cases=cases, in_use=with_somebody(sentences=used, **alive), draft=there)
    names = {Target(team_id=pk): name for pk, name in teams.items()} | {
        Target(post_id=post.pk): str(post) for post in posts
    }
    return Tried(
        trial=trial, swallowed=_swallowed(community.pk, there), passed_over=_ids(chosen) - _ids(there), since=since, cut=cut,
        fingerprint=fingerprint_of(rules=rules), names=names,
    )  # fmt: skip


def _ids(sentences: Sequence[Sentence]) -> frozenset[int]:
    return frozenset(one.id for one in sentences)


def _swallowed(community_id: int, sentences: Sequence[Sentence]) -> dict[int, int]:
    parents = dict(Category.objects.filter(community_id=community_id).values_list("pk", "parent_id"))
    grids = dict(Building.objects.filter(community_id=community_id).values_list("pk", "grid_id"))
    return swallowed(sentences=sentences, parents=parents, grids=grids)


def _posts(community_id: int, on: date) -> Any:
    return Post.objects.filter(valid_on(day=on), community_id=community_id).order_by("pk")


def _teams_with_somebody(community_id: int, on: date, posts: set[int]) -> dict[int, str]:
    rows = Team.objects.filter(community_id=community_id).exclude(ended_on__lt=on)
    found = rows.values_list("pk", "name", "members__post_id")
    return {pk: name for pk, name, post_id in found if post_id in posts}


def _cases(rows: QuerySet[Request], zone: ZoneInfo, posts: Sequence[Post], teams: set[int]) -> tuple[list[Case], bool]:
    """The newest first, as the rules see them."""
    columns = (
        "pk", "number", "channel", "received_at", "category_id", "category__parent_id", "category__team_id", "building_id",
        "unit_id", "building__grid_id",
    )  # fmt: skip
    found = list(rows.order_by("-received_at", "-pk").values_list(*columns)[: MOST_CASES + 1])
    if not found:
        return [], False
    first, last = found[-1][3].astimezone(zone).date(), found[0][3].astimezone(zone).date()
    days = days_between(first=first, last=last)
    nearest = _Nearest(posts)
    cases = []
    for pk, number, channel, at, category_id, above, team_id, building_id, unit_id, grid_id in found[:MOST_CASES]:
        local = at.astimezone(zone)
        facts = Facts(
            category_ids=[category_id, above] if above else [category_id], channel=channel, grid_id=grid_id,
            building_id=building_id, works=days.kind(local.date()) == "workday", at=local.time(),
        )  # fmt: skip
        otherwise = Target(team_id=team_id) if team_id in teams else nearest.to(unit_id, building_id, grid_id)
        cases.append(Case(pk, number, facts, otherwise))
    return cases, len(found) > MOST_CASES


class _Nearest:
    """Unit captain, building captain, grid lead, secretary; of several the one who came first (as ``posts_above`` says)."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self._by_place: dict[tuple[str, int | None], Target] = {}
        for post in posts:
            place = {
                Role.UNIT_CAPTAIN: post.unit_id,
                Role.BUILDING_CAPTAIN: post.building_id,
                Role.GRID_LEAD: post.grid_id,
                Role.SECRETARY: 0,
            }.get(Role(post.role))
            if place is not None:
                self._by_place.setdefault((post.role, place), Target(post_id=post.pk))

    def to(self, unit_id: int | None, building_id: int | None, grid_id: int | None) -> Target:
        places = (unit_id, building_id, grid_id, 0)
        for role, place in zip(CAPTAINS, places, strict=True):
            if place is not None and (found := self._by_place.get((role, place))):
                return found
        return NOBODY
