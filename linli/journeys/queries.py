"""What one can ask of journeys: the rule in force, the topics, the demand for lectures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.translation import get_language

from linli.casework.access import Reach
from linli.casework.models import Category, Request
from linli.casework.queries.requests import midnight_of
from linli.incidents.models import Incident
from linli.journeys.models import JourneyRule, LectureDemand, LectureTopic
from linli.journeys.preset import NOT_COUNTED, RULES, SMOKE_KINDS, TOPICS, Rule, Topic

MONTHS: Final = 12


def smoke_source(*, unit_id: int, first_id: int) -> str:
    """The name of a cluster, by which its request is found again."""
    return f"smoke-false:{unit_id}:{first_id}"


def rule_in_force(*, code: str, community_id: int, on: date) -> Rule:
    """The community's own rule, else the house's, else the preset's. One query."""
    rows = JourneyRule.objects.filter(code=code, since_on__lte=on)
    rows = rows.filter(Q(community_id=community_id) | Q(community__isnull=True)).order_by("-since_on")
    found = sorted(rows, key=lambda row: row.community_id is None)
    return Rule(found[0].number, found[0].days, found[0].is_on) if found else RULES[code]


def topics_in_force(*, community_id: int) -> dict[str, Topic]:
    """By tag. One query."""
    rows = LectureTopic.objects.filter(Q(community_id=community_id) | Q(community__isnull=True))
    found = {topic.tag: topic for topic in TOPICS}
    for row in sorted(rows, key=lambda row: (row.community_id is not None, row.pk)):
        found.pop(row.tag, None)
        if row.is_on:
            found[row.tag] = Topic(row.tag, row.title_zh, row.title_en)
    return found


def category_called(*, community_id: int, code: str, on: date) -> int | None:
    """A category in use by its code; None where the community has none such. One query."""
    rows = Category.objects.filter(community_id=community_id, code=code, parent__isnull=False)
    return rows.exclude(ended_on__lt=on).values_list("pk", flat=True).first()


def false_smoke_since_told(*, community_id: int, unit_id: int, at: datetime, rule: Rule) -> list[Incident]:
    """The false smoke alarms of a stairwell within the rule's days that no request has told of yet, the first first. Two queries."""
    told = Request.objects.filter(community_id=community_id, source__startswith=f"smoke-false:{unit_id}:")
    last = told.order_by("-received_at").values_list("received_at", flat=True).first()
    rows = Incident.objects.filter(
        community_id=community_id, unit_id=unit_id, kind_id__in=SMOKE_KINDS, cause__false_alarm=True, drill__isnull=True,
        closed_at__gt=at - timedelta(days=rule.days), closed_at__lte=at,
    )  # fmt: skip
    if last is not None:
        rows = rows.filter(closed_at__gt=last)
    return list(rows.exclude(cause__code__in=NOT_COUNTED).select_related("cause").order_by("closed_at", "pk"))


@dataclass(frozen=True, slots=True)
class MonthOfDemand:
    """``counts`` by tag, in the order of ``Demand.topics``."""

    begins_on: date
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Demand:
    """Requests that ask for lectures, by month (the latest first) and topic (tag to title); what was taken back is left out and
    counted apart."""

    topics: Mapping[str, str]
    months: Sequence[MonthOfDemand]
    taken_back: int

    @property
    def totals(self) -> dict[str, int]:
        return {tag: sum(month.counts[tag] for month in self.months) for tag in self.topics}

    @property
    def total(self) -> int:
        return sum(self.totals.values())


def lecture_demand(*, reach: Reach, community_id: int, on: date) -> Demand:
    """The last twelve months, this one included, within reach. Three queries."""
    first = months_back(on=on)[-1]
    rows = _demand(reach, community_id).filter(at__gte=midnight_of(day=first), at__lt=midnight_of(day=_month_after(on)))
    told = rows.exclude(request__state=Request.State.CANCELLED)
    counted = told.annotate(month=TruncMonth("at")).order_by().values_list("topic", "month").annotate(n=Count("pk"))
    found = {(topic, timezone.localdate(month)): n for topic, month, n in counted}
    known = titles_of(community_id=community_id)
    tags = list(dict.fromkeys([*known, *sorted({topic for topic, _month in found})]))
    months = [MonthOfDemand(m, {tag: found.get((tag, m), 0) for tag in tags}) for m in months_back(on=on)]
    taken_back = rows.filter(request__state=Request.State.CANCELLED).count()
    return Demand({tag: known.get(tag, tag) for tag in tags}, months, taken_back)


def requests_behind(
    *, reach: Reach, community_id: int, on: date, topics: Collection[str] = (), month: date | None = None
) -> QuerySet[LectureDemand]:
    """The requests behind a figure of ``lecture_demand``, the newest first. Lazy."""
    first, after = (month, _month_after(month)) if month is not None else (months_back(on=on)[-1], _month_after(on))
    rows = _demand(reach, community_id).filter(at__gte=midnight_of(day=first), at__lt=midnight_of(day=after))
    rows = rows.exclude(request__state=Request.State.CANCELLED)
    if topics:
        rows = rows.filter(topic__in=topics)
    return rows.select_related("request__category").order_by("-at", "-pk")


def titles_of(*, community_id: int) -> dict[str, str]:
    """The topics in force with their titles in the reader's language. One query."""
    english = (get_language() or "").startswith("en")
    return {tag: topic.en if english else topic.zh for tag, topic in topics_in_force(community_id=community_id).items()}


def months_back(*, on: date) -> list[date]:
    """The first days of this month and the eleven before it, the latest first."""
    count = on.year * 12 + on.month - 1
    return [date((count - back) // 12, (count - back) % 12 + 1, 1) for back in range(MONTHS)]


def _month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _demand(reach: Reach, community_id: int) -> QuerySet[LectureDemand]:
    return LectureDemand.objects.filter(reach.covers("request__"), community_id=community_id)
