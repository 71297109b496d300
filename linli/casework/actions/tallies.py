"""Keeping the counted months: a mark with every change, and counting anew what is marked."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from linli.casework.models import DayTally, Request, Step, Tally, TallyMark
from linli.casework.queries.counting import (
    ALL,
    BUILDING,
    DAY,
    DAY_HOUR,
    DAY_MAIN,
    HOUR,
    LEAD,
    MAIN_HOUR,
    MAIN_ID,
    MAIN_SORT,
    MAIN_WEEK,
    WEEK,
    Grouped,
    counted_by,
)
from linli.casework.queries.rates import received_within
from linli.casework.queries.tallies import SUMMED, month_after
from linli.casework.rules.rates import Counts
from linli.registry.models import Community

Aspect = Step.Aspect
SORTS: Final = {MAIN_ID: "main", BUILDING: "building", LEAD: "lead", HOUR: "hour", WEEK: "week"}
"""How a group of figures of a month is kept."""
OF_MAIN: Final = {MAIN_WEEK: "week", MAIN_HOUR: "hour", MAIN_SORT: "sort"}
"""And of each main category by itself."""
DAY_SORTS: Final = {DAY: "all", DAY_MAIN: "main", DAY_HOUR: "hour"}
"""How a group of figures of its days is kept."""
CHANGING: Final = frozenset(
    {Aspect.STATE, Aspect.LEAD, Aspect.CATEGORY, Aspect.PLACE, Aspect.CLOCK, Aspect.RATING, Aspect.LINK}
)
"""Steps after which the figures of a month may be others."""


def mark_tally(*, request: Request, aspect: str) -> None:
    """Say that the month of a request has to be counted anew, if a step of this kind can change it. In the transaction of the change."""
    if aspect in CHANGING:
        month = timezone.localtime(request.received_at).date().replace(day=1)
        TallyMark.objects.create(community_id=request.community_id, month=month)


def count_marked(*, limit: int = 2) -> int:
    """Count the months that are marked anew, the oldest mark first. Returns how many months.

    Few at a time: a month takes a tenth of a second, and the worker that does it also sends what is owed.
    """
    months: dict[tuple[int, date], None] = {}
    for community_id, month in TallyMark.objects.order_by("pk").values_list("community_id", "month").iterator():
        months.setdefault((community_id, month))
        if len(months) >= limit:
            break
    for community_id, month in months:
        count_month(community_id=community_id, month=month)
    return len(months)


@transaction.atomic
def count_month(*, community_id: int, month: date) -> None:
    """Count a month of a community (``month``: its first day) from its requests, and clear its marks.

    Two workers do so one after the other. The marks go first: a change that is committed while we count has its mark again.
    """
    Community.objects.select_for_update(no_key=True).get(pk=community_id)
    TallyMark.objects.filter(community_id=community_id, month=month).delete()
    here, there = (
        Q(**{f"{prefix}community_id": community_id}) & received_within(prefix=prefix, since_on=month, until_on=_last(month))
        for prefix in ("", "request__")
    )  # fmt: skip
    found = counted_by(requests=here, of_ratings=there, groups=[*SORTS, *OF_MAIN, *DAY_SORTS])
    rows = [
        Tally(
            community_id=community_id,
            month=month,
            sort=sort,
            key=_number(sort, key),
            **_numbers(counts),
        )
        for group, sort in ((ALL, "all"), *SORTS.items())
        for key, counts in found.get(group, {}).items()
    ]
    for group, sort in OF_MAIN.items():
        for main_and_key, counts in found.get(group, {}).items():
            main, _slash, key = main_and_key.partition("/")
            of = {"of": int(main or 0), "key": _number(sort, key)}
            rows.append(Tally(community_id=community_id, month=month, sort=sort, **of, **_numbers(counts)))
    Tally.objects.filter(community_id=community_id, month=month, sort__in=Tally.Sort.values).delete()
    Tally.objects.bulk_create(rows)
    _keep_days(community_id, month, found)


def _keep_days(community_id: int, month: date, found: Grouped) -> None:
    """Most days of a month are as they were: only those that changed are written."""
    kept = DayTally.objects.filter(community_id=community_id, on__range=(month, _last(month)))
    columns = kept.values_list("pk", "on", "sort", "key", *SUMMED)
    before = {(on, sort, key): (pk, numbers) for pk, on, sort, key, *numbers in columns}
    fresh = []
    for group, sort in DAY_SORTS.items():
        for day_and_key, counts in found.get(group, {}).items():
            day, _slash, key = day_and_key.partition("/")
            of = (date.fromisoformat(day), sort, _number(sort, key))
            numbers = _numbers(counts)
            if of in before and before[of][1] == list(numbers.values()):
                del before[of]
            else:
                fresh.append(DayTally(community_id=community_id, on=of[0], sort=sort, key=of[2], **numbers))
    DayTally.objects.filter(pk__in=[pk for pk, _was in before.values()]).delete()
    DayTally.objects.bulk_create(fresh)


def _numbers(counts: Counts) -> dict[str, int]:
    return {name: getattr(counts, name) for name in SUMMED}


def _last(month: date) -> date:
    return date.fromordinal(month_after(month=month).toordinal() - 1)


def _number(sort: str, key: str) -> int:
    if sort == WEEK:
        return date.fromisoformat(key[:10]).toordinal()
    return int(key) if key else 0
