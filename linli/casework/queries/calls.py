"""Follow-up calls: who is to be asked how an answer was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Max, OuterRef

from linli.casework.access import Reach
from linli.casework.errors.requests import RequestNotFound
from linli.casework.models import CallTry, CaseLink, Rating, Reporter


@dataclass(frozen=True, slots=True)
class Tries:
    """How often somebody was called in vain about this answer, and when last."""

    n: int
    last_at: datetime


def calls_to_make(*, reach: Reach, limit: int = 100) -> list[Reporter]:
    """Whom to call about an answer: those who want a call, and those whose rating link nobody opened; oldest answer first. One query."""
    open_link = CaseLink.objects.filter(kind="rating", state="open").values("reporter_id")
    rated = Exists(Rating.objects.filter(request=OuterRef("request_id"), round=OuterRef("request__rounds")))
    rows = Reporter.objects.filter(reach.covers("request__"), request__state="resolved").exclude(phone="")
    rows = rows.exclude(wants=Reporter.Wants.NOTHING).exclude(pk__in=open_link)
    waiting = rows.exclude(rated).select_related("request__category", "request__community")
    return list(waiting.order_by("request__resolved_at", "pk")[:limit])


def call_for(*, reach: Reach, reporter_id: int) -> Reporter:
    """One reporter of a request within reach. One query. Raises RequestNotFound."""
    rows = Reporter.objects.select_related("request__category", "request__community")
    found = rows.filter(reach.covers("request__"), pk=reporter_id).first()
    if found is None:
        raise RequestNotFound
    return found


def tries_of(*, reporters: Sequence[Reporter]) -> dict[int, Tries]:
    """The calls in vain about the present answers, by reporter. One query."""
    rounds = {one.pk: one.request.rounds for one in reporters}
    rows = (
        CallTry.objects.filter(reporter_id__in=rounds)
        .values("reporter_id", "round")
        .annotate(n=Count("pk"), last=Max("at"))
    )
    return {
        row["reporter_id"]: Tries(row["n"], row["last"]) for row in rows if rounds[row["reporter_id"]] == row["round"]
    }
