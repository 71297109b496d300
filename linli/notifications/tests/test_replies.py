"""Answers by text and by keys: matched, passed on once, and never lost."""

import json
from datetime import timedelta

import pytest

from linli.core.errors import Refusal
from linli.core.events import hear
from linli.notifications.carriers.queries import replies_to_read
from linli.notifications.carriers.reading import ReplyHeard
from linli.notifications.carriers.replies import take_replies
from linli.notifications.events import ReplyReceived
from linli.notifications.models import Receipt, Reply
from linli.notifications.tests.carriers_desk import MOBILE, NOW, Desk
from linli.notifications.tests.providers import recorded


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def heard(monkeypatch):
    from linli.core import events

    found = []
    monkeypatch.setattr(events, "_hearers", type(events._hearers)(list))
    hear(ReplyReceived, found.append)
    return found


def text(desk, words, *, key, number=MOBILE, choice=None, at=None):
    reply = ReplyHeard("sms", key, number, words, words[:1] if choice is None else choice, at)
    return take_replies(now=desk.now, carrier=desk.carriers["aliyun"], replies=[reply])


def test_an_answer_goes_to_the_last_message_to_that_number(desk, heard):
    desk.way("sms")
    desk.owes()
    desk.sends(provider_id="P1")
    desk.later(hours=1)
    second = desk.owes()
    desk.sends(provider_id="P2")
    desk.later(minutes=1)
    text(desk, "1", key="a")
    assert heard == [ReplyReceived(message_id=second.pk, choice="1", at=desk.now, via="sms", heard_at=desk.now)]


def test_an_answer_twice_counts_once_whether_the_provider_or_the_person_repeats_it(desk, heard):
    desk.way("sms")
    desk.owes()
    desk.sends()
    assert text(desk, "1", key="a") == 1
    assert text(desk, "1", key="a") == 0  # pushed again
    assert text(desk, "1", key="b") == 1  # typed again: kept, not counted
    assert len(heard) == 1
    assert Reply.objects.filter(counted=True).count() == 1
    text(desk, "3", key="c")  # somebody who changes their mind is heard
    assert [one.choice for one in heard] == ["1", "3"]


def test_the_same_key_told_during_and_after_the_call_counts_once(desk, heard):
    desk.way("voice")
    message = desk.owes()
    desk.sends(provider_id="CALL")
    for key in ("during", "after"):
        reply = ReplyHeard("voice", key, "", "2", "2", None, "CALL", None)
        take_replies(now=desk.now, carrier=desk.carriers["aliyun"], replies=[reply])
    assert heard == [ReplyReceived(message_id=message.pk, choice="2", at=desk.now, via="voice", heard_at=desk.now)]


def test_after_a_day_a_number_answers_nothing_but_is_kept(desk, heard):
    desk.way("sms")
    desk.owes()
    desk.sends()
    desk.later(hours=25)
    text(desk, "1", key="a")
    assert not heard
    assert [one.text for one in replies_to_read(community_ids=[desk.community.pk], since=NOW, limit=5)] == ["1"]


def test_an_unknown_number_is_kept_and_shown(desk, heard):
    text(desk, "1 你们是谁", key="a", number="16000009999")
    assert not heard
    (kept,) = replies_to_read(community_ids=[desk.community.pk], since=NOW - timedelta(hours=1), limit=5)
    assert (kept.number, kept.counted, kept.message) == ("16000009999", False, None)


def test_words_that_are_no_choice_are_kept_beside_their_message(desk, heard):
    desk.way("sms")
    message = desk.owes()
    desk.sends()
    text(desk, "我妈在家吗", key="a", choice="")
    assert not heard
    assert Reply.objects.get().message == message
    assert replies_to_read(community_ids=None, since=NOW - timedelta(hours=1), limit=5)  # somebody has to read them


def test_an_answer_is_matched_even_if_the_machine_died_before_it_wrote_the_acceptance(desk, heard):
    desk.way("sms")
    message = desk.owes()
    desk.claims()
    text(desk, "1", key="a")
    assert [one.message_id for one in heard] == [message.pk]


def test_an_answer_to_a_closed_matter_is_kept(desk, heard):
    def refuses(_):
        raise Refusal("closed")

    hear(ReplyReceived, refuses)
    desk.way("sms")
    desk.owes()
    desk.sends()
    assert text(desk, "1", key="a") == 1
    assert Reply.objects.get().counted


# ------------------------------------------------------------------------------------------------- through the door


def push(client, name, payload=None, *, token=None):
    provider = name.split("-")[0]
    body = json.dumps(recorded(name) if payload is None else payload)
    return client.post(
        f"/api/v1/carriers/{provider}/{token or f'token-{provider}'}/", body, content_type="application/json"
    )


@pytest.mark.parametrize(
    "name",
    ["aliyun-sms-report", "aliyun-sms-up", "aliyun-voice-report", "aliyun-voice-call-report", "tencent-sms-status",
     "tencent-sms-reply", "tencent-voice-prompt", "tencent-voice-failure", "tencent-voice-key"],
)  # fmt: skip
def test_each_recorded_callback_is_taken_and_thanked_for_as_its_document_says(desk, heard, client, name):
    answer = push(client, name)
    assert answer.status_code == 200
    assert answer.json() == (
        {"code": 0, "msg": "接收成功"} if name.startswith("aliyun") else {"result": 0, "errmsg": "OK"}
    )
    assert push(client, name).status_code == 200  # again, and nothing twice
    assert Reply.objects.count() <= 1
    assert not any(
        number in str(receipt.raw) for receipt in Receipt.objects.all() for number in ("13811110000", "13000000000")
    )


def test_a_wrong_secret_in_the_address_is_not_found(desk, client):
    assert push(client, "aliyun-sms-report", token="guess").status_code == 404
    assert push(client, "aliyun-sms-report", token="token-tencent").status_code == 404
    assert client.post("/api/v1/carriers/other/token-aliyun/", "{}", content_type="application/json").status_code == 404


@pytest.mark.parametrize("body", ["", "{", "[1]", '{"a": 1}', '[{"biz_id": "1"}]', '"x"'])
def test_what_cannot_be_read_is_refused_so_that_it_comes_again(desk, client, body):
    answer = client.post("/api/v1/carriers/aliyun/token-aliyun/", body, content_type="application/json")
    assert answer.status_code == 422
    assert answer.json()["title"] == "report not understood"


def test_a_key_pressed_through_the_door_reaches_its_message(desk, heard, client):
    desk.way("voice")
    message = desk.owes()
    desk.sends(provider="tencent", provider_id="xxxxxx")
    push(client, "tencent-voice-key")
    assert [(one.message_id, one.choice, one.via) for one in heard] == [(message.pk, "2", "voice")]
