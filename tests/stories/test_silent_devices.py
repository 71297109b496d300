"""Detectors that fall silent, and we ourselves: late, offline, the morning's list, a visit. (Pain 2: offline notices that are
late, wrong or stuck, and a restart that pages everybody.)"""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from linli.core.prepared import _by_index
from linli.incidents.models import Incident
from linli.registry.models import Community
from linli.safety.actions import register_device, renew_intake_stamp, sweep_silence
from linli.safety.models import CareRule, Device, DeviceModel, DeviceState, DeviceTrouble, IntakeOutage, IntakeStamp
from linli.safety.queries.care import heard_until
from linli.safety.tick import sweep
from tests.harness.watch import Watch

LATE, OFFLINE, VISIT = 1, 2, 3
EVERYBODY = {"501", "502", "stairwell"}


@pytest.fixture
def watch(town):
    return Watch(town)


def gateway_of(town, *members):
    """A gateway in the stairwell through which these report."""
    model = DeviceModel.objects.create(
        code="gw-1", maker="演示", name="楼栋网关", raises_id="device_fault", report_seconds=300, is_gateway=True
    )
    town._device("GW8", model=model, name="gateway", dwelling=None)
    gateway = Device.objects.get(serial="GW8")
    Device.objects.filter(serial__in=[town.device(m).serial for m in members]).update(uplink=gateway)
    return gateway


def open_kinds():
    rows = Incident.objects.filter(closed_at__isnull=True).order_by("source")
    return list(rows.values_list("source_label", "kind_id"))


def test_an_offline_detector_is_noticed_on_time_and_not_hours_later(watch):
    watch.passes(minutes=10)
    watch.reporting.discard("502")
    watch.passes(minutes=11)
    assert watch.troubles("502") == {}
    watch.passes(minutes=2)  # two reports missed, and a minute
    assert watch.troubles("502") == {"silent": LATE}
    assert open_kinds() == []
    watch.passes(minutes=10)  # four reports
    assert watch.troubles("502") == {"silent": OFFLINE}
    assert open_kinds() == [("GAS502", "device_offline")]
    incident = Incident.objects.get()
    assert (incident.severity, incident.place) == (3, "8栋3单元502")


def test_an_offline_detector_pages_nobody_at_night(town, watch):
    watch.reporting.discard("502")
    watch.passes(minutes=50)
    assert open_kinds() == [("GAS502", "device_offline")]
    town.nobody_else_was_told()


def test_a_detector_that_comes_back_settles_its_own_quiet_incident(watch):
    watch.passes(minutes=5)
    watch.reporting.discard("502")
    watch.passes(minutes=30)
    watch.reporting.add("502")
    watch.passes(minutes=6)
    assert watch.troubles("502") == {}
    incident = Incident.objects.get()
    assert (incident.handling, incident.cause.code, incident.condition) == ("closed", "over", "cleared")
    assert list(incident.timeline.order_by("id").values_list("verb", flat=True))[-1] == "closed"


def test_a_report_in_the_moment_of_going_offline_leaves_no_stuck_order(watch):
    watch.passes(minutes=5)
    watch.reporting.discard("502")
    watch.passes(minutes=12)
    trouble = DeviceTrouble.objects.get()
    trouble.due_at = watch.now  # the sweep is about to call it offline …
    trouble.save()
    watch.beats("502")  # … and here it is
    sweep(watch.now)
    assert watch.troubles("502") == {}
    assert not Incident.objects.exists()


def test_two_workers_at_once_raise_one_order(watch):
    watch.reporting.discard("502")
    watch.passes(minutes=40)
    sweep_silence(now=watch.now)
    sweep_silence(now=watch.now)
    assert DeviceTrouble.objects.count() == Incident.objects.count() == 1


def test_what_stays_silent_for_days_is_to_be_visited(watch):
    watch.passes(minutes=5)
    watch.reporting.discard("502")
    watch.passes(minutes=40)
    DeviceTrouble.objects.update(since=F("since") - timedelta(days=3), due_at=watch.now)
    DeviceState.objects.filter(device__serial="GAS502").update(last_seen_at=F("last_seen_at") - timedelta(days=3))
    watch.step()
    assert watch.troubles("502") == {"silent": VISIT}
    assert Incident.objects.get().signals == 2


