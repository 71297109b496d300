"""A town in which things come back: told through the actions, as everybody tells them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from linli.accounts.actors import actor_of
from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.presets import lay_down_categories
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.models import Category, DetectionRule, Request, Suggestion
from linli.core.actors import Actor, system_actor
from linli.registry.models import Building, Community, Dwelling, Grid, Household, Post, Resident, Unit
from tests.harness.town import Town

BY = system_actor(part="test")


def tell(town: Town, **more: Any) -> Request:
    """Somebody tells us of a leak in 8-3-502; ``days`` ago, of ``category`` (a code), at ``place``, by ``resident`` or ``phone``."""
    at: datetime = town.now - timedelta(days=more.get("days", 0))
    lay_down_categories(community_id=town.community.pk)
    category = Category.objects.get(community=town.community, code=more.get("category", "water_leak"))
    resident = more.get("resident")
    given = Given(
        text=more.get("text", "厨房漏水"),
        category_id=category.pk,
        place=PlaceGiven(words=more.get("place", "8-3-502")),
        reporter=ReporterGiven(resident_id=resident.pk if resident else None, phone=more.get("phone", "")),
        received_at=at,
    )
    return enter_request(by=BY, now=at, community_id=town.community.pk, given=given)


def only(town: Town, kind: str, **numbers: int) -> DetectionRule:
    """The preset sentence of this kind alone is in use."""
    lay_down_categories(community_id=town.community.pk)
    DetectionRule.objects.filter(community=town.community).exclude(kind=kind).update(is_on=False)
    rule = DetectionRule.objects.get(community=town.community, kind=kind)
    DetectionRule.objects.filter(pk=rule.pk).update(**numbers)
    rule.refresh_from_db()
    return rule


def the_suggestion() -> Suggestion:
    return Suggestion.objects.select_related("rule").get()


def acting(post: Post) -> Actor:
    """The holder of a post, signed in."""
    assert post.user is not None
    return actor_of(post.user, address="127.0.0.1")


def door(town: Town, number: str, *, unit: Unit | None = None, floor: int | None = None) -> Household:
    """A household behind one more door."""
    there = unit or town.unit
    dwelling = Dwelling.objects.create(
        community=town.community, unit=there, floor=floor if floor is not None else int(number) // 100, door=number,
        label=f"{there.building.number}栋{there.number}单元{number}",
    )  # fmt: skip
    return Household.objects.create(community=town.community, dwelling=dwelling, moved_in_on=town.now.date())


def lives(household: Household, name: str, **more: Any) -> Resident:
    return Resident.objects.create(community=household.community, household=household, name=name, **more)


def another_house(town: Town, *, grid_number: int = 2, number: str = "9") -> Unit:
    """A building of another grid with one stairwell."""
    grid = Grid.objects.create(community=town.community, number=grid_number, name=f"第{grid_number}网格")
    building = Building.objects.create(community=town.community, grid=grid, number=number)
    return Unit.objects.create(community=town.community, building=building, number=1)


def another_community() -> Community:
    """Where nobody of this town holds a post."""
    community = Community.objects.create(code="far", name="远方社区")
    lay_down_categories(community_id=community.pk)
    return community
