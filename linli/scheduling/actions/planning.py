"""Laying down shifts and planning duties."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from linli.core.actors import Actor
from linli.registry.models import Community, Post
from linli.scheduling.actions.keeping import community_reached, locked_rota, trace
from linli.scheduling.errors import BeforeToday, NobodyToShare, NoShifts, ShiftsThere
from linli.scheduling.models import Duty, Rota, RotaMember, Shift
from linli.scheduling.presets import NewShift
from linli.scheduling.queries.calendar import days_between
from linli.scheduling.queries.duties import forget_on_duty
from linli.scheduling.queries.people import members_of, officers_of
from linli.scheduling.queries.rota import times_of
from linli.scheduling.rules.days import HOLIDAY, WEEKEND, WORKDAY, Occurrence, days_from, occurrences_of
from linli.scheduling.rules.deciding import may_plan
from linli.scheduling.rules.planning import Held, Person, share_out

REMEMBERED = timedelta(weeks=4)
Replacing = Literal["nothing", "planned"]


@transaction.atomic
def lay_down_shifts(
    *, by: Actor, now: datetime, community_id: int, shifts: Sequence[NewShift], since_on: date
) -> list[Shift]:
    """The first shifts of a community. Raises NotAllowed, DutyNotFound or ShiftsThere."""
    community = community_reached(by=by, now=now, community_id=community_id)
    locked_rota(community=community)
    if Shift.objects.filter(community=community).exists():
        raise ShiftsThere
    made = [
        Shift.objects.create(
            community=community,
            name=str(shift.name),
            starts=shift.starts,
            ends=shift.ends,
            on_workdays=WORKDAY in shift.kinds,
            on_weekends=WEEKEND in shift.kinds,
            on_holidays=HOLIDAY in shift.kinds,
            since_on=since_on,
        )
        for shift in shifts
    ]
    for one in made:
        trace(row=one, by=by, now=now, verb="added")
    return made


@transaction.atomic
def plan_rota(
    *,
    by: Actor,
    now: datetime,
    community_id: int,
    first_on: date,
    weeks: int,
    post_ids: Sequence[int],
    replacing: Replacing = "nothing",
) -> int:
    """Share out all shifts of so many weeks among these duty officers, and keep the rota from now on; how many duties were planned.

    Duties that are on file stay; with ``replacing="planned"`` only those that have begun, or were changed or swapped by hand.
    Raises NotAllowed, DutyNotFound, TooManyWeeks, BeforeToday, NobodyToShare or NoShifts.
    """
    community = community_reached(by=by, now=now, community_id=community_id)
    rota = locked_rota(community=community)
    may_plan(weeks=weeks).enforce()
    today = now.astimezone(ZoneInfo(community.time_zone)).date()
    if first_on < today:
        raise BeforeToday(fields={"first_on": BeforeToday.default_sentence})
    officers = {post.pk: post for post in officers_of(community_id=community.pk, on=first_on)}
    chosen = [officers[pk] for pk in dict.fromkeys(post_ids) if pk in officers]
    if not chosen:
        raise NobodyToShare(fields={"people": NobodyToShare.default_sentence})
    _take_turns(community, chosen)
    stretch = days_from(first=first_on, count=7 * weeks)
    if replacing == "planned":
        _untouched(community, now).filter(on__gte=first_on, on__lte=stretch[-1]).delete()
    planned = _fill(community, stretch, chosen, now)
    rota.is_kept = True
    rota.save(update_fields=["is_kept"])
    details = {"since": first_on.isoformat(), "weeks": weeks, "duties": planned, "people": len(chosen)}
    trace(row=rota, by=by, now=now, verb="planned_rota", details=details)
    forget_on_duty()
    return planned


def extend_rotas(*, by: Actor, now: datetime) -> int:
    """Plan every kept rota on for as many weeks ahead as it asks for; how many duties were planned in all.

    A holiday table that came in meanwhile moves duties that nobody has touched. Each community in a transaction of its own.
    """
    wanting = Rota.objects.filter(is_kept=True, weeks_ahead__gt=0).order_by("pk").values_list("community_id", flat=True)
    return sum(_extend(community_id, by=by, now=now) for community_id in list(wanting))


@transaction.atomic
def _extend(community_id: int, *, by: Actor, now: datetime) -> int:
    rota = locked_rota(community=Community.objects.get(pk=community_id))
    people = members_of(community_id=community_id)
    if not (rota.is_kept and rota.weeks_ahead and people):
        return 0
    today = now.astimezone(ZoneInfo(rota.community.time_zone)).date()
    try:
        planned = _fill(rota.community, days_from(first=today, count=7 * rota.weeks_ahead), people, now)
    except NoShifts:
        return 0  # all shifts have ended: the gap is shown where people look
    if planned:
        trace(row=rota, by=by, now=now, verb="planned_rota", details={"duties": planned})
        forget_on_duty()
    return planned


def _take_turns(community: Community, people: Sequence[Post]) -> None:
    RotaMember.objects.filter(community=community).delete()
    RotaMember.objects.bulk_create(
        RotaMember(community=community, post=post, position=place) for place, post in enumerate(people, start=1)
    )


def _untouched(community: Community, now: datetime) -> QuerySet[Duty]:
    """Duties still to come that no person has changed, swapped or written about."""
    coming = Duty.objects.filter(community=community, starts_at__gt=now, ends_at__gt=now, by_hand=False)
    return coming.filter(swaps__isnull=True, returned_by__isnull=True, notes__isnull=True)


def _fill(community: Community, stretch: Sequence[date], people: Sequence[Post], now: datetime) -> int:
    """Plan what is missing in these days, after taking away what does not take place any more; how many duties are new."""
    shifts = [times_of(shift=shift) for shift in Shift.objects.filter(community=community)]
    if not any(shift.until_on is None or shift.until_on >= stretch[0] for shift in shifts):
        raise NoShifts
    before = stretch[0] - timedelta(days=1)  # a night that began yesterday may still be on
    days = days_between(first=before, last=stretch[-1])
    every = occurrences_of(shifts=shifts, days=[before, *stretch], marks=days.marks, zone=ZoneInfo(community.time_zone))
    expected = {(o.shift_id, o.on) for o in every}
    for duty in _untouched(community, now).filter(on__gte=stretch[0], on__lte=stretch[-1]):
        if (duty.shift_id, duty.on) not in expected:
            duty.delete()
    there = set(
        Duty.objects.filter(community=community, on__gte=before, on__lte=stretch[-1]).values_list("shift_id", "on")
    )
    missing = [o for o in every if o.ends_at > now and (o.shift_id, o.on) not in there]
    return _write(community, missing, people, _remembered(people, stretch, now)) if missing else 0


def _write(community: Community, missing: Sequence[Occurrence], people: Sequence[Post], held: Sequence[Held]) -> int:
    persons = [Person(post.pk, post.since_on, post.until_on) for post in people]
    given = share_out(occurrences=missing, people=persons, held=held)
    duties = [
        Duty(
            community=community, shift_id=o.shift_id, on=o.on, starts_at=o.starts_at, ends_at=o.ends_at, post_id=post_id
        )
        for o, post_id in zip(missing, given, strict=True)
    ]
    return len(Duty.objects.bulk_create(duties))


def _remembered(people: Sequence[Post], stretch: Sequence[date], now: datetime) -> list[Held]:
    """The duties of the last four weeks, and those on file for the time that is planned."""
    since = min(now, datetime.combine(stretch[0], time(), tzinfo=UTC)) - REMEMBERED
    rows = Duty.objects.filter(post__in=people, ends_at__gt=since, on__lte=stretch[-1])
    known = days_between(first=since.date(), last=stretch[-1])
    return [
        Held(post_id, shift_id, known.kind(on), starts_at, ends_at)
        for post_id, shift_id, on, starts_at, ends_at in rows.values_list(
            "post_id", "shift_id", "on", "starts_at", "ends_at"
        )
    ]
