"""Matters within reach, with their requests, tasks and where they came from."""

from __future__ import annotations

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from linli.casework.access import Reach
from linli.casework.errors.repeats import MatterNotFound
from linli.casework.models import Matter, Request, Suggestion
from linli.core.inner import not_inner

MOST_SHOWN = 200
MOST_AT_ONCE = 100


def matter_for(*, reach: Reach, matter_id: int) -> Matter:
    """One within reach: of a community that is reached, or with a request that is. Raises MatterNotFound. One query."""
    found = Matter.objects.filter(_reached(reach), pk=matter_id).select_related("community", "category").first()
    if found is None:
        raise MatterNotFound
    return found


def matters_in(*, reach: Reach, community_id: int | None) -> QuerySet[Matter]:
    """Matters within reach, the open ones first, with ``n_requests``. Lazy."""
    rows = Matter.objects.filter(_reached(reach)).select_related("category")
    if community_id is not None:
        rows = rows.filter(community_id=community_id)
    return rows.annotate(n_requests=Count("requests")).order_by(
        F("closed_at").desc(nulls_first=True), "-opened_at", "-pk"
    )


def requests_of_matter(*, reach: Reach, matter: Matter) -> list[Request]:
    """Its requests within reach, the newest first; at most 200. One query."""
    rows = Request.objects.filter(reach.covers(), matter=matter).select_related("category")
    return list(rows.order_by("-received_at", "-pk")[:MOST_SHOWN])


def suggestions_of_matter(*, matter: Matter) -> list[Suggestion]:
    """From which it was made. One query."""
    return list(Suggestion.objects.filter(matter=matter).select_related("rule").order_by("pk"))


def found_since(*, reach: Reach, suggestions: list[Suggestion]) -> list[Request]:
    """What the same suggestions have found since, is in no matter, and was not left out by hand; at most 100. One query."""
    left_out = {pk for one in suggestions for pk in one.params.get("left_out", [])}
    ids = {pk for one in suggestions for pk in one.evidence} - left_out
    if not ids:
        return []
    rows = Request.objects.filter(reach.covers(), pk__in=ids, matter__isnull=True).select_related("category")
    return list(rows.exclude(state__in=["merged", "cancelled"]).order_by("-received_at", "-pk")[:MOST_AT_ONCE])


def _reached(reach: Reach) -> Q:
    if reach.scope.everything:
        return not_inner()
    there = Request.objects.filter(reach.covers(), matter=OuterRef("pk"))
    return Q(community_id__in=reach.scope.communities) | Q(Exists(there))
