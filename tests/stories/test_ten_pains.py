"""Ten things that people complain about in other alarm systems; each must be impossible here.

Some need a rig of their own and are proved elsewhere:
2  offline notices late, wrong or stuck           test_silent_devices.py
3  acknowledged or still alarming, then forgotten test_device_troubles.py (and below)
8  one foreign carrier only                       linli/notifications/tests/test_carrying.py, test_replies.py
9  a limit that delays in silence                 linli/notifications/tests/test_waiting.py (and below)
"""

from datetime import timedelta

from linli.incidents.actions import SilenceWish, confirm_silence, escalate_incidents, silence_alarms
from linli.incidents.models import Answer, Incident
from linli.incidents.rulebook import forget_rulebook
from linli.notifications.models import Message
from linli.safety.decoding import Raw

FIRST_TOLD = ("王芳", "王强", "赵玉兰", "值班员小林")


def test_pain_1_two_alarms_milliseconds_apart_are_one_incident_and_one_message_each(town):
    serial = town.device("502").serial
    for number in range(2):
        at = town.now + timedelta(milliseconds=3 * number)
        data = b'{"id": "%d", "at": "%s", "lel": 12.5}' % (number, at.isoformat().encode())
        town.device("502").town_takes(Raw(f"linli.demo.{serial}.alarm", data, at, f"twins:{number}"))
    assert Incident.objects.get().signals == 2
    for name in FIRST_TOLD:
        town.phone(name).expect("燃气泄漏报警")


def test_pain_3_an_acknowledgement_outlives_every_restart(town):
    town.device("502").leaks()
    town.forget_messages()
    town.desk_acknowledges()
    forget_rulebook()  # all that a process keeps in its memory
    town.later(seconds=1200, stride=10)
    assert town.incident().handling == "acknowledged"


def test_pain_4_it_goes_on_asking_until_somebody_answers(town):
    town.device("502").leaks()
    town.later(seconds=2 * 3600, stride=60)
    assert len(town.phone("值班员小林").messages) > 20
    assert town.incident().next_step_at > town.now
    town.forget_messages()


def test_pain_5_one_persons_answer_never_stops_everybody_else(town):
    town.device("502").leaks()
    town.forget_messages()
    town.phone("王芳").answers("false_alarm", note="在炒菜")
    town.phone("赵玉兰").answers("going", audience="unit_captain")
    town.later(seconds=60)
    town.phone("王强").expect("再次提醒")
    town.phone("值班员小林").expect("再次提醒")
    town.phone("孙德福").expect("燃气泄漏报警")
    assert town.incident().handling == "unacknowledged"


def test_pain_6_an_escalation_goes_on_after_we_were_away(town):
    town.device("502").leaks()
    town.forget_messages()
    town.now += timedelta(minutes=10)  # no worker lives: nothing ticks
    town.later(seconds=90)
    told = {name for name, phone in town.phones.items() if phone.messages}
    assert {"孙德福", "周网格", "陈书记", "值班员小林"} <= told
    assert town.incident().next_step_at > town.now
    town.forget_messages()


def test_pain_7_two_workers_that_take_the_same_step_tell_everybody_once(town):
    town.device("502").leaks()
    town.forget_messages()
    town.now += timedelta(seconds=60)
    before = Incident.objects.values("next_step", "next_step_at").get()
    escalate_incidents(now=town.now)
    Incident.objects.update(**before)  # as the other worker read it
    escalate_incidents(now=town.now)
    town.deliver(worker="worker-1")
    town.deliver(worker="worker-2")
    for name in (*FIRST_TOLD, "孙德福"):
        town.phone(name).expect("8栋3单元502")


def test_pain_9_what_waits_says_why_and_nobody_waits_with_it(town):
    town.phone("王芳").dead = True
    town.device("502").leaks()
    for name in ("王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect("燃气泄漏报警")
    waiting = Message.objects.get(state="owed")
    assert (waiting.recipient_name, waiting.last_error, waiting.attempts) == ("王芳", "dead line", 1)
    assert timedelta(0) < waiting.due_at - town.now <= timedelta(seconds=5)
    town.phone("王芳").dead = False
    town.later(seconds=5)
    town.phone("王芳").expect("燃气泄漏报警")


def test_pain_10_what_began_in_a_silence_is_not_forgotten_after_it_and_we_know_who_did_what(town):
    ends_at = town.now + timedelta(hours=2)
    wish = SilenceWish(town.community.pk, "管道检修", starts_at=town.now, ends_at=ends_at, kind="gas_leak")
    silence = silence_alarms(by=town.staff(town.desk_post), now=town.now, wish=wish)
    confirm_silence(by=town.staff(town.secretary_post), now=town.now, silence_id=silence.pk)
    town.later(seconds=30 * 60, stride=60)
    town.device("502").leaks()
    town.later(seconds=91 * 60, stride=60)
    for name in FIRST_TOLD:
        town.phone(name).expect("燃气泄漏报警")
    town.desk_acknowledges()
    assert Answer.objects.get().by_label == "值班员小林"
    assert (silence.made_by, silence.reason) == ("值班员小林", "管道检修")
    town.forget_messages()
