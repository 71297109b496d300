"""Planning a rota, planning it on, and leaving alone what people changed."""

from __future__ import annotations

from collections import Counter
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from linli.audit.models import AuditEntry
from linli.core.errors import NotAllowed, Refusal
from linli.scheduling import actions
from linli.scheduling.errors import BeforeToday, DutyNotFound, NobodyToShare, NoShifts, ShiftsThere, TooManyWeeks
from linli.scheduling.models import CalendarDay, CalendarYear, Duty, Rota, Shift
from linli.scheduling.queries import gaps_ahead
from linli.scheduling.tests.conftest import HOUR, NOW, SYSTEM, TODAY


def test_two_weeks_are_shared_out_among_three_and_leave_no_gap(planned) -> None:
    counts = Counter(Duty.objects.values_list("post_id", flat=True))
    assert set(counts) == {post.pk for post in planned.officers[:3]}
    assert max(counts.values()) - min(counts.values()) <= 1
    pk = planned.community.pk
    # The shift that is running since this morning is planned too; the last night ends on the fifteenth day.
    assert gaps_ahead(community_ids=[pk], since=NOW, until=NOW + timedelta(days=13)) == {pk: []}
    assert Duty.objects.filter(starts_at__lte=NOW, ends_at__gt=NOW).count() == 1
    assert AuditEntry.objects.get(verb="planned_rota").details["people"] == 3


def test_planning_again_adds_nothing_and_changes_nothing(planned) -> None:
    before = list(Duty.objects.order_by("pk").values())
    assert planned.plans() == 0
    assert list(Duty.objects.order_by("pk").values()) == before


def test_planning_anew_keeps_what_has_begun_and_what_was_changed_by_hand(planned) -> None:
    running, coming = planned.duty(0), planned.duty(30)
    actions.give_duty(by=SYSTEM, now=NOW, duty_id=coming.pk, post_id=planned.officers[3].pk)
    planned.plans(people=2, replacing="planned")
    assert planned.duty(0).pk == running.pk
    assert planned.duty(30).post_id == planned.officers[3].pk
    others = Duty.objects.exclude(pk__in=[running.pk, coming.pk])
    assert set(others.values_list("post_id", flat=True)) == {post.pk for post in planned.officers[:2]}


def test_a_rota_is_planned_on_by_itself_day_by_day_and_stays_fair(planned) -> None:
    for day in range(1, 29):
        actions.extend_rotas(by=SYSTEM, now=NOW + timedelta(days=day))
    counts = Counter(Duty.objects.values_list("post_id", flat=True))
    assert sum(counts.values()) >= 2 * 55
    assert max(counts.values()) - min(counts.values()) <= 1
    nights = Counter(Duty.objects.filter(shift__starts=time(20)).values_list("post_id", flat=True))
    assert max(nights.values()) - min(nights.values()) <= 2
    assert actions.extend_rotas(by=SYSTEM, now=NOW + timedelta(days=28)) == 0


def test_a_rota_that_wants_no_weeks_or_is_not_kept_is_not_planned_on(planned) -> None:
    later = NOW + timedelta(days=20)
    Rota.objects.update(weeks_ahead=0)
    assert actions.extend_rotas(by=SYSTEM, now=later) == 0
    Rota.objects.update(weeks_ahead=4, is_kept=False)
    assert actions.extend_rotas(by=SYSTEM, now=later) == 0


def test_a_holiday_that_comes_in_later_moves_duties_nobody_touched(station) -> None:
    station.lays_down("office")
    station.plans()
    friday = date(2026, 11, 27)
    assert Duty.objects.filter(on=friday).count() == 2
    CalendarYear.objects.create(pk=2026, source="x")
    CalendarDay.objects.create(year_id=2026, on=friday, kind="holiday")
    actions.extend_rotas(by=SYSTEM, now=NOW + HOUR)
    assert [str(duty.shift.starts) for duty in Duty.objects.filter(on=friday)] == ["08:30:00"]
    pk = station.community.pk
    assert gaps_ahead(community_ids=[pk], since=NOW, until=NOW + timedelta(days=13)) == {pk: []}


def test_a_shift_that_ends_takes_its_duties_with_it_and_leaves_a_gap_to_see(planned) -> None:
    night = Shift.objects.get(starts=time(20))
    night.until_on = TODAY + timedelta(days=2)
    night.save()
    actions.extend_rotas(by=SYSTEM, now=NOW)
    assert Duty.objects.filter(shift=night).latest("on").on == night.until_on
    assert (
        len(gaps_ahead(community_ids=[planned.community.pk], since=NOW, until=NOW + 96 * HOUR)[planned.community.pk])
        == 1
    )
    Shift.objects.update(until_on=TODAY + timedelta(days=2))
    assert actions.extend_rotas(by=SYSTEM, now=NOW + timedelta(days=5)) == 0


def test_who_has_left_is_a_gap_and_is_planned_no_more(planned) -> None:
    gone = planned.officers[0]
    gone.until_on = TODAY
    gone.save()
    pk = planned.community.pk
    assert gaps_ahead(community_ids=[pk], since=NOW, until=NOW + timedelta(days=7))[pk]
    planned.plans(people=3, first_on=TODAY + timedelta(days=1), replacing="planned")
    assert gaps_ahead(community_ids=[pk], since=NOW, until=NOW + timedelta(days=7))[pk] == []


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"weeks": 0}, TooManyWeeks),
        ({"weeks": 27}, TooManyWeeks),
        ({"first_on": TODAY - timedelta(days=1)}, BeforeToday),
        ({"people": 0}, NobodyToShare),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused_beside_its_field(station, told, refusal) -> None:
    station.lays_down()
    with pytest.raises(refusal) as refused:
        station.plans(**told)
    assert refused.value.fields


def test_shifts_come_first_and_once(station) -> None:
    with pytest.raises(NoShifts):
        station.plans()
    station.lays_down()
    with pytest.raises(ShiftsThere):
        station.lays_down("three")


def test_officers_do_not_plan_and_a_secretary_only_at_home(planned, elsewhere) -> None:
    for name in ("linju甲", "linju单元长"):
        with pytest.raises(NotAllowed):
            planned.plans(by=planned.by(name))
        with pytest.raises(NotAllowed):
            actions.pause_rota(by=planned.by(name), now=NOW, community_id=planned.community.pk)
    with pytest.raises(DutyNotFound):
        planned.plans(by=elsewhere.by(elsewhere.secretary))
    assert planned.plans(by=planned.by(planned.secretary), weeks=3) > 0


def test_an_officer_of_another_community_takes_no_turns(station, elsewhere) -> None:
    station.lays_down()
    with pytest.raises(Refusal):
        actions.plan_rota(
            by=SYSTEM,
            now=NOW,
            community_id=station.community.pk,
            first_on=TODAY,
            weeks=1,
            post_ids=[elsewhere.officers[0].pk],
        )


@pytest.mark.parametrize(
    "change",
    [
        lambda duty: {"ends_at": duty.starts_at},
        lambda duty: {"on": duty.on + timedelta(days=1)},
    ],
)
def test_the_database_refuses_a_duty_without_length_and_a_second_of_the_same_shift(planned, change) -> None:
    duty = planned.duty(0)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.filter(pk=duty.pk).update(**change(duty))


def test_the_database_refuses_a_shift_on_no_day(planned) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.update(on_workdays=False, on_weekends=False, on_holidays=False)
