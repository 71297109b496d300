"""What detectors say of themselves, wills and births, chatter, age; and alarms that nobody may forget. (Pain 3: what was
acknowledged is forgotten after a restart, and what is already true at the start never fires.)"""

from datetime import date, timedelta

import pytest

from linli.incidents.actions import close_incident
from linli.incidents.models import Incident
from linli.safety.actions import judge_batteries, judge_lives
from linli.safety.actions.reports import forget_flags
from linli.safety.models import CareRule, Device, DeviceMemory, DeviceModel, DeviceState, DeviceTrouble, Reading
from linli.safety.tick import look_after, see_to_alarms, sweep
from tests.harness.town import SYSTEM
from tests.harness.watch import Watch

LATE, OFFLINE = 1, 2
LEAK_HEARERS = ("王芳", "王强", "赵玉兰", "值班员小林")


@pytest.fixture
def watch(town):
    forget_flags()
    return Watch(town)


def everybody_is_told(town):
    for name in LEAK_HEARERS:
        town.phone(name).expect("燃气泄漏报警")


def everybody_was_told_something(town):
    for phone in town.phones.values():
        phone.messages.clear()


def open_kinds():
    return sorted(Incident.objects.filter(closed_at__isnull=True).values_list("kind_id", flat=True))


# ------------------------------------------------------------------------------------- what devices report


@pytest.mark.parametrize(
    ("flag", "kind"),
    [("battery_low", "low_battery"), ("fault", "device_fault"), ("contaminated", "contamination")],
)
@pytest.mark.parametrize("topic", ["status", "heartbeat"])
def test_a_trouble_a_device_reports_is_one_quiet_order_until_it_is_over(town, watch, flag, kind, topic):
    for number in range(3):
        watch.says("502", topic, **{flag: True}, id=f"on-{number}")
    assert open_kinds() == [kind]
    assert Incident.objects.get().severity == 3
    town.now += timedelta(seconds=6)
    watch.says("502", topic, **{flag: False}, id="off")
    assert open_kinds() == []
    assert DeviceTrouble.objects.get().over_at == town.now
    town.nobody_else_was_told()


def test_an_old_status_that_comes_again_opens_nothing_anew(town, watch):
    raw = {"fault": True, "id": "m1", "at": town.now.isoformat()}
    watch.says("502", "status", **raw)
    watch.says("502", "status", fault=False, id="m2")
    watch.says("502", "status", **raw)
    assert open_kinds() == []


def test_all_is_well_in_every_heartbeat_costs_no_query(watch, django_assert_num_queries):
    watch.beats("502", fault=False, battery_low=False)
    with django_assert_num_queries(4):  # savepoint, facts, state, release: the same as a bare one
        watch.beats("502")
    with django_assert_num_queries(4):
        watch.beats("502", fault=False, battery_low=False)


def test_a_battery_is_judged_by_its_models_threshold(town, watch):
    watch.beats("502", battery=21)
    watch.beats("501", battery=20)
    look_after(town.now)
    assert watch.troubles("501") == {"low_battery": 1}
    assert watch.troubles("502") == {}
    watch.beats("501", battery=26)  # a warm day
    look_after(town.now)
    assert watch.troubles("501") == {"low_battery": 1}
    watch.beats("501", battery=97)
    look_after(town.now)
    assert watch.troubles("501") == {}
    assert Incident.objects.get().cause.code == "replaced"


def test_a_community_has_its_own_threshold(town, watch):
    CareRule.objects.create(
        community=town.community, model=DeviceModel.objects.get(code="gas-1"), low_battery_percent=40
    )
    watch.beats("502", battery=35)
    watch.beats("stairwell", battery=35)
    judge_batteries(now=town.now)
    assert (watch.troubles("502"), watch.troubles("stairwell")) == ({"low_battery": 1}, {})


