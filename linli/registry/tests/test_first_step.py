"""A house that was started a minute ago and knows nobody yet."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from linli.registry import actions
from linli.registry.tests.conftest import NOW, SYSTEM, Compound

FIRST = "从这里开始：登记社区"


@pytest.fixture
def chief(client, db):
    client.force_login(get_user_model().objects.create_superuser(username="chief", password="a-stone-in-the-river"))
    return client


def test_today_says_where_to_begin(chief):
    page = chief.get(reverse("desk:today")).content.decode()
    assert FIRST in page
    assert reverse("admin:registry_community_add") in page


@pytest.mark.parametrize("name", ["scheduling:rota", "desk:chart", "notifications:wordings"])
def test_pages_of_a_community_say_that_there_is_none(chief, name):
    answer = chief.get(reverse(name))
    assert answer.status_code == 404
    assert "还没有登记社区" in answer.content.decode()


def test_wishes_of_somebody_without_a_post_say_so(chief):
    assert "您现在没有岗位" in chief.get(reverse("notifications:my-wishes")).content.decode()


def test_with_a_community_the_next_step_is_its_people(chief):
    actions.add_community(by=SYSTEM, now=NOW, code="linju", name="邻里示范社区")
    page = chief.get(reverse("desk:today")).content.decode()
    assert FIRST not in page
    assert "接下来：导入居民" in page
    assert reverse("registry:imports") in page


def test_with_people_nothing_is_left_to_begin(chief, compound: Compound):
    page = chief.get(reverse("desk:today")).content.decode()
    assert FIRST not in page
    assert "接下来" not in page


def test_only_who_may_add_a_community_is_asked_to(client, compound: Compound):
    client.force_login(compound.captain())
    assert FIRST not in client.get(reverse("desk:today")).content.decode()
