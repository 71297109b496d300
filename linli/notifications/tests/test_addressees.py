"""People who are neither relatives nor holders of posts: written down once, told like anybody, and never shown whole."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from linli.accounts.models import User
from linli.audit.models import AuditEntry
from linli.core.actors import system_actor
from linli.core.events import hear
from linli.core.keys_in_use import encrypted_tables
from linli.notifications.actions import Owed, note_addressee, owe_messages
from linli.notifications.carriers.reading import ReceiptHeard, ReplyHeard
from linli.notifications.carriers.receipts import take_receipts
from linli.notifications.carriers.replies import take_replies
from linli.notifications.carriers.ways import addressee_points, ways_of
from linli.notifications.choosing import is_urgent
from linli.notifications.delivering import lease_messages, word_messages
from linli.notifications.events import MessageUndeliverable, PointDead, ReplyReceived
from linli.notifications.models import Addressee, Message, Reply
from linli.notifications.tests.carriers_desk import NOW, Desk, states
from linli.registry.errors import AddressMissing, PhoneNotUnderstood
from linli.registry.keeping import address_columns

BY = system_actor(part="test")
NUMBER = "16000007777"


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def heard(monkeypatch):
    """What was announced, without the hearers of other rooms."""
    from linli.core import events

    found = []
    monkeypatch.setattr(events, "_hearers", type(events._hearers)(list))
    for happening in (ReplyReceived, MessageUndeliverable, PointDead):
        hear(happening, found.append)
    return found


def noted(desk, address=NUMBER, **changes) -> Addressee:
    said = {"name": "孙丽", "language": "zh-hans", "kind": "sms", **changes}
    return note_addressee(by=BY, now=NOW, community_id=desk.community.pk, address=address, **said)


def owed(desk, addressee: Addressee, *, key="a1", **params) -> Message:
    one = Owed(
        addressee.community_id, "test:1", "addressee", addressee.pk, addressee.name, "", addressee.language, "test.plain",
        {"severity": 3, **params}, key,
    )  # fmt: skip
    owe_messages(now=desk.now, messages=[one])
    return Message.objects.get(idempotency_key=key)


# ---------------------------------------------------------------------------------------------------------- writing down


def test_the_same_number_is_written_down_once_however_it_is_typed(desk):
    one = noted(desk)
    assert noted(desk, "+86 160-0000-7777") == one
    assert noted(desk, "１６０ ００００ ７７７７", name="", language="en").name == "孙丽"
    kept = Addressee.objects.get()
    assert (kept.address, kept.language, kept.created_at) == (NUMBER, "en", NOW)
    assert kept.address_hash == address_columns(kind="sms", address=NUMBER)["address_hash"]
    other = noted(desk, kind="voice")
    assert other != one  # another way


def test_what_was_said_last_of_the_name_holds(desk):
    noted(desk)
    assert noted(desk, name=" 孙　丽丽 ").name == "孙丽丽"
    assert Addressee.objects.get().name == "孙丽丽"
    assert list(AuditEntry.objects.filter(object_type="addressee").order_by("pk").values_list("verb", flat=True)) == [
        "added",
        "changed",
    ]


@pytest.mark.parametrize(
    ("kind", "address", "refusal"),
    [
        ("sms", "12", PhoneNotUnderstood),
        ("sms", "", PhoneNotUnderstood),
        ("voice", "打给我", PhoneNotUnderstood),
        ("webhook", "", AddressMissing),
        ("apprise", "wecom", AddressMissing),
        ("inbox", "x", ValueError),
        ("phone", NUMBER, ValueError),
    ],
)
def test_what_is_no_number_is_refused(desk, kind, address, refusal):
    with pytest.raises(refusal):
        noted(desk, address, kind=kind)
    assert not Addressee.objects.exists()


def test_the_database_keeps_each_number_once_and_encrypted(desk):
    held = noted(desk)
    with pytest.raises(IntegrityError), transaction.atomic():
        Addressee.objects.create(
            community=desk.community, kind="sms", address="x", address_hash=held.address_hash, created_at=NOW
        )
    for wrong in ({"kind": "inbox"}, {"address": ""}, {"address_hash": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Addressee.objects.filter(pk=held.pk).update(**wrong)
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM notifications_addressee")
        assert NUMBER not in cursor.fetchone()[0]
    assert ("notifications_addressee", ("address",)) in {(one.name, one.columns) for one in encrypted_tables()}


def test_the_number_stands_nowhere_whole(desk):
    noted(desk)
    noted(desk, "wecombot://geheim/", kind="apprise")
    client = Client()
    client.force_login(User.objects.create_superuser("admin", password="x"))
    for page in ("", f"{Addressee.objects.earliest('pk').pk}/change/"):
        html = client.get(f"/admin/notifications/addressee/{page}").content.decode()
        assert "160****7777" in html
        assert NUMBER not in html
        assert "geheim" not in html
    assert NUMBER not in str(list(AuditEntry.objects.values()))
    assert [str(one) for one in Addressee.objects.all()] == ["孙丽", "孙丽"]


# ----------------------------------------------------------------------------------------------------------------- telling


def test_an_addressee_is_told_over_the_one_way_there_is(desk):
    message = owed(desk, noted(desk))
    assert desk.sends() == ["sms"]
    message.refresh_from_db()
    assert (message.state, message.sent_by, states(message)) == ("sent", "sms", ["accepted"])


@pytest.mark.parametrize(
    ("kind", "address"), [("voice", NUMBER), ("webhook", "https://x.example/"), ("apprise", "json://x/")]
)
def test_every_kind_of_way_is_taken(desk, kind, address):
    message = owed(desk, noted(desk, address, kind=kind))
    assert [way.kind for way in ways_of(message=message)] == [kind]
    assert desk.sends() == [kind]


def test_nobody_else_with_the_same_id_is_taken_for_an_addressee(desk):
    desk.way("sms", "16000001112")
    desk.owes()
    addressee = noted(desk)
    Addressee.objects.filter(pk=addressee.pk).update(id=desk.contact.pk)
    owed(desk, Addressee.objects.get())
    told = {one.envelope.recipient_kind: [way.address for way in one.points] for one in desk.claims()}
    assert told == {"contact": ["16000001112"], "addressee": [NUMBER]}


def test_no_question_is_asked_while_nothing_is_owed_to_addressees(desk, django_assert_num_queries):
    desk.way("sms")
    message = desk.owes()
    with django_assert_num_queries(0):
        assert addressee_points([{"recipient_kind": "contact", "recipient_id": message.recipient_id}]) == {}
    rows = [{"recipient_kind": "addressee", "recipient_id": noted(desk, f"1600000700{n}").pk} for n in range(5)]
    with django_assert_num_queries(1):
        assert len(addressee_points(rows)) == 5


def test_whoever_is_no_longer_on_file_is_told_over_no_way(desk, heard):
    message = owed(desk, noted(desk))
    Addressee.objects.all().delete()
    assert desk.sends(error="no way") == ["none"]
    message.refresh_from_db()
    assert message.state == "failed"
    assert ways_of(message=message) == ()


def test_an_address_that_cannot_be_read_keeps_no_other_back(desk, caplog):
    broken = noted(desk)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE notifications_addressee SET address = 'spoilt'")
    owed(desk, broken)
    owed(desk, noted(desk, "16000007778"), key="a2")
    worded = word_messages(rows=lease_messages(owner="w", now=desk.now, limit=9), now=desk.now)
    assert [len(one.points) for one in worded] == [0, 1]
    assert f"addressee {broken.pk} cannot be decrypted" in caplog.text


def test_what_is_urgent_is_so_for_an_addressee_too(desk):
    addressee = noted(desk)
    owed(desk, addressee)
    owed(desk, noted(desk, "16000007778"), key="a2", severity=1)
    assert [is_urgent(one) for one in desk.claims()] == [False, True]


# ------------------------------------------------------------------------------------------------------------ what comes back


def receipt(desk, state, *, provider_id="P1"):
    one = ReceiptHeard(
        service="sms",
        provider_id=provider_id,
        state=state,
        number=NUMBER,
        at=None,
        code="X",
        sentence="",
        message_id=None,
    )
    return take_receipts(now=desk.now, carrier=desk.carriers["aliyun"], receipts=[one])


def answer(desk, words, *, key="r1"):
    one = ReplyHeard("sms", key, NUMBER, words, words if words in "123" else "", None)
    return take_replies(now=desk.now, carrier=desk.carriers["aliyun"], replies=[one])


@pytest.mark.parametrize("state", ["delivered", "dead"])
def test_a_receipt_finds_its_message_and_asks_no_contact_point(desk, heard, state):
    message = owed(desk, noted(desk))
    desk.sends()
    desk.later(seconds=5)
    assert receipt(desk, state) == 1
    message.refresh_from_db()
    assert message.state == {"delivered": "sent", "dead": "failed"}[state]
    assert [type(one) for one in heard] == ([] if state == "delivered" else [MessageUndeliverable])


def test_a_number_that_does_not_exist_is_given_up_at_once(desk, heard):
    message = owed(desk, noted(desk))
    desk.sends(error="no such number", gone=True)
    message.refresh_from_db()
    assert message.state == "failed"
    assert [type(one) for one in heard] == [MessageUndeliverable]


def test_a_text_that_did_not_arrive_is_tried_once_more(desk, heard):
    message = owed(desk, noted(desk))
    desk.sends()
    desk.later(seconds=40)
    receipt(desk, "failed")
    message.refresh_from_db()
    assert (message.state, heard) == ("owed", [])
    desk.later(minutes=2)
    assert desk.sends(provider_id="P2") == ["sms"]


@pytest.mark.parametrize("acceptance", ["written", "lost"])
@pytest.mark.parametrize("words", ["1", "2", "3", "谢谢"])
def test_an_answer_from_an_addressee_belongs_to_their_message(desk, heard, words, acceptance):
    message = owed(desk, noted(desk))
    desk.sends() if acceptance == "written" else desk.claims()
    assert answer(desk, words) == 1
    assert Reply.objects.get().message == message
    expected = [] if words == "谢谢" else [ReplyReceived(message.pk, words, at=desk.now, via="sms", heard_at=desk.now)]
    assert heard == expected


@pytest.mark.parametrize("about", ["test:1", "incident:1"])
def test_an_answer_of_an_addressee_answers_no_incident(desk, about):
    """With all hearers of the house."""
    message = owed(desk, noted(desk))
    Message.objects.filter(pk=message.pk).update(about=about)
    desk.sends()
    assert answer(desk, "1") == 1
    assert Reply.objects.get().counted
