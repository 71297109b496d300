"""What could not be read, before the eyes of the desk."""

import pytest
from django.test import Client
from django.utils import timezone

from linli.accounts.models import User
from linli.incidents.models import Incident, TimelineEntry
from linli.safety.models import Device, QuarantinedSignal
from tests.harness import Town

LIST = "/safety/quarantine/"


@pytest.fixture
def town(db):
    town = Town()
    town.now = timezone.now().replace(microsecond=0)
    return town


@pytest.fixture
def desk(town):
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(User.objects.get(name="值班员小林"))
    return client


@pytest.fixture
def broken(town):
    town.device("502").says("alarm", b"LEAK <b>!</b> \xff")
    return QuarantinedSignal.objects.get()


def read(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_quarantine_says_what_it_is(desk):
    assert "这里什么也没有" in read(desk.get(LIST))


def test_the_list_says_why_in_the_readers_language_and_is_filtered(town, desk, broken):
    type(town.device("502"))(town, "NOBODY", "").leaks()
    page = read(desk.get(LIST))
    assert "GAS502" in page
    assert "NOBODY" in page
    assert "不是能读的 JSON" in page
    only = read(desk.get(LIST, {"reason": "unknown_device"}))
    assert "GAS502" not in only
    assert "NOBODY" in read(desk.get(LIST, {"serial": "nob", "state": "open"}))
    assert "GAS502" not in read(desk.get(LIST, {"since": "2099-01-01"}))
    assert "GAS502" in read(desk.get(LIST, {"since": "gestern"}))
    assert "GAS502" not in read(desk.get(LIST, {"state": "settled"}))


def test_the_bytes_are_shown_as_text_and_as_hex(desk, broken):
    page = read(desk.get(f"{LIST}{broken.pk}/"))
    assert "LEAK &lt;b&gt;" in page
    assert "4c 45 41 4b" in page
    assert "\\xff" in page


def test_what_will_happen_is_shown_before_it_does(desk, broken):
    where = f"{LIST}{broken.pk}/"
    preview = read(desk.get(where, {"serial": "GAS502", "kind": "alarm"}))
    assert "8栋3单元502" in preview
    assert "燃气泄漏" in preview
    assert not Incident.objects.exists()
    assert desk.get(where, {"serial": "WRONG", "kind": "alarm"}).status_code == 422


def test_an_officer_takes_it_as_an_alarm_once(desk, broken):
    where = f"{LIST}{broken.pk}/treat/"
    said = {"serial": "GAS502", "kind": "alarm"}
    assert desk.post(where, said)["Location"] == LIST
    assert desk.post(where, said).status_code == 409
    assert Incident.objects.get().signals == 1
    assert TimelineEntry.objects.get(verb="opened").actor_label == "值班员小林"
    assert "值班员小林" in read(desk.get(f"{LIST}{broken.pk}/"))


def test_an_open_incident_is_named_in_the_preview(town, desk, broken):
    town.device("502").leaks()
    preview = read(desk.get(f"{LIST}{broken.pk}/", {"serial": "GAS502", "kind": "alarm"}))
    assert str(Incident.objects.get().pk) in preview


def test_several_are_put_away_or_replayed_together(town, desk, broken):
    town.device("501").says("alarm", b"x")
    ids = list(QuarantinedSignal.objects.values_list("pk", flat=True))
    assert desk.post(f"{LIST}settle/", {"signal": ids, "do": "dismiss", "reason": ""}).status_code == 422
    answer = desk.post(f"{LIST}settle/", {"signal": ids, "do": "replay"}, follow=True)
    assert "还是" in read(answer) or "JSON" in read(answer)
    assert QuarantinedSignal.objects.filter(settled_at__isnull=True).count() == 2
    desk.post(f"{LIST}settle/", {"signal": [*ids, "x", "9" * 30], "do": "dismiss", "reason": "厂家调试"})
    assert QuarantinedSignal.objects.filter(settled_how="dismissed").count() == 2
    assert "没有重复" in read(
        desk.post(f"{LIST}settle/", {"signal": ids, "do": "dismiss", "reason": "再来"}, follow=True)
    )


def test_a_grid_lead_has_no_business_here_and_another_community_sees_nothing(town, desk, broken):
    client = Client()
    client.force_login(User.objects.get(name="周网格"))
    assert client.get(LIST).status_code == 403
    other = type(town.community).objects.create(code="other", name="别的社区")
    QuarantinedSignal.objects.update(community=other)
    assert desk.get(f"{LIST}{broken.pk}/").status_code == 404
    assert "GAS502" not in read(desk.get(LIST))
    desk.post(f"{LIST}settle/", {"signal": [broken.pk], "do": "dismiss", "reason": "不是我的"})
    assert QuarantinedSignal.objects.get().settled_at is None


def test_what_belongs_to_nobody_is_seen_where_there_is_one_community_only(town, desk, broken):
    QuarantinedSignal.objects.update(community=None)
    assert "GAS502" in read(desk.get(LIST))
    type(town.community).objects.create(code="other", name="别的社区")
    assert "GAS502" not in read(desk.get(LIST))


def test_the_list_asks_little_of_the_database(town, desk, django_assert_max_num_queries):
    for number in range(35):
        town.device("502").says("alarm", b"x%d" % number)
    with django_assert_max_num_queries(14):
        assert desk.get(LIST).status_code == 200
    assert Device.objects.exists()
