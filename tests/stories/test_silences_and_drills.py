"""Silences and drills: what holds an alarm back, and what only pretends to be one."""

from datetime import timedelta

import pytest

from linli.incidents.actions import (
    DrillSpot,
    SilenceWish,
    confirm_silence,
    end_drill,
    end_silence,
    silence_alarms,
    start_drill,
)
from linli.incidents.errors import (
    DrillRunning,
    SecondPersonNeeded,
    SilenceOfNothing,
    SilenceReasonMissing,
    SilenceSpanWrong,
)
from linli.incidents.models import Incident
from linli.registry.queries import PlaceRef

FIRST_TOLD = ("王芳", "王强", "赵玉兰", "值班员小林")


def verbs(incident):
    return list(incident.timeline.order_by("at", "id").values_list("verb", flat=True))


def place_of(town):
    return PlaceRef(
        community_id=town.community.pk, grid_id=town.grid.pk, building_id=town.building.pk, unit_id=town.unit.pk
    )


# ------------------------------------------------------------------------------------------------ silences


def wish(town, **what):
    what.setdefault("ends_at", town.now + timedelta(hours=1))
    return SilenceWish(community_id=town.community.pk, reason="厨房装修", starts_at=town.now, **what)


def test_one_person_alone_cannot_silence_what_is_danger_to_life(town):
    by = town.staff(town.desk_post)
    silence = silence_alarms(by=by, now=town.now, wish=wish(town, kind="gas_leak", building_id=town.building.pk))
    assert silence.needs_second
    with pytest.raises(SecondPersonNeeded):
        confirm_silence(by=by, now=town.now, silence_id=silence.pk)
    town.device("502").leaks()
    for name in FIRST_TOLD:
        town.phone(name).expect("燃气泄漏报警")


def test_an_alarm_in_a_silence_is_recorded_rings_nobody_and_is_looked_at_when_it_ends(town):
    silence = silence_alarms(by=town.staff(town.desk_post), now=town.now, wish=wish(town, kind="gas_leak"))
    confirm_silence(by=town.staff(town.secretary_post), now=town.now, silence_id=silence.pk)
    town.later(seconds=6)
    town.device("502").leaks()
    incident = town.incident()
    assert incident.silenced_until == silence.ends_at
    assert incident.next_step_at == silence.ends_at
    town.later(seconds=3600, stride=15)
    for name in FIRST_TOLD:
        town.phone(name).expect("燃气泄漏报警")
    assert "silence_over" in verbs(incident)
    town.desk_acknowledges()


def test_what_was_over_before_the_silence_was_is_shown_to_the_desk_alone(town):
    silence = silence_alarms(by=town.staff(town.desk_post), now=town.now, wish=wish(town, kind="gas_leak"))
    confirm_silence(by=town.staff(town.secretary_post), now=town.now, silence_id=silence.pk)
    town.later(seconds=6)
    town.device("502").leaks()
    town.device("502").clears(at=town.now + timedelta(seconds=1))
    town.later(seconds=3600, stride=15)
    town.phone("值班员小林").expect("8栋3单元502")
    town.desk_acknowledges()


def test_ending_a_silence_early_lets_the_alarm_ring_at_once(town):
    by = town.staff(town.desk_post)
    silence = silence_alarms(by=by, now=town.now, wish=wish(town, kind="smoke", unit_id=town.unit.pk))
    confirm_silence(by=town.staff(town.secretary_post), now=town.now, silence_id=silence.pk)
    town.later(seconds=6)
    town.device("stairwell").says("alarm")
    end_silence(by=by, now=town.now, silence_id=silence.pk)
    town.later(seconds=1)
    for name in ("赵玉兰", "孙德福", "值班员小林"):
        town.phone(name).expect("烟雾报警")
    town.desk_acknowledges()


def test_a_silence_of_one_detector_leaves_its_neighbour_loud(town):
    device_id = town.device_id("502")
    silence = silence_alarms(by=town.staff(town.desk_post), now=town.now, wish=wish(town, source=f"device:{device_id}"))
    assert silence.needs_second
    confirm_silence(by=town.staff(town.secretary_post), now=town.now, silence_id=silence.pk)
    town.later(seconds=6)
    town.device("502").leaks()
    town.device("501").leaks()
    for name in ("李梅", "赵玉兰", "值班员小林"):
        town.phone(name).expect("8栋3单元501")


def test_a_silence_names_what_and_why_and_until_when(town):
    by = town.staff(town.desk_post)
    with pytest.raises(SilenceOfNothing):
        silence_alarms(by=by, now=town.now, wish=wish(town))
    with pytest.raises(SilenceSpanWrong):
        silence_alarms(by=by, now=town.now, wish=wish(town, kind="smoke", ends_at=town.now))
    with pytest.raises(SilenceSpanWrong):
        silence_alarms(by=by, now=town.now, wish=wish(town, kind="smoke", ends_at=town.now + timedelta(days=31)))
    nameless = SilenceWish(
        town.community.pk, " ", starts_at=town.now, ends_at=town.now + timedelta(hours=1), kind="smoke"
    )
    with pytest.raises(SilenceReasonMissing):
        silence_alarms(by=by, now=town.now, wish=nameless)


# ------------------------------------------------------------------------------------------------ drills


def drill_at_502(town):
    spot = DrillSpot(place_of(town), "8栋3单元502", household_id=town.household_502.pk)
    return start_drill(
        by=town.staff(town.desk_post),
        now=town.now,
        community_id=town.community.pk,
        title="冬季消防演练",
        kind="gas_leak",
        spots=[spot],
    )


def test_a_drill_goes_the_whole_way_and_says_so_in_every_text(town):
    drill = drill_at_502(town)
    town.deliver()
    for name in FIRST_TOLD:
        town.phone(name).expect("【演练】")
    town.later(seconds=60)
    for name in FIRST_TOLD:
        town.phone(name).expect("【演练】", "再次提醒")
    town.phone("孙德福").expect("【演练】")
    town.phone("赵玉兰").answers("going", audience="unit_captain")
    with pytest.raises(DrillRunning):
        drill_at_502(town)
    end_drill(by=town.staff(town.desk_post), now=town.now, drill_id=drill.pk, lessons="楼长找不到钥匙")
    assert town.incident().closed_at == town.now
    town.later(seconds=600, stride=15)


def test_a_real_alarm_inside_a_drill_is_never_masked(town):
    drill_at_502(town)
    town.deliver()
    town.forget_messages()
    town.device("502").leaks()
    for name in FIRST_TOLD:
        message = town.phone(name).expect("燃气泄漏报警")
        assert "演练" not in message.title + message.text
    assert Incident.objects.filter(drill__isnull=True).count() == 1
    assert Incident.objects.filter(drill__isnull=False).count() == 1


def test_a_drill_is_heard_even_where_alarms_are_silenced(town):
    silence = silence_alarms(by=town.staff(town.desk_post), now=town.now, wish=wish(town, kind="gas_leak"))
    confirm_silence(by=town.staff(town.secretary_post), now=town.now, silence_id=silence.pk)
    drill_at_502(town)
    town.deliver()
    for name in FIRST_TOLD:
        town.phone(name).expect("【演练】")
