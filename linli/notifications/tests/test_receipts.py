"""Taken is not arrived: receipts late, early, twice, out of order, and what they change."""

import pytest
from django.db import DatabaseError, transaction

from linli.core.events import hear
from linli.notifications.carriers.checks import carriers_take_messages
from linli.notifications.carriers.queries import receipts_of
from linli.notifications.carriers.reading import ReceiptHeard
from linli.notifications.carriers.receipts import take_receipts
from linli.notifications.channels.contract import message_of_out_id, out_id
from linli.notifications.events import MessageUndeliverable, PointDead, ReceiptCame
from linli.notifications.models import Carrier, Delivery, Receipt
from linli.notifications.tests.carriers_desk import MOBILE, Desk, states
from linli.registry.models import ContactPoint


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def told(monkeypatch):
    """What was announced, without the hearers of other rooms."""
    from linli.core import events

    heard = []
    monkeypatch.setattr(events, "_hearers", type(events._hearers)(list))
    for happening in (ReceiptCame, MessageUndeliverable, PointDead):
        hear(happening, heard.append)
    return heard


def comes(desk, state, *, provider_id="P1", service="sms", message=None, provider="aliyun", **more):
    heard = ReceiptHeard(
        service=service, provider_id=provider_id, state=state, number=MOBILE, at=more.get("at"), code=more.get("code", "X"),
        sentence=more.get("sentence", ""), message_id=message_of_out_id(out_id(message.pk)) if message else None,
    )  # fmt: skip
    return take_receipts(now=desk.now, carrier=desk.carriers[provider], receipts=[heard])


def test_taken_is_not_arrived_until_the_receipt_says_so(desk, told):
    desk.way("sms")
    message = desk.owes()
    assert desk.sends() == ["sms"]
    message.refresh_from_db()
    assert (message.state, states(message)) == ("sent", ["accepted"])
    assert comes(desk, "delivered") == 1
    assert states(message) == ["accepted", "delivered"]
    assert receipts_of(message_ids=[message.pk])[message.pk].state == "delivered"
    assert [type(one).__name__ for one in told] == ["ReceiptCame"]


def test_a_receipt_twice_counts_once(desk, told):
    desk.way("sms")
    message = desk.owes()
    desk.sends()
    assert [comes(desk, "delivered"), comes(desk, "delivered")] == [1, 0]
    assert states(message) == ["accepted", "delivered"]
    assert len(told) == 1


def test_a_receipt_before_the_answer_finds_its_message_by_our_key(desk, told):
    """Aliyun: the receipt is here while our request still waits, and then its answer is lost."""
    desk.way("sms")
    message = desk.owes()
    claimed = desk.claims()
    assert len(claimed) == 1
    comes(desk, "delivered", message=message)
    message.refresh_from_db()
    assert (message.state, message.sent_by) == ("sent", "sms")
    from linli.notifications.delivering import Attempt, record_attempts

    record_attempts(attempts=[Attempt(claimed[0], desk.now, desk.now, error="aliyun: no answer")], now=desk.now)
    message.refresh_from_db()
    assert message.state == "sent"  # the lost answer changes nothing any more
    desk.later(minutes=5)
    assert desk.sends() == []  # and nobody gets a second text
    assert Delivery.objects.filter(message=message, delivered=False).count() == 1


def test_a_receipt_before_the_answer_waits_where_our_key_does_not_come_back(desk, told):
    """Tencent returns only its own number, which we know from the answer."""
    desk.way("sms")
    message = desk.owes()
    comes(desk, "delivered", provider="tencent", provider_id="S9")
    assert Receipt.objects.get().message_id is None
    assert not told
    desk.sends(provider="tencent", provider_id="S9")
    assert [type(one).__name__ for one in told] == ["ReceiptCame"]
    assert receipts_of(message_ids=[message.pk])[message.pk].state == "delivered"


@pytest.mark.parametrize("order", [("failed", "delivered"), ("delivered", "failed")])
def test_receipts_in_any_order_end_the_same(desk, told, order):
    desk.way("sms")
    message = desk.owes()
    desk.sends()
    for state in order:
        comes(desk, state)
    assert receipts_of(message_ids=[message.pk])[message.pk].state == "delivered"


def test_a_text_that_did_not_arrive_takes_the_next_way_at_once_and_the_incident_shows_it(desk, told):
    desk.way("sms")
    desk.way("voice")
    message = desk.owes()
    assert desk.sends() == ["sms"]
    desk.later(seconds=20)
    comes(desk, "failed", code="MK:0010", sentence="超时")
    message.refresh_from_db()
    assert message.state == "owed"
    lines = Delivery.objects.filter(message=message).order_by("pk").values_list("point_kind", "delivered", "error")
    assert [(kind, done) for kind, done, _ in lines] == [("sms", True), ("sms", False)]
    assert "MK:0010" in lines[1][2]
    assert desk.sends(provider_id="C1") == ["voice"]
    message.refresh_from_db()
    assert (message.state, message.sent_by) == ("sent", "voice")


