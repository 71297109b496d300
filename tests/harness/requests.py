"""For the walk: requests, links, ratings, a mediation and a hotline sheet in whose words people wrote numbers."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from linli.casework.actions.answering import note_request, record_contact, resolve_request
from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.handing import take_request
from linli.casework.actions.hotline import stage_hotline_sheet
from linli.casework.actions.links import ask_reporter, give_outside
from linli.casework.actions.mediating import MediationGiven, PartyGiven, open_mediation
from linli.casework.actions.open311 import make_api_key
from linli.casework.actions.rating import Rated, object_to_rating, rate_by_call
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.actions.teaming import add_team
from linli.casework.addresses import hands_path, link_path, track_path
from linli.casework.models import CaseLink, Category, Question, Request, ResponseTemplate, RoutingRule
from linli.core.actors import Actor, system_actor
from linli.registry.models import Household, Post

BY = system_actor(part="test")
PHONE = "16000009101"


def requests_with_numbers(*, household: Household, now: datetime, folder: Path) -> dict[str, list[Any]]:
    """One answered and contested, one that waits, one with an outside party, and what to fill the addresses of the room with."""
    told: dict[str, Any] = {"by": BY, "now": now}
    answered, waiting, outside = (
        _entered(household, now, text) for text in ("燃气软管老化", "楼道灯不亮", "垃圾没人清")
    )
    officer = Post.objects.filter(community_id=household.community_id, role="secretary", user__isnull=False)[0]
    assert officer.user is not None
    by = Actor(kind="user", label=str(officer.user), ref=str(officer.user_id), user_id=officer.user_id)
    for one in (answered, waiting, outside):
        take_request(by=by, now=now, request_id=one.pk)
    note_request(**told, request_id=answered.pk, text="又来电话 16000009102")
    record_contact(**told, request_id=answered.pk, text="打了 16000009103")
    resolve_request(**told, request_id=answered.pk, text="已换，师傅 16000009104")
    unhappy = Rated(contacted=True, solved=False, satisfaction="unsatisfied", text="找 16000009105", again=False)
    rating = rate_by_call(**told, request_id=answered.pk, reporter_id=answered.reporters.get().pk, rated=unhappy)
    object_to_rating(by=by, now=now, rating_id=rating.pk, text="对方 16000009106 不接")
    asked = ask_reporter(by=by, now=now, request_id=waiting.pk, reporter_id=waiting.reporters.get().pk, text="哪盏灯？")
    given = give_outside(
        by=by, now=now, request_id=outside.pk, to_name="清运公司 16000009107", to_phone="16000009108", text="请清运"
    )
    return {
        "casework: request_id": [answered.pk, waiting.pk, outside.pk],
        "reporter_id": [answered.reporters.get().pk],
        "rating_id": [rating.pk],
        "casework:link token": [_token(link_path(link_id=pk)) for pk in (asked.pk, given.pk, *_ratings())],
        "casework:track token": [_token(track_path(request_id=one.pk)) for one in (answered, waiting)],
        "casework:hands token": [_token(hands_path(request_id=outside.pk, post_id=officer.pk))],
        "casework:do what": ["resolve", "note"],
        "casework:rating-do what": ["decide"],
        "casework:task-step what": ["start"],
        "casework:mediation-do what": ["agree"],
        "casework: table": ["week"],
        **_arranged(household, officer, now, told),
        **_mediated(household, now, told),
        "casework: batch_id": [_sheet(household, now, folder)],
        "fmt": ["json", "xml"],
        "service_code": ["light"],
        "service_request_id": [waiting.number],
        "open311:token token": [waiting.number],
        "rest": ["nothing"],
    }


def _entered(household: Household, now: datetime, text: str) -> Request:
    given = Given(
        text=f"{text}，请打 {PHONE}",
        reporter=ReporterGiven(name="张桂兰", phone=PHONE, wants="link"),
        place=PlaceGiven(dwelling_id=household.dwelling_id),
    )
    return enter_request(by=BY, now=now - timedelta(hours=3), community_id=household.community_id, given=given)


def _ratings() -> list[int]:
    return list(CaseLink.objects.filter(kind="rating").values_list("pk", flat=True)[:1])


def _token(path: str) -> str:
    return path.strip("/").rpartition("/")[2]


def _arranged(household: Household, officer: Post, now: datetime, told: dict[str, Any]) -> dict[str, list[Any]]:
    community_id = household.community_id
    key, _plain = make_api_key(**told, community_id=community_id, name="测试程序", per_minute=30)
    team = add_team(**told, community_id=community_id, name="维修组", post_ids=[officer.pk])
    rule = RoutingRule.objects.create(community_id=community_id, position=1, team=team)
    question = Question.objects.filter(category__community_id=community_id).order_by("pk")[0]
    return {
        "key_id": [key.pk],
        "rule_id": [rule.pk],
        "category_id": [Category.objects.get(community_id=community_id, code="light").pk],
        "question_id": [question.pk],
        "casework: code": ["7d"],
        "team_id": [team.pk],
        "template_id": list(
            ResponseTemplate.objects.filter(community_id=community_id).values_list("pk", flat=True)[:1]
        ),
    }


def _mediated(household: Household, now: datetime, told: dict[str, Any]) -> dict[str, list[Any]]:
    parties = [PartyGiven("李建国", "16000009109"), PartyGiven("王秀英", "16000009110")]
    given = MediationGiven("neighbours", "漏水，证人 16000009111", parties, now.date(), mediator_name="陈老师")
    mediation = open_mediation(**told, community_id=household.community_id, given=given)
    return {"mediation_id": [mediation.pk], "party_id": [mediation.parties.order_by("pk")[0].pk]}


def _sheet(household: Household, now: datetime, folder: Path) -> int:
    """A sheet of the hotline with a row that is not understood."""
    book = Workbook()
    assert book.active is not None
    book.active.append(["工单编号", "来电人", "联系电话", "诉求内容", "地址"])
    book.active.append(["CC20260001", "赵六", "16000009112", "停水了，打 16000009113", "8-3-502"])
    book.active.append(["", "钱七", "16000009114", "没有编号，打 16000009115", ""])
    path = folder / "hotline.xlsx"
    book.save(path)
    batch = stage_hotline_sheet(by=BY, now=now, community_id=household.community_id, path=path, file_name="热线.xlsx")
    return batch.pk
