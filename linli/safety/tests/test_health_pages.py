"""How devices are, on pages: who sees what, filters, sheets, and how many queries it costs."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from linli.accounts.models import User
from linli.incidents.models import Silence
from linli.safety.models import Device, DeviceModel, DeviceState, DeviceTrouble
from linli.safety.queries.health import STATES
from tests.harness import Town

LIST = "/safety/devices/"
REPLACE = "/safety/devices/replacements/"


@pytest.fixture
def town(db):
    town = Town()
    town.now = timezone.now().replace(microsecond=0)
    DeviceState.objects.update(last_seen_at=town.now, deadline_at=town.now + timedelta(minutes=11))
    return town


def signed_in(name, language="zh-hans"):
    client = Client(headers={"Accept-Language": language})
    client.force_login(User.objects.get(name=name))
    return client


def trouble(town, serial, kind, level=1, **fields):
    device = Device.objects.get(serial=serial)
    return DeviceTrouble.objects.create(
        community=town.community, device=device, kind=kind, level=level, since=town.now - timedelta(hours=5), **fields
    )


def test_a_captain_may_not_see_the_devices(town):
    for path in (LIST, REPLACE, f"{LIST}{Device.objects.first().pk}/"):
        assert signed_in("赵玉兰").get(path).status_code == 403
        assert Client().get(path).status_code == 302


def test_the_list_says_how_many_are_in_which_state(town):
    trouble(town, "GAS502", "silent", 2, told=True)
    trouble(town, "GAS501", "low_battery", details={"by": "percent", "battery": 12})
    page = signed_in("值班员小林").get(LIST).content.decode()
    for word in ("离线", "电量低", "正常", "8栋3单元502"):
        assert word in page, word
    filtered = signed_in("值班员小林").get(LIST, {"state": "offline"}).content.decode()
    assert "GAS502" in filtered
    assert "GAS501" not in filtered


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_filter_answers(town, state, language):
    answer = signed_in("值班员小林", language).get(LIST, {"state": state})
    assert answer.status_code == 200


def test_what_a_filter_finds_is_in_that_state(town):
    client = signed_in("值班员小林")
    DeviceState.objects.filter(device__serial="GAS501").update(alarming=True)
    trouble(town, "GAS502", "silent", 3)
    model = DeviceModel.objects.get(code="gas-1")
    Device.objects.create(community=town.community, model=model, serial="STORED", secret_hash="")
    smoke = Device.objects.get(serial="SMOKE83")
    Silence.objects.create(
        community=town.community, source=f"device:{smoke.pk}", reason="装修", starts_at=town.now - timedelta(hours=1),
        ends_at=town.now + timedelta(hours=1), made_at=town.now, made_by="值班员小林", made_by_ref="1", kind_id="smoke",
    )  # fmt: skip
    for state, serial in (
        ("alarming", "GAS501"),
        ("visit", "GAS502"),
        ("offline", "GAS502"),
        ("stored", "STORED"),
        ("muted", "SMOKE83"),
        ("fine", "SMOKE83"),
    ):
        page = client.get(LIST, {"state": state})
        assert [row.serial for row, _ in page.context["rows"]] == [serial], state
        assert {word.state: number for word, number in page.context["counts"]}[state] == 1


def test_the_list_costs_the_same_for_one_and_for_many(town, django_assert_max_num_queries):
    client = signed_in("值班员小林")
    for serial in ("GAS501", "GAS502", "SMOKE83"):
        trouble(town, serial, "fault")
    client.get(LIST)
    with django_assert_max_num_queries(17):
        assert client.get(LIST).status_code == 200


def test_one_device_shows_what_it_said_and_what_was_wrong(town, django_assert_max_num_queries):
    town.device("502").says("status", battery=15)
    trouble(town, "GAS502", "fault", details={"by": "flag", "code": "E7"})
    trouble(town, "GAS502", "silent", 2, over_at=town.now)
    client = signed_in("值班员小林")
    path = f"{LIST}{Device.objects.get(serial='GAS502').pk}/"
    client.get(path)
    with django_assert_max_num_queries(20):
        page = client.get(path).content.decode()
    for word in ("GAS502", "E7", "故障", "8栋3单元502", "/access/", "/desk/silences/new/?source=device:"):
        assert word in page, word
    assert "English" in page
    assert "Fault" in signed_in("值班员小林", "en").get(path).content.decode()


def test_another_communitys_device_is_not_there(town):
    from linli.registry.models import Community

    other = Community.objects.create(code="other", name="别的社区")
    model = DeviceModel.objects.get(code="gas-1")
    device = Device.objects.create(community=other, model=model, serial="OTHER", secret_hash="")
    client = signed_in("值班员小林")
    assert client.get(f"{LIST}{device.pk}/").status_code == 404
    assert "OTHER" not in client.get(LIST).content.decode()


def test_the_replacement_list_is_by_building_and_a_sheet(town):
    trouble(town, "GAS502", "end_of_life", 3)
    trouble(town, "GAS501", "end_of_life", 1)
    client = signed_in("值班员小林")
    page = client.get(REPLACE).content.decode()
    assert page.index("8栋3单元501") < page.index("8栋3单元502")
    assert "8栋3单元501" not in client.get(REPLACE, {"level": 3}).content.decode()
    book = load_workbook(io.BytesIO(client.get(REPLACE, {"as": "xlsx"}).content))
    rows = list(book.active.values)
    assert [row[3] for row in rows[1:]] == ["GAS501", "GAS502"]


def test_the_list_as_a_sheet_holds_what_is_filtered(town):
    trouble(town, "GAS502", "low_battery")
    answer = signed_in("值班员小林").get(LIST, {"as": "xlsx", "state": "low_battery"})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[1] for row in rows[1:]] == ["GAS502"]


def test_today_has_one_list_of_what_needs_somebody(town):
    client = signed_in("值班员小林")
    assert "需要有人管的报警器" not in client.get("/").content.decode()
    trouble(town, "GAS502", "silent", 3)
    trouble(town, "GAS501", "silent", 2)
    page = client.get("/").content.decode()
    assert "需要有人管的报警器" in page
    assert f"{LIST}?state=visit" in page
    assert "需要有人管的报警器" not in signed_in("赵玉兰").get("/").content.decode()


def test_the_household_page_says_how_its_detectors_are(town):
    trouble(town, "GAS502", "contamination")
    page = signed_in("值班员小林").get(f"/registry/households/{town.household_502.pk}/").content.decode()
    assert "探头脏污" in page
