"""The town of the stories, its people as actors, and a request in it."""

from __future__ import annotations

from datetime import datetime

import pytest

from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.presets import lay_down_categories
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.models import Category, Reporter, Request
from linli.registry.models import Post
from tests.harness import Town

MONDAY = datetime.fromisoformat("2026-11-23T12:00:00+08:00")
DAUGHTER = ReporterGiven(name="王芳", phone="13800000001", wants=Reporter.Wants.LINK)
CALLER = ReporterGiven(name="刘大爷", phone="13800000002", wants=Reporter.Wants.CALL)
NOBODY = ReporterGiven()


class Office(Town):
    """The town with its categories, and short ways to write requests down and find people again."""

    def __init__(self) -> None:
        super().__init__(start=MONDAY)
        lay_down_categories(community_id=self.community.pk)
        self.captain_post = self.holder("赵玉兰")
        self.building_post = self.holder("孙德福")
        self.grid_post = self.holder("周网格")
        self.secretary = self.staff(self.secretary_post)
        self.desk = self.staff(self.desk_post)
        self.captain = self.staff(self.captain_post)
        self.grid_lead = self.staff(self.grid_post)

    def holder(self, name):
        return Post.objects.get(holder_name=name)

    def category(self, code: str) -> Category:
        return Category.objects.get(community=self.community, code=code)

    def enter(self, text="楼道灯不亮", *, by=None, reporter=DAUGHTER, category="light", place=None, **given) -> Request:
        """By default the daughter's broken light in the stairwell, in the hands of the unit captain."""
        category_id = self.category(category).pk if category else None
        place = PlaceGiven(unit_id=self.unit.pk) if place is None else place
        wanted = Given(text=text, reporter=reporter, category_id=category_id, place=place, **given)
        return enter_request(by=by or self.desk, now=self.now, community_id=self.community.pk, given=wanted)

    def again(self, request: Request) -> Request:
        """As it stands in the database."""
        return Request.objects.select_related("category", "lead", "team", "community").get(pk=request.pk)


@pytest.fixture
def office(db) -> Office:
    return Office()
