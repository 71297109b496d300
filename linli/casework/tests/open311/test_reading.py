"""What programs may read: services, definitions, requests, tokens; and what they never see."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from linli.casework.actions.answering import resolve_request
from linli.casework.models import Category, Question, Request
from linli.registry.models import Community
from tests.harness.town import SYSTEM

FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description", "agency_responsible",
    "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address", "address_id", "zipcode",
    "lat", "long", "media_url",
]  # fmt: skip


def test_the_discovery_document_says_all_that_is_required_in_both_formats(program, settings) -> None:
    settings.LINLI_PUBLIC_URL = "https://linli.example"
    found = program.get("discovery.json").json()
    assert list(found) == ["changeset", "contact", "key_service", "endpoints"]
    [endpoint] = found["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert endpoint["url"] == "https://linli.example/open311/v2"
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert endpoint["type"] in {"production", "test"}
    assert datetime.fromisoformat(endpoint["changeset"]).tzinfo
    assert "0431-0000000" in found["contact"]
    xml = ElementTree.fromstring(program.get("discovery.xml").content)
    assert xml.findtext("endpoints/endpoint/formats/format") == "text/xml"


@pytest.mark.parametrize(("fmt", "mime"), [("xml", "text/xml"), ("json", "application/json")])
def test_headers_are_as_the_specification_wants_them(program, fmt, mime) -> None:
    for path in ("discovery", "services", "services/water_leak", "requests"):
        answer = program.get(f"{path}.{fmt}")
        assert answer.status_code == 200
        assert answer["Content-Type"] == f"{mime}; charset=utf-8"
        assert answer["Access-Control-Allow-Origin"] == "*"
        if fmt == "xml":
            assert answer.content.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<')


def test_only_published_categories_are_services(program, town) -> None:
    Category.objects.filter(code="snow").update(ended_on=town.now.date() - timedelta(days=2))
    codes = [one["service_code"] for one in program.get("services.json").json()]
    assert "water_leak" in codes
    assert not {"gas", "fraud", "family", "dispute", "snow", "utilities"} & set(codes)
    assert program.get("services/fraud.json").status_code == 404
    assert program.get("services/snow.json").status_code == 404


def test_a_service_has_its_group_keywords_and_language(program) -> None:
    [leak] = [one for one in program.get("services.json").json() if one["service_code"] == "water_leak"]
    assert leak == {
        "service_code": "water_leak", "service_name": "漏水跑水", "description": leak["description"], "metadata": True,
        "type": "realtime", "keywords": "漏水, 跑水, 渗水, 返水, 水管, 滴水", "group": "水电气暖",
    }  # fmt: skip
    assert "漏水跑水" in leak["description"]
    english = program.get("services.json", locale="en-US").json()
    assert "Water leak" in [one["service_name"] for one in english]
    asked = program.client.get("/open311/v2/services.xml", headers={"accept-language": "en"})
    assert b"<group>Water, power, gas, heat</group>" in asked.content
    assert asked["Content-Language"] == "en"


def test_a_service_without_questions_says_so_and_has_an_empty_list(program) -> None:
    services = {one["service_code"]: one for one in program.get("services.json").json()}
    assert services["light"]["metadata"] is False
    assert program.get("services/light.json").json() == {"service_code": "light", "attributes": []}
    xml = program.get("services/light.xml").content.decode()
    assert "<service_definition><service_code>light</service_code><attributes/></service_definition>" in xml
    assert "<metadata>false</metadata>" in program.get("services.xml").content.decode()


def test_a_definition_orders_its_questions(program, town) -> None:
    Question.objects.filter(category__code="heating").update(position=1)
    told = program.get("services/heating.json", locale="en").json()
    first, second = told["attributes"]
    assert (first["code"], first["datatype"], first["order"]) == ("temperature", "number", 1)
    assert "values" not in first
    assert (second["variable"], second["required"], second["order"]) == (True, False, 2)
    assert second["values"][0] == {"key": "one", "name": "one"}


def test_a_request_is_told_without_anything_that_people_wrote(program, town, enter) -> None:
    request = enter()
    [told] = program.get(f"requests/demo-{request.number}.json").json()
    assert list(told) == FIELDS
    assert told["service_request_id"] == f"demo-{request.number}"
    assert (told["status"], told["service_code"], told["service_name"]) == ("open", "water_leak", "漏水跑水")
    assert told["description"] is None
    assert told["agency_responsible"] == town.community.name
    assert town.community.name in told["address"]
    assert "8" in told["address"]
    assert told["address_id"] == str(town.building.pk)
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert told[name].endswith("+08:00")
    for path in ("requests.json", "requests.xml", f"requests/{request.number}.xml", f"tokens/{request.number}.json"):
        said = program.get(path).content.decode()
        for secret in ("王", "502", "单元", "13800138000", "电话"):
            assert secret not in said, (path, secret)


def test_the_public_text_is_told_once_somebody_has_looked_at_it(program, enter) -> None:
    request = enter()
    Request.objects.filter(pk=request.pk).update(public_text="8 号楼水管漏水 <b>&</b>")
    assert program.get("requests.json").json()[0]["description"] is None
    Request.objects.filter(pk=request.pk).update(published_at=timezone.now())
    assert program.get("requests.json").json()[0]["description"] == "8 号楼水管漏水 <b>&</b>"
    xml = ElementTree.fromstring(program.get("requests.xml").content)
    assert xml.findtext("request/description") == "8 号楼水管漏水 <b>&</b>"


def test_what_is_answered_is_closed_when_it_was_answered(program, enter) -> None:
    request = enter()
    at = timezone.now().replace(microsecond=0)
    resolve_request(by=SYSTEM, now=at, request_id=request.pk, text="王大爷家的水管换了")
    [told] = program.get("requests.json").json()
    assert told["status"] == "closed"
    assert datetime.fromisoformat(told["updated_datetime"]) == at
    assert "王大爷" not in told["status_notes"]


def test_sensitive_unpublished_and_cancelled_requests_are_nowhere(program, enter) -> None:
    hidden = [enter("gas"), enter("fraud"), enter("water_leak"), enter("water_leak")]
    Request.objects.filter(pk=hidden[2].pk).update(sensitive=True)
    Request.objects.filter(pk=hidden[3].pk).update(state="cancelled", ended_at=timezone.now(), next_alarm_at=None)
    assert program.get("requests.json").json() == []
    assert program.get("requests.xml").content.endswith(b"\n<service_requests/>\n")
    ids = ",".join(request.number for request in hidden)
    assert program.get("requests.json", service_request_id=ids).json() == []
    for request in hidden:
        for path in (f"requests/{request.number}.json", f"tokens/{request.number}.json"):
            assert program.get(path).status_code == 404


def test_what_is_taken_out_of_publication_is_gone(program, enter) -> None:
    request = enter()
    Category.objects.filter(pk=request.category_id).update(published=False)
    assert program.get("requests.json").json() == []
    assert program.get(f"requests/{request.number}.json").status_code == 404


def test_filters_and_pages(program, town, enter) -> None:
    leak, light, old = enter(), enter("light", days_ago=10), enter("light", days_ago=100)
    resolve_request(by=SYSTEM, now=timezone.now(), request_id=light.pk, text="修好了")

    def numbers(**asked: str) -> list[str]:
        found = program.get("requests.json", **asked)
        assert found.status_code == 200, found.content
        return [one["service_request_id"].removeprefix("demo-") for one in found.json()]

    assert numbers() == [leak.number, light.number]
    assert numbers(service_code="light") == [light.number]
    assert numbers(service_code="light,water_leak") == [leak.number, light.number]
    assert numbers(service_code="nothing") == []
    assert numbers(status="closed") == [light.number]
    assert numbers(status="open,CLOSED") == [leak.number, light.number]
    assert numbers(service_request_id=f"demo-{old.number}, {leak.number}", status="closed") == [leak.number, old.number]
    assert numbers(page="0", page_size="1") == [leak.number]
    assert numbers(page="1", page_size="1") == [light.number]
    assert numbers(page="2", page_size="1") == []
    assert numbers(page_size="5000") == [leak.number, light.number]
    assert numbers(service_code="", status="", start_date="", page="", jurisdiction_id="") == [
        leak.number,
        light.number,
    ]
    day = timezone.localtime(light.received_at)
    assert numbers(start_date=f"{day:%Y-%m-%d}", end_date=f"{day:%Y-%m-%d}") == [light.number]
    assert numbers(end_date=f"{day - timedelta(days=1):%Y-%m-%dT%H:%M:%S}Z") == [old.number]
    assert numbers(start_date=f"{day:%Y-%m-%dT00:00:00} 08:00") == [leak.number, light.number]
    assert numbers(start_date=(day - timedelta(days=95)).isoformat()) == [old.number]


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "in progress"},
        {"start_date": "yesterday"},
        {"start_date": "0001-01-01"},
        {"end_date": "9999-12-31T23:59:59-23:59"},
        {"start_date": "2026-01-01", "end_date": "2026-06-01"},
        {"start_date": "2026-06-01", "end_date": "2026-01-01"},
        {"page": "-1"},
        {"page": "1" * 400},
        {"page_size": "0"},
        {"page_size": "ten"},
        {"service_request_id": ",".join(map(str, range(1001)))},
    ],
)
@pytest.mark.parametrize("fmt", ["xml", "json"])
def test_a_wrong_filter_is_said_in_the_asked_format(program, asked, fmt) -> None:
    answer = program.get(f"requests.{fmt}", **asked)
    assert answer.status_code == 400
    if fmt == "json":
        [error] = answer.json()
        assert error["code"] == 400
        assert error["description"]
    else:
        root = ElementTree.fromstring(answer.content)
        assert root.tag == "errors"
        assert root.findtext("error/code") == "400"
        assert root.findtext("error/description")


def test_several_wrong_filters_are_said_at_once(program) -> None:
    assert len(program.get("requests.json", status="x", page="x", start_date="x").json()) == 3


def test_one_community_need_not_be_named_and_several_must(program, town, enter) -> None:
    request = enter()
    assert program.get("services.json", jurisdiction_id="demo").status_code == 200
    assert program.get("services.json", jurisdiction_id="nowhere").status_code == 404
    other = Community.objects.create(code="other", name="别的社区")
    paths = ("services", "services/water_leak", "requests", f"requests/{request.number}", f"tokens/{request.number}")
    for path in paths:
        answer = program.get(f"{path}.json")
        assert answer.status_code == 400
        assert "jurisdiction_id" in answer.json()[0]["description"]
        assert program.get(f"{path}.json", jurisdiction_id="nowhere").status_code == 404
        assert program.get(f"{path}.json", jurisdiction_id="demo").status_code == 200
    assert program.get("requests.json", jurisdiction_id=other.code).json() == []
    assert program.get(f"requests/demo-{request.number}.json", jurisdiction_id=other.code).status_code == 404


def test_a_token_is_the_id_itself(program, enter) -> None:
    request = enter()
    told = program.get(f"tokens/{request.number}.json").json()
    assert told == [{"service_request_id": f"demo-{request.number}", "token": request.number}]
    xml = program.get(f"tokens/demo-{request.number}.xml").content.decode()
    assert f"<request><service_request_id>demo-{request.number}</service_request_id><token>demo-" in xml
    assert program.get("tokens/12345.xml").status_code == 404


@pytest.mark.parametrize(
    "path", ["", "services", "services.html", "requests/1", "x/y/z", "services.xml/", "discovery.JSON"]
)
def test_an_unknown_format_is_said_plainly(program, path) -> None:
    answer = program.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


def test_an_unknown_address_is_said_in_its_format(program) -> None:
    assert json.loads(program.get("nothing.json").content)[0]["code"] == 404
    assert ElementTree.fromstring(program.get("a/b/c.xml").content).findtext("error/code") == "404"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "POST", "BREW"])
@pytest.mark.parametrize("fmt", ["xml", "json"])
def test_a_wrong_method_is_said_in_the_asked_format(program, method, fmt) -> None:
    answer = program.client.generic(method, f"/open311/v2/services.{fmt}")
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]
    assert b"405" in answer.content


def test_a_browser_may_read_from_another_site(program) -> None:
    answer = program.client.options("/open311/v2/requests.json")
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in program.post()


def test_reading_costs_the_same_for_one_request_and_for_many(program, enter, django_assert_num_queries) -> None:
    enter()
    program.get("requests.json")
    with django_assert_num_queries(3):
        assert len(program.get("requests.json").json()) == 1
    for _number in range(4):
        enter("light")
    with django_assert_num_queries(3):
        assert len(program.get("requests.json").json()) == 5
    with django_assert_num_queries(3):
        program.get("services.json")


def test_the_changeset_moves_when_a_category_is_changed(program, town) -> None:
    from linli.audit.actions import Trace, record_traces

    before = program.get("discovery.json").json()["changeset"]
    record_traces(by=SYSTEM, now=town.now, traces=[Trace("changed", "category", "1", town.community.pk)])
    after = program.get("discovery.json").json()["changeset"]
    assert datetime.fromisoformat(after) == town.now > datetime.fromisoformat(before)