def test_a_community_has_its_own_patience(town, watch):
    model = DeviceModel.objects.get(code="gas-1")
    CareRule.objects.create(community=town.community, model=model, offline_seconds=3600)
    watch.passes(minutes=5)
    watch.reporting -= {"502", "stairwell"}
    watch.passes(minutes=30)
    assert watch.troubles("502") == {"silent": LATE}
    assert watch.troubles("stairwell") == {"silent": OFFLINE}


def test_a_detector_in_the_cupboard_is_not_missed(town, watch):
    model = DeviceModel.objects.get(code="gas-1")
    device, _ = register_device(
        by=watch_actor(), now=town.now, community_id=town.community.pk, model_id=model.pk, serial="SPARE"
    )
    DeviceState.objects.filter(device=device).update(last_seen_at=town.now, deadline_at=town.now)
    watch.passes(minutes=60)
    assert not DeviceTrouble.objects.exists()


def watch_actor():
    from tests.harness.town import SYSTEM

    return SYSTEM


def test_taking_down_a_silent_detector_ends_its_troubles(watch):
    watch.reporting.discard("502")
    watch.passes(minutes=40)
    Device.objects.get(serial="GAS502").installations.update(removed_on=watch.now.date())
    watch.step()
    assert watch.troubles("502") == {}
    assert Incident.objects.get().cause.code == "replaced"


# ------------------------------------------------------------------------------------- our own outages


def test_our_own_restart_makes_nobody_late(watch):
    watch.passes(minutes=7)
    watch.skips(hours=2)  # the box was without power
    watch.listening = False
    watch.ticks()  # the worker is up first
    assert not DeviceTrouble.objects.exists()
    watch.listening, watch.reporting = True, set()  # devices take their time to connect
    watch.step()
    outage = IntakeOutage.objects.get()
    assert outage.ended_at - outage.begun_at == timedelta(hours=2)
    watch.passes(minutes=7)
    assert not DeviceTrouble.objects.exists()
    watch.reporting = EVERYBODY
    watch.passes(minutes=30)
    assert not DeviceTrouble.objects.exists()


def test_what_does_not_come_back_after_a_restart_is_still_found(watch):
    watch.passes(minutes=7)
    watch.skips(hours=2)
    watch.reporting.discard("502")
    watch.passes(minutes=15)
    assert watch.troubles("502") == {"silent": LATE}
    watch.passes(minutes=15)
    assert watch.troubles("502") == {"silent": OFFLINE}


def test_while_nobody_listens_nobody_is_judged(watch):
    watch.passes(minutes=5)
    watch.listening = False
    watch.passes(hours=1)  # the listener is down, the worker works
    assert heard_until(now=watch.now) is None
    assert not DeviceTrouble.objects.exists()


def test_behind_a_long_queue_in_the_broker_nobody_is_late(town, watch):
    watch.passes(minutes=5)
    watch.listening = False
    behind = town.now
    for _minute in range(60):  # the listener works through an hour of alarms first
        for _renewal in range(3):
            town.now += timedelta(seconds=20)
            renew_intake_stamp(now=town.now, heard_until=behind)
        watch.ticks()
    assert not IntakeOutage.objects.exists()
    assert not DeviceTrouble.objects.exists()


def test_a_crash_loop_is_one_outage(town, watch):
    for _crash in range(10):
        watch.skips(minutes=2)
        renew_intake_stamp(now=town.now, heard_until=town.now)
    outage = IntakeOutage.objects.get()
    assert outage.ended_at - outage.begun_at == timedelta(minutes=20)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_jump_of_the_clock_makes_nobody_late(town, watch, jump):
    watch.passes(minutes=10)
    watch.skips(hours=jump.total_seconds() / 3600)
    watch.reporting = set()
    watch.step()
    watch.passes(minutes=3)
    watch.reporting = EVERYBODY
    watch.passes(minutes=70)
    assert not DeviceTrouble.objects.filter(level__gte=OFFLINE).exists()
    assert not Incident.objects.exists()
    assert IntakeStamp.objects.get().alive_at == town.now


# ------------------------------------------------------------------------------------- gateways


def test_a_gateway_that_is_gone_explains_its_members(town, watch):
    gateway_of(town, "501", "502")
    watch.reporting |= {"gateway"}
    watch.passes(minutes=10)
    watch.reporting = {"stairwell"}
    watch.passes(minutes=30)
    assert open_kinds() == [("GW8", "gateway_offline")]
    assert watch.troubles("501") == watch.troubles("502") == {"silent": LATE}
    assert DeviceTrouble.objects.filter(held=True).count() == 2
    town.phone("值班员小林").expect("网关离线", "8栋3单元")
    town.desk_acknowledges()
    town.phone("值班员小林").messages.clear()


