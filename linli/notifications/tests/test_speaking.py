"""Loudspeakers: their own templates, and danger to life only."""

import json

import pytest
from aiohttp import web

from linli.notifications.carriers.announcing import Announcement, announce_aloud
from linli.notifications.carriers.book import card_of, forget_book, speakers_over
from linli.notifications.channels import NotDelivered
from linli.notifications.channels.speaking import SpeakerChannel
from linli.notifications.models import Carrier, Loudspeaker, Message
from linli.notifications.tests.carriers_desk import Desk
from linli.notifications.tests.providers import envelope
from linli.registry.models import Building


@pytest.fixture
async def horn():
    class Horn:
        status = 200

        async def hear(self, request):
            self.requests.append(
                (request.method, request.path_qs, dict(request.headers), (await request.read()).decode())
            )
            return web.Response(status=self.status)

    found, app = Horn(), web.Application()
    found.requests = []
    app.router.add_route("*", "/{anything:[\\s\\S]*}", found.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield found
    await runner.cleanup()


def hook(url, **changes):
    facts = {
        "verb": "POST",
        "url": url,
        "body": '{"text": "{text}"}',
        "content_type": "application/json",
        "user": "",
        "password": "",
    }
    return json.dumps({**facts, **changes})


async def said(address, **changes):
    channel = SpeakerChannel()
    try:
        await channel.send(address=address, envelope=envelope(**changes))
    finally:
        await channel.close()


async def test_a_horn_is_given_the_text_in_its_own_form(horn):
    await said(hook(f"{horn.url}/say", user="admin", password="geheim"), spoken='8栋3单元502 "燃气"泄漏，请马上离开')
    method, path, headers, body = horn.requests[0]
    assert (method, path) == ("POST", "/say")
    assert json.loads(body) == {"text": '8栋3单元502 "燃气"泄漏，请马上离开'}
    assert headers["Authorization"].startswith("Basic ")


async def test_a_horn_that_takes_a_get_is_given_it_in_its_address(horn):
    await said(hook(horn.url + "/tts?msg={what}&at={place}", verb="GET", body=""))
    method, path, _, body = horn.requests[0]
    assert (method, body) == ("GET", "")
    assert path == "/tts?msg=%E7%87%83%E6%B0%94%E6%B3%84%E6%BC%8F%E6%8A%A5%E8%AD%A6&at=8%E6%A0%8B3%E5%8D%95%E5%85%83502"


async def test_what_stands_in_the_text_cannot_reach_another_address(horn):
    params = {**envelope().params, "place": "x/../../admin?a=1#\r\nX: y"}
    await said(hook(horn.url + "/tts/{place}", verb="GET", body=""), params=params)
    assert horn.requests[0][1].startswith("/tts/x%2F..%2F..%2Fadmin%3Fa%3D1%23%0D%0A")


async def test_a_horn_that_refuses_is_tried_again(horn):
    horn.status = 503
    with pytest.raises(NotDelivered) as refused:
        await said(hook(horn.url))
    assert not refused.value.for_good


# ------------------------------------------------------------------------------------------------------------- owing


@pytest.fixture
def desk(db):
    return Desk()


def speaker(desk, name, building=None):
    forget_book()
    return Loudspeaker.objects.create(
        community=desk.community, building=building, name=name, url="http://horn.example/"
    )


def aloud(desk, *, key="incident:1", **params):
    one = Announcement(desk.community.pk, desk.house.pk, "test:1", "test.plain", {"life_safety": True, **params}, key)
    return announce_aloud(now=desk.now, announcements=[one])


def test_the_building_and_the_community_are_told_and_not_the_neighbour(desk):
    other = Building.objects.create(community=desk.community, grid=desk.grid, number="9")
    for name, building in (("8栋", desk.house), ("9栋", other), ("广场", None)):
        speaker(desk, name, building)
    assert aloud(desk) == 2
    assert set(Message.objects.values_list("recipient_name", flat=True)) == {"8栋", "广场"}
    assert aloud(desk) == 2
    assert Message.objects.count() == 2  # owed once, however often it is said
    assert desk.sends() == ["speaker", "speaker"]


def test_what_is_no_danger_to_life_is_not_said_aloud(desk):
    speaker(desk, "广场")
    assert aloud(desk, life_safety=False) == 0
    assert not Message.objects.exists()


def test_a_community_without_loudspeakers_costs_no_query(desk, django_assert_num_queries):
    aloud(desk)
    with django_assert_num_queries(0):
        assert aloud(desk) == 0
        assert speakers_over(community_id=desk.community.pk, building_id=None, now=desk.now) == []


def test_a_loudspeaker_that_was_taken_down_is_no_way(desk):
    held = speaker(desk, "广场")
    aloud(desk)
    held.is_on = False
    held.save()
    forget_book()
    assert desk.sends(error="no way") == ["none"]


def test_only_what_was_ordered_is_a_service(desk):
    carrier = Carrier(provider="aliyun", sms_template="SMS_1", sms_variables="what, place", voice_template="")
    card = card_of(carrier)
    assert set(card.services) == {"sms"}
    assert card.services["sms"].variables == ("what", "place")
    assert "secret" not in repr(card)
