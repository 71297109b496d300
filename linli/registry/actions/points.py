"""Ways that fail for good: counted, marked dead, and brought back to life. Called by those who send messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.registry.models import ContactPoint
from linli.registry.queries.ways import masked_way, points_within
from linli.registry.recording import reach_of_editor, trace


@dataclass(frozen=True, slots=True)
class Bounce:
    """A way that failed for good just now, and why."""

    point_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class DeadWay:
    """A way that is marked dead from now on. ``holder_kind`` is contact or post; ``masked`` may stand on a page."""

    community_id: int
    kind: str
    holder_kind: str
    holder_id: int
    holder_name: str
    masked: str
    since: datetime


@transaction.atomic
def count_bounces(
    *, now: datetime, bounces: Sequence[Bounce], most: Mapping[str, int], usual_most: int
) -> list[DeadWay]:
    """Count these failures; a way that has as many in a row as ``most`` says for its kind is marked dead.

    Returns those that died just now: one that was dead already is not told again. A way that was deleted meanwhile is passed over.
    """
    reasons: dict[int, list[str]] = {}
    for bounce in bounces:
        reasons.setdefault(bounce.point_id, []).append(bounce.reason)
    points = (
        ContactPoint.objects.select_for_update(of=("self",))
        .select_related("contact", "post")
        .filter(pk__in=list(reasons))
        .order_by("pk")
    )
    died = []
    for point in points:
        point.bounces = min(point.bounces + len(reasons[point.pk]), 30_000)
        point.dead_reason = reasons[point.pk][-1][:200]
        if point.dead_since is None and point.bounces >= most.get(point.kind, usual_most):
            point.dead_since = now
            died.append(_dead_way(point, now))
        point.save(update_fields=["bounces", "dead_reason", "dead_since"])
    return died


def revive_points(*, point_ids: Collection[int]) -> int:
    """These ways worked just now: whatever was counted against them is forgotten. Returns how many."""
    return ContactPoint.objects.filter(pk__in=sorted(point_ids), bounces__gt=0).update(
        bounces=0, dead_since=None, dead_reason=""
    )


@transaction.atomic
def believe_point(*, by: Actor, now: datetime, point_id: int) -> ContactPoint:
    """Somebody says that this way works again: it is tried like any other from now on. Raises NotAllowed or NotFound."""
    reach = reach_of_editor(by, now)
    point = (
        ContactPoint.objects.select_for_update(of=("self",))
        .select_related("contact", "post")
        .filter(points_within(scope=reach), pk=point_id)
        .first()
    )
    if point is None:
        raise NotFound
    revive_points(point_ids=[point.pk])
    trace(point, by=by, now=now, verb="revived", label=str(point.contact or point.post), details={"kind": point.kind})
    return point


def _dead_way(point: ContactPoint, now: datetime) -> DeadWay:
    holder = point.contact or point.post
    assert holder is not None
    kind = "contact" if point.contact is not None else "post"
    name = point.contact.name if point.contact is not None else point.post.holder_name if point.post else ""
    return DeadWay(point.community_id, point.kind, kind, holder.pk, name, masked_way(point=point), now)
