"""The installer's minute, page by page, and who may enter."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from linli.accounts.models import User
from linli.incidents.models import Incident
from linli.registry.models import Unit
from linli.safety.models import CommissioningWindow, Device, DeviceModel, Installation, OwedCutOff, Reading
from tests.harness import Town

START = "/safety/install/"


@pytest.fixture
def town(db):
    town = Town()
    town.now = timezone.now().replace(microsecond=0)
    return town


def signed_in(name):
    client = Client(headers={"Accept-Language": "zh-hans"})
    client.force_login(User.objects.get(name=name))
    return client


@pytest.fixture
def phone(town):
    """The grid lead's phone."""
    return signed_in("周网格")


def place(client, serial="NEW1", **fields):
    model = DeviceModel.objects.get(code="gas-1").pk
    return client.post(
        f"/safety/install/{serial}/place/", {"model": model, "place": "8-3-502", "spot": "厨房", **fields}
    )


def hang(client, serial="NEW1", **fields):
    """Up it goes; what hangs there already stays beside it."""
    return place(client, serial, **{"replaces": "beside", **fields})


def test_a_captain_may_not_install(town):
    for path in (START, "/safety/install/NEW1/place/", "/safety/quarantine/"):
        assert signed_in("赵玉兰").get(path).status_code == 403
    assert Client().get(START).status_code == 302


def test_the_camera_is_allowed_on_the_first_page_alone(phone):
    assert "camera=(self)" in phone.get(START)["Permissions-Policy"]
    assert "camera=()" in phone.get("/safety/install/NEW1/place/")["Permissions-Policy"]


def test_a_scan_of_anything_leads_to_the_place(phone):
    answer = phone.post(START, {"text": "SN:NEW1;MODEL:smoke-1"})
    assert answer["Location"] == "/safety/install/NEW1/place/?model=smoke-1"
    page = phone.get(answer["Location"])
    smoke = DeviceModel.objects.get(code="smoke-1")
    assert re.search(rf'<option value="{smoke.pk}" selected', page.content.decode())
    refused = phone.post(START, {"text": "扫我"})
    assert refused.status_code == 422
    assert "没有序列号" in refused.content.decode()


def test_a_whole_installation_takes_four_taps(town, phone):
    answer = hang(phone)
    device = Device.objects.get(serial="NEW1")
    assert answer["Location"] == f"/safety/install/{device.pk}/sign-in/"
    shown = phone.get(answer["Location"]).content.decode()
    secret = re.search(r"data-secret>(\w{32})<", shown)[1]
    assert 'class="qr"' in shown
    assert secret in phone.get(answer["Location"]).content.decode(), "reloading loses nothing"
    test = f"/safety/install/{device.pk}/test/"
    assert phone.post(test)["Location"] == test
    assert CommissioningWindow.objects.get().author == "周网格"
    assert "请现在按设备上的测试键" in phone.get(test).content.decode()
    town.now = timezone.now()
    type(town.device("502"))(town, "NEW1", secret).says("alarm", test=True, lel=2.5)
    heard = phone.get(test, headers={"HX-Request": "true"}).content.decode()
    assert "测试报警" in heard
    assert "2.5" in heard
    assert "every 3s" not in heard
    assert not Incident.objects.exists()
    done = phone.post(f"/safety/install/{device.pk}/finish/", {"next": "1"})
    assert done["Location"] == START
    assert CommissioningWindow.objects.get().ended_at is not None
    assert secret not in phone.get(answer["Location"]).content.decode()
    again = phone.get("/safety/install/NEW2/place/").content.decode()
    assert 'value="8-3-502"' in again
    assert 'value="厨房"' in again


def test_a_second_tap_on_the_button_shows_the_same_secret(phone):
    first = phone.get(hang(phone)["Location"]).content.decode()
    second = phone.get(hang(phone)["Location"]).content.decode()
    secret = re.search(r"data-secret>(\w{32})<", first)[1]
    assert secret in second
    assert Installation.objects.filter(device__serial="NEW1").count() == 1


def test_the_secret_is_seen_by_nobody_else(phone):
    where = hang(phone)["Location"]
    assert "data-secret" not in signed_in("值班员小林").get(where).content.decode()
    assert "no-store" in phone.get(where)["Cache-Control"]


def test_what_hangs_there_is_asked_about_and_replaced(town, phone):
    asked = place(phone)
    assert asked.status_code == 200
    assert "GAS502" in asked.content.decode()
    assert "data-error-summary" not in asked.content.decode(), "a question that was never put is no mistake"
    assert place(phone, replaces="").status_code == 422
    old = Device.objects.get(serial="GAS502")
    assert place(phone, replaces=old.pk).status_code == 302
    assert Installation.objects.get(device=old).removed_on == timezone.localdate()
    assert Installation.objects.get(device__serial="NEW1").removed_on is None


