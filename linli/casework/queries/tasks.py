"""Proactive tasks within reach, how far they are, and whether they helped."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from linli.casework.access import RATES, Reach
from linli.casework.errors.tasks import TargetNotFound, TaskNotFound
from linli.casework.models import ProactiveTask, Request, TaskTarget
from linli.casework.queries.repeats import counting, of_category
from linli.casework.queries.suggestions import is_wide
from linli.casework.rules.aims import aim_from
from linli.casework.rules.measuring import Span, is_over, judged, spans_compared
from linli.core.errors import NotAllowed
from linli.core.inner import not_inner
from linli.core.verdict import YES, Verdict
from linli.registry.groups import OPEN
from linli.registry.queries.visits import names_in

State = ProactiveTask.State
UNDER_WAY: Final = (State.PLANNED, State.DOING)
DOORS: Final = (
    Length("household__dwelling__unit__building__number"),  # 9 before 10
    "household__dwelling__unit__building__number",
    "household__dwelling__unit__number",
    "household__dwelling__floor",
    "household__dwelling__door",
    "resident__born_on",
    "pk",
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a task's targets there are in somebody's places, and how far they are."""

    total: int
    done: int
    skipped: int

    @property
    def settled(self) -> int:
        return self.done + self.skipped

    @property
    def to_do(self) -> int:
        return self.total - self.done - self.skipped


@dataclass(frozen=True, slots=True)
class Comparison:
    """Requests of a task's category at its places, as long before as after. ``is_final``: the whole time has passed."""

    before_span: Span
    after_span: Span
    before: int
    after: int
    is_final: bool

    @property
    def verdict(self) -> str:
        return judged(before=self.before, after=self.after)

    @property
    def days(self) -> int:
        return (self.after_span.until - self.after_span.since).days


def task_for(*, reach: Reach, task_id: int, groups: Collection[str]) -> ProactiveTask:
    """One within reach. ``groups`` are those the reader may know of. Raises TaskNotFound. One query."""
    rows = _reached(reach, groups).select_related("community", "category", "lead", "matter")
    found = rows.filter(pk=task_id).first()
    if found is None:
        raise TaskNotFound
    return found


def tasks_in(*, reach: Reach, groups: Collection[str], community_id: int | None) -> QuerySet[ProactiveTask]:
    """Tasks within reach that somebody works on or will, by their day; with ``n_targets`` and ``n_left``. Lazy."""
    rows = _counted(reach, groups, community_id).filter(state__in=UNDER_WAY)
    return rows.order_by("planned_on", "pk")


def tasks_over(*, reach: Reach, groups: Collection[str], community_id: int | None) -> QuerySet[ProactiveTask]:
    """Tasks within reach that are done, measured or dropped, the latest first. Lazy."""
    rows = _counted(reach, groups, community_id).exclude(state__in=UNDER_WAY)
    return rows.order_by(F("done_at").desc(nulls_last=True), "-pk")


def tasks_of_matter(*, reach: Reach, groups: Collection[str], matter_id: int) -> list[ProactiveTask]:
    """What was planned because of a matter. One query."""
    return list(_counted(reach, groups, None).filter(matter_id=matter_id).order_by("planned_on", "pk"))


def tasks_due(*, reach: Reach, groups: Collection[str], on: date, limit: int = 5) -> list[ProactiveTask]:
    """Whose day has come: for those with casework.rates all in their reach, for others the ones they lead. One query."""
    rows = _reached(reach, groups).filter(state__in=UNDER_WAY, planned_on__lte=on)
    if not reach.may(RATES):
        rows = rows.filter(lead_id__in=reach.posts)
    return list(rows.order_by("planned_on", "pk")[:limit])


def may_run_task(*, reach: Reach, task: ProactiveTask) -> Verdict:
    """Those with casework.rates in its places, and who leads it. Refuses with NotAllowed."""
    return YES if reach.may(RATES) or task.lead_id in reach.posts else Verdict(NotAllowed())


def targets_of(*, reach: Reach, task: ProactiveTask) -> QuerySet[TaskTarget]:
    """For whom it is, door by door: all of them for who leads it or reaches the community, else those in one's places. Lazy."""
    rows = TaskTarget.objects.filter(task=task)
    if not (is_wide(reach=reach, community_id=task.community_id) or task.lead_id in reach.posts):
        rows = rows.filter(reach.scope.covers_households("household__"))
    return rows.select_related("household__dwelling__unit__building", "resident").order_by(*DOORS)


