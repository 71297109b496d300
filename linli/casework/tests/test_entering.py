"""Writing a request down: how little is enough, what is refused, whose it becomes, who sees it, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.accounts.roles import Role
from linli.casework.access import reach_of_actor
from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.handing import assign_request
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.errors.requests import (
    AnswersWrong,
    CategoryUnknown,
    DueWrong,
    PhoneNeeded,
    PlaceUnknown,
    ReporterUnknown,
    TextMissing,
    TextTooLong,
)
from linli.casework.models import Reporter, Request, RoutingRule, Step, Team
from linli.casework.tests.conftest import CALLER, DAUGHTER, NOBODY
from linli.core.actors import Actor
from linli.core.errors import Invalid, NotAllowed
from linli.notifications.models import Message
from linli.registry.models import Building, Community, Dwelling, Grid, Household, Post, Resident, Unit


@pytest.fixture
def elsewhere(office):
    """Another community with a door, a resident and a category of its own."""
    other = Community.objects.create(code="other", name="别的社区")
    grid = Grid.objects.create(community=other, number=1, name="一")
    building = Building.objects.create(community=other, grid=grid, number="8", floors=6)
    unit = Unit.objects.create(community=other, building=building, number=3)
    door = Dwelling.objects.create(community=other, unit=unit, floor=5, door="502", label="8栋3单元502")
    household = Household.objects.create(community=other, dwelling=door, moved_in_on=office.now.date())
    resident = Resident.objects.create(community=other, household=household, name="外人", phone="13800009999")
    category = office.category("light")
    category.pk, category.community, category.parent = None, other, None
    category.save()
    return {
        "door": door,
        "unit": unit,
        "building": building,
        "resident": resident,
        "category": category,
        "community": other,
    }


def test_three_things_are_enough(office):
    request = office.enter(
        "厨房漏水", reporter=ReporterGiven(name="王大妈"), category=None, place=PlaceGiven(words="8-3-502")
    )
    assert (request.category.code, request.place, request.dwelling.door) == ("water_leak", "8栋3单元502", "502")
    assert (request.household, request.state, request.lead) == (office.household_502, "assigned", office.captain_post)
    assert (request.number, request.channel, request.priority) == ("20261123-001", "counter", 3)
    verbs = list(Step.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["received", "sorted", "ranked", "placed", "timed", "heard_from", "leads", "handed_on"]


def test_words_alone_are_enough(office):
    request = office.enter("想问问", reporter=NOBODY, category=None, place=PlaceGiven())
    assert (request.category.code, request.place, request.lead) == ("other", "", office.secretary_post)


def test_where_a_resident_lives_is_where_it_is(office):
    head = Resident.objects.get(name="赵秀兰")
    request = office.enter("耳背", reporter=ReporterGiven(resident_id=head.pk), place=PlaceGiven())
    assert (request.place, request.household, request.reporters.get().name) == (
        "8栋3单元502",
        office.household_502,
        "赵秀兰",
    )


@pytest.mark.parametrize(("letters", "fits"), [(4000, True), (4001, False)])
def test_four_thousand_letters_and_no_more(office, letters, fits):
    if fits:
        assert len(office.enter("漏" * letters).text) == letters
        return
    with pytest.raises(TextTooLong) as refused:
        office.enter("漏" * letters)
    assert "text" in refused.value.fields
    assert not Request.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n", "\u3000\u3000"])
def test_no_words_are_refused(office, text):
    with pytest.raises(TextMissing):
        office.enter(text)


@pytest.mark.parametrize(
    "text",
    [
        "水管😱又👨‍👩‍👧漏了",
        "<script>alert(1)</script><b>漏水</b>",
        "' OR 1=1; --",
        "𠮷野家楼道灯",
        "a\u202eb",
        "% _ \\ {number}",
    ],
)
def test_what_is_written_is_kept_letter_for_letter(office, text):
    request = office.enter(text)
    assert office.again(request).text == text
    assert request.steps.get(verb="received").text == text


def test_a_letter_that_is_none_is_left_out(office):
    assert office.again(office.enter("楼道\0灯")).text == "楼道灯"


@pytest.mark.parametrize("place", ["dwelling", "unit", "building"])
def test_a_place_of_another_community_is_refused(office, elsewhere, place):
    there = {"dwelling": elsewhere["door"], "unit": elsewhere["unit"], "building": elsewhere["building"]}[place]
    for pk in (there.pk, 99_999):
        with pytest.raises(PlaceUnknown):
            office.enter(place=PlaceGiven(**{f"{place}_id": pk}))


def test_a_category_of_another_community_an_ended_one_and_a_main_one_are_refused(office, elsewhere):
    ended = office.category("light")
    ended.ended_on = office.now.date() - timedelta(days=1)
    ended.save()
    for pk in (elsewhere["category"].pk, ended.pk, office.category("utilities").pk, 99_999):
        given = Given(text="x", category_id=pk)
        with pytest.raises(CategoryUnknown):
            enter_request(by=office.desk, now=office.now, community_id=office.community.pk, given=given)


def test_a_resident_of_another_community_is_refused(office, elsewhere):
    with pytest.raises(ReporterUnknown):
        office.enter(reporter=ReporterGiven(resident_id=elsewhere["resident"].pk))
    assert not Request.objects.exists()


@pytest.mark.parametrize("wants", ["link", "call"])
def test_who_wants_to_be_told_leaves_a_number(office, wants):
    with pytest.raises(PhoneNeeded):
        office.enter(reporter=ReporterGiven(name="王芳", wants=wants))
    with pytest.raises(Invalid):
        office.enter(reporter=ReporterGiven(name="王芳", wants=wants, phone="12"))
    assert not Request.objects.exists()


def test_answers_that_the_category_does_not_ask_for_are_refused(office):
    with pytest.raises(AnswersWrong) as wrong:
        office.enter(category="water_leak", attributes={"where": "moon", "colour": "blue", "how_many": "one"})
    assert set(wrong.value.fields) == {"where", "colour"}
    assert office.enter(category="water_leak", attributes={"where": "kitchen"}).attributes == {"where": "kitchen"}


def test_a_due_time_before_the_beginning_is_refused(office):
    with pytest.raises(DueWrong):
        office.enter(outside_number="1", due_at=office.now)


def test_only_people_of_the_community_write_down(office, elsewhere):
    given = Given(text="x")
    stranger = Actor(kind="visitor", label="visitor")
    for by, community in ((stranger, office.community), (office.desk, elsewhere["community"])):
        with pytest.raises(NotAllowed):
            enter_request(by=by, now=office.now, community_id=community.pk, given=given)
    for by in (office.captain, office.grid_lead, office.secretary):
        assert office.enter(by=by).first_receiver == by.label


# ---------------------------------------------------------------- in whose hands


def ends(office, *roles):
    Post.objects.filter(role__in=roles).update(until_on=office.now.date() - timedelta(days=1))


def sentence(office, position, **parts):
    return RoutingRule.objects.create(community=office.community, position=position, is_on=True, **parts)


def test_the_first_sentence_that_holds_goes_before_everything(office):
    team = Team.objects.create(community=office.community, name="维修组")
    team.members.create(post=office.desk_post)
    category = office.category("light")
    category.team = team
    category.save()
    sentence(office, 1, channel="hotline", post=office.secretary_post)
    rule = sentence(office, 2, category=category.parent, post=office.building_post)
    sentence(office, 3, category=category, post=office.grid_post)
    request = office.enter()
    assert (request.lead, request.team) == (office.building_post, None)
    assert request.steps.get(aspect="lead").params == {"why": "sentence", "to": "孙德福", "rule": rule.pk}


def test_the_teams_turn_comes_after_the_sentences(office):
    team = Team.objects.create(community=office.community, name="维修组")
    team.members.create(post=office.desk_post)
    team.members.create(post=office.grid_post)
    category = office.category("light")
    category.team = team
    category.save()
    sentence(office, 1, category=office.category("gas"), post=office.secretary_post)
    request = office.enter(by=office.secretary)
    assert (request.lead, request.team, request.state) == (None, team, "assigned")
    told = Message.objects.filter(wording="request.handed").values_list("recipient_name", flat=True)
    assert sorted(told) == sorted(["值班员小林", "周网格"])


def test_a_sentence_whose_people_are_gone_is_passed_over(office):
    empty = Team.objects.create(community=office.community, name="空组")
    empty.members.create(post=office.building_post)
    ends(office, Role.BUILDING_CAPTAIN)
    sentence(office, 1, post=office.building_post)
    sentence(office, 2, team=empty)
    sentence(office, 3, post=office.grid_post)
    assert office.enter().lead == office.grid_post


@pytest.mark.parametrize(
    ("gone", "lead"),
    [
        ((), "赵玉兰"),
        ((Role.UNIT_CAPTAIN,), "孙德福"),
        ((Role.UNIT_CAPTAIN, Role.BUILDING_CAPTAIN), "周网格"),
        ((Role.UNIT_CAPTAIN, Role.BUILDING_CAPTAIN, Role.GRID_LEAD), "陈书记"),
        (tuple(Role), None),
    ],
)
def test_by_the_place_it_goes_to_who_is_nearest(office, gone, lead):
    ends(office, *gone)
    by = Actor(kind="system", label="test")
    request = office.enter(by=by)
    assert (request.lead.holder_name if request.lead else None) == lead
    assert request.state == ("assigned" if lead else "received")
    told = list(Message.objects.filter(wording="request.handed").values_list("recipient_name", flat=True))
    assert told == ([lead] if lead else [])


def test_a_sentence_that_is_off_or_of_other_hours_does_not_hold(office):
    off = sentence(office, 1, post=office.secretary_post)
    off.is_on = False
    off.save()
    sentence(office, 2, post=office.secretary_post, begins="18:00", ends="08:00")
    sentence(office, 3, post=office.secretary_post, days="free")
    assert office.enter().lead == office.captain_post
    office.now = office.now.replace(hour=23)
    assert office.enter().lead == office.secretary_post


# ---------------------------------------------------------------- who sees it


def sees(office, actor, request):
    reach = reach_of_actor(by=actor, now=office.now)
    return Request.objects.filter(reach.covers(), pk=request.pk).exists()


def other_building(office):
    building = Building.objects.create(community=office.community, grid=office.grid, number="9", floors=6)
    return Unit.objects.create(community=office.community, building=building, number=1)


def test_everybody_sees_what_lies_in_their_places(office):
    here = office.enter()
    next_door = office.enter(place=PlaceGiven(unit_id=other_building(office).pk))
    nowhere = office.enter(place=PlaceGiven(words="小广场"))
    wide = (office.secretary, office.desk)
    expected = {here: (*wide, office.grid_lead, office.staff(office.building_post), office.captain),
                next_door: (*wide, office.grid_lead), nowhere: wide}  # fmt: skip
    people = (*wide, office.grid_lead, office.staff(office.building_post), office.captain)
    for request, who in expected.items():
        assert [actor.label for actor in people if sees(office, actor, request)] == [actor.label for actor in who]


def test_what_is_in_ones_hands_is_seen_wherever_it_lies(office):
    request = office.enter(place=PlaceGiven(words="小广场"))
    link = Actor(kind="post", label="赵玉兰", ref=str(office.captain_post.pk))
    assert not sees(office, office.captain, request)
    assign_request(by=office.desk, now=office.now, request_id=request.pk, post_id=office.captain_post.pk)
    assert sees(office, office.captain, request)
    assert sees(office, link, request)
    assign_request(by=office.desk, now=office.now, request_id=request.pk, post_id=office.grid_post.pk)
    assert not sees(office, office.captain, request)
    assert not sees(office, link, request)


def test_what_is_for_the_office_is_unseen_by_captains_unless_in_their_hands(office):
    ends(office, Role.UNIT_CAPTAIN)
    Post.objects.filter(role=Role.UNIT_CAPTAIN).update(until_on=None)
    request = office.enter("两家吵架", category="dispute")
    assert request.sensitive
    assert request.lead == office.captain_post
    building_captain = office.staff(office.building_post)
    assert sees(office, office.captain, request)
    assert not sees(office, building_captain, request)
    assign_request(by=office.desk, now=office.now, request_id=request.pk, post_id=office.grid_post.pk)
    assert not sees(office, office.captain, request)
    assert all(sees(office, actor, request) for actor in (office.secretary, office.desk, office.grid_lead))


def test_a_post_that_has_ended_and_a_stranger_see_nothing(office):
    request = office.enter()
    ends(office, Role.UNIT_CAPTAIN)
    link = Actor(kind="post", label="赵玉兰", ref=str(office.captain_post.pk))
    for actor in (office.captain, link, Actor(kind="visitor", label="visitor"), Actor(kind="post", label="x", ref="x")):
        assert not sees(office, actor, request)


# ---------------------------------------------------------------- who is told


def test_the_reporter_with_a_link_and_the_lead_are_told_once_each(office):
    request = office.enter(reporter=DAUGHTER)
    told = {(m.wording, m.recipient_kind, m.recipient_name, m.about) for m in Message.objects.all()}
    reporter = request.reporters.get()
    assert told == {
        ("request.received", "addressee", "王芳", f"request-track:{request.pk}"),
        ("request.handed", "post", "赵玉兰", f"request:{request.pk}"),
    }
    assert Message.objects.count() == 2
    assert reporter.phone == "13800000001"


@pytest.mark.parametrize("reporter", [CALLER, NOBODY, ReporterGiven(name="王芳", phone="13800000001")])
def test_who_wants_no_message_gets_none(office, reporter):
    office.enter(reporter=reporter)
    assert not Message.objects.filter(recipient_kind="addressee").exists()
    assert Reporter.objects.count() == 1


def test_who_hands_it_to_themselves_is_not_told(office):
    office.enter(by=office.captain, reporter=NOBODY)
    assert not Message.objects.exists()


def test_a_post_that_the_writer_chose_goes_before_the_sentences(office):
    sentence(office, 1, post=office.secretary_post)
    assert office.enter(post_id=office.grid_post.pk).lead == office.grid_post
    ends(office, Role.GRID_LEAD)
    assert office.enter(post_id=office.grid_post.pk).lead == office.secretary_post
