"""The town with a second community beside it, its categories laid down, and browsers for the people of its office."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.accounts.actors import actor_of
from linli.accounts.models import User
from linli.accounts.roles import Role
from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.presets import lay_down_categories
from linli.casework.models import Category, Request, Team, TeamMember
from linli.core.actors import Actor, system_actor
from linli.registry.models import Building, Community, Grid, Post, Unit
from tests.harness.town import Town

SYSTEM = system_actor(part="test")
DAY = timedelta(days=1)


class Office:
    """``town`` is the harness's; ``other`` a community that its people have nothing to do with."""

    def __init__(self) -> None:
        self.town = Town(start=timezone.now())
        self.community = self.town.community
        lay_down_categories(community_id=self.community.pk)
        self.other = Community.objects.create(code="other", name="别处社区")
        lay_down_categories(community_id=self.other.pk)
        self.other_post = self.appoint("外人", Role.SECRETARY, community=self.other)
        self.secretary = self.town.secretary_post
        self.grid_lead = Post.objects.get(role=Role.GRID_LEAD, community=self.community)
        self.building_captain = Post.objects.get(role=Role.BUILDING_CAPTAIN)
        self.unit_captain = Post.objects.get(role=Role.UNIT_CAPTAIN)
        self.desk = self.town.desk_post
        self.second_grid = Grid.objects.create(community=self.community, number=2, name="第二网格")
        self.second_building = Building.objects.create(community=self.community, grid=self.second_grid, number="9")
        self.second_unit = Unit.objects.create(community=self.community, building=self.second_building, number=1)

    @property
    def now(self) -> datetime:
        return self.town.now

    @property
    def today(self) -> date:
        return timezone.localdate(self.town.now)

    def appoint(self, name: str, role: str, *, community: Community | None = None, **scope: Any) -> Post:
        user = User.objects.create_user(username=f"u-{name}", name=name, password=None)
        return Post.objects.create(
            community=community or self.community, role=role, holder_name=name, user=user, since_on=date(2026, 1, 1), **scope
        )  # fmt: skip

    def by(self, post: Post) -> Actor:
        assert post.user is not None
        return actor_of(post.user)

    def browser(self, post: Post, *, language: str = "en") -> Client:
        assert post.user is not None
        client = Client()
        client.force_login(post.user)
        client.cookies["linli_language"] = language
        return client

    def category(self, code: str) -> Category:
        return Category.objects.get(community=self.community, code=code)

    def team(self, name: str, *posts: Post) -> Team:
        team = Team.objects.create(community=self.community, name=name)
        TeamMember.objects.bulk_create(TeamMember(team=team, post=post) for post in posts)
        return team

    def enters(
        self, text: str = "楼道灯不亮", *, code: str = "light", at: datetime | None = None, **more: Any
    ) -> Request:
        place = more.pop("place", PlaceGiven(unit_id=self.town.unit.pk))
        when = at or self.now
        given = Given(text=text, category_id=self.category(code).pk, place=place, received_at=when, **more)
        return enter_request(by=self.by(self.secretary), now=when, community_id=self.community.pk, given=given)


@pytest.fixture
def office(db) -> Office:
    return Office()


def page_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status, (response.status_code, response.content.decode()[:2000])
    text: str = response.content.decode()
    return text
