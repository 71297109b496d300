"""What lies in quarantine is settled once, by a person, and an incident made this way says by whom."""

from datetime import timedelta

import orjson
import pytest

from linli.audit.models import AuditEntry
from linli.core.actors import Actor
from linli.incidents.models import Incident, TimelineEntry
from linli.notifications.models import Message
from linli.safety.actions import dismiss_signals, register_device, replay_signals, treat_signal
from linli.safety.decoding import decode
from linli.safety.errors import AlreadySettled, BytesMissing, ReasonMissing, StillUnreadable
from linli.safety.models import Device, DeviceModel, QuarantinedSignal, Reading
from linli.safety.reasons import explained
from tests.harness import Town
from tests.harness.town import SYSTEM

BY = Actor(kind="user", label="值班员小林", ref="7")


@pytest.fixture
def town(db):
    return Town()


def only():
    return QuarantinedSignal.objects.get()


def treat(town, kind="alarm", *, serial="GAS502", signal=None):
    device = Device.objects.get(serial=serial)
    return treat_signal(by=BY, now=town.now, signal_id=(signal or only()).pk, device_id=device.pk, kind=kind)


def test_what_nobody_could_read_becomes_an_alarm_in_the_officers_name(town):
    town.device("502").says("alarm", b"LEAK!! \xff")
    assert only().reason == "not_json"
    assert treat(town).opened == 1
    incident = Incident.objects.get()
    assert (incident.source_label, incident.happened_at) == ("GAS502", only().received_at)
    opened = TimelineEntry.objects.get(incident=incident, verb="opened")
    assert (opened.actor_kind, opened.actor_label) == ("user", "值班员小林")
    assert Message.objects.exists()
    row = only()
    assert (row.settled_how, row.settled_by, row.settled_at) == ("treated", "值班员小林", town.now)
    entry = AuditEntry.objects.get(verb="treated_signal")
    assert (entry.actor_ref, entry.details["device"], entry.details["kind"]) == ("7", "GAS502", "alarm")


def test_pressing_twice_raises_one_incident(town):
    town.device("502").says("alarm", b"LEAK")
    treat(town)
    with pytest.raises(AlreadySettled):
        treat(town)
    with pytest.raises(AlreadySettled):
        treat(town, serial="GAS501")
    assert Incident.objects.get().signals == 1
    assert AuditEntry.objects.filter(verb="treated_signal").count() == 1


def test_only_the_numbers_of_an_unreadable_message_are_taken_over(town):
    body = {"lel": 12.5, "battery": 80, "alarm": True, "test": True}
    town.device("502").says("mood", orjson.dumps(body))
    treat(town, "status")
    reading = Reading.objects.get()
    assert (reading.kind, reading.gas_percent_lel, reading.battery_percent) == ("status", 12.5, 80)
    assert not Incident.objects.exists()
    assert reading.payload["treated_by"] == "值班员小林"


def test_an_all_clear_from_quarantine_closes_nothing(town):
    town.device("502").leaks()
    town.now += timedelta(minutes=1)
    town.device("502").says("clear", b"?")
    treat(town, "clear")
    incident = Incident.objects.get()
    assert (incident.condition, incident.closed_at) == ("cleared", None)


def test_a_message_is_replayed_once_its_device_is_on_file(town):
    stranger = type(town.device("502"))(town, "NEW1", "")
    stranger.leaks()
    assert only().reason == "unknown_device"
    refused = replay_signals(by=BY, now=town.now, signal_ids=[only().pk])
    assert refused.taken == 0
    assert isinstance(refused.refused[only().pk], StillUnreadable)
    assert only().settled_at is None
    model = DeviceModel.objects.get(code="gas-1")
    register_device(by=SYSTEM, now=town.now, community_id=town.community.pk, model_id=model.pk, serial="NEW1")
    done = replay_signals(by=BY, now=town.now, signal_ids=[only().pk])
    assert (done.taken, done.opened, dict(done.refused)) == (1, 1, {})
    assert Incident.objects.get().source_label == "NEW1"
    again = replay_signals(by=BY, now=town.now, signal_ids=[only().pk])
    assert isinstance(again.refused[only().pk], AlreadySettled)
    assert Incident.objects.get().signals == 1
    assert AuditEntry.objects.filter(verb="replayed_signal", actor_ref="7").count() == 1


def test_what_was_not_kept_whole_cannot_be_replayed(town):
    town.device("502").says("alarm", b"{" + b" " * 20_000 + b"}")
    refused = replay_signals(by=BY, now=town.now, signal_ids=[only().pk]).refused
    assert isinstance(refused[only().pk], BytesMissing)
    assert only().settled_at is None


def test_one_that_cannot_be_replayed_costs_the_others_nothing(town):
    town.device("502").says("alarm", b"no")
    stranger = type(town.device("502"))(town, "NEW1", "")
    stranger.says("status", lel=1)
    model = DeviceModel.objects.get(code="gas-1")
    register_device(by=SYSTEM, now=town.now, community_id=town.community.pk, model_id=model.pk, serial="NEW1")
    done = replay_signals(by=BY, now=town.now, signal_ids=list(QuarantinedSignal.objects.values_list("pk", flat=True)))
    assert (done.taken, len(done.refused)) == (1, 1)


def test_messages_are_put_away_with_a_reason_each_once(town):
    for number in range(3):
        town.device("502").says("alarm", b"x%d" % number)
    ids = list(QuarantinedSignal.objects.values_list("pk", flat=True))
    with pytest.raises(ReasonMissing):
        dismiss_signals(by=BY, now=town.now, signal_ids=ids, reason=" ")
    assert dismiss_signals(by=BY, now=town.now, signal_ids=ids[:1], reason="厂家测试") == 1
    assert dismiss_signals(by=BY, now=town.now, signal_ids=ids, reason="旧设备乱发") == 2
    assert AuditEntry.objects.filter(verb="dismissed_signal").count() == 3
    assert QuarantinedSignal.objects.get(pk=ids[0]).settled_note == "厂家测试"


def test_every_reason_we_note_is_said_in_words(town):
    device = town.device("502")
    device.says("alarm", b"x")
    device.says("mood", b"{}")
    device.says("alarm", b"[1]")
    device.says("alarm", b"{" + b" " * 20_000 + b"}")
    device.says("alarm", community="other")
    type(device)(town, "NOBODY", "").leaks()
    noted = list(QuarantinedSignal.objects.values_list("explanation", flat=True))
    assert len(noted) == 6
    for one in [*noted, "wrong password; from 10.0.0.7, 3 times", "fault of ours (KeyError)"]:
        assert explained(one) != one, one
    assert "10.0.0.7" in explained("wrong password; from 10.0.0.7, 3 times")
    assert explained("something new") == "something new"


def test_a_topic_that_is_none_is_explained(town):
    raw = town.device("502").says("alarm", lel=1)
    odd = decode(type(raw)("linli.demo", b"{}", town.now, "x"))
    assert explained(odd.explanation) != odd.explanation
