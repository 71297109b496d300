"""When nobody is on duty, said in advance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from linli.scheduling.models import Duty, Rota
from linli.scheduling.rules.days import Span, gaps_between


def gaps_ahead(*, community_ids: Collection[int], since: datetime, until: datetime) -> dict[int, list[Span]]:
    """The gaps of each community that keeps a rota, also where it has none ([]). A duty whose officer has left is a gap. Two queries."""
    kept = Rota.objects.filter(community_id__in=community_ids, is_kept=True).values_list("community_id", flat=True)
    covered: dict[int, list[Span]] = defaultdict(list)
    held = Duty.objects.filter(
        community_id__in=community_ids, ends_at__gt=since, starts_at__lt=until, post__isnull=False
    ).values_list("community_id", "starts_at", "ends_at", "on", "post__since_on", "post__until_on")
    for community_id, starts_at, ends_at, on, since_on, until_on in held:
        if since_on <= on and (until_on is None or on <= until_on):
            covered[community_id].append((starts_at, ends_at))
    return {pk: gaps_between(since=since, until=until, covered=covered[pk]) for pk in kept}
