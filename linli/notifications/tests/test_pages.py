"""The pages of the messages' room, through the client."""

from datetime import date, time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.accounts.models import User
from linli.audit.models import AuditEntry
from linli.notifications.models import Preference, WordingVersion
from linli.registry.models import ContactPoint
from tests.harness import Town


@pytest.fixture
def town(db):
    return Town()


@pytest.fixture
def browser_of(town):
    def sign_in(name):
        client = Client()
        client.force_login(User.objects.get(name=name))
        return client

    return sign_in


@pytest.fixture
def secretary(browser_of):
    return browser_of("陈书记")


def wording_url(form="long", language="zh", code="incident.raised", name="wording"):
    return reverse(f"notifications:{name}", args=[code, language, form])


def contact_of(town, name):
    return town.phone(name).holder[1]


# ------------------------------------------------------------------------------------------------------------ wordings


def test_a_secretary_sees_every_wording(secretary, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        page = secretary.get(reverse("notifications:wordings"))
    assert page.status_code == 200
    for href in (wording_url(), wording_url("short"), wording_url("spoken", "en")):
        assert href in page.content.decode()


@pytest.mark.parametrize("name", ["赵玉兰", "值班员小林", "周网格"])
def test_others_do_not_word_messages(browser_of, name):
    assert browser_of(name).get(reverse("notifications:wordings")).status_code == 403
    assert browser_of(name).post(wording_url(), {"text": "{地点}{类型}"}).status_code == 403
    assert not WordingVersion.objects.exists()


def test_a_secretary_words_an_alarm_and_takes_it_back(town, secretary):
    page = secretary.post(wording_url(), {"title": "【{类型}】", "text": "快去{地点}，{类型}！"})
    assert page.status_code == 302
    again = secretary.get(page["Location"]).content.decode()
    assert "快去{地点}，{类型}！" in again
    assert "快去12栋3单元2502，燃气泄漏报警！" in again  # the preview
    town.device("502").leaks()
    for name in ("王芳", "王强"):
        town.phone(name).expect("快去8栋3单元502，燃气泄漏报警！")
    assert secretary.post(wording_url(name="wording-default")).status_code == 302
    assert [v.text for v in WordingVersion.objects.order_by("pk")] == ["快去{place}，{kind}！", ""]
    assert set(AuditEntry.objects.filter(object_type="wordingversion").values_list("verb", flat=True)) == {
        "changed",
        "reset",
    }


def test_a_wording_without_the_place_is_refused_and_nothing_typed_is_lost(secretary):
    page = secretary.post(wording_url(), {"title": "【{类型}】", "text": "快去看看{类型}"})
    assert page.status_code == 422
    assert "{地点}" in page.content.decode()
    assert "快去看看{类型}" in page.content.decode()
    assert not WordingVersion.objects.exists()


def test_looking_saves_nothing(secretary):
    page = secretary.post(
        wording_url("short"), {"text": "{地点}" + "看" * 80, "look": "1"}, headers={"HX-Request": "true"}
    )
    assert "98" in page.content.decode()
    assert "<html" not in page.content.decode()
    assert not WordingVersion.objects.exists()


def test_an_unknown_wording_is_not_found(secretary):
    assert secretary.get(wording_url(code="nothing")).status_code == 404
    assert secretary.get(wording_url("sung")).status_code == 404


# -------------------------------------------------------------------------------------------------------------- wishes


def test_a_grid_lead_writes_down_what_a_relative_wishes(town, browser_of):
    contact_id = contact_of(town, "王芳")
    address = reverse("notifications:wishes", args=["contact", contact_id])
    lead = browser_of("周网格")
    assert lead.get(address).status_code == 200
    typed = {"quiet_from": "22:00", "quiet_until": "07:00", "language": "en"}
    assert lead.post(address, typed).status_code == 302
    wish = Preference.objects.get()
    assert (wish.contact_id, wish.quiet_from, wish.quiet_until) == (contact_id, time(22), time(7))
    assert wish.unwanted == ["incident.digest"]  # nothing was ticked
    assert wish.contact.language == "en"
    household = lead.get(reverse("registry:household", args=[town.household_502.pk])).content.decode()
    assert "22:00" in household
    assert address in household


def test_half_quiet_hours_are_refused(town, browser_of):
    address = reverse("notifications:wishes", args=["contact", contact_of(town, "王芳")])
    page = browser_of("周网格").post(address, {"quiet_from": "22:00", "quiet_until": "", "language": "zh-hans"})
    assert page.status_code == 422
    assert not Preference.objects.exists()


def test_a_captain_states_their_own_wishes_and_nobody_elses(town, browser_of):
    captain = browser_of("赵玉兰")
    own = reverse("notifications:wishes", args=["post", town.phone("赵玉兰").holder[1]])
    assert captain.post(own, {"language": "zh-hans", "quiet_from": "21:00", "quiet_until": "06:00"}).status_code == 302
    assert captain.get(reverse("notifications:my-wishes"))["Location"] == own
    for other in (["post", town.phone("孙德福").holder[1]], ["contact", contact_of(town, "王芳")]):
        assert captain.post(reverse("notifications:wishes", args=other), {"language": "en"}).status_code == 403
    assert Preference.objects.count() == 1


# ---------------------------------------------------------------------------------------------------------------- dead


def test_dead_numbers_are_listed_and_believed_again(town, browser_of):
    contact_id = contact_of(town, "王芳")
    point = ContactPoint.objects.create(
        community=town.community, contact_id=contact_id, kind="phone", address="13800001234", position=2,
        bounces=3, dead_since=timezone.now(), dead_reason="no such number",
    )  # fmt: skip
    lead = browser_of("周网格")
    page = lead.get(reverse("notifications:dead")).content.decode()
    assert "138****1234" in page
    assert "13800001234" not in page
    assert "王芳" in page
    works = reverse("notifications:dead-revive", args=[point.pk])
    assert browser_of("赵玉兰").post(works).status_code == 403
    assert lead.post(works).status_code == 302
    point.refresh_from_db()
    assert (point.bounces, point.dead_since) == (0, None)
    assert "138****1234" not in lead.get(reverse("notifications:dead")).content.decode()
    assert AuditEntry.objects.filter(verb="revived").count() == 1


def test_a_number_that_is_typed_anew_lives_again(town):
    from linli.registry.admin.people import PointForm

    point = ContactPoint.objects.create(
        community=town.community, contact_id=contact_of(town, "王芳"), kind="phone", address="13800001234", position=2,
        bounces=3, dead_since=timezone.now(), dead_reason="no such number",
    )  # fmt: skip
    form = PointForm({"kind": "phone", "position": 2, "new_address": "13800005678"}, instance=point)
    assert form.is_valid(), form.errors
    saved = form.save()
    assert (saved.address, saved.bounces, saved.dead_since, saved.dead_reason) == ("13800005678", 0, None, "")


def test_far_places_dead_numbers_are_not_shown(town, browser_of):
    from linli.registry.models import Community, Post

    far = Community.objects.create(code="far", name="远方社区")
    post = Post.objects.create(community=far, role="secretary", holder_name="远方书记", since_on=date(2026, 1, 1))
    ContactPoint.objects.create(
        community=far, post=post, kind="phone", address="13800009999", bounces=1, dead_since=timezone.now()
    )
    assert "远方书记" not in browser_of("周网格").get(reverse("notifications:dead")).content.decode()
