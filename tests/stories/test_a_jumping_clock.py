"""The clock of the house is put forward or back by an hour in the middle of an alarm: nobody waits for that hour."""

import pytest

from linli.notifications.models import Message
from linli.watching.actions import look_after_canary
from linli.watching.canary import canary_device
from linli.watching.models import Probe

FIRST_TOLD = ("王芳", "王强", "赵玉兰", "值班员小林")


def verbs(town):
    return list(town.incident().timeline.order_by("id").values_list("verb", flat=True))


def rung(town):
    """Who was rung since the last look, with how often."""
    rings = {name: len(phone.messages) for name, phone in town.phones.items() if phone.messages}
    town.forget_messages()
    return rings


def test_put_back_by_an_hour_the_calls_go_on_as_if_nothing_had_been(town):
    town.device("502").leaks()
    town.forget_messages()
    town.later(seconds=20)
    town.clock_jumps(hours=-1)
    town.later(seconds=72)  # ten until it is noticed, then the minute that it had to wait
    assert rung(town) == {**dict.fromkeys(FIRST_TOLD, 1), "孙德福": 1}
    town.later(seconds=60)
    assert rung(town) == {"王芳": 1, "王强": 1, "值班员小林": 1, "周网格": 1}
    town.later(seconds=180)
    assert rung(town) == {"陈书记": 2}
    town.later(seconds=600, stride=5)
    assert rung(town)["值班员小林"] == 2
    assert verbs(town).count("clock_put_back") == 1
    assert town.incident().next_step_at > town.now


def test_put_forward_by_an_hour_what_is_due_is_not_all_said_at_once(town):
    town.device("502").leaks()
    town.forget_messages()
    town.later(seconds=20)
    town.clock_jumps(hours=1)
    town.later(seconds=1)
    assert rung(town) == {**dict.fromkeys(FIRST_TOLD, 1), "孙德福": 1}
    town.later(seconds=40)
    assert rung(town)["陈书记"] >= 1
    town.desk_acknowledges()


@pytest.mark.parametrize("jump", [1, -1])
def test_what_was_taken_in_hand_stays_so_and_rings_again_in_time(town, jump):
    town.device("502").leaks()
    town.desk_acknowledges()
    town.forget_messages()
    in_hand = town.incident().outcome_due_at - town.now
    town.clock_jumps(hours=jump)
    if jump < 0:
        town.later(seconds=int(in_hand.total_seconds()) - 30, stride=10)
        assert town.incident().handling == "acknowledged"
        town.later(seconds=50, stride=10)
    else:
        town.later(seconds=5)
    assert town.incident().handling == "unacknowledged"
    assert set(rung(town)) >= set(FIRST_TOLD)


def test_an_answer_given_after_the_jump_counts(town):
    town.device("502").leaks()
    town.later(seconds=70)
    town.forget_messages()
    town.clock_jumps(hours=-1)
    town.later(seconds=12)
    town.desk_acknowledges()
    town.later(seconds=900, stride=5)
    assert town.incident().handling == "acknowledged"


def test_the_desk_may_acknowledge_in_the_very_second_of_the_jump(town):
    town.device("502").leaks()
    town.forget_messages()
    town.clock_jumps(hours=-1)
    town.desk_acknowledges()
    town.later(seconds=300, stride=5)
    assert town.incident().handling == "acknowledged"
    town.desk_closes(cause="stove_left_on", outcome="已关火")


def test_a_message_that_was_to_be_tried_again_does_not_wait_for_the_hour(town):
    town.phone("王芳").dead = True
    town.device("502").leaks()
    town.clock_jumps(hours=-1)
    town.phone("王芳").dead = False
    town.later(seconds=12)
    town.phone("王芳").expect("燃气泄漏报警")
    town.forget_messages()
    town.desk_acknowledges()


def test_an_alarm_that_comes_after_the_jump_is_told_at_once(town):
    town.device("502").leaks()
    town.forget_messages()
    town.clock_jumps(hours=-1)
    town.device("501").leaks()
    for name in ("李梅", "赵玉兰", "值班员小林"):
        town.phone(name).expect("8栋3单元501")
    for place in ("501", "502"):
        town.desk_acknowledges(place)


def test_the_morning_list_still_comes_once(town):
    town.at("07:30")
    town.clock_jumps(hours=-1)
    town.at("09:00")
    town.nobody_else_was_told()
    assert not Message.objects.exists()


@pytest.mark.parametrize("jump", [1, -1])
def test_the_canary_goes_on_singing(town, jump):
    published = []

    def sing():
        look_after_canary(
            now=town.now,
            device_id=canary_device(),
            begun_at=town.now,
            publish=lambda *what: published.append(what),
        )

    sing()
    town.clock_jumps(hours=jump)
    sing()
    assert Probe.objects.get().published_at == town.now
