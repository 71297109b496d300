"""A month on duty, told day by day: every phone that rings is expected, and every alarm has an end that a person wrote down.

It begins on a Monday in September and goes over the Mid-Autumn Festival and the National Day.
"""

import itertools
from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from django.db import transaction

from linli.accounts.roles import Role
from linli.incidents.actions import (
    DrillSpot,
    SilenceWish,
    acknowledge_incident,
    close_incident,
    confirm_silence,
    end_drill,
    silence_alarms,
    start_drill,
)
from linli.incidents.models import Incident
from linli.incidents.rulebook import forget_rulebook
from linli.notifications.models import Message
from linli.notifications.standing import forget_standing
from linli.registry.queries import PlaceRef
from linli.safety.actions import renew_intake_stamp, take_signals
from linli.safety.decoding import Raw
from linli.safety.models import DeviceModel, DeviceTrouble
from linli.scheduling.actions import fill_calendar, give_duty, lay_down_shifts, plan_rota
from linli.scheduling.models import Duty
from linli.scheduling.presets import NewShift
from linli.scheduling.queries import forget_on_duty
from linli.watching.actions import begin_again_after_restore
from tests.harness import Town
from tests.harness.town import SYSTEM

FAMILY = ("王芳", "王强")
HALF_AN_HOUR, TWO_HOURS, FOUR_HOURS = 1800, 7200, 14400


