"""Web Push against a push service on our own machine: what it is sent can be read with the browser's key alone."""

import asyncio
import base64
import json

import http_ece
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse

from linli.notifications.carriers.browsers import read_subscription
from linli.notifications.channels import NotDelivered
from linli.notifications.channels.pushing import PushChannel, public_key
from linli.notifications.errors import SubscriptionNotUnderstood
from linli.notifications.links import link_for
from linli.notifications.models import Delivery
from linli.notifications.tests.carriers_desk import Desk
from linli.notifications.tests.providers import envelope
from linli.registry.models import ContactPoint


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """What a browser keeps to itself, and what it gives away."""

    def __init__(self, endpoint="https://push.example/send/abc"):
        self.key, self.auth = ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef"
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.subscription = {"endpoint": endpoint, "keys": {"p256dh": base64url(point), "auth": base64url(self.auth)}}

    def reads(self, body: bytes) -> dict:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"))


@pytest.fixture
async def service():
    """A push service; ``service.status`` is how it answers."""

    class Service:
        status, requests = 201, []

        async def hear(self, request):
            self.requests.append((dict(request.headers), await request.read()))
            return web.Response(status=self.status)

    found, app = Service(), web.Application()
    found.requests = []
    app.router.add_post("/send/{who}", found.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/send/abc"
    yield found
    await runner.cleanup()


@pytest.fixture
async def channel():
    channel = PushChannel()
    yield channel
    await channel.close()


async def test_a_notification_is_readable_to_its_browser_alone(service, channel):
    browser = Browser(service.url)
    await channel.send(address=json.dumps(browser.subscription), envelope=envelope())
    headers, body = service.requests[0]
    assert "王芳".encode() not in body
    told = browser.reads(body)
    assert told["title"] == "【燃气泄漏报警】8栋3单元502"
    assert told["link"] == envelope().link
    assert told["urgent"] is True
    assert (headers["Content-Encoding"], headers["Urgency"]) == ("aes128gcm", "high")


async def test_we_sign_with_the_key_that_the_browser_was_given(service, channel, settings):
    browser = Browser(service.url)
    await channel.send(address=json.dumps(browser.subscription), envelope=envelope())
    scheme, _, rest = service.requests[0][0]["Authorization"].partition(" ")
    token, key = (part.split("=", 1)[1] for part in rest.split(", "))
    assert (scheme, key) == ("vapid", public_key())
    head, claims, signature = (unbase64url(part) for part in token.split("."))
    assert json.loads(head) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(claims)["aud"] == service.url.rsplit("/send", 1)[0]
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unbase64url(key))
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    public.verify(encode_dss_signature(r, s), token.rsplit(".", 1)[0].encode(), ec.ECDSA(SHA256()))


def test_the_key_stays_while_the_secret_stays(settings):
    first = public_key()
    assert first == public_key()
    assert len(unbase64url(first)) == 65
    settings.SECRET_KEY = "another secret of at least thirty-two characters"
    assert public_key() != first


@pytest.mark.parametrize(
    ("status", "gone", "for_good"),
    [(404, True, True), (410, True, True), (429, False, False), (500, False, False), (403, False, True)],
)
async def test_what_the_push_service_answers(service, channel, status, gone, for_good):
    service.status = status
    with pytest.raises(NotDelivered) as refused:
        await channel.send(address=json.dumps(Browser(service.url).subscription), envelope=envelope())
    assert (refused.value.gone, refused.value.for_good) == (gone, for_good)


@pytest.mark.parametrize(
    "address",
    ["", "[]", '{"endpoint": 1}', '{"endpoint": "https://x.example/", "keys": {"p256dh": "AA", "auth": "AA"}}'],
)
async def test_a_damaged_subscription_is_gone(channel, address):
    with pytest.raises(NotDelivered) as refused:
        await channel.send(address=address, envelope=envelope())
    assert refused.value.gone


