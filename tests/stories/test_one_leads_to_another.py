"""Stories across rooms: what an incident was becomes work for somebody, once."""

from datetime import timedelta

import pytest

from linli.casework.actions.entering import Given, enter_request
from linli.casework.models import Category, Reporter, Request, Step
from linli.core.events import announce
from linli.incidents.actions import close_incident, reopen_incident
from linli.incidents.events import IncidentClosed
from linli.incidents.models import Drill, Incident
from linli.incidents.rulebook import forget_rulebook
from linli.journeys.models import JourneyRule, LectureDemand
from linli.registry.models import Post, Resident


def an_old_hose(town, *, door="502"):
    town.device(door).leaks()
    town.desk_closes(cause="old_hose", outcome="关阀通风，先用卡箍紧固。", place=door)
    town.device(door).clears()
    only_requests(town)


def smoke(town, *, cause="dust_or_steam"):
    town.now += timedelta(hours=3)
    town.device("stairwell").says("alarm")
    incident = Incident.objects.get(closed_at__isnull=True)
    close_incident(by=town.staff(town.desk_post), now=town.now, incident_id=incident.pk, cause_code=cause, outcome="")
    only_requests(town)
    return incident


def only_requests(town):
    """What rang because of the alarm itself is not the point here."""
    town.deliver()
    for phone in town.phones.values():
        phone.messages[:] = [m for m in phone.messages if "新诉求" in m.title]


def test_a_leak_from_an_old_hose_becomes_a_request_and_the_captain_hears_of_it(town):
    Resident.objects.update(phone="13800001234")
    an_old_hose(town)
    town.phone("赵玉兰").expect("【新诉求】8栋3单元502 燃气软管更换")
    request = Request.objects.get()
    assert (request.category.code, request.channel, request.state) == ("gas_hose", "linli", "assigned")
    assert (request.dwelling.door, request.household, request.lead.holder_name) == ("502", town.household_502, "赵玉兰")
    assert request.source == f"incident:{town.incident().pk}"
    assert request.text == (
        "8栋3单元502 2026-11-23 12:00 燃气报警，查明原因：软管老化。现场处置：关阀通风，先用卡箍紧固。"
        "请上门看看燃气软管，到期或老化的联系燃气公司更换。"
    )
    reporter = Reporter.objects.get()
    assert (reporter.name, reporter.wants, reporter.phone) == ("赵秀兰", "call", "13800001234")
    assert set(Step.objects.values_list("actor_kind", "actor_label")) == {("system", "journeys")}
    demand = LectureDemand.objects.get()
    assert (demand.topic, demand.request, demand.community) == ("fire_safety", request, town.community)


def test_the_same_incident_closed_twice_is_one_request(town):
    an_old_hose(town)
    town.phone("赵玉兰").expect("8栋3单元502")
    desk, incident = town.staff(town.desk_post), town.incident()
    reopen_incident(by=desk, now=town.now, incident_id=incident.pk, reason="又漏了")
    close_incident(by=desk, now=town.now, incident_id=incident.pk, cause_code="old_hose", outcome="再次紧固")
    only_requests(town)
    assert Request.objects.count() == 1


@pytest.mark.parametrize("cause", ["stove_left_on", "cooking_fumes", "test"])
def test_another_cause_begins_nothing(town, cause):
    town.device("502").leaks()
    town.desk_closes(cause=cause, outcome="关火")
    only_requests(town)
    assert not Request.objects.exists()


def test_a_household_without_a_head_and_a_town_without_captains_still_get_their_request(town):
    Resident.objects.all().delete()
    Post.objects.update(since_on=town.now.date() - timedelta(days=9), until_on=town.now.date() - timedelta(days=1))
    incident = Incident.objects.create(
        community=town.community, kind_id="gas_leak", severity=1, source="device:1", source_label="x", place="小广场",
        condition="active", handling="unacknowledged", opened_at=town.now, happened_at=town.now, last_signal_at=town.now,
        next_step_at=town.now + timedelta(days=1),
    )  # fmt: skip
    close_incident(
        by=town.staff(town.desk_post), now=town.now, incident_id=incident.pk, cause_code="old_hose", outcome="换" * 5000
    )
    request = Request.objects.get()
    assert (request.place, request.lead, request.state) == ("小广场", None, "received")
    assert (Reporter.objects.get().name, Reporter.objects.get().wants) == ("", "nothing")


def test_a_drill_begins_nothing(town):
    drill = Drill.objects.create(
        community=town.community, title="演练", kind_id="gas_leak", started_at=town.now, started_by="陈书记"
    )
    town.device("502").leaks()
    Incident.objects.update(drill=drill)
    incident = town.incident()
    close_incident(
        by=town.staff(town.desk_post), now=town.now, incident_id=incident.pk, cause_code="old_hose", outcome="演练"
    )
    only_requests(town)
    assert not Request.objects.exists()


