"""Keeping the routing sentences. A new or changed one is not in use before it was tried on the last month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any, Final, Literal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from linli.audit.actions import Trace, record_traces
from linli.casework.access import ARRANGE, reach_of_actor
from linli.casework.errors.routing import SentenceNotFound, SentencesChanged, SentenceWrong, TooManySentences
from linli.casework.models import Category, Request, RoutingRule, Team
from linli.casework.queries.hands import sentence_of
from linli.casework.queries.office import looks_after
from linli.casework.queries.routing import fingerprint_of, rules_of
from linli.core.actors import Actor
from linli.core.errors import NotFound, Text
from linli.registry.models import Building, Community, Grid, Post

MOST_SENTENCES: Final = 60
NOT_HERE: Final = _("This does not belong to the community. Choose it again.")


@dataclass(frozen=True, slots=True)
class SentenceGiven:
    """What a sentence asks and whose a request becomes: a team or a post. None and "" hold always; both times, or none."""

    category_id: int | None = None
    channel: str = ""
    grid_id: int | None = None
    building_id: int | None = None
    days: str = ""
    begins: time | None = None
    ends: time | None = None
    team_id: int | None = None
    post_id: int | None = None


@transaction.atomic
def add_sentence(*, by: Actor, now: datetime, community_id: int, given: SentenceGiven) -> RoutingRule:
    """A new sentence, the last of all, not in use. Raises NotAllowed, NotFound, SentenceWrong, TooManySentences."""
    _locked(by, now, community_id)
    _check(community_id, given)
    rules = rules_of(community_id=community_id)
    if len(rules) >= MOST_SENTENCES:
        raise TooManySentences
    rule = RoutingRule.objects.create(community_id=community_id, position=len(rules) + 1, **asdict(given))
    _renumber([*rules, rule])
    _tell(rule, by, now, "added")
    return rule


@transaction.atomic
def change_sentence(*, by: Actor, now: datetime, rule_id: int, given: SentenceGiven) -> RoutingRule:
    """Say it otherwise: it is no longer in use until it is tried. The same again changes nothing.

    Raises NotAllowed, SentenceNotFound, SentenceWrong.
    """
    rule = _own(by, now, rule_id)
    _check(rule.community_id, given)
    before = sentence_of(rule=rule)
    for name, value in asdict(given).items():
        setattr(rule, name, value)
    if sentence_of(rule=rule) != before:
        rule.is_on = False
        rule.save()
        _tell(rule, by, now, "changed")
    return rule


@transaction.atomic
def move_sentence(*, by: Actor, now: datetime, rule_id: int, direction: Literal["up", "down"]) -> RoutingRule:
    """One place up or down. Where it passes one in use and was in use itself, it is no longer in use until it is tried: order decides.

    Raises NotAllowed, SentenceNotFound.
    """
    rule = _own(by, now, rule_id)
    rules = rules_of(community_id=rule.community_id)
    at = next(place for place, one in enumerate(rules) if one.pk == rule.pk)
    to = at - 1 if direction == "up" else at + 1
    if not 0 <= to < len(rules):
        return rule
    moved, passed = rules[at], rules[to]
    if moved.is_on and passed.is_on:
        moved.is_on = False
        moved.save(update_fields=["is_on"])
    rules[at], rules[to] = passed, moved
    _renumber(rules)
    _tell(moved, by, now, "moved_sentence")
    return moved


@transaction.atomic
def switch_sentence_off(*, by: Actor, now: datetime, rule_id: int) -> RoutingRule:
    """Not in use from now on. Raises NotAllowed, SentenceNotFound."""
    rule = _own(by, now, rule_id)
    if rule.is_on:
        rule.is_on = False
        rule.save(update_fields=["is_on"])
        _tell(rule, by, now, "switched_off_sentence")
    return rule


@transaction.atomic
def delete_sentence(*, by: Actor, now: datetime, rule_id: int) -> None:
    """Take a sentence away. Raises NotAllowed, SentenceNotFound."""
    rule = _own(by, now, rule_id)
    _tell(rule, by, now, "deleted")
    community_id = rule.community_id
    rule.delete()
    _renumber(rules_of(community_id=community_id))


@transaction.atomic
def put_sentences_in_use(
    *, by: Actor, now: datetime, community_id: int, rule_ids: Collection[int], tried: str
) -> list[RoutingRule]:
    """Exactly these sentences are in use from now on. ``tried`` is the fingerprint of the trial that was looked at.

    Raises NotAllowed, NotFound, SentencesChanged.
    """
    _locked(by, now, community_id)
    rules = rules_of(community_id=community_id)
    if fingerprint_of(rules=rules) != tried or not set(rule_ids) <= {rule.pk for rule in rules}:
        raise SentencesChanged
    for rule in rules:
        wanted = rule.pk in rule_ids
        if rule.is_on != wanted:
            rule.is_on = wanted
            rule.save(update_fields=["is_on"])
            _tell(rule, by, now, "switched_on_sentence" if wanted else "switched_off_sentence")
    return rules


def _locked(by: Actor, now: datetime, community_id: int) -> None:
    """One at a time keeps the sentences of a community."""
    reach = reach_of_actor(by=by, now=now).need(ARRANGE)
    found = Community.objects.select_for_update().filter(pk=community_id).exists()
    if not found or not looks_after(reach=reach, community_id=community_id):
        raise NotFound


def _own(by: Actor, now: datetime, rule_id: int) -> RoutingRule:
    reach = reach_of_actor(by=by, now=now).need(ARRANGE)
    community_id = RoutingRule.objects.filter(pk=rule_id).values_list("community_id", flat=True).first()
    if community_id is None or not looks_after(reach=reach, community_id=community_id):
        raise SentenceNotFound
    Community.objects.select_for_update().get(pk=community_id)
    rule = RoutingRule.objects.filter(pk=rule_id).first()
    if rule is None:
        raise SentenceNotFound
    return rule


def _check(community_id: int, given: SentenceGiven) -> None:
    wrong: dict[str, Text] = {}
    for name, model, pk in (
        ("category", Category, given.category_id), ("grid", Grid, given.grid_id), ("building", Building, given.building_id),
        ("team", Team, given.team_id), ("post", Post, given.post_id),
    ):  # fmt: skip
        if pk is not None and not model.objects.filter(pk=pk, community_id=community_id).exists():
            wrong[name] = NOT_HERE
    if (given.team_id is None) == (given.post_id is None):
        wrong["team"] = _("Choose a team or a post, not both.")
    if (given.begins is None) != (given.ends is None):
        wrong["ends"] = _("Give both times, or none.")
    if given.channel and given.channel not in Request.Channel.values:
        wrong["channel"] = NOT_HERE
    if given.days not in RoutingRule.Days.values:
        wrong["days"] = NOT_HERE
    if wrong:
        raise SentenceWrong(fields=wrong)


def _renumber(rules: Collection[RoutingRule]) -> None:
    for position, rule in enumerate(rules, start=1):
        if rule.position != position:
            rule.position = position
            rule.save(update_fields=["position"])


def _tell(rule: RoutingRule, by: Actor, now: datetime, verb: str) -> None:
    said: dict[str, Any] = {"in_use": rule.is_on, "position": rule.position}
    trace = Trace(verb, "casework.routing_rule", str(rule.pk), rule.community_id, f"#{rule.position}", details=said)
    record_traces(by=by, now=now, traces=[trace])
