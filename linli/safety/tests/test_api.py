"""The HTTP door for gateways."""

import json
from datetime import date

import orjson
import pytest
from django.utils import timezone

from linli.core.actors import Actor
from linli.core.broker import BrokerUnavailable
from linli.registry.models import Building, Community, Grid, Unit
from linli.safety import api
from linli.safety.actions import install_device, register_device, register_gateway
from linli.safety.models import DeviceModel, QuarantinedSignal

BY = Actor(kind="system", label="test")


@pytest.fixture
def door(db, client, monkeypatch):
    community = Community.objects.create(code="demo", name="邻里示范社区")
    other = Community.objects.create(code="other", name="别的社区")
    grid = Grid.objects.create(community=community, number=1, name="一")
    unit = Unit.objects.create(
        community=community, building=Building.objects.create(community=community, grid=grid, number="1"), number=1
    )
    model = DeviceModel.objects.create(code="m", maker="演示", name="燃气", raises_id="gas_leak")
    now = timezone.now()
    device, _ = register_device(by=BY, now=now, community_id=community.pk, model_id=model.pk, serial="GAS1")
    install_device(by=BY, now=now, device_id=device.pk, unit_id=unit.pk, installed_on=date(2026, 1, 1))
    register_device(by=BY, now=now, community_id=other.pk, model_id=model.pk, serial="GAS2")
    _, token = register_gateway(by=BY, now=now, community_id=community.pk, name="平台")
    return Door(client, token, monkeypatch)


class Door:
    """A gateway's client, with a broker that keeps what it is given."""

    def __init__(self, client, token, monkeypatch):
        self.client, self.token, self.stored, self.away = client, token, [], False
        monkeypatch.setattr(api, "shared_connection", lambda: None)
        monkeypatch.setattr(api, "publish_durably", self.publish)

    async def publish(self, nc, *, subject, payload, msg_id):
        if self.away:
            raise BrokerUnavailable("away")
        self.stored.append((subject, json.loads(payload)))

    def post(self, body, *, serial="GAS1", token=None):
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return self.client.post(
            f"/api/v1/devices/{serial}/events",
            data,
            content_type="application/json",
            headers={"Authorization": f"Bearer {token or self.token}"},
        )


def test_a_gateway_reports_one_event(door):
    answer = door.post({"kind": "alarm", "id": "1", "lel": 9})
    assert (answer.status_code, answer.json()) == (202, {"accepted": 1, "quarantined": []})
    assert door.stored == [("gateway.demo.GAS1.alarm", {"kind": "alarm", "id": "1", "lel": 9})]


def test_a_bad_event_in_a_batch_does_not_cost_its_neighbours(door):
    answer = door.post(
        [{"kind": "heartbeat"}, 7, {"kind": "dance"}, {"kind": "alarm"}, {"kind": "status", "x": "x" * 20000}]
    )
    assert answer.status_code == 202
    assert [q["position"] for q in answer.json()["quarantined"]] == [1, 2, 4]
    assert [subject for subject, _ in door.stored] == ["gateway.demo.GAS1.heartbeat", "gateway.demo.GAS1.alarm"]
    assert QuarantinedSignal.objects.count() == 3


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\x00", b"[]", b"null", b"7", b'{"kind":"dance"}', b"[" * 10000])
def test_a_body_that_is_no_event_is_refused_with_a_sentence(door, body):
    answer = door.post(body)
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert not door.stored


def test_too_much_at_once_is_refused(door):
    assert door.post([{"kind": "heartbeat"}] * 501).status_code == 422
    assert door.post(b'{"kind":"alarm","x":"' + b"x" * 300_000 + b'"}').status_code == 413


@pytest.mark.parametrize("serial", ["GAS2", "NOBODY", "%2e%2e", "a.b", "GAS1*"])
def test_a_gateway_cannot_report_for_a_device_that_is_not_its_own(door, serial):
    assert door.post({"kind": "alarm"}, serial=serial).status_code == 404
    assert not door.stored


def test_a_wrong_token_is_refused(door):
    assert door.post({"kind": "alarm"}, token="nonsense").status_code == 401
    assert door.client.post("/api/v1/devices/GAS1/events", b"{}", content_type="application/json").status_code == 401


def test_nothing_is_accepted_that_the_broker_does_not_have(door):
    door.away = True
    answer = door.post({"kind": "alarm"})
    assert (answer.status_code, answer.json()["title"]) == (503, "broker away")
