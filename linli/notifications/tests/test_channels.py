"""Messages over real HTTP to real listeners."""

import asyncio
import hashlib
import hmac
import json

import pytest
from aiohttp import web

from linli.notifications.channels import Channels, Envelope, NotDelivered
from linli.notifications.channels.webhook import webhook_secret

ENVELOPE = Envelope(
    message_id=7,
    idempotency_key="incident:1:0:contact:3",
    about="incident:1",
    recipient_kind="contact",
    recipient_id=3,
    recipient_name="王芳",
    language="zh-hans",
    title="【燃气泄漏报警】8栋3单元502",
    text="请马上确认",
    link="http://127.0.0.1/l/x/",
    params={"incident": 1, "serial": "GAS502", "kind_code": "gas_leak", "severity": 1, "place": "8栋3单元502"},
)


class Sink:
    def __init__(self):
        self.requests, self.status = [], 204

    async def hear(self, request):
        self.requests.append((request.path, dict(request.headers), await request.read()))
        return web.Response(status=self.status, headers={"Location": "/elsewhere"})


@pytest.fixture
async def sink():
    sink, app = Sink(), web.Application()
    app.router.add_post("/{anything:.*}", sink.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sink.port = runner.addresses[0][1]
    yield sink
    await runner.cleanup()


@pytest.fixture
async def channels():
    channels = Channels()
    yield channels
    await channels.close()


async def test_a_webhook_carries_everything_signed(sink, channels):
    await channels.send(kind="webhook", address=f"http://127.0.0.1:{sink.port}/hook", envelope=ENVELOPE)
    path, headers, body = sink.requests[0]
    content = json.loads(body)
    assert path == "/hook"
    assert headers["Idempotency-Key"] == ENVELOPE.idempotency_key
    assert {"message", "incident", "device", "kind", "severity", "place", "text", "link", "recipient"} <= set(content)
    assert content["recipient"]["name"] == "王芳"
    at, mac = (part.split("=", 1)[1] for part in headers["Linli-Signature"].split(","))
    assert mac == hmac.new(webhook_secret().encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("status", "for_good"),
    [(500, False), (503, False), (429, False), (404, True), (401, True), (302, False), (408, False)],
)
async def test_an_answer_that_is_no_yes_is_no_delivery(sink, channels, status, for_good):
    sink.status = status
    with pytest.raises(NotDelivered) as refused:
        await channels.send(kind="webhook", address=f"http://127.0.0.1:{sink.port}/", envelope=ENVELOPE)
    assert refused.value.for_good is for_good
    assert len(sink.requests) == 1  # no redirect was followed


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "nonsense", "http://", "ftp://127.0.0.1/x", ""])
async def test_an_address_that_leads_nowhere_is_no_delivery(channels, address):
    with pytest.raises(NotDelivered):
        await channels.send(kind="webhook", address=address, envelope=ENVELOPE)


async def test_apprise_carries_a_message(sink, channels):
    await channels.send(kind="apprise", address=f"json://127.0.0.1:{sink.port}/room", envelope=ENVELOPE)
    content = json.loads(sink.requests[0][2])
    assert "8栋3单元502" in content["title"]
    assert ENVELOPE.link in content["message"]


async def test_an_apprise_address_that_fails_is_no_delivery(sink, channels):
    sink.status = 500
    for address in (f"json://127.0.0.1:{sink.port}/room", "nonsense://x"):
        with pytest.raises(NotDelivered):
            await channels.send(kind="apprise", address=address, envelope=ENVELOPE)


async def test_a_silent_receiver_is_given_up_in_time(channels, monkeypatch):
    monkeypatch.setattr("linli.notifications.channels.webhook.TIMEOUT_SECONDS", 0.2)
    silent = []
    server = await asyncio.start_server(lambda r, w: silent.append(w), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(NotDelivered, match="no answer"):
        await channels.send(kind="webhook", address=f"http://127.0.0.1:{port}/", envelope=ENVELOPE)
    for writer in silent:
        writer.close()
    server.close()
    await server.wait_closed()