def test_a_self_test_that_does_not_come_is_missed(town, watch):
    DeviceModel.objects.filter(code="gas-1").update(self_test_days=30)
    watch.says("501", "status", self_test="passed", id="t1")
    look_after(town.now)
    assert watch.troubles("502") == {"self_test": 1}  # hung up in January, never tested
    assert watch.troubles("501") == {}
    watch.says("502", "status", self_test=True, id="t2")
    assert watch.troubles("502") == {}
    assert open_kinds() == []


# ------------------------------------------------------------------------------------- wills and births


def test_a_last_will_makes_a_device_late_at_once_and_offline_in_minutes(watch):
    watch.passes(minutes=5)
    watch.says("502", "status", state="online", session=7)
    watch.reporting.discard("502")
    watch.passes(minutes=1)
    watch.says("502", "status", state="offline", session=7)
    watch.passes(minutes=1)
    assert watch.troubles("502") == {"silent": LATE}
    watch.passes(minutes=6)
    assert watch.troubles("502") == {"silent": OFFLINE}
    watch.says("502", "status", state="online", session=8)
    sweep(watch.now)
    assert watch.troubles("502") == {}
    assert Incident.objects.get().handling == "closed"


def test_a_late_will_of_an_old_session_does_not_kill_the_new_one(watch):
    watch.says("502", "status", state="online", session=7)
    watch.passes(minutes=3)
    watch.says("502", "status", state="online", session=8)
    watch.passes(minutes=1)
    watch.says("502", "status", state="offline", session=7)
    watch.passes(minutes=10)
    assert watch.troubles("502") == {}
    assert DeviceMemory.objects.get(device__serial="GAS502").session == 8


def test_a_will_is_no_sign_of_life(town, watch):
    watch.passes(minutes=5)
    seen_at = DeviceState.objects.get(device__serial="GAS502").last_seen_at
    watch.passes(minutes=2)
    watch.says("502", "status", state="offline")
    assert DeviceState.objects.get(device__serial="GAS502").last_seen_at == seen_at


def test_devices_without_sessions_have_wills_too(watch):
    watch.says("502", "status", state="online")
    watch.says("502", "status", state="offline")  # that of the connection before
    watch.passes(minutes=1)
    assert watch.troubles("502") == {}
    watch.reporting.discard("502")
    watch.passes(minutes=2)
    watch.says("502", "status", state="offline")
    watch.passes(minutes=1)
    assert watch.troubles("502") == {"silent": LATE}


# ------------------------------------------------------------------------------------- chatter


def chatters(watch, times=4):
    for _turn in range(times):
        for kind in ("alarm", "clear"):
            watch.town.now += timedelta(seconds=5)
            watch.says("502", kind, id=f"{kind}-{watch.town.now.timestamp()}")


def test_a_chattering_sensor_is_one_quiet_order(town, watch):
    chatters(watch)
    everybody_was_told_something(town)
    assert open_kinds() == ["gas_leak", "unstable_sensor"]
    leak = Incident.objects.get(kind="gas_leak")
    lines = leak.timeline.count()
    chatters(watch, times=10)
    assert leak.timeline.count() == lines  # no news any more
    leak.refresh_from_db()
    assert leak.condition == "active"
    town.deliver()
    everybody_was_told_something(town)


def test_each_first_raise_of_an_unstable_sensor_still_goes_out(town, watch):
    chatters(watch)
    everybody_was_told_something(town)
    leak = Incident.objects.get(kind="gas_leak")
    close_incident(by=SYSTEM, now=town.now, incident_id=leak.pk, cause_code="cooking_fumes", outcome="")
    town.now += timedelta(seconds=5)
    watch.says("502", "alarm", id="again")
    town.deliver()
    everybody_is_told(town)


def test_a_sensor_that_calms_down_is_closed_and_its_all_clear_counts(town, watch):
    chatters(watch)
    everybody_was_told_something(town)
    assert Incident.objects.get(kind="gas_leak").condition == "active"
    town.now += timedelta(minutes=30)
    see_to_alarms(town.now)
    assert watch.troubles("502") == {}
    assert Incident.objects.get(kind="gas_leak").condition == "cleared"
    assert Incident.objects.get(kind="unstable_sensor").handling == "closed"
    town.deliver()
    everybody_was_told_something(town)


