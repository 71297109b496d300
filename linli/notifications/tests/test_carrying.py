"""Texts and calls over providers that behave well, badly, slowly, and not at all."""

from __future__ import annotations

import asyncio
import json

import pytest

from linli.notifications.channels import CarrierRefused, Channels, NotDelivered, NotNow, ServiceCard, carrying
from linli.notifications.channels.carrying import CarrierChannel
from linli.notifications.channels.contract import message_of_out_id, out_id
from linli.notifications.tests.providers import CARDS, MODULES, Provider, envelope

MOBILE = "13800001234"
BOTH = pytest.mark.parametrize("name", ["aliyun", "tencent"])


@pytest.fixture
async def providers(monkeypatch):
    """All four servers, by (provider, service), in the place of the real ones."""
    found = {(p, s): Provider(p, s) for p in MODULES for s in ("sms", "voice")}
    for (provider, service), server in found.items():
        await server.start()
        monkeypatch.setitem(MODULES[provider].PLACES, service, server.place)
    yield found
    for server in found.values():
        await server.stop()


@pytest.fixture
async def text():
    channel = CarrierChannel(service="sms")
    yield channel
    await channel.close()


@pytest.fixture
async def call():
    channel = CarrierChannel(service="voice")
    yield channel
    await channel.close()


def only(name, **changes):
    return envelope(carriers=(CARDS[name],), **changes)


@BOTH
async def test_a_text_is_signed_and_carries_our_key_and_fitting_variables(name, providers, text):
    accepted = await text.send(address=MOBILE, envelope=only(name))
    assert accepted.provider_id == f"{name}-sms-1"
    asked = providers[name, "sms"].asked[0]
    if name == "aliyun":
        assert asked["PhoneNumbers"] == MOBILE
        assert asked["SignName"] == "邻里示范社区"
        assert json.loads(asked["TemplateParam"]) == {"what": "燃气泄漏报警", "place": "8栋3单元502", "time": "14:05"}
        assert message_of_out_id(asked["OutId"]) == 4711
    else:
        assert asked["PhoneNumberSet"] == [f"+86{MOBILE}"]
        assert asked["TemplateParamSet"] == ["燃气泄漏报警", "8栋3单元502", "14:05"]
        assert message_of_out_id(asked["SessionContext"]) == 4711


@BOTH
async def test_a_call_is_signed_and_asks_for_a_key(name, providers, call):
    accepted = await call.send(address=MOBILE, envelope=only(name))
    assert accepted.provider_id == f"{name}-voice-1"
    asked = providers[name, "voice"].asked[0]
    if name == "aliyun":
        assert asked["Action"] == "IvrCall"
        assert [asked[f"MenuKeyMap.{n}.Key"] for n in (1, 2, 3)] == ["1", "2", "3"]
        assert asked["MenuKeyMap.3.Code"] == "TTS_2"
        assert len(asked["OutId"]) <= 15
    else:
        assert asked["CalledNumber"] == f"+86{MOBILE}"
        assert asked["VoiceSdkAppid"] == "1400006666"


async def test_without_a_template_for_after_the_key_aliyun_only_reads_out(providers, call):
    card = CARDS["aliyun"]
    plain = ServiceCard(template="TTS_1", variables=("what",))
    quiet = type(card)(
        **{f: getattr(card, f) for f in ("id", "provider", "key_id", "key_secret")}, services={"voice": plain}
    )
    await call.send(address="043188881234", envelope=envelope(carriers=(quiet,)))
    asked = providers["aliyun", "voice"].asked[0]
    assert asked["Action"] == "SingleCallByTts"
    assert asked["TtsCode"] == "TTS_1"
    assert "CalledShowNumber" not in asked


def test_our_key_fits_and_is_read_back():
    assert message_of_out_id(out_id(2**63 - 1)) == 2**63 - 1
    assert len(out_id(2**63 - 1)) <= 15
    for foreign in ("", "l", "67890", "PROD#1", "l-5", "L5", "l５"):
        assert message_of_out_id(foreign) is None


@BOTH
@pytest.mark.parametrize("mood", ["500", "429", "redirects", "closes the line", "slow", "limited"])
async def test_trouble_at_the_provider_is_no_delivery_and_not_for_good(name, mood, providers, text, monkeypatch):
    monkeypatch.setattr(carrying, "TIMEOUT_SECONDS", 0.2)
    server = providers[name, "sms"]
    server.mood = mood
    with pytest.raises(NotDelivered, match=name) as trouble:
        await text.send(address=MOBILE, envelope=only(name))
    assert not trouble.value.for_good
    assert not isinstance(trouble.value, CarrierRefused)
    assert len(server.asked) == 1  # nothing was sent a second time behind our back