def target_for(*, reach: Reach, task: ProactiveTask, target_id: int) -> TaskTarget:
    """One of them. Raises TargetNotFound. One query."""
    found = targets_of(reach=reach, task=task).filter(pk=target_id).first()
    if found is None:
        raise TargetNotFound
    return found


def names_of_targets(*, targets: Sequence[TaskTarget]) -> dict[int, tuple[str, ...]]:
    """Who is meant, by target: the resident, or who lives in the household now, the head first. One query at most."""
    homes = [one.household_id for one in targets if one.resident_id is None]
    there = names_in(household_ids=homes) if homes else {}
    return {
        one.pk: (one.resident.name,) if one.resident is not None else there.get(one.household_id, ()) for one in targets
    }


def progress_of(*, reach: Reach, task: ProactiveTask) -> Progress:
    """How far it is, of what is in somebody's reach. One query."""
    rows = targets_of(reach=reach, task=task).order_by().values("state").annotate(n=Count("pk"))
    counts = {row["state"]: row["n"] for row in rows}
    return Progress(sum(counts.values()), counts.get("done", 0), counts.get("skipped", 0))


def comparison_of(*, task: ProactiveTask, now: datetime) -> Comparison | None:
    """Before and after, as far as it can be told today; None while it is not done or has no category. Three queries."""
    if task.done_at is None or task.begun_at is None or task.category_id is None:
        return None
    before, after = spans_compared(
        begun_at=task.begun_at, done_at=task.done_at, measure_days=task.measure_days, now=now
    )
    over = is_over(done_at=task.done_at, measure_days=task.measure_days, now=now)
    if task.before_count is not None and task.after_count is not None:
        return Comparison(before, after, task.before_count, task.after_count, over)
    there = _places(task)
    return Comparison(before, after, _count(task, there, before), _count(task, there, after), over)


def kept_comparison(*, task: ProactiveTask) -> Comparison | None:
    """What was measured and kept; None of a task that is not measured. No query."""
    if task.state != State.MEASURED or task.done_at is None:
        return None
    return comparison_of(task=task, now=task.done_at + timedelta(days=task.measure_days))


def tasks_to_measure(*, now: datetime, limit: int = 50) -> list[int]:
    """Done, with a category, and the whole time has passed. One query."""
    rows = ProactiveTask.objects.filter(state=State.DONE, category__isnull=False, done_at__lte=now).order_by("done_at")
    found = rows.values_list("pk", "done_at", "measure_days")
    return [pk for pk, at, days in found if at and is_over(done_at=at, measure_days=days, now=now)][:limit]


def _places(task: ProactiveTask) -> Q:
    """The stairwells of its targets where stairwells or a riser were meant, else their buildings."""
    aim = aim_from(data=task.aim)
    by_stairwell = bool(aim.units or aim.column) and not aim.buildings
    path = "household__dwelling__unit" if by_stairwell else "household__dwelling__unit__building"
    ids = TaskTarget.objects.filter(task=task).order_by().values_list(path, flat=True).distinct()
    return Q(unit_id__in=list(ids)) if by_stairwell else Q(building_id__in=list(ids))


def _count(task: ProactiveTask, there: Q, span: Span) -> int:
    rows = Request.objects.filter(
        counting(), there, of_category(category_id=task.category_id), community_id=task.community_id,
        received_at__gte=span.since, received_at__lt=span.until,
    )  # fmt: skip
    return rows.count()


def _counted(reach: Reach, groups: Collection[str], community_id: int | None) -> QuerySet[ProactiveTask]:
    rows = _reached(reach, groups).select_related("lead", "category", "matter")
    if community_id is not None:
        rows = rows.filter(community_id=community_id)
    left = Count("targets", filter=Q(targets__state="to_do"))
    return rows.annotate(n_targets=Count("targets"), n_left=left)


def _reached(reach: Reach, groups: Collection[str]) -> QuerySet[ProactiveTask]:
    """Of whole communities, led by oneself, or with a target in one's places; none for a group that one may not know of."""
    known = Q(aim__restricted__isnull=True) | Q(aim__restricted=False)
    for group in set(groups) - set(OPEN):
        known |= Q(aim__group=group)
    if reach.scope.everything:
        return ProactiveTask.objects.filter(known, not_inner())
    there = TaskTarget.objects.filter(reach.scope.covers_households("household__"), task=OuterRef("pk"))
    mine = Q(community_id__in=reach.scope.communities) | Q(lead_id__in=reach.posts) | Q(Exists(there))
    return ProactiveTask.objects.filter(known, mine)