def test_several_doors_are_offered_and_a_stairwell_is_a_place(town, phone):
    offered = place(phone, place="8-3").content.decode()
    assert "SMOKE83" in offered
    hang(phone, place="8-3")
    assert Installation.objects.get(device__serial="NEW1").dwelling_id is None
    Unit.objects.create(community=town.community, building=town.building, number=4)
    several = place(phone, "NEW2", place="8栋")
    assert "8栋4单元" in several.content.decode()
    chosen = Unit.objects.get(number=4)
    assert place(phone, "NEW2", place="8栋", at=f"u{chosen.pk}").status_code == 302
    assert Installation.objects.get(device__serial="NEW2").unit_id == chosen.pk
    nothing = place(phone, "NEW3", place="99-9-999")
    assert nothing.status_code == 422
    assert "没有这个门牌" in nothing.content.decode()


def test_nobody_hangs_up_a_device_outside_the_own_places(town, phone):
    other = type(town.community).objects.create(code="other", name="别的社区")
    model = DeviceModel.objects.get(code="gas-1")
    Device.objects.create(community=other, model=model, serial="FAR1", secret_hash="x")
    assert phone.get("/safety/install/FAR1/place/").status_code == 409
    assert phone.get(f"/safety/devices/{Device.objects.get(serial='FAR1').pk}/access/").status_code == 404


def test_a_real_alarm_during_the_test_is_said_in_red(town, phone):
    device = Device.objects.get(serial="GAS502")
    test = f"/safety/install/{device.pk}/test/"
    phone.post(test)
    town.now = timezone.now()
    town.device("502").leaks()
    assert "state-danger" in phone.get(test).content.decode()
    assert Incident.objects.exists()


def test_a_heartbeat_is_enough_to_see_that_it_lives(town, phone):
    device = Device.objects.get(serial="GAS502")
    test = f"/safety/install/{device.pk}/test/"
    phone.post(test)
    town.now = timezone.now()
    town.device("502").says("heartbeat", battery=87)
    assert "已连上" in phone.get(test).content.decode()
    assert not Reading.objects.exists()


def test_after_ten_minutes_of_silence_the_page_says_what_to_look_at(town, phone):
    device = Device.objects.get(serial="GAS502")
    test = f"/safety/install/{device.pk}/test/"
    phone.post(test)
    CommissioningWindow.objects.update(opened_at=timezone.now() - timedelta(minutes=11))
    page = phone.get(test).content.decode()
    assert "这段时间什么也没收到" in page
    assert "every 3s" not in page


def test_the_office_renews_strikes_off_and_lets_in_again(town):
    desk = signed_in("值班员小林")
    device = Device.objects.get(serial="GAS502")
    access = f"/safety/devices/{device.pk}/access/"
    assert "data-secret" not in desk.get(access).content.decode()
    desk.post(f"{access}renew/", {"grace_hours": 168})
    page = desk.get(access).content.decode()
    assert "data-secret" in page
    assert "两个密码都能用" in page
    assert desk.post(f"{access}renew/", {"grace_hours": 5}).status_code == 422
    assert desk.post(f"{access}strike-off/", {"reason": ""}).status_code == 422
    desk.post(f"{access}strike-off/", {"reason": "被偷"})
    device.refresh_from_db()
    assert not device.is_active
    assert OwedCutOff.objects.filter(device=device).exists()
    desk.post(f"{access}readmit/")
    device.refresh_from_db()
    assert device.is_active


def test_a_device_can_be_muted_from_its_page_and_labelled(town):
    desk = signed_in("值班员小林")
    device = Device.objects.get(serial="GAS502")
    page = desk.get(f"/safety/devices/{device.pk}/access/").content.decode()
    assert f"/desk/silences/new/?source=device:{device.pk}" in page
    label = desk.get(f"/safety/devices/{device.pk}/label/").content.decode()
    assert 'class="qr"' in label
    assert "0431-0000000" in label


def test_the_pages_ask_little_of_the_database(town, phone, django_assert_max_num_queries):
    device = Device.objects.get(serial="GAS502")
    phone.post(f"/safety/install/{device.pk}/test/")
    for path in (START, "/safety/install/GAS502/place/", f"/safety/install/{device.pk}/sign-in/",
                 f"/safety/install/{device.pk}/test/", f"/safety/devices/{device.pk}/access/"):  # fmt: skip
        with django_assert_max_num_queries(20):
            assert phone.get(path).status_code == 200