def test_a_gateway_that_is_back_gets_its_members_looked_at_again(town, watch):
    gateway_of(town, "501", "502")
    watch.reporting |= {"gateway"}
    watch.passes(minutes=10)
    watch.reporting = {"stairwell"}
    watch.passes(minutes=30)
    for phone in town.phones.values():
        phone.messages.clear()
    watch.reporting = {"stairwell", "gateway", "501"}
    watch.passes(minutes=9)
    incident = Incident.objects.get(kind="gateway_offline")
    assert (incident.condition, incident.handling) == ("cleared", "unacknowledged")  # a person closes it
    assert watch.troubles("501") == {}
    watch.passes(minutes=15)
    assert watch.troubles("502") == {"silent": OFFLINE}
    assert ("GAS502", "device_offline") in open_kinds()


def test_members_found_offline_before_their_gateway_are_taken_back(town, watch):
    gateway_of(town, "501", "502")
    DeviceModel.objects.filter(code="gw-1").update(report_seconds=900)
    watch.reporting |= {"gateway"}
    watch.passes(minutes=10)
    watch.reporting = {"stairwell"}
    watch.passes(minutes=25)
    assert open_kinds() == [("GAS501", "device_offline"), ("GAS502", "device_offline")]
    watch.passes(minutes=50)
    assert open_kinds() == [("GW8", "gateway_offline")]
    for phone in town.phones.values():
        phone.messages.clear()


def test_leaks_and_smoke_are_never_held_back_by_a_gateway(town, watch):
    gateway_of(town, "501", "502")
    watch.passes(hours=1)
    for phone in town.phones.values():
        phone.messages.clear()
    town.device("502").leaks()
    for name in ("王芳", "王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect("燃气泄漏报警")


# ------------------------------------------------------------------------------------- ten thousand


def ten_thousand(town):
    """Devices in bulk, all of them heard a moment ago."""
    model = DeviceModel.objects.get(code="gas-1")
    community = Community.objects.get()
    serials = [f"N{n:05d}" for n in range(10_000)]
    Device.objects.bulk_create(
        [Device(community=community, model=model, serial=s, secret_hash="") for s in serials], batch_size=2000
    )
    devices = list(Device.objects.filter(serial__in=serials).values_list("id", flat=True))
    deadline = town.now + timedelta(seconds=660)
    DeviceState.objects.bulk_create(
        [DeviceState(device_id=d, community=community, last_seen_at=town.now, deadline_at=deadline) for d in devices],
        batch_size=2000,
    )
    from linli.safety.models import Installation

    Installation.objects.bulk_create(
        [Installation(community=community, device_id=d, unit=town.unit, installed_on=town.now.date()) for d in devices],
        batch_size=2000,
    )
    return serials


@pytest.mark.timeout(600)
def test_ten_thousand_devices_coming_back_at_once_page_nobody(town, watch):
    from linli.safety.actions import take_signals
    from linli.safety.decoding import Raw

    serials = ten_thousand(town)
    _by_index(connection=connection)  # as in the worker; ten thousand rows are news to the database's statistics
    watch.skips(hours=3)  # a power cut in the whole compound; our box stands on a battery
    IntakeStamp.objects.update(alive_at=town.now, heard_until=town.now)
    watch.beats(*EVERYBODY)
    for _round in range(60):
        if not sweep_silence(now=town.now, limit=2000).moved:
            break
    assert DeviceTrouble.objects.filter(over_at__isnull=True, level=OFFLINE).count() == 10_000
    assert Incident.objects.filter(closed_at__isnull=True, severity=3).count() == 10_000
    town.nobody_else_was_told()
    raws = [Raw(f"linli.demo.{s}.status", b'{"state":"online","session":7}', town.now, f"back:{s}") for s in serials]
    for start in range(0, len(raws), 500):
        take_signals(raws=raws[start : start + 500], now=town.now)
    rounds = 0
    while sweep_silence(now=town.now, limit=2000).moved:
        rounds += 1
    assert rounds <= 6  # the last of them finds nothing
    assert not DeviceTrouble.objects.filter(over_at__isnull=True).exists()
    assert not Incident.objects.filter(closed_at__isnull=True).exists()
    town.nobody_else_was_told()
