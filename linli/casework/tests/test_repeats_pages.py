"""Repeats, matters and tasks as people see them: found, decided, planned, walked, measured; and nothing of other places."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from linli.accounts.roles import Role
from linli.audit.models import AuditEntry
from linli.casework.actions import matters, tasks
from linli.casework.actions.repeats import detect_repeats
from linli.casework.actions.tasks import TaskGiven
from linli.casework.models import Category, DetectionRule, Matter, ProactiveTask, Request, Suggestion
from linli.casework.rules.aims import Aim
from linli.casework.tests.coming_back import BY, acting, another_community, another_house, door, lives, only, tell
from linli.registry.actions.groups import put_on_list
from tests.harness.town import Town

REPEATS, TASKS = "/casework/repeats/", "/casework/tasks/"
QUERIES = 40


@pytest.fixture
def town(db: Any) -> Town:
    return Town(start=timezone.now() - timedelta(minutes=5))


def enter(post: Any, language: str = "en") -> Client:
    client = Client()
    client.cookies["linli_language"] = language
    client.force_login(post.user)
    return client


@pytest.fixture
def office(town: Town) -> Client:
    return enter(town.secretary_post)


def leaks(town: Town, n: int = 3) -> Suggestion:
    only(town, "place")
    for days in range(n):
        tell(town, days=days, text="厨房漏水，电话 16000001234")
    detect_repeats(now=town.now)
    return Suggestion.objects.get()


def a_task(town: Town, **more: Any) -> ProactiveTask:
    given = TaskGiven("看下水", "放网篮", town.now.date(), **more)
    told: dict[str, Any] = {"by": acting(town.secretary_post), "now": town.now}
    return tasks.plan_task(community_id=town.community.pk, given=given, aim=Aim(units=(town.unit.pk,)), **told)


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


# ------------------------------------------------------------------ repeats


def test_what_keeps_coming_back_stands_with_its_requests(town: Town, office: Client) -> None:
    assert "Nothing keeps coming back" in text_of(office.get(REPEATS))
    found = leaks(town)
    page = text_of(office.get(REPEATS))
    assert "Building 8, Water leak: 3 requests" in page
    for pk in found.evidence:
        assert reverse("casework:request", args=[pk]) in page
    assert "16000001234" not in page
    assert "漏水跑水" in text_of(enter(town.secretary_post, "zh-hans").get(REPEATS))


def test_the_page_costs_no_more_queries_for_more(
    town: Town, office: Client, django_assert_max_num_queries: Any
) -> None:
    for category in ("water_leak", "drain", "light", "noise", "power"):
        for days in range(3):
            tell(town, days=days, category=category)
    detect_repeats(now=town.now)
    office.get(REPEATS)
    with django_assert_max_num_queries(QUERIES):
        assert "5 things wait" in text_of(office.get(REPEATS)), "the stairwell and its building are said once"


def test_a_suggestion_is_put_away_with_a_reason_and_stands_among_the_decided(town: Town, office: Client) -> None:
    found = leaks(town)
    away = reverse("casework:repeat-away", args=[found.pk])
    refused = office.post(away, {"why": ""})
    assert refused.status_code == 422
    assert "Write in a few words why" in text_of(refused)
    assert office.post(away, {"why": "已报修"}).status_code == 302
    decided = text_of(office.get(reverse("casework:repeats-decided")))
    assert "已报修" in decided
    assert town.secretary_post.holder_name in decided
    assert office.post(away, {"why": "再来"}).status_code == 422
    assert office.get(away).status_code == 405


def test_a_sentence_is_tried_before_it_is_used(town: Town, office: Client) -> None:
    leaks(town)
    new = reverse("casework:detection-new")
    told = {"community": town.community.pk, "kind": "unit", "days": "7", "least": "2", "category": "", "do": "try"}
    tried = text_of(office.post(new, told))
    assert "It would find 1 now:" in tried
    assert "Building 8, stairwell 3, Water leak" in tried
    assert DetectionRule.objects.filter(community=town.community).count() == 5, "nothing was saved"
    assert office.post(new, told | {"do": "save"}).status_code == 302
    rule = DetectionRule.objects.filter(community=town.community).order_by("-pk").first()
    assert rule is not None
    assert not rule.is_on
    edit = reverse("casework:detection", args=[rule.pk])
    wrong = office.post(edit, {"days": "0", "least": "2", "do": "save"})
    assert wrong.status_code == 422
    too_long = office.post(edit, {"days": "300", "least": "2", "do": "save"})
    assert too_long.status_code == 422
    assert "do not make a sentence" in text_of(too_long)
    tried = text_of(office.post(edit, {"days": "7", "least": "99", "do": "try"}))
    assert "It would find nothing now." in tried
    assert office.post(edit, {"days": "5", "least": "3", "is_on": "on", "do": "save"}).status_code == 302
    rule.refresh_from_db()
    assert (rule.days, rule.least, rule.is_on, rule.kind) == (5, 3, True, "unit")
    assert office.post(edit, {"do": "delete"}).status_code == 302
    assert not DetectionRule.objects.filter(pk=rule.pk).exists()


def test_every_kind_of_sentence_can_be_read_and_tried_in_both_languages(town: Town) -> None:
    leaks(town)
    for language in ("en", "zh-hans"):
        client = enter(town.secretary_post, language)
        page = text_of(client.get(REPEATS))
        assert "%(" not in page
        for kind, days in (("place", 7), ("unit", 7), ("person", 30), ("last_year", 7), ("season", 30)):
            told = {"community": town.community.pk, "kind": kind, "days": days, "least": "2", "do": "try"}
            assert client.post(reverse("casework:detection-new"), told).status_code == 200


def test_the_office_reads_sentences_and_only_heads_change_them(town: Town) -> None:
    leaks(town)
    desk = enter(town.desk_post)
    page = text_of(desk.get(REPEATS))
    assert "The same building, the same category" in page
    assert "Try it out" not in page
    rule = DetectionRule.objects.filter(community=town.community).first()
    assert rule is not None
    assert desk.post(reverse("casework:detection", args=[rule.pk]), {"do": "delete"}).status_code == 403


def test_a_captain_has_no_page_of_repeats(town: Town) -> None:
    found = leaks(town)
    captain = enter(town.post("钱单元", Role.UNIT_CAPTAIN, unit=town.unit))
    assert captain.get(REPEATS).status_code == 403
    assert captain.post(reverse("casework:repeat-away", args=[found.pk]), {"why": "x"}).status_code == 403


def test_other_communities_and_grids_do_not_exist(town: Town, office: Client) -> None:
    found = leaks(town)
    matter = matters.open_matter(
        by=BY, now=town.now, title="主管", why="", request_ids=list(Request.objects.values_list("pk", flat=True)[:1])
    )
    task = a_task(town)
    far = another_community()
    far_rule = DetectionRule.objects.filter(community=far).first()
    assert far_rule is not None
    far_found = Suggestion.objects.create(
        community=far, rule=far_rule, key="b1:c1:1", evidence=[], found_at=town.now, grew_at=town.now
    )
    assert office.post(reverse("casework:repeat-away", args=[far_found.pk]), {"why": "x"}).status_code == 404
    assert office.get(f"{reverse('casework:matter-new')}?suggestion={far_found.pk}").status_code == 404
    assert office.post(reverse("casework:detection", args=[far_rule.pk]), {"do": "delete"}).status_code == 404
    stranger = enter(town.post("吴网格", Role.GRID_LEAD, grid=another_house(town).building.grid))
    for name, pk in (("matter", matter.pk), ("task", task.pk), ("task-sheet", task.pk), ("task-change", task.pk)):
        assert stranger.get(reverse(f"casework:{name}", args=[pk])).status_code == 404, name
    assert stranger.post(reverse("casework:repeat-away", args=[found.pk]), {"why": "x"}).status_code == 404
    assert stranger.post(reverse("casework:task-file", args=[task.pk])).status_code == 404
    assert stranger.post(reverse("casework:task-step", args=[task.pk, "start"])).status_code == 404
    assert "Nothing keeps coming back" in text_of(stranger.get(REPEATS))
    assert "看下水" not in text_of(stranger.get(TASKS))


# ------------------------------------------------------------------ matters


def test_a_suggestion_becomes_a_matter_and_a_matter_is_closed(town: Town, office: Client) -> None:
    found = leaks(town)
    new = f"{reverse('casework:matter-new')}?suggestion={found.pk}"
    form = text_of(office.get(new))
    assert 'value="Building 8: Water leak"' in form
    assert "16000001234" not in form
    missing = office.post(new, {"title": "主管", "why": ""})
    assert missing.status_code == 422
    assert "Choose at least one request" in text_of(missing)
    answer = office.post(new, {"title": "8 栋主管", "why": "同一根管", "requests": found.evidence})
    matter = Matter.objects.get()
    assert answer.url == reverse("casework:matter", args=[matter.pk])
    page = text_of(office.get(answer.url))
    assert "Building 8, Water leak: 3 requests" in page
    request = Request.objects.first()
    assert request is not None
    shown = text_of(office.get(reverse("casework:request", args=[request.pk])))
    assert "belongs to the matter “8 栋主管”" in shown
    assert answer.url in shown
    attach = reverse("casework:matter-attach", args=[matter.pk])
    assert office.post(attach, {"number": "20200101-001"}).status_code == 422
    more = tell(town, category="drain")
    assert office.post(attach, {"number": more.number}).status_code == 302
    assert office.post(reverse("casework:matter-detach", args=[matter.pk, more.pk])).status_code == 302
    close = reverse("casework:matter-close", args=[matter.pk])
    assert office.post(close, {"outcome": ""}).status_code == 422
    assert office.post(close, {"outcome": "换了主管"}).status_code == 302
    assert "换了主管" in text_of(office.get(reverse("casework:matters")))
    assert office.get(new).status_code == 409, "decided already"


def test_what_was_found_since_is_taken_in_at_once(town: Town, office: Client) -> None:
    found = leaks(town)
    told: dict[str, Any] = {"title": "主管", "why": "", "requests": found.evidence}
    office.post(f"{reverse('casework:matter-new')}?suggestion={found.pk}", told)
    new = tell(town)
    detect_repeats(now=town.now)
    matter = Matter.objects.get()
    page = reverse("casework:matter", args=[matter.pk])
    assert "1 more was found since" in text_of(office.get(page))
    office.post(reverse("casework:matter-attach", args=[matter.pk]), {"do": "found"})
    new.refresh_from_db()
    assert new.matter_id == matter.pk
    assert "found since" not in text_of(office.get(page))


def test_a_matter_is_made_of_one_request_too(town: Town, office: Client) -> None:
    request = tell(town)
    shown = text_of(office.get(reverse("casework:request", args=[request.pk])))
    new = f"{reverse('casework:matter-new')}?request={request.pk}"
    assert new in shown
    assert "漏水" in text_of(office.get(new))
    assert office.post(new, {"title": "主管", "requests": [request.pk]}).status_code == 302
    assert office.get(reverse("casework:matter-new")).status_code == 422


# ------------------------------------------------------------------ tasks


def typed(town: Town, **more: Any) -> dict[str, Any]:
    return {
        "community": town.community.pk, "title": "看下水", "what": "放网篮", "planned_on": town.now.date().isoformat(),
        "lead": "", "category": "", "measure_days": "30", "told_days": "365", "do": "look", **more,
    }  # fmt: skip


def test_a_task_is_saved_only_with_the_number_that_was_looked_at(town: Town, office: Client) -> None:
    new = reverse("casework:task-new")
    assert office.get(new).status_code == 200
    nothing = text_of(office.post(new, typed(town)))
    assert "Say for whom it is" in nothing
    looked = text_of(office.post(new, typed(town, riser="8-3-502")))
    assert "1 household" in looked
    assert "赵秀兰" in looked
    assert not ProactiveTask.objects.exists()
    door(town, "402")
    again = office.post(new, typed(town, riser="8-3-502", do="save", seen="1"))
    assert "2 households" in text_of(again)
    assert not ProactiveTask.objects.exists()
    saved = office.post(new, typed(town, riser="8-3-502", do="save", seen="2"))
    task = ProactiveTask.objects.get()
    assert saved.url == reverse("casework:task", args=[task.pk])
    page = text_of(office.get(saved.url))
    assert "Building 8, stairwell 3 · riser of the doors ending in 02" in page
    assert "0 of 2 done, 2 to do" in page


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"riser": "8-3-999"}, "not in the register"),
        ({"places": "77"}, "not in the register"),
        ({"places": "8", "riser": "8-3-502"}, "not both"),
        ({"places": "8", "age_from": "80", "age_to": "70"}, "smaller than the first"),
        ({"places": "8", "title": ""}, "short name"),
        ({"places": "8", "group": "petition_"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(
    town: Town, office: Client, wrong: dict[str, str], said: str
) -> None:
    answer = office.post(reverse("casework:task-new"), typed(town, **wrong))
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert "放网篮" in text_of(answer)


def test_a_task_of_a_matter_begins_where_its_requests_came_from(town: Town, office: Client) -> None:
    door(town, "402")
    requests = [tell(town, place=place) for place in ("8-3-502", "8-3-402")]
    ids = [one.pk for one in requests]
    matter = matters.open_matter(by=BY, now=town.now, title="8 栋主管", why="", request_ids=ids)
    form = text_of(office.get(f"{reverse('casework:task-new')}?matter={matter.pk}"))
    for begins in ('value="8-3-402"', 'value="8 栋主管"', f'value="{requests[0].category_id}" selected'):
        assert begins in form
    office.post(f"{reverse('casework:task-new')}?matter={matter.pk}", typed(town, riser="8-3-402", do="save", seen="2"))
    assert ProactiveTask.objects.get().matter_id == matter.pk
    assert "看下水" in text_of(office.get(reverse("casework:matter", args=[matter.pk])))


def test_groups_that_few_may_know_of_are_offered_to_few(town: Town) -> None:
    put_on_list(
        by=BY,
        now=town.now,
        resident_id=lives(town.household_501, "李某").pk,
        group="released",
        since_on=town.now.date(),
    )
    new = reverse("casework:task-new")
    assert "released from prison" not in text_of(enter(town.desk_post).get(new))
    office = enter(town.secretary_post)
    assert "released from prison" in text_of(office.get(new))
    office.post(new, typed(town, group="released", do="save", seen="1"))
    task = ProactiveTask.objects.get()
    assert enter(town.desk_post).get(reverse("casework:task", args=[task.pk])).status_code == 404
    assert "看下水" not in text_of(enter(town.desk_post).get(TASKS))
    assert "李某" in text_of(office.get(reverse("casework:task", args=[task.pk])))


def test_doors_are_worked_through_with_and_without_scripts(town: Town) -> None:
    task = a_task(town)
    captain = enter(town.post("钱单元", Role.UNIT_CAPTAIN, unit=town.unit))
    first, second = task.targets.order_by("pk")
    mark = reverse("casework:task-target", args=[task.pk, first.pk])
    answer = captain.post(mark, {"state": "done", "note": "女儿 16000001234"})
    assert answer.url == f"{reverse('casework:task', args=[task.pk])}#target-{first.pk}"
    page = text_of(captain.get(reverse("casework:task", args=[task.pk])))
    assert "1 of 2 done, 1 to do" in page
    assert "16000001234" not in page
    part = captain.post(
        reverse("casework:task-target", args=[task.pk, second.pk]), {"state": "skipped"}, headers={"HX-Request": "true"}
    )
    assert "1 of 2 done, 1 not needed, 0 to do" in text_of(part)
    assert "hx-swap-oob" in text_of(part)
    assert "<html" not in text_of(part)
    left = text_of(captain.get(f"{reverse('casework:task', args=[task.pk])}?show=left"))
    assert "Nothing is left to do here." in left
    assert captain.post(reverse("casework:task-step", args=[task.pk, "finish"])).status_code == 403
    assert captain.get(reverse("casework:task-change", args=[task.pk])).status_code == 403


def test_the_steps_of_a_task(town: Town, office: Client) -> None:
    leak = tell(town).category_id
    task = a_task(town, category_id=leak)

    def step(what: str, **told: str) -> int:
        return office.post(reverse("casework:task-step", args=[task.pk, what]), told).status_code

    assert step("fly") == 404
    assert step("start") == 302
    assert step("start") == 409
    assert step("drop", why="") == 422
    assert step("finish") == 302
    page = text_of(office.get(reverse("casework:task", args=[task.pk])))
    assert "It was done only now" in page
    assert step("measure") == 409
    change = reverse("casework:task-change", args=[task.pk])
    assert office.post(change, typed(town, title="")).status_code == 422
    assert office.post(change, typed(town, title="看水管", category=leak)).status_code == 302
    ProactiveTask.objects.filter(pk=task.pk).update(
        begun_at=town.now - timedelta(days=40), done_at=town.now - timedelta(days=31)
    )
    page = text_of(office.get(reverse("casework:task", args=[task.pk])))
    assert "too few to say whether it helped" in page
    assert "<svg" in page
    assert step("measure") == 302
    assert "too few to say" in text_of(office.get(TASKS))


def test_a_list_on_paper_and_as_a_file_is_written_down_and_holds_no_phone(town: Town, office: Client) -> None:
    lives(town.household_501, "钱奶奶", phone="16000001234")
    task = a_task(town)
    sheet = text_of(office.get(reverse("casework:task-sheet", args=[task.pk])))
    assert sheet.index("501") < sheet.index("502")
    assert "钱奶奶" in sheet
    assert "□" in sheet
    assert "16000001234" not in sheet
    answer = office.post(reverse("casework:task-file", args=[task.pk]))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[0][:4] == ("Building", "Stairwell", "Door", "Name")
    assert [row[2] for row in rows[1:3]] == ["501", "502"]
    assert not any("16000001234" in str(cell) for row in rows for cell in row)
    verbs = AuditEntry.objects.filter(object_type="casework.proactivetask").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["planned_task", "printed", "exported"]
    captain = enter(town.post("钱单元", Role.UNIT_CAPTAIN, unit=town.unit))
    assert captain.get(reverse("casework:task-sheet", args=[task.pk])).status_code == 200
    assert captain.post(reverse("casework:task-file", args=[task.pk])).status_code == 403


def test_the_pages_of_a_task_keep_to_their_budget(
    town: Town, office: Client, django_assert_max_num_queries: Any
) -> None:
    for floor in range(1, 5):
        lives(door(town, f"{floor}03"), f"住户{floor}")
    task = a_task(town, category_id=tell(town).category_id)
    for page in (reverse("casework:task", args=[task.pk]), TASKS, reverse("casework:task-sheet", args=[task.pk])):
        office.get(page)
        with django_assert_max_num_queries(QUERIES):
            assert office.get(page).status_code == 200


def test_today_says_what_waits_to_those_whom_it_concerns(town: Town, office: Client) -> None:
    assert "keeps coming back and waits" not in text_of(office.get("/"))
    leaks(town)
    captain_post = town.post("钱单元", Role.UNIT_CAPTAIN, unit=town.unit)
    a_task(town, lead_id=captain_post.pk)
    today = text_of(office.get("/"))
    assert "1 thing keeps coming back and waits for a decision." in today
    assert "看下水" in today
    mine = text_of(enter(captain_post).get("/"))
    assert "看下水" in mine
    assert "coming back" not in mine
    other = enter(town.post("孙单元", Role.UNIT_CAPTAIN, unit=another_house(town)))
    assert "看下水" not in text_of(other.get("/"))


def test_the_trail_says_it_in_words(town: Town, office: Client) -> None:
    found = leaks(town)
    told: dict[str, Any] = {"title": "主管", "why": "", "requests": found.evidence}
    office.post(f"{reverse('casework:matter-new')}?suggestion={found.pk}", told)
    a_task(town)
    from linli.audit.words import verb_word

    for verb in AuditEntry.objects.values_list("verb", flat=True).distinct():
        assert "_" not in verb_word(verb=verb), verb
    assert Category.objects.filter(pk=Matter.objects.get().category_id, code="water_leak").exists()
