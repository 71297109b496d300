"""Detection sentences: written, changed, switched on and off, taken out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.casework.access import ARRANGE, reach_of_actor
from linli.casework.actions.repeats import State
from linli.casework.errors.repeats import DetectionHasMatters, DetectionWrong
from linli.casework.errors.requests import CategoryUnknown
from linli.casework.models import Category, DetectionRule, Suggestion
from linli.casework.queries.suggestions import detection_for
from linli.core.actors import Actor
from linli.core.errors import NotAllowed

MOST_DAYS: Final = {"place": 180, "unit": 180, "person": 366, "last_year": 28, "season": 62}
MOST_NEEDED: Final = 1000


@dataclass(frozen=True, slots=True)
class DetectionGiven:
    """What a sentence says. ``is_on`` is a fact of it, like its numbers."""

    kind: str
    days: int
    least: int
    category_id: int | None = None
    is_on: bool = False


@transaction.atomic
def add_detection(*, by: Actor, now: datetime, community_id: int, given: DetectionGiven) -> DetectionRule:
    """Write a sentence down. Raises NotAllowed, DetectionWrong, CategoryUnknown."""
    reach = reach_of_actor(by=by, now=now).need(ARRANGE)
    if not (reach.scope.everything or community_id in reach.scope.present_in):
        raise NotAllowed
    rule = DetectionRule(community_id=community_id)
    return _write(rule, given, by, now, "added")


@transaction.atomic
def change_detection(*, by: Actor, now: datetime, detection_id: int, given: DetectionGiven) -> DetectionRule:
    """Other numbers, another category, in use or not; what it looks for stays. It looks again at once.

    Raises NotAllowed, DetectionNotFound, DetectionWrong, CategoryUnknown.
    """
    reach = reach_of_actor(by=by, now=now).need(ARRANGE)
    rule = detection_for(reach=reach, detection_id=detection_id)
    kept = DetectionRule.objects.select_for_update().get(pk=rule.pk)
    return _write(kept, DetectionGiven(kept.kind, given.days, given.least, given.category_id, given.is_on), by, now)


@transaction.atomic
def delete_detection(*, by: Actor, now: datetime, detection_id: int) -> None:
    """Take a sentence out, with what it found and nobody made a matter of.

    Raises NotAllowed, DetectionNotFound, DetectionHasMatters.
    """
    reach = reach_of_actor(by=by, now=now).need(ARRANGE)
    rule = detection_for(reach=reach, detection_id=detection_id)
    if Suggestion.objects.filter(rule=rule, state=State.ACCEPTED).exists():
        raise DetectionHasMatters
    _trace(rule, by, now, "deleted")
    rule.delete()


def checked_detection(*, community_id: int, given: DetectionGiven) -> DetectionRule:
    """The sentence as it would be kept, not saved: for trying it out. Raises DetectionWrong, CategoryUnknown."""
    return _filled(DetectionRule(community_id=community_id), given)


def _write(
    rule: DetectionRule, given: DetectionGiven, by: Actor, now: datetime, verb: str = "changed"
) -> DetectionRule:
    _filled(rule, given)
    rule.looked_on, rule.looked_step = None, 0
    rule.save()
    _trace(rule, by, now, verb)
    return rule


def _filled(rule: DetectionRule, given: DetectionGiven) -> DetectionRule:
    wrong = {}
    if given.kind not in DetectionRule.Kind.values:
        wrong["kind"] = DetectionWrong.default_sentence
    if not 1 <= given.days <= MOST_DAYS.get(given.kind, 366):
        wrong["days"] = DetectionWrong.default_sentence
    if not 2 <= given.least <= MOST_NEEDED:
        wrong["least"] = DetectionWrong.default_sentence
    if wrong:
        raise DetectionWrong(fields=wrong)
    rule.kind, rule.days, rule.least, rule.is_on = given.kind, given.days, given.least, given.is_on
    rule.category = None
    if given.category_id is not None:
        rule.category = Category.objects.filter(community_id=rule.community_id, pk=given.category_id).first()
        if rule.category is None:
            raise CategoryUnknown(fields={"category": CategoryUnknown.default_sentence})
    return rule


def _trace(rule: DetectionRule, by: Actor, now: datetime, verb: str) -> None:
    details = {
        "days": rule.days, "least": rule.least, "category": rule.category.code if rule.category else "", "on": rule.is_on,
    }  # fmt: skip
    trace = Trace(
        verb=verb, object_type="casework.detectionrule", object_ref=str(rule.pk), community_id=rule.community_id,
        object_label=rule.kind, details=details,
    )  # fmt: skip
    record_traces(by=by, now=now, traces=[trace])