@pytest.mark.parametrize(
    "endpoint",
    ["http://push.example/x", "https://127.0.0.1/x", "https://[::1]/x", "https://localhost/x", "https://router.lan/x",
     "https://push.example:8443/x", "https://u:p@push.example/x", "ftp://push.example/x", "", 5, "https://" + "a" * 2000],
)  # fmt: skip
def test_we_let_nobody_send_us_into_our_own_network(endpoint):
    given = {**Browser().subscription, "endpoint": endpoint}
    with pytest.raises(SubscriptionNotUnderstood):
        read_subscription(given)


# -------------------------------------------------------------------------------------------- the pages and the worker


def asks(client, url, *, wanted, subscription):
    return client.post(
        url, json.dumps({"wanted": wanted, "subscription": subscription}), content_type="application/json"
    )


@pytest.fixture
def desk(db):
    return Desk()


def pushes():
    return ContactPoint.objects.filter(kind="push")


def test_a_relative_switches_notifications_on_and_off_behind_the_link(desk, client):
    desk.way("sms")
    message = desk.owes()
    token = link_for(message.pk).rstrip("/").rsplit("/", 1)[1]
    url, browser = reverse("notifications:push-link", args=[token]), Browser()
    for _ in range(2):
        assert asks(client, url, wanted=True, subscription=browser.subscription).status_code == 204
    point = pushes().get()
    assert (point.contact_id, json.loads(point.address)) == (desk.contact.pk, browser.subscription)
    assert asks(client, url, wanted=False, subscription=browser.subscription).status_code == 204
    assert not pushes().exists()


def test_a_forged_link_subscribes_nobody(desk, client):
    url = reverse("notifications:push-link", args=["12.abc.def"])
    assert asks(client, url, wanted=True, subscription=Browser().subscription).status_code == 410
    assert not pushes().exists()


def test_an_expired_relative_subscribes_nobody(desk, client):
    message = desk.owes()
    desk.contact.ended_on = desk.now.date()
    desk.contact.save()
    token = link_for(message.pk).rstrip("/").rsplit("/", 1)[1]
    url = reverse("notifications:push-link", args=[token])
    assert asks(client, url, wanted=True, subscription=Browser().subscription).status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"wanted": true, "subscription": 5}'])
def test_nonsense_is_refused(desk, client, body):
    token = link_for(desk.owes().pk).rstrip("/").rsplit("/", 1)[1]
    answer = client.post(reverse("notifications:push-link", args=[token]), body, content_type="application/json")
    assert answer.status_code == 422


def test_a_sixth_browser_takes_the_place_of_the_oldest(desk, client):
    token = link_for(desk.owes().pk).rstrip("/").rsplit("/", 1)[1]
    url = reverse("notifications:push-link", args=[token])
    for number in range(6):
        asks(client, url, wanted=True, subscription=Browser(f"https://push.example/{number}").subscription)
    assert pushes().count() == 5
    assert not any("push.example/0" in point.address for point in pushes())


def test_strangers_do_not_reach_the_staff_door(desk):
    assert (
        asks(Client(), reverse("notifications:push"), wanted=True, subscription=Browser().subscription).status_code
        == 302
    )


def test_a_notification_goes_beside_the_text_and_never_instead_of_it(desk):
    desk.way("sms")
    desk.way("push", json.dumps(Browser().subscription))
    desk.owes()
    (claimed,) = desk.claims()
    assert claimed.way.kind == "sms"
    assert [way.kind for way in claimed.beside] == ["push"]


def test_a_browser_that_is_gone_is_forgotten(desk):
    desk.way("push", json.dumps(Browser().subscription))
    message = desk.owes()
    assert desk.sends(error="the subscription has ended (410)", gone=True) == ["push"]
    assert not pushes().exists()
    assert Delivery.objects.get(message=message).error == "the subscription has ended (410)"


async def test_many_at_once_are_all_sent(service, channel):
    browser = Browser(service.url)
    address = json.dumps(browser.subscription)
    await asyncio.gather(*(channel.send(address=address, envelope=envelope()) for _ in range(20)))
    assert len(service.requests) == 20
