"""The path that may never fail, as a night on duty."""

from datetime import timedelta

import pytest
from django.db import connection

from linli.incidents.errors import CauseMissing, IncidentClosed, OutcomeMissing
from linli.incidents.models import Answer, EscalationPolicy, Incident, TimelineEntry
from linli.notifications.models import Message
from linli.registry.models import Contact, Post
from linli.safety.decoding import Raw
from linli.safety.models import DeviceState, QuarantinedSignal, Reading


def everybody_is_told_first(town):
    for name in ("王芳", "王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect("燃气泄漏报警", "8栋3单元502")


def test_a_leak_reaches_family_captain_and_desk_at_once(town):
    town.device("502").leaks()
    everybody_is_told_first(town)
    incident = town.incident()
    assert (incident.condition, incident.handling, incident.place) == ("active", "unacknowledged", "8栋3单元502")
    assert incident.household == town.household_502
    assert incident.next_step_at == town.now + timedelta(seconds=60)


def test_what_nobody_answers_is_escalated_and_never_falls_silent(town):
    town.device("502").leaks()
    everybody_is_told_first(town)
    town.later(seconds=60)
    for name in ("王芳", "王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect("再次提醒")
    town.phone("孙德福").expect("8栋3单元502")
    town.later(seconds=60)
    for name in ("王芳", "王强", "值班员小林"):
        town.phone(name).expect("再次提醒")
    town.phone("周网格").expect("8栋3单元502")
    town.later(seconds=60)
    town.phone("陈书记").expect("8栋3单元502")
    town.later(seconds=120)
    town.phone("陈书记").expect("再次提醒")
    for _loop in range(3):
        town.later(seconds=300)
        town.phone("值班员小林").expect("再次提醒")
    assert town.incident().next_step_at > town.now


def test_the_desks_acknowledgement_stops_the_escalation(town):
    town.device("502").leaks()
    everybody_is_told_first(town)
    town.later(seconds=20)
    town.desk_acknowledges()
    town.later(seconds=1000)
    assert town.incident().handling == "acknowledged"


def test_a_relatives_answer_stops_that_relative_only(town):
    town.device("502").leaks()
    everybody_is_told_first(town)
    town.phone("王芳").answers("going")
    town.later(seconds=60)
    town.phone("王芳").expect_silence()
    for name in ("王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect("再次提醒")
    town.phone("孙德福").expect()


def test_a_call_for_help_takes_the_next_step_at_once(town):
    town.device("502").leaks()
    everybody_is_told_first(town)
    town.phone("王芳").answers("help", note="我在外地")
    town.later(seconds=1)
    town.phone("孙德福").expect("8栋3单元502")
    for name in ("王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect("再次提醒")


def test_a_second_answer_is_kept_not_refused(town):
    town.device("502").leaks()
    everybody_is_told_first(town)
    town.phone("王芳").answers("going")
    town.phone("王芳").answers("false_alarm", note="炒菜")
    assert list(Answer.objects.order_by("id").values_list("choice", "note")) == [("going", ""), ("false_alarm", "炒菜")]
    town.desk_acknowledges()
    town.desk_acknowledges()
    assert TimelineEntry.objects.filter(verb="acknowledged").count() == 2


def test_a_cleared_reading_does_not_close_a_leak(town):
    town.device("502").leaks()
    everybody_is_told_first(town)
    town.later(seconds=5)
    town.device("502").clears()
    incident = town.incident()
    assert (incident.condition, incident.closed_at) == ("cleared", None)
    town.later(seconds=55)
    for name in ("王芳", "王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect("再次提醒")
    town.phone("孙德福").expect()


def test_a_person_closes_with_a_cause(town):
    town.device("502").leaks()
    everybody_is_told_first(town)
    with pytest.raises(CauseMissing):
        town.desk_closes(cause="")
    with pytest.raises(CauseMissing):
        town.desk_closes(cause="burnt_pot")  # a cause of smoke, not of gas
    with pytest.raises(OutcomeMissing):
        town.desk_closes(cause="old_hose")
    town.desk_closes(cause="old_hose", outcome="关阀, 换软管")
    town.later(seconds=400)
    town.phone("赵玉兰").expect("【新诉求】8栋3单元502", "软管")  # the hose is a request now
    with pytest.raises(IncidentClosed):
        town.phone("王芳").answers("going")
    assert Message.objects.filter(state="owed").count() == 0


def test_after_closing_the_next_leak_is_a_new_incident(town):
    town.device("502").leaks()
    everybody_is_told_first(town)
    town.desk_closes(cause="test")
    town.later(seconds=60)
    town.device("502").leaks()
    everybody_is_told_first(town)
    assert Incident.objects.count() == 2
    town.later(seconds=1)


def test_repeats_count_and_do_not_ring_again(town):
    for _signal in range(5):
        town.device("502").leaks()
    everybody_is_told_first(town)
    assert town.incident().signals == 5


def test_the_same_message_twice_changes_nothing(town):
    raw = town.device("502").leaks()
    everybody_is_told_first(town)
    town.device("502").town_takes(raw, raw)
    town.desk_closes(cause="test")
    town.now += timedelta(days=1)
    again = Raw(raw.subject, raw.data, town.now, "test:another-number")
    town.device("502").town_takes(again)
    assert (Incident.objects.count(), town.incident().signals, Reading.objects.count()) == (1, 1, 1)


def test_an_all_clear_that_overtakes_its_alarm_still_lets_people_know(town):
    later = town.now + timedelta(seconds=30)
    town.device("502").clears(at=later)
    town.device("502").leaks(at=town.now)
    everybody_is_told_first(town)
    assert town.incident().condition == "cleared"
    assert DeviceState.objects.get(device__serial="GAS502").alarming is False


@pytest.mark.parametrize(
    "stamp", ["1970-01-01T00:00:12+00:00", "2099-01-01T00:00:00Z", "yesterday", 12, None, [], 1e300]
)
def test_a_device_with_a_wrong_clock_is_believed_in_all_else(town, stamp):
    town.device("502").says("alarm", {"id": "1", "at": stamp, "lel": 9})
    everybody_is_told_first(town)
    assert town.incident().happened_at == town.now
    assert Reading.objects.get().clock_doubtful


def test_the_devices_flag_decides_not_our_numbers(town):
    town.device("502").says("heartbeat", {"id": "1", "lel": 80})
    town.device("502").says("status", {"id": "2", "lel": 60, "alarm": False})
    assert not Incident.objects.exists()
    town.device("502").says("status", {"id": "3", "lel": 0, "alarm": True})
    everybody_is_told_first(town)


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff\xfe", b"[]", b'"alarm"', b"{", b'{"a":NaN}', b"[" * 5000, b'{"a":"' + b"x" * 20000 + b'"}']
)
def test_garbage_is_kept_and_hurts_no_neighbour(town, data):
    device = town.device("502")
    bad = Raw("linli.demo.GAS501.alarm", data, town.now, "test:bad")
    good = Raw("linli.demo.GAS502.alarm", b'{"id":"g"}', town.now, "test:good")
    device.town_takes(bad, good, bad)
    everybody_is_told_first(town)
    kept = QuarantinedSignal.objects.get()
    assert (bytes(kept.payload), kept.size_bytes) == (data[:4096], len(data))
    device.town_takes(bad)
    assert QuarantinedSignal.objects.count() == 1


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("linli.demo.NOBODY.alarm", "unknown_device"),
        ("linli.elsewhere.GAS502.alarm", "wrong_community"),
        ("linli.demo.GAS502.dance", "bad_subject"),
        ("linli.demo.alarm", "bad_subject"),
    ],
)
def test_what_does_not_belong_goes_into_quarantine(town, subject, reason):
    town.device("502").town_takes(Raw(subject, b'{"id":"1"}', town.now, "test:1"))
    assert QuarantinedSignal.objects.get().reason == reason
    assert not Incident.objects.exists()


def test_unknown_fields_are_kept(town):
    town.device("502").leaks(valve="shut", nested={"a": [1, "二", None]}, nul="a\x00b")
    everybody_is_told_first(town)
    payload = Reading.objects.get().payload
    assert (payload["valve"], payload["nested"], payload["nul"]) == ("shut", {"a": [1, "二", None]}, "ab")


def test_smoke_in_a_stairwell_has_no_relatives_to_call(town):
    town.device("stairwell").says("alarm")
    for name in ("赵玉兰", "孙德福", "值班员小林"):
        town.phone(name).expect("烟雾报警", "8栋3单元楼道")


def test_nobody_on_call_is_written_down_and_passed_over_at_once(town):
    for name in ("赵玉兰", "值班员小林"):
        _, ref = town.phone(name).holder
        Post.objects.filter(pk=ref).update(
            until_on=town.now.date() - timedelta(days=30), since_on=town.now.date() - timedelta(days=60)
        )
    Contact.objects.update(ended_on=town.now.date() - timedelta(days=1))
    town.device("502").leaks()
    town.phone("孙德福").expect("8栋3单元502")
    nobody = TimelineEntry.objects.filter(verb="nobody_to_tell").values_list("params", flat=True)
    assert {line["audience"] for line in nobody} == {"family", "unit_captain", "duty_desk"}
    assert town.incident().next_step_at == town.now + timedelta(seconds=120)  # the grid lead's; the captain's is done
    town.later(seconds=119)
    town.nobody_else_was_told()


def test_a_dead_phone_is_tried_again_and_then_written_down(town):
    town.phone("王芳").dead = True
    town.device("502").leaks()
    for name in ("王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect()
    town.desk_acknowledges()
    town.later(seconds=600)
    message = Message.objects.get(recipient_name="王芳")
    assert (message.state, message.attempts) == ("failed", 24)
    assert TimelineEntry.objects.filter(verb="undelivered").exists()


def test_a_phone_that_comes_back_gets_its_message_once(town):
    town.phone("王芳").dead = True
    town.device("502").leaks()
    for name in ("王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect()
    town.desk_acknowledges()
    town.later(seconds=2)
    town.phone("王芳").dead = False
    town.later(seconds=30)
    town.phone("王芳").expect("燃气泄漏报警")


def test_the_timeline_tells_the_whole_story(town):
    town.device("502").leaks()
    everybody_is_told_first(town)
    town.phone("王芳").answers("going")
    town.desk_acknowledges()
    town.device("502").clears(at=town.now)
    town.desk_closes(cause="stove_left_on", outcome="关火通风")
    verbs = list(TimelineEntry.objects.order_by("id").values_list("verb", flat=True))
    assert verbs == ["opened", "told", "told", "told", "answered", "acknowledged", "cleared", "closed"]


def test_a_damaged_address_keeps_nobody_else_from_hearing(town, caplog):
    kind, ref = town.phone("王芳").holder
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE registry_contactpoint SET address = 'damaged' WHERE {kind}_id = %s", [ref])
    town.device("502").leaks()
    for name in ("王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect("燃气泄漏报警")
    assert Message.objects.get(recipient_name="王芳").state == "failed"
    assert "cannot be decrypted" in caplog.text
    caplog.clear()


def test_a_message_without_words_keeps_nobody_else_from_hearing(town, caplog):
    Message.objects.create(
        community=town.community, about="matter:0", recipient_kind="contact", recipient_id=1, recipient_name="王芳", language="zh-hans",
        wording="nonsense", idempotency_key="x", created_at=town.now, due_at=town.now,
    )  # fmt: skip
    town.device("502").leaks()
    everybody_is_told_first(town)
    assert Message.objects.get(wording="nonsense").state == "failed"
    assert "cannot be put into words" in caplog.text
    caplog.clear()


def test_a_policy_changed_at_the_desk_holds_within_five_seconds(town):
    town.device("501").leaks()
    for name in ("李梅", "赵玉兰", "值班员小林"):
        town.phone(name).expect()
    town.desk_acknowledges()
    policy = EscalationPolicy.objects.create(community=town.community, kind_id="gas_leak")
    policy.steps.create(after_seconds=0, audience="secretary")
    town.later(seconds=6)
    town.device("502").leaks()
    town.phone("陈书记").expect("8栋3单元502")
    assert Incident.objects.get(place="8栋3单元502").chain == [[0, "secretary", 0, ""]]
    town.later(seconds=300)
    town.phone("值班员小林").expect("再次提醒")
