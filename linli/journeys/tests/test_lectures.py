"""The demand for lectures: what is counted, who sees it, and the file."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from linli.accounts.models import User
from linli.audit.models import AuditEntry
from linli.casework.actions.answering import cancel_request
from linli.casework.actions.entering import Given, enter_request
from linli.casework.actions.tagging import tag_request
from linli.journeys.models import JourneyRule, LectureDemand, LectureTopic
from linli.journeys.queries import months_back, rule_in_force, topics_in_force
from linli.registry.models import Community
from tests.harness import Town

PAGE = "/journeys/lectures/"


@pytest.fixture
def town(db):
    return Town(start=timezone.now())


@pytest.fixture
def secretary(town):
    client = Client()
    client.force_login(User.objects.get(name="陈书记"))
    return client


def told(town, text, *tags):
    given = Given(text=text, tags=tags)
    return enter_request(by=town.staff(town.secretary_post), now=town.now, community_id=town.community.pk, given=given)


def html(client, query=""):
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_empty_page_teaches(secretary):
    assert "还没有和讲座有关的诉求" in html(secretary)


def test_the_office_sees_the_figures_and_the_requests_behind(secretary, town, django_assert_max_num_queries):
    law, diet = told(town, "继承房子怎么办理", "law"), told(town, "糖尿病人吃啥好", "diet", "law")
    with django_assert_max_num_queries(18):
        page = html(secretary)
    month = f"{timezone.localtime(town.now):%Y-%m}"
    for figure, topic in ((2, "law"), (1, "diet")):
        link = f"?community={town.community.pk}&amp;topic={topic}&amp;month={month}#behind"
        assert f'<a href="{link}">{figure}</a>' in page
    assert "最近十二个月各主题的诉求：法律 2、饮食健康 1、消防安全 0" in page
    assert page.count(law.number) == 1
    assert page.count(diet.number) == 2
    only = html(secretary, f"?topic=diet&month={month}")
    assert law.number not in only
    assert diet.number in only
    assert f'href="{reverse("casework:request", args=[diet.pk])}"' in only


def test_what_was_taken_back_is_left_out_and_said(secretary, town):
    request = told(town, "打官司", "law")
    told(town, "写遗嘱", "law")
    cancel_request(by=town.staff(town.secretary_post), now=town.now, request_id=request.pk, text="重复登记")
    page = html(secretary)
    assert "1 件已撤销的诉求没有计入" in page
    assert request.number not in page


def test_what_is_older_than_twelve_months_is_gone_from_the_page(secretary, town):
    old = told(town, "合同", "law")
    assert old.number in html(secretary)
    LectureDemand.objects.update(at=town.now - timedelta(days=400))
    assert old.number not in html(secretary)


@pytest.mark.parametrize("query", ["?month=2026-13", "?month=x&topic=' or 1", "?community=abc&page=99", "?topic=%00"])
def test_a_damaged_address_shows_the_page(secretary, town, query):
    told(town, "合同", "law")
    html(secretary, query)


def test_a_captain_has_neither_page_nor_file(town):
    client = Client()
    client.force_login(User.objects.get(name="赵玉兰"))
    assert client.get(PAGE).status_code == 403
    assert client.get("/journeys/lectures.xlsx").status_code == 403
    assert PAGE not in client.get("/").content.decode()


def test_a_grid_lead_sees_the_demand_of_the_own_grid_only(town):
    client = Client()
    client.force_login(User.objects.get(name="周网格"))
    told(town, "社区广场的事", "law")
    assert "还没有和讲座有关的诉求" in html(client)


def test_another_community_is_not_seen(secretary, town):
    other = Community.objects.create(code="other", name="别的社区")
    request = told(town, "合同", "law")
    LectureDemand.objects.update(community=other)
    assert request.number not in html(secretary, f"?community={other.pk}")


def test_the_file_holds_what_the_page_shows_and_the_trail_says_who_took_it(secretary, town):
    request = told(town, "=1+1 打官司", "law", "diet")
    answer = secretary.get("/journeys/lectures.xlsx?topic=law")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("主题", "月份", "编号", "登记日期", "类别", "地点", "状态")
    assert [row[:3] for row in rows[1:]] == [("法律", f"{timezone.localtime(town.now):%Y-%m}", request.number)]
    entry = AuditEntry.objects.filter(verb="exported").get()
    assert (entry.object_type, entry.details) == ("journeys.lecturedemand", {"rows": 1, "filter": "topic=law"})


def test_the_same_tag_again_counts_once(town):
    request = told(town, "打官司", "law")
    tag_request(by=town.staff(town.secretary_post), now=town.now, request_id=request.pk, tag="law")
    LectureDemand.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        LectureDemand.objects.create(community=town.community, request=request, topic="law", at=town.now)


def test_topics_are_data_of_house_and_community(town):
    house, own = {"community": None}, {"community": town.community}
    LectureTopic.objects.create(tag="phones", title_zh="手机", title_en="Phones", **house)
    LectureTopic.objects.create(tag="law", title_zh="普法", title_en="The law", **house)
    LectureTopic.objects.create(tag="law", title_zh="法律", title_en="Law", is_on=False, **own)
    assert set(topics_in_force(community_id=town.community.pk)) == {"phones", "diet", "fire_safety"}
    elsewhere = Community.objects.create(code="other", name="别的社区")
    assert topics_in_force(community_id=elsewhere.pk)["law"].zh == "普法"
    told(town, "不会用手机", "phones", "law")
    assert LectureDemand.objects.get().topic == "phones"
    with pytest.raises(IntegrityError), transaction.atomic():
        LectureTopic.objects.create(tag="phones", title_zh="手机", title_en="Phones", **house)


def test_counting_can_be_switched_off(town):
    JourneyRule.objects.create(community=None, code="lectures", since_on="2020-01-01", is_on=False)
    told(town, "打官司", "law")
    assert not LectureDemand.objects.exists()


def test_the_rule_of_the_day_is_in_force(town):
    common = {"code": "false_smoke", "community_id": town.community.pk}
    assert rule_in_force(on=date(2026, 1, 1), **common).number == 3
    JourneyRule.objects.create(community=None, code="false_smoke", since_on="2026-01-01", number=4, days=9)
    JourneyRule.objects.create(community=town.community, code="false_smoke", since_on="2026-02-01", number=5, days=9)
    JourneyRule.objects.create(community=None, code="false_smoke", since_on="2026-03-01", number=6, days=9)
    found = [rule_in_force(on=date(2026, month, 1), **common).number for month in (1, 2, 3)]
    assert found == [4, 5, 5]
    for wrong in ({"number": 0}, {"days": 0}, {"code": "dance"}):
        row = {"community": None, "code": "old_hose", "since_on": "2026-01-01", "number": 1, "days": 1, **wrong}
        with pytest.raises(IntegrityError), transaction.atomic():
            JourneyRule.objects.create(**row)


def test_months_go_back_over_the_year():
    months = months_back(on=date(2026, 2, 28))
    assert (months[0], months[2], months[-1], len(months)) == (
        date(2026, 2, 1),
        date(2025, 12, 1),
        date(2025, 3, 1),
        12,
    )


def test_a_request_of_midnight_stands_in_its_own_month(secretary, town):
    first = timezone.localtime(town.now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    told(town, "合同", "law")
    LectureDemand.objects.update(at=first)
    assert f"topic=law&amp;month={first:%Y-%m}#behind" in html(secretary)
    LectureDemand.objects.update(at=first - timedelta(microseconds=1))
    before = datetime.fromisoformat(f"{first:%Y-%m-%d}") - timedelta(days=1)
    assert f"topic=law&amp;month={before:%Y-%m}#behind" in html(secretary)


def test_the_page_speaks_english_too(secretary, town):
    told(town, "合同", "law")
    secretary.cookies["linli_language"] = "en"
    page = html(secretary, "?topic=law")
    assert "Requests by topic in the last twelve months: Law 1, Diet and health 0, Fire safety 0" in page
    assert "The requests behind the figures" in page
