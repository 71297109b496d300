"""A community with a secretary, four duty officers and a captain, and nothing planned yet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from linli.accounts.actors import actor_of
from linli.accounts.models import User
from linli.accounts.roles import Role
from linli.core.actors import Actor, system_actor
from linli.registry.models import Building, Community, Grid, Post, Unit
from linli.scheduling import actions
from linli.scheduling.models import Duty
from linli.scheduling.presets import PRESETS

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # Monday, noon in Changchun
TODAY = date(2026, 11, 23)
SYSTEM = system_actor(part="test")
HOUR = timedelta(hours=1)


class Station:
    """``officers`` are 甲 乙 丙 丁, in this order; ``by("甲")`` acts as that person."""

    def __init__(self, code: str) -> None:
        self.community = Community.objects.create(code=code, name=f"{code}社区")
        self.users: dict[str, User] = {}
        self.posts: dict[str, Post] = {}
        self._post(f"{code}书记", Role.SECRETARY)
        self.secretary = f"{code}书记"
        for name in "甲乙丙丁":
            self._post(f"{code}{name}", Role.DUTY_OFFICER)
        self.officers = [self.posts[f"{code}{name}"] for name in "甲乙丙丁"]
        grid = Grid.objects.create(community=self.community, number=1, name="第一网格")
        building = Building.objects.create(community=self.community, grid=grid, number="8")
        unit = Unit.objects.create(community=self.community, building=building, number=3)
        self._post(f"{code}单元长", Role.UNIT_CAPTAIN, unit=unit)

    def _post(self, name: str, role: Role, **scope) -> None:
        user = User.objects.create_user(username=f"user-{name}", name=name, password=None)
        self.users[name] = user
        self.posts[name] = Post.objects.create(
            community=self.community, role=role, holder_name=name, user=user, since_on=date(2026, 1, 1), **scope
        )

    def by(self, name: str) -> Actor:
        return actor_of(self.users[name], address="127.0.0.1")

    def lays_down(self, preset: str = "two") -> None:
        actions.lay_down_shifts(
            by=SYSTEM, now=NOW, community_id=self.community.pk, shifts=PRESETS[preset].shifts, since_on=TODAY
        )

    def plans(self, *, weeks: int = 2, people: int = 3, **more) -> int:
        posts = [post.pk for post in self.officers[:people]]
        told = {"by": SYSTEM, "now": NOW, "community_id": self.community.pk, "first_on": TODAY, **more}
        return actions.plan_rota(weeks=weeks, post_ids=posts, **told)

    def duty(self, hours: float) -> Duty:
        """Who is on duty so many hours from noon."""
        at = NOW + timedelta(hours=hours)
        return Duty.objects.select_related("post").get(community=self.community, starts_at__lte=at, ends_at__gt=at)

    def browser(self, name: str) -> Client:
        client = Client()
        client.force_login(self.users[name])
        return client


@pytest.fixture
def station(db) -> Station:
    return Station("linju")


@pytest.fixture
def planned(station: Station) -> Station:
    """Two shifts, three officers, two weeks."""
    station.lays_down()
    station.plans()
    return station


@pytest.fixture
def elsewhere(db) -> Station:
    return Station("baihua")