def test_the_same_failure_reported_again_sends_nothing_again(desk, told):
    desk.way("sms")
    desk.way("voice")
    desk.owes()
    desk.sends()
    comes(desk, "failed")
    desk.sends(provider_id="C1")
    comes(desk, "failed")
    comes(desk, "dead")  # a second report about the text, while the call is what counts now
    desk.later(minutes=2)
    assert desk.sends() == []


def test_a_late_failure_does_not_wake_anybody(desk, told):
    desk.way("sms")
    desk.way("voice")
    message = desk.owes()
    desk.sends()
    desk.later(minutes=30)
    comes(desk, "failed")
    assert desk.sends() == []
    assert Delivery.objects.filter(message=message, delivered=False).exists()


def test_a_number_that_does_not_exist_is_given_up_told_of_and_counted(desk, told):
    point = desk.way("sms")
    message = desk.owes()
    desk.sends()
    comes(desk, "dead", code="MK:0001", sentence="空号")
    message.refresh_from_db()
    assert message.state == "failed"
    assert {type(one).__name__ for one in told} == {"MessageUndeliverable", "ReceiptCame"}
    point.refresh_from_db()
    assert point.bounces == 1
    for turn in (2, 3):
        desk.owes()
        desk.sends(provider_id=f"P{turn}")
        point.refresh_from_db()
        assert point.bounces == turn - 1  # that the provider took it again clears nothing
        comes(desk, "dead", provider_id=f"P{turn}")
    assert [one.kind for one in told if isinstance(one, PointDead)] == ["sms"]


def test_a_text_that_arrives_clears_what_was_counted(desk, told):
    point = desk.way("sms")
    ContactPoint.objects.filter(pk=point.pk).update(bounces=2)
    desk.owes()
    desk.sends()
    comes(desk, "delivered")
    point.refresh_from_db()
    assert point.bounces == 0


def test_the_receipts_of_one_community_are_not_believed_about_another(desk, told):
    desk.way("sms")
    message = desk.owes()
    desk.sends()
    from linli.registry.models import Community

    other = Community.objects.create(code="other", name="别处")
    stranger = Carrier.objects.create(
        community=other, provider="aliyun", key_id="k", key_secret="s", token="t", token_hash="h"
    )
    heard = ReceiptHeard("sms", "P1", "failed", MOBILE, None, "X", "", message.pk)
    take_receipts(now=desk.now, carrier=stranger, receipts=[heard])
    message.refresh_from_db()
    assert message.state == "sent"
    assert states(message) == ["accepted"]


def test_receipts_cannot_be_changed_or_deleted(desk, told):
    desk.way("sms")
    desk.owes()
    desk.sends()
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.update(state="delivered")
    with pytest.raises(DatabaseError), transaction.atomic():
        Receipt.objects.all().delete()


def test_a_provider_that_refuses_is_named_by_the_check_until_it_takes_messages_again(desk, told):
    desk.way("sms")
    desk.owes()
    carrier = desk.carriers["aliyun"]
    assert all(finding.fine for finding in carriers_take_messages(desk.now))
    desk.sends(error="aliyun: isv.AMOUNT_NOT_ENOUGH: 余额不足", refused=(carrier.pk, "isv.AMOUNT_NOT_ENOUGH: 余额不足"))
    bad = [finding for finding in carriers_take_messages(desk.now) if not finding.fine]
    assert len(bad) == 1
    assert "AMOUNT_NOT_ENOUGH" in str(bad[0].sentence)
    desk.later(seconds=5)
    desk.sends()
    assert all(finding.fine for finding in carriers_take_messages(desk.now))


def test_a_provider_in_use_but_not_set_up_is_named_by_the_check(desk):
    Carrier.objects.filter(provider="tencent").update(sms_app="", voice_template="", voice_app="")
    bad = [finding for finding in carriers_take_messages(desk.now) if not finding.fine]
    assert len(bad) == 1
    assert "SmsSdkAppId" in str(bad[0].sentence)


def test_an_inbox_does_not_count_as_told_while_there_is_a_number(desk, told):
    desk.way("inbox", "")
    desk.way("sms")
    desk.owes()
    assert desk.sends() == ["sms"]


def test_without_any_other_way_the_inbox_counts(desk, told):
    desk.way("inbox", "")
    desk.way("phone")
    desk.owes()
    assert desk.sends() == ["inbox"]
