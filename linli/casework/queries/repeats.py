"""What a detection sentence finds in the requests there are. Each question reads the days it needs, no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncMonth

from linli.casework.models import DetectionRule, Reporter, Request
from linli.casework.rules import repeats as judge
from linli.casework.rules.repeats import Cluster, Days, Month, Told
from linli.registry.models import Resident

YEARS: Final = 3
MOST_OF_A_SEASON: Final = 50
NOT_COUNTED: Final = ("merged", "cancelled")
"""What was joined to another is told there; what was taken back is no concern."""


def clusters_found(*, rule: DetectionRule, on: date, zone: tzinfo) -> list[Cluster]:
    """What the sentence would find on that day, also while it is not in use or not saved; nothing that ended before its days began.
    At most six queries."""
    if rule.kind == judge.SEASON:
        return _seasons(rule, on, zone)
    spans = judge.days_to_read(kind=rule.kind, days=rule.days, on=on)
    rows = _people(rule, spans, zone) if rule.kind == judge.PERSON else _places(rule, spans, zone)
    if rule.kind == judge.LAST_YEAR:
        return judge.returning(rows=rows, on=on, days=rule.days, least=rule.least)
    found = judge.close_together(kind=rule.kind, rows=rows, days=rule.days, least=rule.least)
    lately = (on - timedelta(days=rule.days - 1)).isoformat()
    return [cluster for cluster in found if cluster.facts["until"] >= lately]


def counting(*, prefix: str = "") -> Q:
    """Requests that count as told."""
    return ~Q(**{f"{prefix}state__in": NOT_COUNTED})


def of_category(*, category_id: int | None, prefix: str = "") -> Q:
    """Of a category or of one below it; of any where it is None."""
    if category_id is None:
        return Q()
    return Q(**{f"{prefix}category_id": category_id}) | Q(**{f"{prefix}category__parent_id": category_id})


def received_on(*, days: Days, zone: tzinfo, prefix: str = "") -> Q:
    """Received on these days of the place's calendar."""
    return Q(
        **{
            f"{prefix}received_at__gte": _midnight(days.since, zone),
            f"{prefix}received_at__lt": _midnight(days.until + timedelta(days=1), zone),
        }
    )


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)


def _asked(rule: DetectionRule, spans: Iterable[Days], zone: tzinfo, prefix: str = "") -> Q:
    """The requests a sentence looks at. Where repeats of these days are meant, what was settled with a closed matter begins anew."""
    when = Q(pk__in=[])
    for span in spans:
        when |= received_on(days=span, zone=zone, prefix=prefix)
    asked = Q(**{f"{prefix}community_id": rule.community_id}) & counting(prefix=prefix) & when
    asked &= of_category(category_id=rule.category_id, prefix=prefix)
    if rule.kind != judge.LAST_YEAR:
        asked &= Q(**{f"{prefix}matter__isnull": True}) | Q(**{f"{prefix}matter__closed_at__isnull": True})
    return asked


def _places(rule: DetectionRule, spans: Iterable[Days], zone: tzinfo) -> Iterator[Told]:
    rows: QuerySet[Any] = Request.objects.filter(_asked(rule, spans, zone), building__isnull=False).order_by()
    if rule.kind == judge.UNIT:
        rows = rows.filter(unit__isnull=False)
    columns = rows.values_list("pk", "received_at", "category_id", "parent_id", "building_id", "unit_id")
    for pk, at, category, parent, building, unit in columns.iterator(chunk_size=2000):
        yield Told(pk, at.astimezone(zone).date(), category, parent or pk, building, unit)


def _people(rule: DetectionRule, spans: Iterable[Days], zone: tzinfo) -> list[Told]:
    """Who told us: a resident of the register, or a number; a number that one resident has is theirs."""
    rows: QuerySet[Any] = Reporter.objects.filter(_asked(rule, spans, zone, "request__")).order_by()
    named = rows.filter(Q(resident__isnull=False) | ~Q(phone_hash=""), anonymised_on__isnull=True)
    parts = [f"request__{name}" for name in ("received_at", "category_id", "parent_id")]
    found = list(named.values_list("request_id", "resident_id", "phone_hash", *parts))
    owners = _owners(rule.community_id, {row[2] for row in found if row[1] is None})
    keys: dict[int, dict[str, None]] = defaultdict(dict)
    facts: dict[int, tuple[Any, ...]] = {}
    for pk, resident, phone, *more in found:
        owner = resident or owners.get(phone)
        keys[pk][f"r{owner}" if owner else f"h{phone}"] = None
        facts[pk] = tuple(more)
    return [
        Told(pk, at.astimezone(zone).date(), category, parent or pk, persons=tuple(keys[pk]))
        for pk, (at, category, parent) in facts.items()
    ]


def _owners(community_id: int, hashes: set[str]) -> dict[str, int]:
    """Whose number it is, where the register knows exactly one."""
    if not hashes:
        return {}
    there = Resident.objects.filter(community_id=community_id, phone_hash__in=hashes, moved_out_on__isnull=True)
    found: dict[str, list[int]] = defaultdict(list)
    for pk, phone in there.values_list("pk", "phone_hash"):
        found[phone].append(pk)
    return {phone: owners[0] for phone, owners in found.items() if len(owners) == 1}


def _seasons(rule: DetectionRule, on: date, zone: tzinfo) -> list[Cluster]:
    rows: QuerySet[Any] = Request.objects.filter(
        counting(), of_category(category_id=rule.category_id), community_id=rule.community_id
    ).order_by()
    since = date(on.year - YEARS, 1, 1)
    first = Request.objects.filter(community_id=rule.community_id).aggregate(first=Min("received_at"))["first"]
    if first is None:
        return []
    lately = rows.filter(received_at__gte=_midnight(since, zone))
    counted = lately.annotate(month=TruncMonth("received_at", tzinfo=zone)).values("category_id", "month")
    months = [
        Month(row["category_id"], row["month"].year, row["month"].month, row["n"])
        for row in counted.annotate(n=Count("pk"))
    ]
    found = judge.rising(
        months=months, first_on=max(first.astimezone(zone).date(), since), on=on, days=rule.days, least=rule.least
    )
    return [replace(cluster, ids=tuple(_of_season(rows, cluster, zone))) for cluster in found]


def _of_season(rows: QuerySet[Any], cluster: Cluster, zone: tzinfo) -> list[int]:
    """The requests of the month last year and of this one, the newest of each."""
    ids: list[int] = []
    for year in (cluster.facts["then_year"], cluster.facts["year"]):
        days = judge.month_days(year=year, month=cluster.facts["month"])
        those = rows.filter(received_on(days=days, zone=zone), category_id=cluster.facts["category"])
        ids += reversed(those.order_by("-received_at", "-pk").values_list("pk", flat=True)[:MOST_OF_A_SEASON])
    return ids