def test_an_all_clear_of_gas_ends_no_other_matter_of_the_device(town, watch):
    watch.says("502", "status", fault=True, id="f")
    town.device("502").leaks()
    everybody_is_told(town)
    town.device("502").clears()
    assert Incident.objects.get(kind="gas_leak").condition == "cleared"
    assert Incident.objects.get(kind="device_fault").condition == "active"


# ------------------------------------------------------------------------------------- age


def test_the_end_of_life_is_told_by_building_180_60_and_0_days_before(town, watch):
    today = town.now.date()
    Device.objects.filter(serial__startswith="GAS").update(made_on=date(today.year - 5, today.month, today.day))
    Device.objects.filter(serial="GAS501").update(made_on=today - timedelta(days=5 * 365 - 120))
    judge_lives(now=town.now)
    assert (watch.troubles("502"), watch.troubles("501")) == ({"end_of_life": 3}, {"end_of_life": 1})
    incident = Incident.objects.get()
    assert (incident.kind_id, incident.place) == ("end_of_life", "8栋")
    assert judge_lives(now=town.now) == 0
    town.now += timedelta(days=70)
    judge_lives(now=town.now)
    assert watch.troubles("501") == {"end_of_life": 2}
    town.nobody_else_was_told()


def test_when_all_are_replaced_the_buildings_order_is_settled(town, watch):
    Device.objects.filter(serial="GAS502").update(made_on=date(2015, 1, 1))
    look_after(town.now)
    assert open_kinds() == ["end_of_life"]
    Device.objects.get(serial="GAS502").installations.update(removed_on=town.now.date())
    look_after(town.now)
    assert open_kinds() == []


def test_a_corrected_date_ends_the_warning(town, watch):
    Device.objects.filter(serial="GAS502").update(made_on=date(2015, 1, 1))
    look_after(town.now)
    Device.objects.filter(serial="GAS502").update(made_on=date(2026, 1, 1))
    look_after(town.now)
    assert watch.troubles("502") == {}
    assert Incident.objects.get().cause.code == "replaced"


# ------------------------------------------------------------------------------------- still alarming


def test_an_alarm_that_is_on_at_start_up_fires(town, watch):
    DeviceState.objects.filter(device__serial="GAS502").update(
        alarming=True, last_signal_at=town.now, last_seen_at=town.now
    )  # a restored backup, or a fault of ours: the state is there, the incident is not
    see_to_alarms(town.now)
    town.deliver()
    everybody_is_told(town)
    see_to_alarms(town.now)
    town.deliver()
    assert Incident.objects.count() == 1


def test_an_alarm_closed_while_it_goes_on_is_raised_again_after_ten_minutes(town, watch):
    town.device("502").leaks()
    everybody_is_told(town)
    town.desk_closes(cause="cooking_fumes")
    watch.passes(minutes=9)
    assert open_kinds() == []
    watch.passes(minutes=3)
    everybody_is_told(town)
    assert Incident.objects.count() == 2


def test_a_detector_taken_off_the_wall_while_it_alarmed_is_not_raised_again(town, watch):
    town.device("502").leaks()
    everybody_is_told(town)
    town.desk_closes(cause="test")
    watch.reporting.discard("502")
    town.now += timedelta(minutes=11)
    see_to_alarms(town.now)
    assert open_kinds() == []


def test_an_acknowledgement_is_not_forgotten_at_a_restart(town, watch):
    town.device("502").leaks()
    everybody_is_told(town)
    town.desk_acknowledges()
    watch.skips(minutes=20)
    watch.step()  # all of it starts anew; the device still alarms
    incident = town.incident()
    assert (incident.handling, Reading.objects.count()) == ("acknowledged", 1)
    town.nobody_else_was_told()
