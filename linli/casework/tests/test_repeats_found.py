"""Looking for what keeps coming back: found once, growing, put away, coming back, and gone by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from linli.audit.models import AuditEntry
from linli.casework.actions.answering import resolve_request
from linli.casework.actions.detections import (
    DetectionGiven,
    add_detection,
    change_detection,
    checked_detection,
    delete_detection,
)
from linli.casework.actions.joining import merge_request, split_request
from linli.casework.actions.matters import accept_suggestion, close_matter
from linli.casework.actions.repeats import detect_repeats, put_suggestion_away
from linli.casework.errors import repeats as errors
from linli.casework.errors.requests import CategoryUnknown
from linli.casework.models import Category, DetectionRule, Suggestion
from linli.casework.tests.coming_back import (
    BY,
    acting,
    another_community,
    another_house,
    lives,
    only,
    tell,
    the_suggestion,
)
from linli.core.errors import NotAllowed
from tests.harness.town import Town


@pytest.fixture
def town(db: Any) -> Town:
    return Town()


def look(town: Town) -> int:
    return detect_repeats(now=town.now)


def test_three_leaks_in_a_building_are_one_suggestion_that_grows(town: Town) -> None:
    only(town, "place")
    told = [tell(town, days=days, place=place) for days, place in ((5, "8-3-501"), (3, "8-3-502"), (1, "8-3"))]
    assert look(town) == 1
    found = the_suggestion()
    assert (found.state, found.evidence, found.params["size"]) == ("open", sorted(one.pk for one in told), 3)
    assert look(town) == 0, "found once"
    told.append(tell(town))
    assert look(town) == 1
    grown = the_suggestion()
    assert (grown.pk, len(grown.evidence), grown.params["size"]) == (found.pk, 4, 4)
    assert AuditEntry.objects.filter(verb="found_repeat").count() == 1


def test_nothing_new_costs_two_questions(town: Town, django_assert_max_num_queries: Any) -> None:
    for days in (2, 1, 0):
        tell(town, days=days)
    look(town)
    with django_assert_max_num_queries(2):
        assert look(town) == 0


def test_a_new_day_looks_again_without_a_new_request(town: Town) -> None:
    rule = only(town, "last_year", least=2)
    for days in (364 - 7, 364 - 8):  # next week, a year ago
        tell(town, days=days)
    tell(town, days=200)
    assert look(town) == 1
    assert the_suggestion().params["form"] == "coming"
    rule.refresh_from_db()
    assert rule.looked_on == town.now.date()
    town.now += timedelta(days=1)
    assert look(town) == 0
    rule.refresh_from_db()
    assert rule.looked_on == town.now.date()


def test_other_categories_places_and_times_are_no_repeat(town: Town) -> None:
    only(town, "place")
    another_house(town)
    tell(town)
    tell(town, category="drain")
    tell(town, place="9-1")
    tell(town, days=8)
    tell(town, place="小广场")
    assert look(town) == 0
    assert not Suggestion.objects.exists()


def test_what_ended_long_ago_is_not_dug_up(town: Town) -> None:
    only(town, "place")
    for days in (12, 9, 8):
        tell(town, days=days)
    assert look(town) == 0
    tell(town, days=6)
    assert look(town) == 1
    assert len(the_suggestion().evidence) == 4


def test_what_was_joined_or_taken_back_does_not_count(town: Town) -> None:
    only(town, "place")
    first, second, _third = (tell(town, days=days) for days in (2, 1, 0))
    merge_request(by=BY, now=town.now, request_id=second.pk, into_id=first.pk)
    assert look(town) == 0
    tell(town)
    assert look(town) == 1
    assert second.pk not in the_suggestion().evidence


def test_a_suggestion_goes_by_itself_when_its_requests_are_joined(town: Town) -> None:
    only(town, "place")
    first, second, third = (tell(town, days=days) for days in (2, 1, 0))
    look(town)
    merge_request(by=BY, now=town.now, request_id=second.pk, into_id=first.pk)
    assert look(town) == 1
    gone = the_suggestion()
    assert (gone.state, gone.why, gone.evidence) == ("put_away", "gone", [first.pk, third.pk])
    fourth = tell(town)
    assert look(town) == 1
    back = the_suggestion()
    assert (back.state, back.evidence) == ("open", [first.pk, third.pk, fourth.pk])


def test_the_same_person_by_register_or_by_number(town: Town) -> None:
    only(town, "person")
    zhao = lives(town.household_501, "赵大爷")
    tell(town, days=20, resident=zhao)
    tell(town, category="noise", place="小广场", resident=zhao)
    tell(town, days=10, phone="16000001234", category="noise")
    tell(town, phone="16000001234", place="小广场")
    tell(town)  # somebody who did not want to say
    tell(town)
    assert look(town) == 2
    persons = sorted(one.params["person"] for one in Suggestion.objects.all())
    assert persons[1] == f"r{zhao.pk}"
    assert persons[0].startswith("h")


def test_a_number_that_one_resident_has_is_that_resident(town: Town) -> None:
    from linli.registry.keeping import phone_hash

    only(town, "person")
    zhao = lives(town.household_501, "赵大爷", phone="16000001234", phone_hash=phone_hash("16000001234"))
    tell(town, days=3, resident=zhao)
    tell(town, phone="160 0000 1234")
    assert look(town) == 1
    assert the_suggestion().params["person"] == f"r{zhao.pk}"


def test_who_told_us_of_what_was_joined_is_not_counted_twice(town: Town) -> None:
    only(town, "person")
    zhao = lives(town.household_501, "赵大爷")
    first, second = tell(town, days=2), tell(town, days=1, resident=zhao)
    merge_request(by=BY, now=town.now, request_id=second.pk, into_id=first.pk)
    assert look(town) == 0


def test_one_request_in_three_parts_was_told_once(town: Town) -> None:
    only(town, "person")
    zhao = lives(town.household_501, "赵大爷")
    request = tell(town, resident=zhao)
    light = Category.objects.get(community=town.community, code="light")
    parts = [("厨房漏水", request.category_id), ("楼道灯不亮", light.pk)]
    split_request(by=BY, now=town.now, request_id=request.pk, parts=parts)
    assert look(town) == 0
    tell(town, resident=zhao)
    assert look(town) == 1
    assert the_suggestion().params["size"] == 2


def test_last_years_week_and_again_now(town: Town) -> None:
    only(town, "last_year", least=2)
    for days in (364, 363):
        tell(town, days=days, category="heating")
    assert look(town) == 0
    tell(town, category="heating")
    assert look(town) == 1
    assert (the_suggestion().params["form"], the_suggestion().params["then"], the_suggestion().params["now"]) == (
        "again",
        2,
        1,
    )


def test_a_season_is_found_before_its_month(town: Town) -> None:
    only(town, "season", least=3)
    for month in range(1, 12):
        tell(town, days=353 + 30 * month, category="snow")
    for days in (350, 351, 352, 353):  # December of last year
        tell(town, days=days, category="snow")
    assert look(town) == 1
    found = the_suggestion()
    assert (found.params["month"], found.params["then_year"], found.params["then"]) == (12, 2025, 4)
    assert len(found.evidence) == 4


def test_what_was_put_away_comes_back_only_with_more(town: Town) -> None:
    only(town, "place")
    for days in (2, 1, 0):
        tell(town, days=days)
    look(town)
    secretary = acting(town.secretary_post)
    with pytest.raises(errors.WhyMissing):
        put_suggestion_away(by=secretary, now=town.now, suggestion_id=the_suggestion().pk, why="  ")
    put_suggestion_away(by=secretary, now=town.now, suggestion_id=the_suggestion().pk, why="同一根管，已报修")
    with pytest.raises(errors.SuggestionDecided):
        put_suggestion_away(by=secretary, now=town.now, suggestion_id=the_suggestion().pk, why="再来一次")
    town.now += timedelta(days=1)
    assert look(town) == 0
    away = the_suggestion()
    assert (away.state, away.why, away.decided_by) == ("put_away", "同一根管，已报修", town.secretary_post.holder_name)
    tell(town)
    assert look(town) == 1
    back = the_suggestion()
    assert (back.state, back.decided_at, back.why, len(back.evidence)) == ("open", None, "", 4)


def test_a_stairwell_and_its_building_are_decided_on_together(town: Town) -> None:
    for days in (2, 1, 0):
        tell(town, days=days)
    look(town)
    place, unit = Suggestion.objects.get(rule__kind="place"), Suggestion.objects.get(rule__kind="unit")
    put_suggestion_away(by=acting(town.secretary_post), now=town.now, suggestion_id=unit.pk, why="已报修")
    place.refresh_from_db()
    assert (place.state, place.why) == ("put_away", "已报修")


def test_a_matter_takes_in_what_says_the_same_and_grows_while_it_is_open(town: Town) -> None:
    told = [tell(town, days=days) for days in (2, 1, 0)]
    look(town)
    secretary = acting(town.secretary_post)
    found = Suggestion.objects.get(rule__kind="place")
    ids = [one.pk for one in told]
    matter = accept_suggestion(
        by=secretary, now=town.now, suggestion_id=found.pk, title="8 栋主管", why="", request_ids=ids
    )
    assert set(Suggestion.objects.values_list("state", "matter")) == {("accepted", matter.pk)}
    assert look(town) == 0, "all of it is in the matter"
    tell(town)
    assert look(town) == 2
    assert not Suggestion.objects.filter(state="open").exists()
    assert {len(one.evidence) for one in Suggestion.objects.all()} == {4}


def test_after_a_matter_is_closed_everything_counts_anew(town: Town) -> None:
    only(town, "place")
    ids = [tell(town, days=days).pk for days in (2, 1, 0)]
    look(town)
    secretary = acting(town.secretary_post)
    found = the_suggestion()
    told = {"by": secretary, "now": town.now}
    matter = accept_suggestion(suggestion_id=found.pk, title="8 栋主管", why="", request_ids=ids, **told)
    close_matter(matter_id=matter.pk, outcome="换了主管", **told)
    for _more in range(2):
        tell(town)
    assert look(town) == 0
    tell(town)
    assert look(town) == 1
    new = Suggestion.objects.get(state="open")
    assert (new.key, len(new.evidence)) == (found.key.removesuffix("1") + "2", 3)


def test_an_answered_request_still_counts(town: Town) -> None:
    only(town, "place")
    ids = [tell(town, days=days).pk for days in (2, 1, 0)]
    resolve_request(by=BY, now=town.now, request_id=ids[0], text="修好了")
    assert look(town) == 1


def test_sentences_are_written_changed_and_taken_out(town: Town) -> None:
    only(town, "place", is_on=False)
    secretary = acting(town.secretary_post)
    kept: dict[str, Any] = {"by": secretary, "now": town.now}
    drain = Category.objects.get(community=town.community, code="drain")
    rule = add_detection(community_id=town.community.pk, given=DetectionGiven("unit", 10, 2, drain.pk), **kept)
    tell(town, category="drain", days=9)
    tell(town, category="drain")
    tell(town)
    assert look(town) == 0, "it is not in use yet"
    change_detection(detection_id=rule.pk, given=DetectionGiven("person", 10, 2, drain.pk, is_on=True), **kept)
    rule.refresh_from_db()
    assert rule.kind == "unit", "what it looks for stays"
    assert look(town) == 1
    delete_detection(detection_id=rule.pk, **kept)
    assert not Suggestion.objects.exists()
    verbs = AuditEntry.objects.filter(object_type="casework.detectionrule").values_list("verb", flat=True)
    assert list(verbs.order_by("pk")) == ["added", "changed", "deleted"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (DetectionGiven("weather", 7, 2), "kind"), (DetectionGiven("place", 0, 2), "days"),
        (DetectionGiven("place", 181, 2), "days"), (DetectionGiven("last_year", 29, 2), "days"),
        (DetectionGiven("place", 7, 1), "least"), (DetectionGiven("place", 7, 1001), "least"),
    ],
)  # fmt: skip
def test_numbers_that_find_nothing_are_refused(town: Town, given: DetectionGiven, field: str) -> None:
    with pytest.raises(errors.DetectionWrong) as refused:
        checked_detection(community_id=town.community.pk, given=given)
    assert set(refused.value.fields) == {field}


def test_a_sentence_of_which_matters_came_stays_and_another_communitys_category_is_unknown(town: Town) -> None:
    rule = only(town, "place")
    ids = [tell(town).pk for _n in range(3)]
    look(town)
    kept: dict[str, Any] = {"by": acting(town.secretary_post), "now": town.now}
    accept_suggestion(suggestion_id=the_suggestion().pk, title="主管", why="", request_ids=ids, **kept)
    with pytest.raises(errors.DetectionHasMatters):
        delete_detection(detection_id=rule.pk, **kept)
    far = Category.objects.filter(community=another_community()).first()
    with pytest.raises(CategoryUnknown):
        change_detection(detection_id=rule.pk, given=DetectionGiven("place", 7, 3, far.pk), **kept)


def test_only_heads_keep_sentences_and_only_their_own(town: Town) -> None:
    rule = only(town, "place")
    far = DetectionRule.objects.filter(community=another_community()).first()
    given, now = DetectionGiven("place", 7, 3), town.now
    with pytest.raises(NotAllowed):
        change_detection(by=acting(town.desk_post), now=now, detection_id=rule.pk, given=given)
    with pytest.raises(errors.DetectionNotFound):
        change_detection(by=acting(town.secretary_post), now=now, detection_id=far.pk, given=given)
    with pytest.raises(NotAllowed):
        add_detection(by=acting(town.secretary_post), now=now, community_id=far.community_id, given=given)
