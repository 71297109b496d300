"""Matters and proactive tasks: who belongs to them, how they are worked through, and whether they helped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.casework.access import reach_of_actor
from linli.casework.actions import matters, tasks
from linli.casework.actions.joining import merge_request
from linli.casework.actions.repeats import detect_repeats
from linli.casework.actions.tasks import TaskGiven
from linli.casework.errors import repeats as no
from linli.casework.errors import tasks as refused
from linli.casework.errors.requests import RequestNotFound
from linli.casework.models import Category, ProactiveTask, Step, Suggestion, TaskTarget
from linli.casework.queries.aims import meant_by, places_typed, riser_typed, where_told
from linli.casework.queries.matters import found_since, suggestions_of_matter
from linli.casework.queries.tasks import comparison_of, tasks_due
from linli.casework.rules.aims import Aim
from linli.casework.tests.coming_back import BY, acting, another_community, another_house, door, lives, only, tell
from linli.casework.tick import repeat
from linli.core.errors import NotAllowed
from linli.registry.actions.groups import put_on_list
from linli.registry.groups import OPEN, Group
from linli.registry.scopes import EVERYTHING
from tests.harness.town import Town

GIVEN = TaskGiven("看下水", "放网篮，提醒别倒油", date(2026, 11, 24))


@pytest.fixture
def town(db: Any) -> Town:
    return Town()


def kept(town: Town, post: Any = None) -> dict[str, Any]:
    return {"by": acting(post or town.secretary_post), "now": town.now}


def meant(town: Town, **aim: Any) -> list[str]:
    found = meant_by(
        scope=EVERYTHING,
        community_id=town.community.pk,
        aim=Aim(**aim),
        on=town.now.date(),
        groups=tuple(map(str, Group)),
    )
    return [one.resident.name if one.resident else one.household.dwelling.door for one in found]


def plan(town: Town, post: Any = None, given: TaskGiven = GIVEN, **aim: Any) -> ProactiveTask:
    aim = aim or {"units": (town.unit.pk,)}
    return tasks.plan_task(community_id=town.community.pk, given=given, aim=Aim(**aim), **kept(town, post))


# ------------------------------------------------------------------ matters


def test_a_matter_keeps_its_requests_and_says_what_came_of_it(town: Town) -> None:
    first, second = tell(town), tell(town, category="drain")
    matter = matters.open_matter(title=" 8 栋 主管 ", why="同一根管", request_ids=[first.pk], **kept(town))
    assert (matter.title, matter.category, matter.community) == ("8 栋 主管", first.category, town.community)
    matters.attach_request(matter_id=matter.pk, number=second.number, **kept(town))
    matters.attach_request(matter_id=matter.pk, number=f" {second.number} ", **kept(town))
    steps = Step.objects.filter(aspect="matter").order_by("pk")
    assert [(one.request_id, one.verb) for one in steps] == [(first.pk, "joined_matter"), (second.pk, "joined_matter")]
    assert steps[0].params == {"matter": matter.pk, "title": "8 栋 主管"}
    version = first.version
    first.refresh_from_db()
    assert (first.matter_id, first.version) == (matter.pk, version), "nobody who edits it is disturbed"
    matters.detach_request(matter_id=matter.pk, request_id=second.pk, **kept(town))
    with pytest.raises(no.NotInMatter):
        matters.detach_request(matter_id=matter.pk, request_id=second.pk, **kept(town))
    with pytest.raises(no.OutcomeMissing):
        matters.close_matter(matter_id=matter.pk, outcome=" ", **kept(town))
    matters.close_matter(matter_id=matter.pk, outcome="换了主管", **kept(town))
    with pytest.raises(no.MatterClosed):
        matters.attach_request(matter_id=matter.pk, number=second.number, **kept(town))
    verbs = AuditEntry.objects.filter(object_type="casework.matter").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["opened_matter", "closed_matter"]


def test_a_number_in_a_title_is_kept_masked(town: Town) -> None:
    """Titles are read in lists, in the history and in the trail, where nobody gives a reason."""
    matter = matters.open_matter(title="找赵某 139 0000 1111", why="", request_ids=[tell(town).pk], **kept(town))
    assert "0000" not in matter.title
    assert "赵某 139****1111" in matter.title
    given = TaskGiven("回访 13900001111", "问一问", GIVEN.planned_on)
    task = tasks.plan_task(community_id=town.community.pk, given=given, aim=Aim(units=(town.unit.pk,)), **kept(town))
    assert task.title == "回访 139****1111"


def test_a_matter_without_a_name_without_requests_or_of_taken_ones_is_refused(town: Town) -> None:
    request = tell(town)
    with pytest.raises(no.MatterTitleMissing):
        matters.open_matter(title=" ", why="", request_ids=[request.pk], **kept(town))
    with pytest.raises(no.MatterWithoutRequests):
        matters.open_matter(title="主管", why="", request_ids=[], **kept(town))
    matter = matters.open_matter(title="主管", why="", request_ids=[request.pk], **kept(town))
    with pytest.raises(no.InAnotherMatter):
        matters.open_matter(title="又一个", why="", request_ids=[request.pk], **kept(town))
    with pytest.raises(no.NoSuchNumber):
        matters.attach_request(matter_id=matter.pk, number="20200101-001", **kept(town))


def test_what_was_left_out_of_a_matter_is_not_offered_to_it_again(town: Town) -> None:
    only(town, "place")
    ids = [tell(town, days=days).pk for days in (3, 2, 1)]
    detect_repeats(now=town.now)
    found = Suggestion.objects.get()
    with pytest.raises(no.MatterWithoutRequests):
        matters.accept_suggestion(suggestion_id=found.pk, title="主管", why="", request_ids=[10**9], **kept(town))
    matter = matters.accept_suggestion(suggestion_id=found.pk, title="主管", why="", request_ids=ids[:2], **kept(town))
    new = tell(town)
    detect_repeats(now=town.now)
    reach = reach_of_actor(**kept(town))
    offered = found_since(reach=reach, suggestions=suggestions_of_matter(matter=matter))
    assert [one.pk for one in offered] == [new.pk]
    assert matters.attach_found_since(matter_id=matter.pk, **kept(town)) == 1
    matters.detach_request(matter_id=matter.pk, request_id=new.pk, **kept(town))
    assert matters.attach_found_since(matter_id=matter.pk, **kept(town)) == 0


def test_who_reaches_only_a_grid_decides_only_there(town: Town) -> None:
    far = another_house(town)
    lead = town.post("吴网格", Role.GRID_LEAD, grid=far.building.grid)
    only(town, "place")
    ids = [tell(town, days=days).pk for days in (2, 1, 0)]
    detect_repeats(now=town.now)
    found = Suggestion.objects.get()
    with pytest.raises(no.SuggestionNotFound):
        matters.accept_suggestion(suggestion_id=found.pk, title="x", why="", request_ids=ids, **kept(town, lead))
    with pytest.raises(RequestNotFound):
        matters.open_matter(title="x", why="", request_ids=ids, **kept(town, lead))
    matter = matters.open_matter(title="主管", why="", request_ids=ids, **kept(town))
    with pytest.raises(no.MatterNotFound):
        matters.close_matter(matter_id=matter.pk, outcome="x", **kept(town, lead))
    captain = town.post("钱单元", Role.UNIT_CAPTAIN, unit=town.unit)
    with pytest.raises(NotAllowed):
        matters.close_matter(matter_id=matter.pk, outcome="x", **kept(town, captain))


# ------------------------------------------------------------------ for whom


def test_a_riser_is_one_column_of_one_stairwell(town: Town) -> None:
    for number in ("102", "202", "103", "1202"):
        door(town, number)
    far = another_house(town)
    door(town, "302", unit=far)
    unit_id, column = riser_typed(community_id=town.community.pk, words="8-3-502")
    riser: dict[str, Any] = {"units": (unit_id,), "column": column}
    assert meant(town, **riser) == ["102", "202", "502", "1202"]
    assert meant(town, **riser, floor_to=2) == ["102", "202"]
    assert meant(town, **riser, floor_from=1, floor_to=1) == ["102"], "the ground floor of the riser"
    assert meant(town, column="02") == ["102", "202", "502", "1202", "302"]
    assert meant(town, buildings=(far.building_id,)) == ["302"]
    assert meant(town, buildings=(far.building_id,), units=(town.unit.pk,), floor_from=5) == ["501", "502", "1202"]
    for typed in ("8-3-909", "小广场", ""):
        with pytest.raises(refused.AimNotUnderstood):
            riser_typed(community_id=town.community.pk, words=typed)


def test_places_are_typed_as_people_say_them(town: Town) -> None:
    far = another_house(town, number="10A")
    told = {"community_id": town.community.pk}
    for typed in ("8 10a-1", "８、10A-1", "8栋，10A栋1单元", "8号楼;10A-1单元"):
        assert places_typed(words=typed, **told) == ([town.building.pk], [far.pk]), typed
    assert places_typed(words=" ", **told) == ([], [])
    for typed in ("11", "8-9", "8-3 火星"):
        with pytest.raises(refused.AimNotUnderstood) as unknown:
            places_typed(words=typed, **told)
        assert typed.split()[-1] in str(unknown.value.fields["places"])


def test_passbook_users_over_seventy_and_people_who_live_alone(town: Town) -> None:
    listed: dict[str, Any] = {"by": BY, "now": town.now, "group": Group.PASSBOOK, "since_on": date(2026, 1, 1)}
    old = lives(town.household_501, "钱奶奶", born_on=date(1950, 5, 1))
    young = lives(town.household_501, "钱小妹", born_on=date(1990, 5, 1))
    on_the_day = lives(town.household_501, "钱爷爷", born_on=date(1956, 11, 23))
    not_yet = lives(town.household_501, "钱大伯", born_on=date(1956, 11, 24))
    for person in (old, young, on_the_day, not_yet):
        put_on_list(resident_id=person.pk, **listed)
    assert meant(town, group="passbook", age_from=70) == ["钱奶奶", "钱爷爷"]
    assert meant(town, group="passbook", age_to=40) == ["钱小妹"]
    assert meant(town, alone=True) == ["赵秀兰"]
    assert meant(town, group="passbook", units=(another_house(town).pk,)) == []


def test_households_that_told_us_of_it_before(town: Town) -> None:
    tell(town, days=40)
    tell(town, place="8-3-501", category="drain")
    told = Category.objects.get(community=town.community, code="water_leak")
    assert meant(town, told_category_id=told.pk, told_days=60) == ["502"]
    assert meant(town, told_category_id=told.parent_id, told_days=60) == ["501", "502"], "the main category holds both"
    assert meant(town, told_category_id=told.pk, told_days=30) == []


def test_an_aim_begins_where_the_requests_of_a_matter_came_from(town: Town) -> None:
    door(town, "402")
    leaks = [tell(town, place=place) for place in ("8-3-502", "8-3-402")]
    assert where_told(requests=leaks) == ("", "8-3-402")
    assert where_told(requests=[leaks[0]]) == ("8-3", "")
    assert where_told(requests=[*leaks, tell(town, place="8-3")]) == ("", "8-3-402")
    assert where_told(requests=[tell(town, place="8")]) == ("8", "")
    assert where_told(requests=[tell(town, place="小广场")]) == ("", "")


# ------------------------------------------------------------------ tasks


def test_the_list_of_a_task_stays_whoever_moves(town: Town) -> None:
    task = plan(town)
    assert set(task.targets.values_list("household", flat=True)) == {town.household_501.pk, town.household_502.pk}
    door(town, "503")
    assert task.targets.count() == 2
    assert task.aim["units"] == [town.unit.pk]
    assert AuditEntry.objects.get(verb="planned_task").details == {"targets": 2}


def test_a_task_for_everybody_for_nobody_or_without_words_is_refused(town: Town) -> None:
    told: dict[str, Any] = {"community_id": town.community.pk, **kept(town)}
    with pytest.raises(refused.AimMissing):
        tasks.plan_task(given=GIVEN, aim=Aim(), **told)
    with pytest.raises(refused.NobodyMeant):
        tasks.plan_task(given=GIVEN, aim=Aim(floor_from=30), **told)
    for given, field in (
        (TaskGiven("", "x", GIVEN.planned_on), "title"),
        (TaskGiven("x", " ", GIVEN.planned_on), "what"),
        (TaskGiven("x", "x", GIVEN.planned_on, measure_days=0), "measure_days"),
        (TaskGiven("x", "x", GIVEN.planned_on, lead_id=10**9), "lead"),
    ):
        with pytest.raises(refused.TaskWrong) as wrong:
            tasks.plan_task(given=given, aim=Aim(units=(town.unit.pk,)), **told)
        assert set(wrong.value.fields) == {field}
    far = another_community()
    with pytest.raises(NotAllowed):
        tasks.plan_task(given=GIVEN, aim=Aim(floor_to=9), **(told | {"community_id": far.pk}))
    assert not ProactiveTask.objects.exists()


def test_a_task_for_a_restricted_group_is_for_few_eyes(town: Town) -> None:
    listed: dict[str, Any] = {"by": BY, "now": town.now, "group": Group.RELEASED, "since_on": date(2026, 1, 1)}
    put_on_list(resident_id=lives(town.household_501, "李某").pk, **listed)
    with pytest.raises(NotAllowed):
        plan(town, town.desk_post, group="released")
    task = plan(town, group="released")
    assert task.aim["restricted"] is True
    with pytest.raises(refused.TaskNotFound):
        tasks.start_task(task_id=task.pk, **kept(town, town.desk_post))
    tasks.start_task(task_id=task.pk, **kept(town))


def test_doors_are_marked_and_the_first_mark_begins_the_task(town: Town) -> None:
    captain = town.post("钱单元", Role.UNIT_CAPTAIN, unit=town.unit)
    task = plan(town)
    first, second = task.targets.order_by("pk")
    tasks.mark_target(task_id=task.pk, target_id=first.pk, state="done", note=" 放好 了 ", **kept(town, captain))
    task.refresh_from_db()
    first.refresh_from_db()
    assert (task.state, task.begun_at) == ("doing", town.now)
    assert (first.state, first.note, first.marked_by) == ("done", "放好 了", "钱单元")
    tasks.mark_target(task_id=task.pk, target_id=first.pk, state="to_do", **kept(town, captain))
    first.refresh_from_db()
    assert (first.state, first.marked_at, first.note) == ("to_do", None, "")
    with pytest.raises(refused.TaskWrong):
        tasks.mark_target(task_id=task.pk, target_id=second.pk, state="lost", **kept(town))
    tasks.finish_task(task_id=task.pk, **kept(town))
    with pytest.raises(refused.TaskNotFromHere):
        tasks.mark_target(task_id=task.pk, target_id=second.pk, state="done", **kept(town))


def test_a_note_with_a_number_is_not_lost_when_it_is_not_shown(town: Town) -> None:
    task = plan(town)
    target = task.targets.first()
    mark: dict[str, Any] = {"task_id": task.pk, "target_id": target.pk, **kept(town)}
    tasks.mark_target(state="done", note="女儿 16000001234", **mark)
    assert tasks.mark_target(state="skipped", note="", **mark).note == "女儿 16000001234"
    assert tasks.mark_target(state="skipped", note="家里没人", **mark).note == "家里没人"
    assert tasks.mark_target(state="done", note="", **mark).note == ""


def test_a_captain_marks_only_in_their_stairwell_and_a_lead_everywhere(town: Town) -> None:
    far = another_house(town)
    there = door(town, "101", unit=far)
    captain = town.post("钱单元", Role.UNIT_CAPTAIN, unit=town.unit)
    task = plan(town, buildings=(far.building_id, town.building.pk))
    target = task.targets.get(household=there)
    mark: dict[str, Any] = {"task_id": task.pk, "target_id": target.pk, "state": "done"}
    with pytest.raises(refused.TargetNotFound):
        tasks.mark_target(**mark, **kept(town, captain))
    with pytest.raises(NotAllowed):
        tasks.finish_task(task_id=task.pk, **kept(town, captain))
    led = TaskGiven(GIVEN.title, GIVEN.what, GIVEN.planned_on, lead_id=captain.pk)
    tasks.change_task(task_id=task.pk, given=led, **kept(town))
    tasks.mark_target(**mark, **kept(town, captain))
    tasks.finish_task(task_id=task.pk, **kept(town, captain))
    stranger = town.post("孙单元", Role.UNIT_CAPTAIN, unit=another_house(town, grid_number=3, number="11"))
    with pytest.raises(refused.TaskNotFound):
        tasks.mark_target(**mark, **kept(town, stranger))


def test_a_dropped_task_says_why_and_stays_dropped(town: Town) -> None:
    task = plan(town)
    with pytest.raises(no.WhyMissing):
        tasks.drop_task(task_id=task.pk, why="", **kept(town))
    tasks.drop_task(task_id=task.pk, why="物业已换管", **kept(town))
    for step in (tasks.start_task, tasks.finish_task, tasks.measure_task):
        with pytest.raises(refused.TaskNotFromHere):
            step(task_id=task.pk, **kept(town))
    task.refresh_from_db()
    assert (task.state, task.why_dropped) == ("dropped", "物业已换管")


def test_tasks_whose_day_has_come_are_said_to_the_office_and_to_who_leads_them(town: Town) -> None:
    captain = town.post("钱单元", Role.UNIT_CAPTAIN, unit=town.unit)
    plan(town, given=TaskGiven("今天", "x", town.now.date()))
    plan(town, given=TaskGiven("我牵头", "x", town.now.date(), lead_id=captain.pk))
    plan(town, given=TaskGiven("以后", "x", town.now.date() + timedelta(days=1)))
    told = {"groups": OPEN, "on": town.now.date()}
    office = tasks_due(reach=reach_of_actor(**kept(town)), **told)
    mine = tasks_due(reach=reach_of_actor(**kept(town, captain)), **told)
    assert ([one.title for one in office], [one.title for one in mine]) == (["今天", "我牵头"], ["我牵头"])


# ------------------------------------------------------------------ did it help?


def measured(town: Town, *, before: int, after: int, **aim: Any) -> ProactiveTask:
    """A task of water leaks with so many in the thirty days before it began and after it was done, and some outside of these."""
    tell(town, days=31)
    told = [tell(town, days=n % 29) for n in range(before)]
    tell(town, category="drain")
    leak = told[0].category_id if told else Category.objects.get(community=town.community, code="water_leak").pk
    given = TaskGiven("看水管", "x", town.now.date(), category_id=leak)
    town.now += timedelta(hours=1)
    task = plan(town, given=given, **aim)
    tasks.start_task(task_id=task.pk, **kept(town))
    town.now += timedelta(days=2)
    tell(town)  # while it was done: neither before nor after
    town.now += timedelta(hours=1)
    tasks.finish_task(task_id=task.pk, **kept(town))
    for _n in range(after):
        town.now += timedelta(hours=3)
        tell(town)
    return ProactiveTask.objects.get(pk=task.pk)


def test_a_task_that_helped_is_measured_by_the_clock(town: Town) -> None:
    task = measured(town, before=9, after=2)
    done_at = town.now = task.done_at + timedelta(days=10)
    so_far = comparison_of(task=task, now=town.now)
    assert so_far is not None
    assert (so_far.after, so_far.is_final, so_far.days) == (2, False, 10)
    with pytest.raises(refused.TaskNotFromHere):
        tasks.measure_task(task_id=task.pk, **kept(town))
    assert repeat(done_at) >= 0
    assert ProactiveTask.objects.get().state == "done"
    town.now = task.done_at + timedelta(days=30)
    tell(town)
    assert tasks.measure_due_tasks(now=town.now) == 1
    assert tasks.measure_due_tasks(now=town.now) == 0
    task.refresh_from_db()
    assert (task.state, task.before_count, task.after_count) == ("measured", 9, 2)
    kept_result = comparison_of(task=task, now=town.now + timedelta(days=99))
    assert kept_result is not None
    assert (kept_result.verdict, kept_result.days, kept_result.is_final) == ("fewer", 30, True)


@pytest.mark.parametrize(("before", "after", "verdict"), [(2, 1, "too_few"), (4, 4, "as_many"), (1, 6, "more")])
def test_few_counts_claim_nothing_and_more_is_said_plainly(town: Town, before: int, after: int, verdict: str) -> None:
    task = measured(town, before=before, after=after)
    found = comparison_of(task=task, now=task.done_at + timedelta(days=30))
    assert found is not None
    assert (found.before, found.after, found.verdict) == (before, after, verdict)


def test_what_was_joined_is_not_counted_and_neither_is_the_next_stairwell(town: Town) -> None:
    task = measured(town, before=3, after=2)
    far = another_house(town)
    tell(town, place=f"{far.building.number}-1")
    first, second = tell(town), tell(town)
    merge_request(by=BY, now=town.now, request_id=second.pk, into_id=first.pk)
    found = comparison_of(task=task, now=task.done_at + timedelta(days=30))
    assert found is not None
    assert found.after == 3


def test_a_task_for_buildings_counts_in_the_whole_building(town: Town) -> None:
    task = measured(town, before=1, after=1, buildings=(town.building.pk,))
    tell(town, place="8")
    found = comparison_of(task=task, now=task.done_at + timedelta(days=30))
    assert found is not None
    assert found.after == 2
    stairwell = measured(town, before=1, after=1)
    tell(town, place="8")
    found = comparison_of(task=stairwell, now=stairwell.done_at + timedelta(days=30))
    assert found is not None
    assert found.after == 1


def test_without_a_category_nothing_is_measured(town: Town) -> None:
    task = plan(town)
    tasks.finish_task(task_id=task.pk, **kept(town))
    town.now += timedelta(days=31)
    assert tasks.measure_due_tasks(now=town.now) == 0
    with pytest.raises(refused.NotMeasurable):
        tasks.measure_task(task_id=task.pk, **kept(town))
    assert TaskTarget.objects.filter(state="to_do").count() == 2
