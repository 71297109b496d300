"""An installer's minute: hang up, replace, try out; and what a test may and may never silence."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.audit.models import AuditEntry
from linli.core.actors import Actor
from linli.incidents.models import Incident
from linli.notifications.models import Message
from linli.safety.actions import (
    end_commissioning,
    open_commissioning,
    put_up_device,
    register_device,
    strike_off_device,
    take_down_device,
)
from linli.safety.commissioning import Window, is_only_a_test
from linli.safety.decoding import Raw
from linli.safety.errors import ElsewhereOnFile, NotInstalled, ReplacementGone, StruckOff
from linli.safety.models import CommissioningWindow, Device, DeviceModel, DeviceState, Installation, Reading
from tests.harness import Town
from tests.harness.town import START, SYSTEM

BY = Actor(kind="user", label="周网格", ref="7")
TEST = {"test": True}


@pytest.fixture
def town(db):
    return Town()


@pytest.fixture
def put_up(town):
    """Hang a device up at 502 unless told otherwise."""

    def go(serial="NEW1", *, at="502", spot="厨房", on=date(2026, 11, 23), replaces=None):
        dwelling = getattr(town, f"household_{at}").dwelling
        return put_up_device(
            by=BY, now=town.now, serial=serial, model_id=DeviceModel.objects.get(code="gas-1").pk,
            community_id=town.community.pk, unit_id=town.unit.pk, dwelling_id=dwelling.pk, spot=spot, on=on,
            replaces_id=replaces and Device.objects.get(serial=replaces).pk,
        )  # fmt: skip

    return go


def hangs(serial):
    return Installation.objects.filter(device__serial=serial, removed_on__isnull=True)


def test_a_test_is_only_what_the_device_calls_one_while_it_is_tried_out():
    window = Window(START, START + timedelta(minutes=10))

    def only(payload, *, at=START, kind="alarm", windows=(window,)):
        return is_only_a_test(kind=kind, payload=payload, received_at=at, windows=windows)

    assert only(TEST)
    assert only(TEST, at=START + timedelta(minutes=10))
    assert not only({})
    assert not any(only({"test": value}) for value in (1, "true", "yes", [True], None, False))
    assert not only(TEST, at=START - timedelta(seconds=1))
    assert not only(TEST, at=START + timedelta(minutes=10, seconds=1))
    assert not only(TEST, windows=())
    assert not only(TEST, kind="clear")


def test_an_installer_hangs_up_a_new_device_in_one_step(town, put_up):
    up = put_up()
    assert up.new
    assert up.secret
    assert hangs("NEW1").get().dwelling_id == town.household_502.dwelling_id
    verbs = list(AuditEntry.objects.filter(actor_ref="7").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["registered", "installed"]


def test_pressing_twice_installs_once(town, put_up):
    put_up()
    again = put_up()
    assert (again.new, again.secret) == (False, "")
    assert Installation.objects.filter(device__serial="NEW1").count() == 1


def test_a_new_device_replaces_the_old_one_on_the_day(town, put_up):
    put_up(replaces="GAS502")
    old = Installation.objects.get(device__serial="GAS502")
    assert old.removed_on == date(2026, 11, 23)
    assert hangs("NEW1").exists()
    assert AuditEntry.objects.filter(verb="taken_down", object_label="GAS502").exists()


def test_a_replacement_that_hangs_elsewhere_undoes_everything(town, put_up):
    with pytest.raises(ReplacementGone):
        put_up(replaces="GAS501")
    assert not Device.objects.filter(serial="NEW1").exists()
    assert hangs("GAS501").exists()


def test_a_device_is_moved_by_hanging_it_up_elsewhere(town, put_up):
    put_up("GAS501")
    assert hangs("GAS501").get().dwelling_id == town.household_502.dwelling_id
    assert Installation.objects.filter(device__serial="GAS501").count() == 2


def test_a_device_put_up_before_its_day_never_ends_before_it_begins(town, put_up):
    put_up(on=date(2026, 12, 1))
    take_down_device(by=BY, now=town.now, device_id=Device.objects.get(serial="NEW1").pk, on=date(2026, 11, 23))
    assert Installation.objects.get(device__serial="NEW1").removed_on == date(2026, 12, 1)


def test_a_device_of_another_community_or_struck_off_is_refused(town, put_up):
    other = type(town.community).objects.create(code="other", name="别的社区")
    model = DeviceModel.objects.get(code="gas-1")
    register_device(by=SYSTEM, now=town.now, community_id=other.pk, model_id=model.pk, serial="NEW1")
    with pytest.raises(ElsewhereOnFile):
        put_up()
    strike_off_device(by=BY, now=town.now, device_id=Device.objects.get(serial="GAS501").pk, reason="坏了")
    with pytest.raises(StruckOff):
        put_up("GAS501")


@pytest.fixture
def trying(town):
    """GAS502 is being tried out for ten minutes from now."""
    device = Device.objects.get(serial="GAS502")
    return open_commissioning(by=BY, now=town.now, device_id=device.pk)


def test_a_test_alarm_in_the_window_pages_nobody_and_is_noted(town, trying):
    town.device("502").says("alarm", lel=3.0, **TEST)
    assert not Incident.objects.exists()
    assert not Message.objects.exists()
    note = Reading.objects.get()
    assert (note.kind, note.device.serial, note.payload["test"]) == ("test", "GAS502", True)
    assert DeviceState.objects.get(device__serial="GAS502").alarming is False
    town.nobody_else_was_told()


def test_a_real_alarm_during_a_test_is_never_masked(town, trying):
    town.device("502").says("alarm", lel=3.0, **TEST)
    town.device("502").leaks()
    assert Incident.objects.get().source_label == "GAS502"
    assert Message.objects.exists()


def test_the_neighbours_test_flag_excuses_nothing(town, trying):
    town.device("501").says("alarm", lel=3.0, **TEST)
    assert Incident.objects.get().source_label == "GAS501"


def test_a_test_and_a_real_alarm_in_one_batch_are_told_apart(town, trying):
    said = [b'{"id":"a","test":true}', b'{"id":"b"}']
    raws = [Raw("linli.demo.GAS502.alarm", data, town.now, f"batch:{n}") for n, data in enumerate(said)]
    town.device("502").town_takes(*raws)
    assert Incident.objects.get().signals == 1
    assert Reading.objects.filter(kind="test").count() == 1


@pytest.mark.parametrize("seconds", [-1, 601])
def test_outside_the_ten_minutes_the_flag_counts_for_nothing(town, trying, seconds):
    town.now += timedelta(seconds=seconds)
    town.device("502").says("alarm", **TEST)
    assert Incident.objects.exists()


def test_finishing_ends_the_window_at_once(town, trying):
    town.now += timedelta(seconds=30)
    assert end_commissioning(by=BY, now=town.now, device_id=trying.device_id)
    assert not end_commissioning(by=BY, now=town.now, device_id=trying.device_id)
    town.now += timedelta(seconds=1)
    town.device("502").says("alarm", **TEST)
    assert Incident.objects.exists()


def test_a_window_has_its_author_and_never_more_than_ten_minutes(town, trying):
    assert trying.author == "周网格"
    longer = open_commissioning(by=BY, now=town.now, device_id=trying.device_id, minutes=600)
    assert longer.closes_at == town.now + timedelta(minutes=10)
    assert CommissioningWindow.objects.filter(ended_at__isnull=True).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        CommissioningWindow.objects.filter(pk=longer.pk).update(minutes=11)
    assert AuditEntry.objects.filter(verb="test_begun", actor_ref="7").count() == 2


def test_a_device_that_hangs_nowhere_cannot_be_tried_out(town):
    device = Device.objects.get(serial="GAS502")
    take_down_device(by=BY, now=town.now, device_id=device.pk, on=date(2026, 11, 23))
    with pytest.raises(NotInstalled):
        open_commissioning(by=BY, now=town.now, device_id=device.pk)
