"""Keeping the sentences: new and changed ones are off until they were tried; nothing reaches over the community's border."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

import pytest

from linli.audit.models import AuditEntry
from linli.casework.actions import routing as act
from linli.casework.actions.entering import PlaceGiven
from linli.casework.actions.routing import SentenceGiven
from linli.casework.errors.routing import SentenceNotFound, SentencesChanged, SentenceWrong, TooManySentences
from linli.casework.models import RoutingRule
from linli.casework.queries.hands import facts_of, hands_for
from linli.casework.queries.places import Place
from linli.casework.queries.routing import fingerprint_of, rules_of, tried_on_last_month
from linli.casework.rules.trials import Target
from linli.casework.tests.office_town import DAY, Office, office  # noqa: F401
from linli.core.errors import NotAllowed, NotFound


@pytest.fixture
def told(office: Office) -> dict:  # noqa: F811
    return {"by": office.by(office.secretary), "now": office.now}


def used(office, told, *rules: RoutingRule) -> None:  # noqa: F811
    pk = office.community.pk
    tried = fingerprint_of(rules=rules_of(community_id=pk))
    act.put_sentences_in_use(community_id=pk, rule_ids=[rule.pk for rule in rules], tried=tried, **told)


def add(office, told, **more) -> RoutingRule:  # noqa: F811
    return act.add_sentence(community_id=office.community.pk, given=SentenceGiven(**more), **told)


def test_a_new_sentence_is_off_and_last(office, told) -> None:  # noqa: F811
    first = add(office, told, post_id=office.desk.pk)
    second = add(office, told, category_id=office.category("light").pk, post_id=office.desk.pk)
    assert [(one.pk, one.position, one.is_on) for one in rules_of(community_id=office.community.pk)] == [
        (first.pk, 1, False),
        (second.pk, 2, False),
    ]
    assert office.enters().lead == office.unit_captain
    assert AuditEntry.objects.filter(object_type="casework.routing_rule", verb="added").count() == 2


def test_a_changed_sentence_is_off_until_it_is_tried_and_the_same_again_changes_nothing(office, told) -> None:  # noqa: F811
    given = SentenceGiven(category_id=office.category("light").pk, post_id=office.desk.pk)
    rule = act.add_sentence(community_id=office.community.pk, given=given, **told)
    used(office, told, rule)
    assert office.enters().lead == office.desk
    assert act.change_sentence(rule_id=rule.pk, given=given, **told).is_on
    assert not act.change_sentence(rule_id=rule.pk, given=replace(given, channel="phone"), **told).is_on
    assert office.enters().lead == office.unit_captain


def test_a_sentence_that_passes_one_in_use_is_off_until_it_is_tried(office, told) -> None:  # noqa: F811
    one, two, three = (add(office, told, post_id=office.desk.pk) for _ in range(3))
    used(office, told, one, three)
    assert act.move_sentence(rule_id=three.pk, direction="up", **told).is_on, "it only passed one that is off"
    assert not act.move_sentence(rule_id=three.pk, direction="up", **told).is_on
    assert [rule.pk for rule in rules_of(community_id=office.community.pk)] == [three.pk, one.pk, two.pk]
    assert act.move_sentence(rule_id=three.pk, direction="up", **told).position == 1, "nothing is above the first"


def test_nothing_is_switched_on_that_was_not_tried_as_it_is(office, told) -> None:  # noqa: F811
    rule = add(office, told, post_id=office.desk.pk)
    pk = office.community.pk
    tried = fingerprint_of(rules=rules_of(community_id=pk))
    act.change_sentence(rule_id=rule.pk, given=SentenceGiven(post_id=office.secretary.pk), **told)
    with pytest.raises(SentencesChanged):
        act.put_sentences_in_use(community_id=pk, rule_ids=[rule.pk], tried=tried, **told)
    with pytest.raises(SentencesChanged):
        act.put_sentences_in_use(community_id=pk, rule_ids=[rule.pk + 1], tried=tried, **told)
    assert not RoutingRule.objects.get().is_on


def test_what_is_deleted_or_switched_off_leaves_the_others_in_order(office, told) -> None:  # noqa: F811
    rules = [add(office, told, post_id=office.desk.pk) for _ in range(3)]
    used(office, told, *rules)
    act.delete_sentence(rule_id=rules[0].pk, **told)
    assert not act.switch_sentence_off(rule_id=rules[1].pk, **told).is_on
    assert [(rule.pk, rule.position) for rule in rules_of(community_id=office.community.pk)] == [
        (rules[1].pk, 1),
        (rules[2].pk, 2),
    ]
    with pytest.raises(SentenceNotFound):
        act.delete_sentence(rule_id=rules[0].pk, **told)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({}, "team"),
        ({"post": True, "team_id": 1}, "team"),
        ({"post": True, "begins": time(8)}, "ends"),
        ({"post": True, "channel": "pigeon"}, "channel"),
        ({"post": True, "days": "sometimes"}, "days"),
        ({"post": True, "category_id": 999999}, "category"),
        ({"post": True, "building_id": 999999}, "building"),
    ],
)
def test_what_makes_no_sentence_is_refused_beside_its_field(office, told, wrong, field) -> None:  # noqa: F811
    more = {"post_id": office.desk.pk} if wrong.pop("post", False) else {}
    with pytest.raises(SentenceWrong) as refused:
        add(office, told, **wrong, **more)
    assert field in refused.value.fields


def test_places_and_people_of_another_community_are_refused(office, told) -> None:  # noqa: F811
    with pytest.raises(SentenceWrong):
        add(office, told, post_id=office.other_post.pk)
    with pytest.raises(NotFound):
        act.add_sentence(community_id=office.other.pk, given=SentenceGiven(post_id=office.other_post.pk), **told)


def test_only_who_arranges_touches_the_sentences_of_their_community(office, told) -> None:  # noqa: F811
    rule = add(office, told, post_id=office.desk.pk)
    for post in (office.desk, office.grid_lead, office.unit_captain):
        with pytest.raises(NotAllowed):
            act.switch_sentence_off(rule_id=rule.pk, by=office.by(post), now=office.now)
    with pytest.raises(SentenceNotFound):
        act.delete_sentence(rule_id=rule.pk, by=office.by(office.other_post), now=office.now)


def test_more_than_sixty_are_refused(office, told, monkeypatch) -> None:  # noqa: F811
    monkeypatch.setattr(act, "MOST_SENTENCES", 1)
    add(office, told, post_id=office.desk.pk)
    with pytest.raises(TooManySentences):
        add(office, told, post_id=office.desk.pk)


def test_a_trial_says_in_whose_hands_last_month_would_have_come(office, told, django_assert_max_num_queries) -> None:  # noqa: F811
    office.enters(at=office.now - 40 * DAY)
    here = office.enters(at=office.now - 3 * DAY)
    there = office.enters(place=PlaceGiven(unit_id=office.second_unit.pk), at=office.now - 2 * DAY)
    office.enters("漏水了", code="water_leak", at=office.now - DAY)
    repair = office.team("维修组", office.desk)
    light = add(office, told, category_id=office.category("light").pk, team_id=repair.pk)
    never = add(
        office,
        told,
        category_id=office.category("light").pk,
        building_id=office.town.building.pk,
        post_id=office.desk.pk,
    )
    empty = add(office, told, team_id=office.team("没有人").pk)
    draft = {light.pk, never.pk, empty.pk}
    with django_assert_max_num_queries(9):
        tried = tried_on_last_month(community=office.community, draft=draft, now=office.now)
    trial = tried.trial
    assert (trial.cases, trial.changed, trial.otherwise) == (3, 2, 1)
    assert (trial.counts[light.pk].decides, trial.counts[never.pk].decides, trial.counts[never.pk].is_true) == (2, 0, 1)
    assert trial.counts[never.pk].is_silent
    assert tried.swallowed == {never.pk: light.pk}
    assert tried.passed_over == {empty.pk}
    assert [(one.number, one.before, one.after) for one in trial.changes] == [
        (there.number, Target(post_id=office.secretary.pk), Target(team_id=repair.pk)),
        (here.number, Target(post_id=office.unit_captain.pk), Target(team_id=repair.pk)),
    ]
    assert tried.names[Target(team_id=repair.pk)] == "维修组"


def test_a_trial_answers_as_the_real_routing_does(office, told) -> None:  # noqa: F811
    repair = office.team("维修组", office.desk)
    office.category("water_leak")
    type(office.category("drain")).objects.filter(code="drain", community=office.community).update(team=repair)
    rules = [
        add(office, told, category_id=office.category("utilities").pk, days="working", begins=time(8), ends=time(20), team_id=repair.pk),
        add(office, told, grid_id=office.second_grid.pk, post_id=office.desk.pk),
        add(office, told, channel="phone", post_id=office.secretary.pk),
    ]  # fmt: skip
    made = []
    for number, code in enumerate(["light", "water_leak", "drain", "drain", "noise"]):
        place = [
            PlaceGiven(unit_id=office.town.unit.pk),
            PlaceGiven(building_id=office.second_building.pk),
            PlaceGiven(),
        ]
        for spot in place:
            at = office.now - timedelta(hours=7 * number + 5)
            made.append(office.enters("x", code=code, place=spot, channel=["phone", "door"][number % 2], at=at))
    used(office, told, *rules)
    tried = tried_on_last_month(community=office.community, draft=set(), now=office.now)
    before = {one.request_id: one.before for one in tried.trial.changes}
    for request in made:
        grid = request.building.grid_id if request.building else None
        place = Place(building_id=request.building_id, unit_id=request.unit_id, grid_id=grid)
        facts = facts_of(
            category=request.category, channel=request.channel, place=place, at=request.received_at,
            time_zone=office.community.time_zone,
        )  # fmt: skip
        category = office.category(request.category.code)
        hands = hands_for(
            community_id=office.community.pk, category=category, place=place, facts=facts, on=office.today
        )
        expected = Target(hands.team.pk if hands.team else None, hands.post.pk if hands.post else None)
        if request.pk in before:
            assert before[request.pk] == expected, request.category.code
    assert before