class Month:
    """The clock, the detectors' heartbeats, and who is told of what."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._numbers = itertools.count()
        DeviceModel.objects.update(report_seconds=FOUR_HOURS)
        officers = [town.desk_post, *(town.post(name, Role.DUTY_OFFICER) for name in ("值班员大林", "值班员老孙"))]
        boss = town.staff(town.secretary_post)
        fill_calendar(by=SYSTEM, now=town.now)
        shifts = [NewShift("白班", time(8), time(20)), NewShift("夜班", time(20), time(8))]
        first_on = town.now.date()
        plan = {"by": boss, "now": town.now, "community_id": town.community.pk}
        lay_down_shifts(**plan, shifts=shifts, since_on=first_on)
        plan_rota(**plan, first_on=first_on, weeks=5, post_ids=[post.pk for post in officers])

    def goes_on_until(self, month: int, day: int, clock: str) -> None:
        """Quiet hours: detectors report, the machine looks after itself, and nobody's phone rings but for the morning's list."""
        hour, minute = map(int, clock.split(":"))
        until = self.town.now.replace(month=month, day=day, hour=hour, minute=minute, second=0)
        assert until > self.town.now
        while self.town.now < until:
            self.heartbeats()
            self.town.later(seconds=int(min(FOUR_HOURS, (until - self.town.now).total_seconds())), stride=TWO_HOURS)
        self.heartbeats()
        self.town.nobody_else_was_told()

    def heartbeats(self) -> None:
        renew_intake_stamp(now=self.town.now, heard_until=self.town.now)
        beats = [
            Raw(
                f"linli.demo.{device.serial}.heartbeat",
                b'{"battery": 88}',
                self.town.now,
                f"beat:{next(self._numbers)}",
            )
            for device in self.town.devices.values()
        ]
        take_signals(raws=beats, now=self.town.now)

    def on_duty(self) -> str:
        """The holder of the turn, by the rota on the wall; "" for a gap."""
        forget_on_duty()
        duty = Duty.objects.get(starts_at__lte=self.town.now, ends_at__gt=self.town.now)
        return duty.post.holder_name if duty.post else ""

    def rung(self) -> dict[str, int]:
        """Who was rung since the last look, with how often."""
        rings = {name: len(phone.messages) for name, phone in self.town.phones.items() if phone.messages}
        self.town.forget_messages()
        return rings

    def open_ones(self) -> list[Incident]:
        return list(Incident.objects.filter(closed_at__isnull=True).order_by("id"))

    def desk_takes(self) -> None:
        for incident in self.open_ones():
            acknowledge_incident(by=self.town.staff(self.town.desk_post), now=self.town.now, incident_id=incident.pk)

    def desk_closes(self, cause: str) -> None:
        by = self.town.staff(self.town.desk_post)
        for incident in self.open_ones():
            close_incident(by=by, now=self.town.now, incident_id=incident.pk, cause_code=cause, outcome="已到场查看")


@pytest.fixture
def month(town):
    return Month(town)


@pytest.fixture
def start():
    return datetime.fromisoformat("2026-09-21T09:00:00+08:00")


def monday_night_a_leak(town: Town, month: Month) -> None:
    """Monday night, a leak; the officer on duty answers within half a minute and writes down what it was."""
    month.goes_on_until(9, 22, "02:10")
    town.device("502").leaks()
    assert month.rung() == {**dict.fromkeys(FAMILY, 1), "赵玉兰": 1, month.on_duty(): 1}
    town.later(seconds=25)
    month.desk_takes()
    town.device("502").clears()
    town.later(seconds=300, stride=5)
    month.desk_closes("stove_left_on")


def wednesday_the_yearly_drill(town: Town, month: Month) -> None:
    """Wednesday, the yearly drill. In the middle of it, a real leak next door: nobody takes one for the other."""
    month.goes_on_until(9, 23, "10:00")
    place = PlaceRef(town.community.pk, town.grid.pk, town.building.pk, town.unit.pk)
    drill = start_drill(
        by=town.staff(town.desk_post),
        now=town.now,
        community_id=town.community.pk,
        title="秋季消防演练",
        kind="gas_leak",
        spots=[DrillSpot(place, "8栋3单元502", household_id=town.household_502.pk)],
    )
    town.deliver()
    for name in (*FAMILY, "赵玉兰", month.on_duty()):
        town.phone(name).expect("【演练】")
    town.device("501").leaks()
    for name in ("李梅", "赵玉兰", month.on_duty()):
        message = town.phone(name).expect("8栋3单元501")
        assert "演练" not in message.title + message.text
    month.desk_takes()
    town.device("501").clears()
    end_drill(by=town.staff(town.desk_post), now=town.now, drill_id=drill.pk, lessons="楼长到位很快")
    month.desk_closes("old_hose")
    town.deliver()
    town.phone("赵玉兰").expect("【新诉求】8栋3单元501")  # of the real leak only: drills lead to nothing


def mid_autumn_everybody_is_away(town: Town, month: Month) -> None:
    """Mid-Autumn, everybody is away: the daughter's phone is dead, the officer sleeps. It climbs until somebody answers."""
    month.goes_on_until(9, 25, "20:30")
    town.phone("王芳").dead = True
    officer = month.on_duty()
    town.device("502").leaks()
    town.later(seconds=180)
    rings = month.rung()
    assert "王芳" not in rings
    assert set(rings) == {"王强", "赵玉兰", officer, "孙德福", "周网格", "陈书记"}
    town.phone("王芳").dead = False
    town.phone("王强").answers("going")
    town.later(seconds=300, stride=5)
    assert "王强" not in month.rung()
    acknowledge_incident(by=town.staff(town.secretary_post), now=town.now, incident_id=month.open_ones()[0].pk)
    town.device("502").clears()
    month.desk_takes()  # the officer wakes up and takes it, too: both are on record
    assert month.open_ones()[0].timeline.filter(verb="acknowledged").count() == 2
    month.desk_closes("stove_left_on")


def a_silence_of_one_kitchen(town: Town, month: Month) -> None:
    """The kitchen of 501 is being painted: two people silence it for a day. Its neighbour is as loud as ever."""
    month.goes_on_until(9, 28, "08:30")
    wish = SilenceWish(
        community_id=town.community.pk,
        reason="厨房装修",
        starts_at=town.now,
        ends_at=town.now + timedelta(hours=9),
        source=f"device:{town.device_id('501')}",
    )
    silence = silence_alarms(by=town.staff(town.desk_post), now=town.now, wish=wish)
    confirm_silence(by=town.staff(town.secretary_post), now=town.now, silence_id=silence.pk)
    town.later(seconds=6)
    town.device("501").leaks()
    assert month.rung() == {}
    town.device("502").leaks()
    assert month.rung()[month.on_duty()] == 1
    month.desk_takes()
    for door in ("501", "502"):
        town.device(door).clears()
    month.desk_closes("test")


