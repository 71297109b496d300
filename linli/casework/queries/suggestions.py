"""What was found and waits for somebody to decide, within reach: only where every request of it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q, QuerySet

from linli.casework.access import REPORTERS, Reach
from linli.casework.errors.repeats import DetectionNotFound, SuggestionNotFound
from linli.casework.models import Category, DetectionRule, Request, Suggestion
from linli.core.inner import not_inner
from linli.registry.models import Building, Resident, Unit

MOST_OPEN: Final = 300
MOST_SHOWN: Final = 5
EXACT: Final = ("unit", "place", "person", "last_year", "season")
State = Suggestion.State


@dataclass(frozen=True, slots=True)
class Names:
    """What things are called that suggestions speak of, by id. ``persons`` is empty for those who may not see who told us."""

    categories: Mapping[int, Category] = field(default_factory=dict)
    buildings: Mapping[int, Building] = field(default_factory=dict)
    units: Mapping[int, Unit] = field(default_factory=dict)
    persons: Mapping[int, str] = field(default_factory=dict)


def open_suggestions(*, reach: Reach, community_id: int | None) -> list[Suggestion]:
    """What is to be decided, the biggest first; at most the 300 that grew last. What another one says whole is not said again: of the
    same requests the stairwell goes before the building. Two queries."""
    rows = _in_communities(reach, community_id).filter(state=State.OPEN).order_by("-grew_at", "-pk")
    found = _said_once(_all_within(reach, list(rows[:MOST_OPEN])))
    return sorted(found, key=lambda one: (-size_of(suggestion=one), -one.grew_at.timestamp(), -one.pk))


def decided_suggestions(*, reach: Reach, community_id: int | None, limit: int = 100) -> list[Suggestion]:
    """What was decided, the newest first. Two queries."""
    rows = _in_communities(reach, community_id).exclude(state=State.OPEN)
    return _all_within(reach, list(rows.select_related("matter").order_by("-decided_at", "-pk")[:limit]))


def suggestion_for(*, reach: Reach, suggestion_id: int) -> Suggestion:
    """One within reach. Raises SuggestionNotFound. Two queries."""
    found = list(_in_communities(reach, None).filter(pk=suggestion_id).select_related("matter"))
    if not _all_within(reach, found):
        raise SuggestionNotFound
    return found[0]


def evidence_of(*, reach: Reach, suggestions: Iterable[Suggestion]) -> dict[int, list[Request]]:
    """The newest requests of each suggestion, at most five each. One query."""
    wanted = {one.pk: sorted(one.evidence, reverse=True)[:MOST_SHOWN] for one in suggestions}
    there = requests_among(reach=reach, ids={pk for ids in wanted.values() for pk in ids})
    return {key: [there[pk] for pk in ids if pk in there] for key, ids in wanted.items()}


def requests_among(*, reach: Reach, ids: Iterable[int]) -> dict[int, Request]:
    """These requests, as far as they are within reach, by id. One query."""
    rows = Request.objects.filter(reach.covers(), pk__in=list(ids)).select_related("category", "matter")
    return {one.pk: one for one in rows.order_by("received_at", "pk")}


def names_for(*, reach: Reach, told: Iterable[Mapping[str, object]]) -> Names:
    """What the places, categories and people are called that these facts (``Cluster.facts``, ``Suggestion.params``) speak of.
    At most four queries."""
    ids: dict[str, set[int]] = {"category": set(), "building": set(), "unit": set(), "person": set()}
    for facts in told:
        for name in ("category", "building", "unit"):
            if isinstance(value := facts.get(name), int):
                ids[name].add(value)
        person = str(facts.get("person", ""))
        if person.startswith("r") and person[1:].isdigit():
            ids["person"].add(int(person[1:]))
    units = Unit.objects.filter(pk__in=ids["unit"]).select_related("building") if ids["unit"] else []
    people = Resident.objects.filter(pk__in=ids["person"]) if ids["person"] and reach.may(REPORTERS) else []
    return Names(
        categories={one.pk: one for one in Category.objects.filter(pk__in=ids["category"])} if ids["category"] else {},
        buildings={one.pk: one for one in Building.objects.filter(pk__in=ids["building"])} if ids["building"] else {},
        units={one.pk: one for one in units},
        persons={one.pk: one.name for one in people},
    )


def size_of(*, suggestion: Suggestion) -> int:
    """How often we were told."""
    return int(suggestion.params.get("size", len(suggestion.evidence)))


def detections_in(*, reach: Reach, community_id: int) -> list[DetectionRule]:
    """The sentences of a community, those in use first. One query. Nobody without a post there sees them."""
    rows = DetectionRule.objects.filter(pk__in=[])
    if reach.scope.everything or community_id in reach.scope.present_in:
        rows = DetectionRule.objects.filter(community_id=community_id).select_related("category")
    return list(rows.order_by("-is_on", "pk"))


def detection_for(*, reach: Reach, detection_id: int) -> DetectionRule:
    """One sentence of a community within reach. Raises DetectionNotFound. One query."""
    rows = DetectionRule.objects.select_related("community", "category")
    if not reach.scope.everything:
        rows = rows.filter(community_id__in=reach.scope.present_in)
    found = rows.filter(pk=detection_id).first()
    if found is None:
        raise DetectionNotFound
    return found


def is_wide(*, reach: Reach, community_id: int) -> bool:
    """Whether somebody reaches the whole community, and not only some of its places."""
    return reach.scope.everything or community_id in reach.scope.communities


def _in_communities(reach: Reach, community_id: int | None) -> QuerySet[Suggestion]:
    rows = Suggestion.objects.select_related("rule")
    there = not_inner() if reach.scope.everything else Q(community_id__in=reach.scope.present_in)
    rows = rows.filter(there)
    return rows if community_id is None else rows.filter(community_id=community_id)


def _said_once(found: Sequence[Suggestion]) -> list[Suggestion]:
    """Without those whose requests another one holds, too; the larger first, then the more exact."""
    kept: list[tuple[Suggestion, set[int]]] = []
    for one in sorted(found, key=lambda one: (-len(one.evidence), EXACT.index(one.rule.kind), one.pk)):
        evidence = set(one.evidence)
        if not any(one.community_id == other.community_id and evidence <= held for other, held in kept):
            kept.append((one, evidence))
    return [one for one, _evidence in kept]


def _all_within(reach: Reach, found: Sequence[Suggestion]) -> list[Suggestion]:
    """Somebody who reaches only some places sees what lies there whole, and nothing of the rest."""
    narrow = [one for one in found if not is_wide(reach=reach, community_id=one.community_id)]
    ids = {pk for one in narrow for pk in one.evidence}
    seen = set(Request.objects.filter(reach.covers(), pk__in=ids).values_list("pk", flat=True)) if ids else set()
    hidden = {one.pk for one in narrow if not one.evidence or not seen.issuperset(one.evidence)}
    return [one for one in found if one.pk not in hidden]
