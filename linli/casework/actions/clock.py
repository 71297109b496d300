"""Setting the clock of a request: at entry, after waiting, in another category, opened again."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from linli.casework.models import Request, Step
from linli.casework.queries.settings import grade_of, policy_of
from linli.casework.rules.clocks import Pause, Times, end_without, next_alarm, not_at_once, times_of
from linli.casework.rules.states import STANDING, WAITING
from linli.scheduling.queries import RunningClock, running_clock


def pauses_of(*, request: Request) -> list[Pause]:
    """The times of waiting for the resident since the clock began, in order; one that lasts is left out. A part has waited as long
    as the whole had before it was split. One query, three for a part."""
    steps = Step.objects.filter(aspect=Step.Aspect.STATE, at__gte=request.clock_from).order_by("pk")
    if request._state.adding:
        return _stretches(steps.filter(request_id=request.parent_id)) if request.parent_id is not None else []
    own = _stretches(steps.filter(request=request))
    if request.parent_id is None:
        return own
    first = Step.objects.filter(request=request).order_by("pk").values_list("pk", flat=True)[:1]
    return _stretches(steps.filter(request_id=request.parent_id, pk__lt=first[0])) + own


def _stretches(steps: QuerySet[Step]) -> list[Pause]:
    found: list[Pause] = []
    began: datetime | None = None
    for state, at in steps.values_list("state", "at"):
        if state == WAITING:
            began = began or at
        elif began is not None:
            found.append((began, at))
            began = None
    return found


def start_clock(*, request: Request, since: datetime, now: datetime) -> None:
    """Begin anew by the category's grade; nothing was said yet. Sets columns only."""
    on = timezone.localdate(now)
    grade = grade_of(community_id=request.community_id, code=request.category.grade, on=on)
    running = running_clock(time_zone=request.community.time_zone, since=since)
    request.clock_from, request.due_by = since, Request.DueBy.GRADE
    request.runs, request.allowance_seconds = grade.runs, grade.seconds
    pauses = pauses_of(request=request)
    request.respond_due_at = end_without(
        since=since, seconds=grade.respond_seconds, runs=grade.runs, pauses=pauses, running=running
    )
    _set(request, _times(request, pauses, running, now), said="")


def start_clock_until(*, request: Request, since: datetime, due_at: datetime, due_by: str, now: datetime) -> None:
    """Begin anew with a due time that somebody gave: the hotline's sheet, or a person. Sets columns only."""
    start_clock(request=request, since=since, now=now)
    running = running_clock(time_zone=request.community.time_zone, since=since)
    pauses = pauses_of(request=request)
    if request.paused_at is not None:
        pauses.append((max(request.paused_at, since), now))  # whoever gives a due time knows of what was waited so far
    before = [(begin, min(finish, due_at)) for begin, finish in pauses if begin < due_at]
    waited = sum(running.seconds(since=begin, until=finish, runs=request.runs) for begin, finish in before)
    request.due_by = due_by
    request.allowance_seconds = max(running.seconds(since=since, until=due_at, runs=request.runs) - waited, 60)
    times = _times(request, pauses, running, now)
    _set(request, Times(min(times.warn_at, due_at), due_at, max(times.late_at, due_at)), said="")


def wake_clock(*, request: Request, now: datetime) -> None:
    """Go on after waiting: the time of waiting is left out, and no alarm comes before the grace is over."""
    grace = policy_of(community_id=request.community_id, on=timezone.localdate(now)).wake_grace_seconds
    _recount(request, now=now)
    if request.next_alarm_at is not None:
        request.next_alarm_at = not_at_once(at=request.next_alarm_at, now=now, grace_seconds=grace)


def recount_clock(*, request: Request, now: datetime) -> None:
    """Count again by the category that the request has now. What is over by that count is alarmed after the grace, not at once."""
    grade = grade_of(community_id=request.community_id, code=request.category.grade, on=timezone.localdate(now))
    if request.due_by == Request.DueBy.GRADE:
        request.allowance_seconds, request.runs = grade.seconds, grade.runs
    _recount(request, now=now)
    if request.next_alarm_at is not None and request.next_alarm_at <= now:
        grace = policy_of(community_id=request.community_id, on=timezone.localdate(now)).wake_grace_seconds
        request.next_alarm_at = not_at_once(at=request.next_alarm_at, now=now, grace_seconds=grace)


def _recount(request: Request, *, now: datetime) -> None:
    """All times of waiting left out, by the allowance that stands in the request. What was said stays said; the hotline's due times
    stay as its sheet has them."""
    running = running_clock(time_zone=request.community.time_zone, since=request.clock_from)
    pauses = pauses_of(request=request)
    times = _times(request, pauses, running, now)
    if request.due_by == Request.DueBy.SHEET:
        times = Times(min(times.warn_at, request.due_at), request.due_at, request.late_at)
    elif request.contacted_at is None:
        grade = grade_of(community_id=request.community_id, code=request.category.grade, on=timezone.localdate(now))
        request.respond_due_at = end_without(
            since=request.clock_from, seconds=grade.respond_seconds, runs=request.runs, pauses=pauses, running=running
        )
    _set(request, times, said=_said(request))


def stand_still(*, request: Request) -> None:
    """The clock does not run in this state; what has to be said next is remembered."""
    request.next_alarm_at = None


def say_next(*, request: Request, now: datetime) -> None:
    """An alarm was said: the next one is set."""
    running = running_clock(time_zone=request.community.time_zone, since=request.clock_from)
    times = _times(request, pauses_of(request=request), running, now)
    times = Times(times.warn_at, request.due_at, request.late_at)
    request.next_alarm, request.next_alarm_at = next_alarm(said=request.next_alarm, times=times)


def _said(request: Request) -> str:
    """The last alarm that was said, from the one that comes next."""
    order = ["", *Request.Alarm.values]
    return order[order.index(request.next_alarm) - 1] if request.next_alarm else Request.Alarm.LATE.value


def _times(request: Request, pauses: list[Pause], running: RunningClock, now: datetime) -> Times:
    policy = policy_of(community_id=request.community_id, on=timezone.localdate(now))
    grade = grade_of(community_id=request.community_id, code=request.category.grade, on=timezone.localdate(now))
    return times_of(
        since=request.clock_from,
        allowance=request.allowance_seconds,
        runs=request.runs,
        pauses=pauses,
        warn_percent=grade.warn_percent,
        late_factor=policy.late_factor,
        running=running,
    )


def _set(request: Request, times: Times, *, said: str) -> None:
    request.due_at, request.late_at = times.due_at, times.late_at
    request.next_alarm, at = next_alarm(said=said, times=times)
    request.next_alarm_at = None if request.state in STANDING else at