def a_gap_in_the_rota_on_the_national_day(town: Town, month: Month) -> None:
    """The night of the National Day: the secretary forgot to fill the gap in the rota, and is called at once instead."""
    month.goes_on_until(10, 1, "09:00")
    night = Duty.objects.get(on=date(2026, 10, 1), shift__name="夜班")
    give_duty(by=town.staff(town.secretary_post), now=town.now, duty_id=night.pk, post_id=None)
    month.goes_on_until(10, 1, "23:40")
    assert month.on_duty() == ""
    town.device("stairwell").says("alarm")
    assert month.rung() == {"赵玉兰": 1, "孙德福": 1, "陈书记": 1}
    acknowledge_incident(by=town.staff(town.secretary_post), now=town.now, incident_id=month.open_ones()[0].pk)
    town.device("stairwell").clears()
    month.desk_closes("burnt_pot")


DOORS = [f"{floor}{door:02d}" for floor in range(11, 19) for door in range(1, 6)]


def a_storm_of_forty_kitchens(town: Town, month: Month) -> None:
    """A storm: gas comes back into the pipe after works, and forty kitchens alarm within a minute."""
    gas = DeviceModel.objects.get(code="gas-1")
    for door in DOORS:
        town.move_in(door, model=gas)
    month.goes_on_until(10, 5, "18:05")
    for door in DOORS:
        town.now += timedelta(seconds=1)
        town.device(door).leaks()
    officer = month.on_duty()
    heard = Counter(message.link for message in town.phone(officer).messages)
    assert len(heard) == len(DOORS)  # each first alarm for itself
    assert month.rung()[officer] == len(DOORS)
    town.later(seconds=30)
    month.desk_takes()
    month.rung()
    for door in DOORS:
        town.device(door).clears()
    month.desk_closes("gas_company")


def a_power_cut_of_five_hours(town: Town, month: Month) -> None:
    """A power cut of five hours with a leak on record that nobody had answered. Afterwards it goes on, and no detector is blamed."""
    month.goes_on_until(10, 9, "01:00")
    town.device("502").leaks()
    month.rung()
    town.now += timedelta(hours=5)
    forget_rulebook()
    forget_standing()
    month.heartbeats()
    town.later(seconds=15)
    assert set(month.rung()) >= {*FAMILY, month.on_duty()}
    town.device("502").clears()
    month.desk_takes()
    month.desk_closes("stove_left_on")
    town.later(seconds=HALF_AN_HOUR, stride=300)
    assert not DeviceTrouble.objects.exists()


def a_backup_is_restored(town: Town, month: Month) -> None:
    """The disk dies. What is left is the backup of the night before, in which a leak is open that has long been dealt with."""
    month.goes_on_until(10, 13, "03:00")
    town.device("501").leaks()
    month.rung()
    backup, made_at = transaction.savepoint(), town.now
    town.device("501").clears()
    month.desk_takes()
    month.desk_closes("stove_left_on")
    month.goes_on_until(10, 13, "16:00")
    transaction.savepoint_rollback(backup)
    forget_rulebook()
    forget_standing()
    assert begin_again_after_restore(now=town.now, backup_made_at=made_at) == 1
    month.heartbeats()
    town.later(seconds=60)
    assert set(month.rung()) >= {"李梅", "赵玉兰", month.on_duty()}  # rather once too often than never
    (incident,) = month.open_ones()
    assert incident.timeline.filter(verb="noted").exists()
    town.device("501").clears()
    month.desk_takes()
    month.desk_closes("stove_left_on")
    town.later(seconds=HALF_AN_HOUR, stride=300)
    assert not DeviceTrouble.objects.exists()


def a_quiet_week(town: Town, month: Month) -> None:
    """A week in which nothing happens."""
    month.goes_on_until(10, 21, "09:00")
    assert not Incident.objects.filter(closed_at__isnull=True).exists()
    assert Incident.objects.count() == 9 + len(DOORS)
    for one in Incident.objects.all():
        verbs = list(one.timeline.order_by("id").values_list("verb", flat=True))
        assert verbs[0] in {"opened", "silenced"}
        assert "closed" in verbs
    assert not Message.objects.filter(state="owed").exists()
    assert not Message.objects.filter(state="failed").exists()


CHAPTERS = (
    monday_night_a_leak,
    wednesday_the_yearly_drill,
    mid_autumn_everybody_is_away,
    a_silence_of_one_kitchen,
    a_gap_in_the_rota_on_the_national_day,
    a_storm_of_forty_kitchens,
    a_power_cut_of_five_hours,
    a_backup_is_restored,
    a_quiet_week,
)


@pytest.mark.timeout(300)
def test_a_month_of_nights(town, month):
    for chapter in CHAPTERS:
        chapter(town, month)