@BOTH
async def test_a_provider_that_answers_twice_is_heard_once(name, providers, text):
    providers[name, "sms"].mood = "answers twice"
    for turn in (1, 2):
        accepted = await text.send(address=MOBILE, envelope=only(name))
        assert accepted.provider_id == f"{name}-sms-{turn}"


@BOTH
async def test_a_wrong_number_is_gone(name, providers, text):
    providers[name, "sms"].mood = "no such number"
    with pytest.raises(NotDelivered) as wrong:
        await text.send(address="12345678901", envelope=only(name))
    assert wrong.value.gone


@BOTH
async def test_a_provider_that_refuses_us_says_why_and_the_number_is_not_blamed(name, providers, text):
    providers[name, "sms"].mood = "no money"
    with pytest.raises(CarrierRefused) as refused:
        await text.send(address=MOBILE, envelope=only(name))
    assert refused.value.carrier_id == CARDS[name].id
    assert "AMOUNT_NOT_ENOUGH" in refused.value.refusal or "InsufficientBalance" in refused.value.refusal
    assert not refused.value.for_good


@BOTH
async def test_wrong_keys_are_a_refusal(name, providers, text):
    card = CARDS[name]
    forged = type(card)(id=9, provider=name, key_id=card.key_id, key_secret="wrong", services=card.services)
    with pytest.raises(CarrierRefused, match="Signature"):
        await text.send(address=MOBILE, envelope=envelope(carriers=(forged,)))


async def test_each_try_takes_the_next_provider(providers, text):
    taken = [await text.send(address=MOBILE, envelope=envelope(tries=tries)) for tries in (0, 1, 2)]
    assert [one.provider for one in taken] == ["aliyun", "tencent", "aliyun"]


async def test_a_silent_provider_rests_and_the_other_steps_in_at_once(providers, text, monkeypatch):
    monkeypatch.setattr(carrying, "TIMEOUT_SECONDS", 0.1)
    providers["aliyun", "sms"].mood = "slow"
    for _ in range(carrying.SILENCES_TO_REST):
        with pytest.raises(NotDelivered):
            await text.send(address=MOBILE, envelope=envelope())
    assert (await text.send(address=MOBILE, envelope=envelope())).provider == "tencent"


async def test_more_than_the_lines_wait_and_are_put_back_untried(providers, text, monkeypatch):
    monkeypatch.setattr(carrying, "WAIT_FOR_LINE_SECONDS", 0.1)
    monkeypatch.setattr(carrying, "TIMEOUT_SECONDS", 0.5)
    providers["aliyun", "sms"].mood = "slow"
    sends = [text.send(address=MOBILE, envelope=only("aliyun")) for _ in range(carrying.LINES + 3)]
    outcomes = await asyncio.gather(*sends, return_exceptions=True)
    assert sum(isinstance(one, NotNow) for one in outcomes) == 3
    assert len(providers["aliyun", "sms"].asked) == carrying.LINES


async def test_a_slow_provider_holds_up_no_webhook(providers, monkeypatch):
    """The other kinds have connections of their own; see test_slow_lane for the worker."""
    monkeypatch.setattr(carrying, "TIMEOUT_SECONDS", 0.5)
    providers["aliyun", "sms"].mood = "slow"
    channels = Channels()
    slow = asyncio.create_task(channels.send(kind="sms", address=MOBILE, envelope=only("aliyun")))
    await channels.send(kind="inbox", address="", envelope=envelope())
    assert not slow.done()
    with pytest.raises(NotDelivered):
        await slow
    await channels.close()


@pytest.mark.parametrize(("service", "number"), [("sms", "043188881234")])
async def test_a_landline_gets_no_text(service, number, text):
    with pytest.raises(NotDelivered, match="landline") as refused:
        await text.send(address=number, envelope=envelope())
    assert refused.value.for_good
    assert not refused.value.gone


async def test_a_community_without_a_provider_sends_nothing(text):
    with pytest.raises(NotDelivered, match="no provider"):
        await text.send(address=MOBILE, envelope=envelope(carriers=()))
