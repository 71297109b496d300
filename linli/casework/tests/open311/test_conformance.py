"""Clients and rules that others wrote, against a web server of ours: georeport (XML and JSON), civicbot (JSON, writes, too), and
what the published JSON Schemas demand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests as web
from civicbot.http import HttpError, HttpTransport, RateLimiter
from civicbot.open311 import Open311Client, ValidationError
from civicbot.registry import Endpoint
from georeport import GeoReport
from jsonschema import Draft202012Validator

from linli.casework.models import Request
from linli.casework.tests.open311 import schemas
from linli.casework.tests.open311.serving import served


@pytest.fixture
def server(town, monkeypatch) -> Iterator[str]:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    with served() as address:
        yield f"{address}/open311/v2"


@pytest.fixture
def bot(server) -> Open311Client:
    endpoint = Endpoint(id="linli", name="Linli", base_url=server, write=True)
    return Open311Client(endpoint, HttpTransport(rate_limiter=RateLimiter(min_interval=0)), jurisdiction_id="demo")


def holds(schema: dict[str, Any], body: Any) -> None:
    Draft202012Validator.check_schema(schema)
    problems = [f"{list(error.path)}: {error.message}" for error in Draft202012Validator(schema).iter_errors(body)]
    assert problems == []


@pytest.mark.parametrize("jurisdiction", [None, "demo"])
def test_georeport_reads_json(server, enter, jurisdiction) -> None:
    leak, light = enter(), enter("light")
    client = GeoReport(server, jurisdiction=jurisdiction)
    assert "water_leak" in [one["service_code"] for one in client.get_service_list()]
    definition = client.get_service_definition("water_leak")
    assert [one["code"] for one in definition["attributes"]] == ["where", "how_many"]
    found = client.get_service_requests(service_code="water_leak,light", status="open")
    assert [one["service_request_id"] for one in found] == [f"demo-{light.number}", f"demo-{leak.number}"]
    assert client.get_service_request(f"demo-{leak.number}")["service_name"] == "漏水跑水"


def test_georeport_reads_xml(server, enter) -> None:
    leak, _light = enter(), enter("light")
    client = GeoReport(server, output_format="xml")
    services = {one["service_code"]: one for one in client.get_service_list()}
    assert services["water_leak"]["metadata"] == "true"
    assert services["light"]["metadata"] == "false"
    definition = client.get_service_definition("water_leak")
    assert definition["attributes"]["attribute"][0]["values"]["value"][0] == {"key": "kitchen", "name": "厨房"}
    assert len(client.get_service_requests()) == 2
    told = client.get_service_request(leak.number)
    assert told["service_request_id"] == f"demo-{leak.number}"
    assert told["description"] is None


def test_civicbot_reads(bot, enter) -> None:
    request = enter()
    assert len(bot.list_services()) > 10
    assert bot.get_service_definition("water_leak")["service_code"] == "water_leak"
    assert [one["status"] for one in bot.list_requests(status="open", page_size=5)] == ["open"]
    assert bot.list_requests(service_request_ids=["demo-1", request.number])[0]["service_code"] == "water_leak"
    assert bot.get_request(request.number)["service_code"] == "water_leak"
    assert bot.get_token(request.number)[0]["token"] == request.number
    with pytest.raises(HttpError) as refused:
        bot.get_request("nothing")
    assert refused.value.status == 404


def test_civicbot_writes_what_our_definition_asks_for(bot, key, must_say) -> None:
    must_say.kind = "multivaluelist"
    must_say.save()
    with pytest.raises(ValidationError):
        bot.create_request("light", address_string="8号楼", validate_remote=True)
    sent = bot.create_request(
        "light",
        address_string="8号楼",
        description="路灯不亮 🔦",
        attributes={"kind": ["street", "stairs"]},
        phone="13800138000",
        first_name="秀兰",
        api_key=key,
        validate_remote=True,
        dry_run=False,
        confirm="SEND",
    )
    request = Request.objects.get()
    assert sent.response == [
        {"service_request_id": f"demo-{request.number}", "service_notice": None, "account_id": None}
    ]
    assert request.attributes == {"kind": ["street", "stairs"]}
    holds(schemas.RECEIVED, sent.response)
    assert bot.get_request(sent.response[0]["service_request_id"])["status"] == "open"


def test_civicbot_is_told_that_its_key_is_wrong(bot) -> None:
    with pytest.raises(HttpError) as refused:
        bot.create_request("light", address_string="8", api_key="wrong", dry_run=False, confirm="SEND")
    assert refused.value.status == 403
    assert '"code":403' in refused.value.body


def test_what_we_send_is_what_the_schemas_demand(server, enter, key) -> None:
    request = enter()
    Request.objects.filter(pk=enter("light").pk).update(
        building=None, place="", public_text="x", published_at=request.received_at
    )
    for path, schema in {
        "discovery": schemas.DISCOVERY,
        "services": schemas.SERVICES,
        "services/water_leak": schemas.DEFINITION,
        "services/heating": schemas.DEFINITION,
        "services/light": schemas.DEFINITION,
        "requests": schemas.REQUESTS,
        f"requests/{request.number}": schemas.REQUESTS,
        f"tokens/{request.number}": schemas.TOKENS,
        "services/none": schemas.ERRORS,
        "requests/none": schemas.ERRORS,
        "tokens/none": schemas.ERRORS,
        "none": schemas.ERRORS,
    }.items():
        answer = web.get(f"{server}/{path}.json", timeout=20)
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8", path
        holds(schema, answer.json())
    holds(schemas.ERRORS, web.post(f"{server}/requests.json", data={"api_key": key}, timeout=20).json())


def test_the_schemas_catch_what_they_are_for() -> None:
    wrong = {
        "service_request_id": 7,
        "status": "in progress",
        "service_code": "x",
        "requested_datetime": "2026-11-30 12:00",
    }
    assert len(list(Draft202012Validator(schemas.REQUESTS).iter_errors([wrong]))) == 3
    texts = [{"service_code": "1", "service_name": "x", "metadata": "true", "type": "realtime"}]
    assert len(list(Draft202012Validator(schemas.SERVICES).iter_errors(texts))) == 1


def test_a_broken_accept_encoding_is_no_trouble(server) -> None:
    answer = web.get(
        f"{server}/services.xml", headers={"Accept-Encoding": "gzip;q=,*;;", "Accept": "image/png"}, timeout=20
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/xml; charset=utf-8")
    assert web.head(f"{server}/services.xml", timeout=20).status_code == 200