def test_a_community_may_switch_it_off_from_a_day_on(town):
    JourneyRule.objects.create(community=None, code="old_hose", since_on="2026-01-01", is_on=False)
    an_old_hose(town)
    assert not Request.objects.exists()
    JourneyRule.objects.create(community=town.community, code="old_hose", since_on="2026-11-24", is_on=True)
    an_old_hose(town, door="501")
    assert not Request.objects.exists()
    town.now += timedelta(days=1)
    town.device("502").leaks()
    town.desk_closes(cause="old_hose", outcome="换软管")
    only_requests(town)
    town.phone("赵玉兰").expect("8栋3单元502")


def test_where_there_is_no_category_for_hoses_the_words_are_guessed_from(town):
    an_old_hose(town, door="501")
    town.phone("赵玉兰").expect("8栋3单元501")
    Category.objects.filter(code="gas_hose").update(ended_on=town.now.date() - timedelta(days=1))
    an_old_hose(town)
    town.phone("赵玉兰").expect("8栋3单元502 燃气")
    assert Request.objects.order_by("pk").last().category.code == "gas"


def test_three_false_smoke_alarms_in_a_stairwell_are_one_request_to_the_grid_lead(town):
    first = smoke(town)
    smoke(town, cause="smoking")
    assert not Request.objects.exists()
    smoke(town)
    town.phone("周网格").expect("【新诉求】8栋3单元 消防隐患")
    request = Request.objects.get()
    assert (request.category.code, request.unit, request.dwelling) == ("fire_hazard", town.unit, None)
    assert request.source == f"smoke-false:{town.unit.pk}:{first.pk}"
    assert "30 天内有 3 次烟感误报：11-23 15:00 灰尘、水汽、施工；11-23 18:00 有人抽烟；11-23 21:00" in request.text


def test_the_next_request_comes_after_three_new_ones(town):
    for _n in range(3):
        smoke(town)
    town.phone("周网格").expect()
    for _n in range(2):
        smoke(town)
    assert Request.objects.count() == 1
    smoke(town)
    town.phone("周网格").expect()
    assert Request.objects.count() == 2


def test_false_alarms_far_apart_real_ones_and_tests_are_not_counted(town):
    smoke(town)
    smoke(town, cause="test")
    town.now += timedelta(days=31)
    forget_rulebook()
    smoke(town)
    smoke(town, cause="smoking")
    town.now += timedelta(hours=1)
    town.device("stairwell").says("alarm")
    town.desk_closes(cause="burnt_pot", outcome="已关火")
    only_requests(town)
    assert not Request.objects.exists()


def test_the_numbers_are_the_communitys_own(town):
    JourneyRule.objects.create(community=town.community, code="false_smoke", since_on="2026-01-01", number=2, days=1)
    smoke(town)
    smoke(town)
    town.phone("周网格").expect()
    assert "1 天内有 2 次" in Request.objects.get().text


def test_without_a_grid_lead_it_goes_to_who_is_nearest(town):
    Post.objects.filter(role="grid_lead").update(until_on=town.now.date() - timedelta(days=1))
    for _n in range(3):
        smoke(town)
    town.phone("赵玉兰").expect("消防隐患")


def test_what_a_journey_cannot_do_undoes_the_whole(town, monkeypatch):
    def breaks(**given):
        raise RuntimeError("no room")

    monkeypatch.setattr("linli.journeys.actions.hoses.enter_request", breaks)
    town.device("502").leaks()
    with pytest.raises(RuntimeError):
        town.desk_closes(cause="old_hose", outcome="换软管")
    assert town.incident().closed_at is None
    town.forget_messages()


def test_the_same_happening_twice_is_one_request(town):
    an_old_hose(town)
    town.phone("赵玉兰").expect()
    incident = town.incident()
    happening = IncidentClosed(
        incident_id=incident.pk, community_id=town.community.pk, kind="gas_leak", cause_code="old_hose", false_alarm=False,
        building_id=incident.building_id, unit_id=incident.unit_id, dwelling_id=incident.dwelling_id,
        household_id=incident.household_id, place=incident.place, is_drill=False, at=town.now,
    )  # fmt: skip
    announce(happening)
    assert Request.objects.count() == 1


def test_a_request_about_the_law_counts_once_as_demand(town):
    given = Given(text="邻居赡养纠纷想问问法律", tags=("law", "law", "snow"))
    request = enter_request(
        by=town.staff(town.secretary_post), now=town.now, community_id=town.community.pk, given=given
    )
    assert list(LectureDemand.objects.values_list("topic", "request_id")) == [("law", request.pk)]
    town.deliver()
    town.forget_messages()
