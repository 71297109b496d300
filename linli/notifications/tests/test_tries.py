"""Every try stands on the incident, with what the provider said."""

import pytest
from django.urls import reverse
from django.utils import timezone

from linli.accounts.models import User
from linli.accounts.roles import Role
from linli.notifications.carriers.reading import ReceiptHeard
from linli.notifications.carriers.receipts import take_receipts
from linli.notifications.carriers.tries import tries_about
from linli.notifications.tests.carriers_desk import MOBILE, Desk
from linli.registry.models import Post


@pytest.fixture
def desk(db):
    desk = Desk()
    desk.way("sms")
    desk.owes()
    desk.sends(error="aliyun: no answer")
    desk.later(seconds=2)
    desk.sends()
    return desk


def arrives(desk, state="delivered"):
    heard = ReceiptHeard("sms", "P1", state, MOBILE, None, "DELIVERED", "")
    take_receipts(now=desk.now, carrier=desk.carriers["aliyun"], receipts=[heard])


def test_failed_tries_and_receipts_are_listed_newest_first(desk):
    arrives(desk)
    tries = tries_about(community_ids=[desk.community.pk], about="test:1")
    assert [(one.went, one.error, one.arrived_state) for one in tries] == [
        (True, "", "delivered"),
        (False, "aliyun: no answer", ""),
    ]
    assert tries_about(community_ids=[], about="test:1") == []


def test_the_list_costs_three_queries(desk, django_assert_max_num_queries):
    arrives(desk)
    with django_assert_max_num_queries(3):
        tries_about(community_ids=None, about="test:1")


@pytest.mark.parametrize(("role", "sees"), [(Role.DUTY_OFFICER, True), (Role.UNIT_CAPTAIN, False)])
def test_a_duty_officer_sees_the_tries_and_a_captain_does_not(desk, client, role, sees):
    user = User.objects.create_user(username="somebody", name="某人", password=None)
    unit = desk.house.unit_set.get() if role == Role.UNIT_CAPTAIN else None
    Post.objects.create(
        community=desk.community, role=role, unit=unit, holder_name="某人", user=user, since_on="2026-01-01"
    )
    client.force_login(user)
    answer = client.get(reverse("notifications:tries", args=["test:1"]))
    assert answer.status_code == (200 if sees else 403)
    assert ("aliyun: no answer" in answer.content.decode()) is sees


def test_words_that_are_no_answer_stand_on_today_with_the_number_masked(desk, client):
    from linli.notifications.carriers.reading import ReplyHeard
    from linli.notifications.carriers.replies import take_replies

    now = timezone.now()
    heard = ReplyHeard("sms", "k", "16000009999", "你们是谁", "", now)
    take_replies(now=now, carrier=desk.carriers["aliyun"], replies=[heard])
    user = User.objects.create_user(username="somebody", name="某人", password=None)
    Post.objects.create(
        community=desk.community, role=Role.DUTY_OFFICER, holder_name="某人", user=user, since_on="2026-01-01"
    )
    client.force_login(user)
    page = client.get("/").content.decode()
    assert "你们是谁" in page
    assert "16000009999" not in page
    assert "160****9999" in page
