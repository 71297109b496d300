"""Looking for what keeps coming back, by the clock; and putting away what somebody does not think so of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from linli.audit.actions import Trace, record_traces
from linli.casework.access import RATES, reach_of_actor
from linli.casework.actions.telling import CASEWORK
from linli.casework.errors.repeats import SuggestionDecided, WhyMissing
from linli.casework.masked import masked_words
from linli.casework.models import DetectionRule, Request, Step, Suggestion
from linli.casework.queries.repeats import NOT_COUNTED, clusters_found
from linli.casework.queries.suggestions import suggestion_for
from linli.casework.rules.repeats import GONE, LAST_YEAR, SEASON, Cluster, has_more
from linli.core.actors import Actor
from linli.registry.models import Community

State = Suggestion.State
MOST_KEPT: Final = 500


def detect_repeats(*, now: datetime, limit: int = 200) -> int:
    """Look for repeats in communities where a day has begun or something has happened since the last look. Returns how many suggestions
    were made, grew, came back or went. Two queries where nothing is new.

    What was found already grows; what was put away comes back only with more than then; nothing is suggested twice.
    """
    done = 0
    for community_id in _due(now)[:limit]:
        done += _detect_in(community_id, now)
    return done


@transaction.atomic
def put_suggestion_away(*, by: Actor, now: datetime, suggestion_id: int, why: str) -> Suggestion:
    """It is nothing, or settled otherwise. It comes back only with more evidence. Others that say no more go with it.

    Raises NotAllowed, SuggestionNotFound, SuggestionDecided, WhyMissing.
    """
    suggestion = locked_suggestion(by=by, now=now, suggestion_id=suggestion_id)
    if not why.strip():
        raise WhyMissing(fields={"why": WhyMissing.default_sentence})
    for one in [suggestion, *within_it(suggestion=suggestion)]:
        _put_away(one, by, now, " ".join(why.split())[:200])
    return suggestion


def within_it(*, suggestion: Suggestion) -> list[Suggestion]:
    """Other open suggestions that say no more: all of their requests are among its. Locked."""
    others = Suggestion.objects.select_for_update().filter(community_id=suggestion.community_id, state=State.OPEN)
    evidence = set(suggestion.evidence)
    return [
        one
        for one in others.exclude(pk=suggestion.pk).order_by("pk")
        if one.evidence and evidence.issuperset(one.evidence)
    ]


def locked_suggestion(*, by: Actor, now: datetime, suggestion_id: int) -> Suggestion:
    """An open suggestion within reach, locked. Raises NotAllowed, SuggestionNotFound, SuggestionDecided."""
    reach = reach_of_actor(by=by, now=now).need(RATES)
    suggestion_for(reach=reach, suggestion_id=suggestion_id)
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion_id)
    if suggestion.state != State.OPEN:
        raise SuggestionDecided
    return suggestion


def trace_suggestion(*, suggestion: Suggestion, by: Actor, now: datetime, verb: str, reason: str = "") -> None:
    """What happened to it, in the trail."""
    trace = Trace(
        verb=verb, object_type="casework.suggestion", object_ref=str(suggestion.pk), community_id=suggestion.community_id,
        object_label=suggestion.key, reason=reason, details={"requests": len(suggestion.evidence)},
    )  # fmt: skip
    record_traces(by=by, now=now, traces=[trace])


def _due(now: datetime) -> list[int]:
    """Communities with a sentence to look for: where it is a new day, or a request has changed."""
    rules = list(DetectionRule.objects.filter(is_on=True).values_list(
        "community_id", "community__time_zone", "looked_on", "looked_step"
    ))  # fmt: skip
    if not rules:
        return []
    lowest = min(step for *_rest, step in rules)
    new = Step.objects.filter(pk__gt=lowest).order_by().values("community_id").annotate(last=Max("pk"))
    last = {row["community_id"]: row["last"] for row in new}
    due: dict[int, date] = {}
    for community_id, zone, looked_on, looked_step in rules:
        today = now.astimezone(ZoneInfo(zone)).date()
        if looked_on is None or looked_on < today or last.get(community_id, 0) > looked_step:
            due[community_id] = min(looked_on or date.min, due.get(community_id, date.max))
    return sorted(due, key=lambda community_id: (due[community_id], community_id))


@transaction.atomic
def _detect_in(community_id: int, now: datetime) -> int:
    """All sentences of one community; their rows are locked, so that two who look at once do not find twice."""
    zone = ZoneInfo(Community.objects.values_list("time_zone", flat=True).get(pk=community_id))
    on = now.astimezone(zone).date()
    newest = Step.objects.aggregate(last=Max("pk"))["last"] or 0
    rules = DetectionRule.objects.select_for_update().filter(community_id=community_id, is_on=True).order_by("pk")
    moved = 0
    for rule in rules:
        moved += _let_go(rule, now)
        moved += _settle(rule, clusters_found(rule=rule, on=on, zone=zone), now)
        rule.looked_on, rule.looked_step = on, newest
        rule.save(update_fields=["looked_on", "looked_step"])
    return moved


def _let_go(rule: DetectionRule, now: datetime) -> int:
    """Requests that were joined, taken back or settled are no evidence any more; with too little left nothing is to be decided."""
    if rule.kind == SEASON:
        return 0
    suggestions = list(Suggestion.objects.filter(rule=rule, state=State.OPEN))
    roots = _roots({pk for one in suggestions for pk in one.evidence}, settled_too=rule.kind != LAST_YEAR)
    moved = 0
    for one in suggestions:
        left = [pk for pk in one.evidence if pk in roots]
        if len(left) == len(one.evidence):
            continue
        size = len({roots[pk] for pk in left})
        one.evidence, one.params = left, {**one.params, "size": size}
        if size < rule.least:
            _put_away(one, CASEWORK, now, GONE)
        else:
            one.save(update_fields=["evidence", "params"])
        moved += 1
    return moved


def _roots(ids: set[int], *, settled_too: bool) -> dict[int, int]:
    """Those of the requests that still count, with what each is a part of. ``settled_too``: not if a closed matter has them."""
    rows = Request.objects.filter(pk__in=ids).exclude(state__in=NOT_COUNTED)
    if settled_too:
        rows = rows.exclude(matter__closed_at__isnull=False)
    return {pk: parent or pk for pk, parent in rows.values_list("pk", "parent_id")}


def _settle(rule: DetectionRule, clusters: Sequence[Cluster], now: datetime) -> int:
    """Each cluster is what was found already, or new."""
    if not clusters:
        return 0
    known: dict[str, list[Suggestion]] = defaultdict(list)
    for one in Suggestion.objects.filter(rule=rule).select_related("matter").order_by("pk"):
        known[one.params.get("group", "")].append(one)
    ids = {pk for cluster in clusters for pk in cluster.ids}
    in_open = Request.objects.filter(pk__in=ids, matter__isnull=False, matter__closed_at__isnull=True)
    matters: Mapping[int, int | None] = dict(in_open.values_list("pk", "matter_id"))
    return sum(_settle_one(rule, cluster, known[cluster.group], matters, now) for cluster in clusters)


def _settle_one(
    rule: DetectionRule, cluster: Cluster, known: Sequence[Suggestion], matters: Mapping[int, int | None], now: datetime
) -> int:
    same = [one for one in known if _is_same(rule, one, cluster)]
    if not same:
        in_matters = {matters.get(pk) for pk in cluster.ids}
        if len(in_matters) == 1 and None not in in_matters:
            return 0  # all of it is in one matter: nothing to decide
        _suggest(rule, cluster, len(known) + 1, now)
        return 1
    order = [State.OPEN, State.ACCEPTED, State.PUT_AWAY]
    first, *others = sorted(same, key=lambda one: (order.index(State(one.state)), one.pk))
    moved = 0
    for other in others:
        if other.state == State.OPEN:
            _put_away(other, CASEWORK, now, GONE)
            moved += 1
    return moved + _grow(rule, first, cluster, now)


def _is_same(rule: DetectionRule, suggestion: Suggestion, cluster: Cluster) -> bool:
    """Found again: the same group, and requests in common. Of a season there is one in a month of a year. A matter that is closed does
    not grow."""
    if suggestion.matter is not None and suggestion.matter.closed_at is not None and rule.kind != SEASON:
        return False
    return rule.kind == SEASON or not set(suggestion.evidence).isdisjoint(cluster.ids)


def _grow(rule: DetectionRule, suggestion: Suggestion, cluster: Cluster, now: datetime) -> int:
    before = list(suggestion.evidence)
    evidence = sorted({*before, *cluster.ids})[-MOST_KEPT:]
    more = has_more(kind=rule.kind, then=suggestion.params, before=before, cluster=cluster)
    if suggestion.state == State.PUT_AWAY:
        if not more:
            return 0
        suggestion.state, suggestion.decided_at, suggestion.decided_by = State.OPEN, None, ""
        suggestion.why = ""
        trace_suggestion(suggestion=suggestion, by=CASEWORK, now=now, verb="came_back")
    elif evidence == before:
        return 0
    suggestion.evidence, suggestion.grew_at = evidence, now
    left_out = {"left_out": suggestion.params["left_out"]} if "left_out" in suggestion.params else {}
    suggestion.params = _params(cluster, _size(evidence) if rule.kind != SEASON else cluster.size) | left_out
    suggestion.save()
    return 1


def _suggest(rule: DetectionRule, cluster: Cluster, number: int, now: datetime) -> None:
    suggestion = Suggestion.objects.create(
        community_id=rule.community_id, rule=rule, key=f"{cluster.group}:{number}", evidence=sorted(cluster.ids),
        params=_params(cluster, cluster.size), found_at=now, grew_at=now,
    )  # fmt: skip
    trace_suggestion(suggestion=suggestion, by=CASEWORK, now=now, verb="found_repeat")


def _params(cluster: Cluster, size: int) -> dict[str, object]:
    return {**cluster.facts, "group": cluster.group, "size": size}


def _size(ids: Iterable[int]) -> int:
    rows = Request.objects.filter(pk__in=list(ids)).values_list("pk", "parent_id")
    return len({parent or pk for pk, parent in rows})


def _put_away(suggestion: Suggestion, by: Actor, now: datetime, why: str) -> None:
    suggestion.state, suggestion.decided_at, suggestion.decided_by, suggestion.why = (
        State.PUT_AWAY,
        now,
        by.label[:120],
        why,
    )
    suggestion.save()
    trace_suggestion(suggestion=suggestion, by=by, now=now, verb="put_away_repeat", reason=masked_words(why))
