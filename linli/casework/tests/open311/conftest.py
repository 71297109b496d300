"""A community with published categories, a program with a key, and what it takes to ask."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.open311 import make_api_key
from linli.casework.actions.presets import lay_down_categories
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.models import Category, Question, Request
from tests.harness import Town
from tests.harness.town import SYSTEM

NOT_TO_BE_TOLD = "王大爷家 502 漏水，电话 13800138000"


class Program:
    """Somebody else's program that talks to us."""

    def __init__(self, town: Town, key: str) -> None:
        self.town, self.key, self.client = town, key, Client()

    def get(self, path: str, /, **asked: Any) -> Any:
        return self.client.get(f"/open311/v2/{path}", asked)

    def post(self, fmt: str = "json", /, *, asked: str = "", **told: Any) -> Any:
        form = {"api_key": self.key, "service_code": "light", "address_string": "8号楼", **told}
        given = {name: value for name, value in form.items() if value is not None}
        return self.client.post(f"/open311/v2/requests.{fmt}{asked}", given)


@pytest.fixture
def town(db) -> Town:
    town = Town(start=timezone.now().replace(microsecond=0))
    lay_down_categories(community_id=town.community.pk)
    return town


@pytest.fixture
def key(town) -> str:
    """Of the app of the subdistrict office."""
    _key, plain = make_api_key(
        by=SYSTEM, now=town.now, community_id=town.community.pk, name="街道办小程序", per_minute=600
    )
    return plain


@pytest.fixture
def program(town, key) -> Program:
    return Program(town, key)


@pytest.fixture
def enter(town):
    """Somebody at the counter writes a request down."""

    def entered(code: str = "water_leak", *, days_ago: float = 0, **more: Any) -> Request:
        category = Category.objects.get(community=town.community, code=code)
        now = timezone.now() - timedelta(days=days_ago)
        given = Given(
            text=NOT_TO_BE_TOLD,
            category_id=category.pk,
            reporter=ReporterGiven(name="王大爷", phone="13800138000", wants="call"),
            place=PlaceGiven(words="8栋3单元502 王大爷家"),
            **more,
        )
        return enter_request(by=SYSTEM, now=now, community_id=town.community.pk, given=given)

    return entered


@pytest.fixture
def must_say(town) -> Question:
    """A question of the category "light" that a program has to answer."""
    category = Category.objects.get(community=town.community, code="light")
    return Question.objects.create(
        category=category, code="kind", title_zh="什么灯", title_en="Which lamp", kind="singlevaluelist", required=True,
        choices=[["street", "路灯", "street lamp"], ["stairs", "楼道灯", "stairwell lamp"]],
    )  # fmt: skip
