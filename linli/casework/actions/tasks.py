"""Proactive tasks: planned for people of the register, worked through door by door, done, and measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.utils import timezone

from linli.audit.actions import Trace, record_traces
from linli.casework.access import EXPORT, RATES, WORK, Reach, reach_of_actor
from linli.casework.actions.telling import CASEWORK
from linli.casework.errors.repeats import WhyMissing
from linli.casework.errors.requests import CategoryUnknown
from linli.casework.errors.tasks import (
    AimMissing,
    NobodyMeant,
    NotMeasurable,
    TaskNotFromHere,
    TaskWrong,
    TooManyMeant,
)
from linli.casework.masked import masked_words
from linli.casework.models import Category, ProactiveTask, TaskTarget
from linli.casework.queries.aims import MOST_MEANT, meant_by
from linli.casework.queries.matters import matter_for
from linli.casework.queries.tasks import comparison_of, may_run_task, target_for, targets_of, task_for, tasks_to_measure
from linli.casework.rules.aims import Aim
from linli.core.actors import Actor
from linli.core.errors import NotAllowed
from linli.registry.access import access_of
from linli.registry.groups import OPEN, groups_seen
from linli.registry.models import Post
from linli.registry.scopes import valid_on

State = ProactiveTask.State
MOST_MEASURE_DAYS: Final = 400
MARKS: Final = tuple(TaskTarget.State.values)


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """What somebody writes of a task."""

    title: str
    what: str
    planned_on: date
    lead_id: int | None = None
    category_id: int | None = None
    measure_days: int = 30


@transaction.atomic
def plan_task(
    *, by: Actor, now: datetime, community_id: int, given: TaskGiven, aim: Aim, matter_id: int | None = None
) -> ProactiveTask:
    """Write a task down with its targets, as the register is now: they stay, whatever changes there.

    Raises NotAllowed (also for a group that needs registry.restricted), TaskWrong, CategoryUnknown, AimMissing, NobodyMeant,
    TooManyMeant, MatterNotFound.
    """
    reach = reach_of_actor(by=by, now=now).need(RATES)
    if not (reach.scope.everything or community_id in reach.scope.present_in):
        raise NotAllowed
    if matter_id is not None and matter_for(reach=reach, matter_id=matter_id).community_id != community_id:
        raise TaskWrong
    groups = groups_seen(permissions=access_of(by=by, now=now).permissions)
    if aim.group and aim.group not in groups:
        raise NotAllowed
    if aim.says_nothing:
        raise AimMissing(fields={"places": AimMissing.default_sentence})
    meant = meant_by(scope=reach.scope, community_id=community_id, aim=aim, on=timezone.localdate(now), groups=groups)
    if not meant:
        raise NobodyMeant(fields={"places": NobodyMeant.default_sentence})
    if len(meant) > MOST_MEANT:
        raise TooManyMeant(fields={"places": TooManyMeant.default_sentence})
    kept = replace(aim, restricted=bool(aim.group) and aim.group not in OPEN)
    task = ProactiveTask(
        community_id=community_id, matter_id=matter_id, aim=kept.as_data(), created_at=now, created_by=by.label[:120]
    )
    _fill(task, given, timezone.localdate(now))
    task.save()
    TaskTarget.objects.bulk_create(
        TaskTarget(task=task, household_id=one.household.pk, resident_id=one.resident.pk if one.resident else None)
        for one in meant
    )
    _trace(task, by, now, "planned_task", {"targets": len(meant)})
    return task


@transaction.atomic
def change_task(*, by: Actor, now: datetime, task_id: int, given: TaskGiven) -> ProactiveTask:
    """Other words, another lead, day or measure. For whom it is stays; once measured, so does the measure.

    Raises NotAllowed, TaskNotFound, TaskNotFromHere, TaskWrong, CategoryUnknown.
    """
    task = _held(by, now, task_id, State.PLANNED, State.DOING, State.DONE)
    _fill(task, given, timezone.localdate(now))
    task.save()
    _trace(task, by, now, "changed_task", {})
    return task


@transaction.atomic
def start_task(*, by: Actor, now: datetime, task_id: int) -> ProactiveTask:
    """It begins; what is compared before ends here. Raises NotAllowed, TaskNotFound, TaskNotFromHere."""
    task = _held(by, now, task_id, State.PLANNED)
    return _begin(task, by, now)


@transaction.atomic
def finish_task(*, by: Actor, now: datetime, task_id: int) -> ProactiveTask:
    """It is done, whatever of its list is left. Raises NotAllowed, TaskNotFound, TaskNotFromHere."""
    task = _held(by, now, task_id, State.PLANNED, State.DOING)
    task.begun_at, task.done_at, task.state = task.begun_at or now, now, State.DONE
    task.save()
    _trace(task, by, now, "finished_task", {"left": task.targets.filter(state=TaskTarget.State.TO_DO).count()})
    return task


@transaction.atomic
def drop_task(*, by: Actor, now: datetime, task_id: int, why: str) -> ProactiveTask:
    """It will not be done. Raises NotAllowed, TaskNotFound, TaskNotFromHere, WhyMissing."""
    task = _held(by, now, task_id, State.PLANNED, State.DOING)
    if not why.strip():
        raise WhyMissing(fields={"why": WhyMissing.default_sentence})
    task.state, task.why_dropped = State.DROPPED, " ".join(why.split())[:200]
    task.save()
    _trace(task, by, now, "dropped_task", {}, reason=masked_words(task.why_dropped))
    return task


@transaction.atomic
def mark_target(*, by: Actor, now: datetime, task_id: int, target_id: int, state: str, note: str = "") -> TaskTarget:
    """One door is done, not needed, or to be done after all. The first mark begins a task that was only planned.

    Raises NotAllowed, TaskNotFound, TargetNotFound, TaskNotFromHere, TaskWrong.
    """
    reach, task = _seen(by, now, task_id)
    if not reach.may(WORK):
        raise NotAllowed
    target_for(reach=reach, task=task, target_id=target_id)
    if task.state not in {State.PLANNED, State.DOING}:
        raise TaskNotFromHere
    if state not in MARKS:
        raise TaskWrong
    target = TaskTarget.objects.select_for_update().get(pk=target_id)
    undone = state == TaskTarget.State.TO_DO
    said = " ".join(note.split())[:200]
    if not said and not undone and masked_words(target.note) != target.note:
        said = target.note  # it holds a number, so that the page does not show it to be typed over
    target.state, target.note = state, said
    target.marked_at, target.marked_by = (None, "") if undone else (now, by.label[:120])
    target.save()
    if task.state == State.PLANNED and not undone:
        _begin(task, by, now)
    return target


@transaction.atomic
def measure_task(*, by: Actor, now: datetime, task_id: int) -> ProactiveTask:
    """Keep what came of it: the counts of the whole time before and after.

    Raises NotAllowed, TaskNotFound, TaskNotFromHere (not done, or too early), NotMeasurable.
    """
    task = _held(by, now, task_id, State.DONE)
    comparison = comparison_of(task=task, now=now)
    if comparison is None:
        raise NotMeasurable
    if not comparison.is_final:
        raise TaskNotFromHere
    task.before_count, task.after_count, task.state = comparison.before, comparison.after, State.MEASURED
    task.save()
    _trace(task, by, now, "measured_task", {"before": comparison.before, "after": comparison.after})
    return task


def measure_due_tasks(*, now: datetime) -> int:
    """Measure what is done long enough. Returns how many."""
    due = tasks_to_measure(now=now)
    for pk in due:
        measure_task(by=CASEWORK, now=now, task_id=pk)
    return len(due)


def print_task(*, by: Actor, now: datetime, task_id: int) -> list[TaskTarget]:
    """Its list for paper; that it was printed is written down. Raises NotAllowed, TaskNotFound."""
    if "registry.print" not in access_of(by=by, now=now).permissions:
        raise NotAllowed
    return _taken_out(by, now, task_id, "printed")


def export_task(*, by: Actor, now: datetime, task_id: int) -> list[TaskTarget]:
    """Its list for a file; that it was taken out is written down. Raises NotAllowed, TaskNotFound."""
    reach_of_actor(by=by, now=now).need(EXPORT)
    return _taken_out(by, now, task_id, "exported")


def _taken_out(by: Actor, now: datetime, task_id: int, verb: str) -> list[TaskTarget]:
    reach, task = _seen(by, now, task_id)
    targets = list(targets_of(reach=reach, task=task))
    _trace(task, by, now, verb, {"targets": len(targets)})
    return targets


def _seen(by: Actor, now: datetime, task_id: int) -> tuple[Reach, ProactiveTask]:
    reach = reach_of_actor(by=by, now=now)
    groups = groups_seen(permissions=access_of(by=by, now=now).permissions)
    return reach, task_for(reach=reach, task_id=task_id, groups=groups)


def _held(by: Actor, now: datetime, task_id: int, *states: str) -> ProactiveTask:
    """The task, locked, for who runs it: those with casework.rates in its places, and who leads it."""
    reach, seen = _seen(by, now, task_id)
    may_run_task(reach=reach, task=seen).enforce()
    task = ProactiveTask.objects.select_for_update().get(pk=task_id)
    if task.state not in states:
        raise TaskNotFromHere
    return task


def _begin(task: ProactiveTask, by: Actor, now: datetime) -> ProactiveTask:
    ProactiveTask.objects.filter(pk=task.pk, state=State.PLANNED).update(state=State.DOING, begun_at=now)
    task.refresh_from_db()
    _trace(task, by, now, "started_task", {})
    return task


def _fill(task: ProactiveTask, given: TaskGiven, on: date) -> None:
    wrong = {
        name: TaskWrong.default_sentence
        for name, fine in (
            ("title", bool(given.title.strip())),
            ("what", bool(given.what.strip())),
            ("measure_days", 1 <= given.measure_days <= MOST_MEASURE_DAYS),
        )
        if not fine
    }
    lead = None
    if given.lead_id is not None:
        lead = Post.objects.filter(valid_on(day=on), community_id=task.community_id, pk=given.lead_id).first()
        if lead is None and given.lead_id != task.lead_id:
            wrong["lead"] = TaskWrong.default_sentence
    if wrong:
        raise TaskWrong(fields=wrong)
    category = None
    if given.category_id is not None:
        category = Category.objects.filter(community_id=task.community_id, pk=given.category_id).first()
        if category is None:
            raise CategoryUnknown(fields={"category": CategoryUnknown.default_sentence})
    task.title, task.what = masked_words(" ".join(given.title.split()))[:120], given.what.strip()[:2000]
    task.lead, task.category = lead or task.lead, category
    if given.lead_id is None:
        task.lead = None
    task.planned_on, task.measure_days = given.planned_on, given.measure_days


def _trace(
    task: ProactiveTask, by: Actor, now: datetime, verb: str, details: Mapping[str, int], *, reason: str = ""
) -> None:
    trace = Trace(
        verb=verb, object_type="casework.proactivetask", object_ref=str(task.pk), community_id=task.community_id,
        object_label=task.title, reason=reason, details=details,
    )  # fmt: skip
    record_traces(by=by, now=now, traces=[trace])
