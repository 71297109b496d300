"""What a duty desk needs around an alarm: whose answer counts, what comes back, mornings, who is on duty."""

from datetime import time, timedelta

import pytest

from linli.accounts.roles import Role
from linli.core.actors import system_actor
from linli.core.events import announce
from linli.incidents.actions import (
    Opening,
    Settling,
    acknowledge_incident,
    note_incident,
    open_incidents,
    reopen_incident,
    settle_incidents,
)
from linli.incidents.errors import (
    IncidentStillOpen,
    OpenAgainAlready,
)
from linli.incidents.models import Answer, EscalationPolicy, Incident, IncidentKind
from linli.notifications.carriers.book import forget_book
from linli.notifications.events import PointDead, ReplyReceived
from linli.notifications.models import Loudspeaker, Message
from linli.registry.models import Contact
from linli.registry.queries import PlaceRef
from linli.scheduling.models import Duty, Rota, Shift

FIRST_TOLD = ("王芳", "王强", "赵玉兰", "值班员小林")


def verbs(incident):
    return list(incident.timeline.order_by("at", "id").values_list("verb", flat=True))


def place_of(town):
    return PlaceRef(
        community_id=town.community.pk, grid_id=town.grid.pk, building_id=town.building.pk, unit_id=town.unit.pk
    )


def quiet(town, kind="low_battery", source="device:1", label="GAS502"):
    opening = Opening(
        kind=kind,
        source=source,
        source_label=label,
        place=place_of(town),
        place_label="8栋3单元502",
        happened_at=town.now,
    )
    return open_incidents(by=system_actor(part="test"), now=town.now, openings=[opening])[0]


# ------------------------------------------------------------------------------------------------ whose answer counts


def test_where_the_secretary_must_acknowledge_the_desk_alone_does_not_stop_it(town):
    policy = EscalationPolicy.objects.create(
        community=town.community, kind_id="gas_leak", stopped_by="secretary", loop_seconds=300
    )
    policy.steps.create(after_seconds=0, audience="duty_desk")
    policy.steps.create(after_seconds=60, audience="secretary")
    town.device("502").leaks()
    town.phone("值班员小林").expect("燃气泄漏报警")
    town.desk_acknowledges()
    assert town.incident().handling == "unacknowledged"
    assert "seen_at_desk" in verbs(town.incident())
    town.later(seconds=60)
    town.phone("陈书记").expect("燃气泄漏报警")
    acknowledge_incident(by=town.staff(town.secretary_post), now=town.now, incident_id=town.incident().pk)
    assert town.incident().handling == "acknowledged"
    town.later(seconds=900, stride=15)


def test_the_captain_who_is_on_the_way_stops_it_where_the_policy_says_so(town):
    policy = EscalationPolicy.objects.create(community=town.community, kind_id="gas_leak", stopped_by="unit_captain")
    policy.steps.create(after_seconds=0, audience="unit_captain", repeats=3)
    town.device("502").leaks()
    town.phone("赵玉兰").expect("燃气泄漏报警")
    town.phone("赵玉兰").answers("going", audience="unit_captain")
    assert town.incident().handling == "acknowledged"
    town.later(seconds=600, stride=15)


def test_an_answer_given_before_the_last_step_comes_too_late_to_stop_it(town):
    policy = EscalationPolicy.objects.create(community=town.community, kind_id="gas_leak", stopped_by="unit_captain")
    policy.steps.create(after_seconds=0, audience="unit_captain")
    policy.steps.create(after_seconds=60, audience="grid_lead")
    town.device("502").leaks()
    town.phone("赵玉兰").expect("燃气泄漏报警")
    given_at = town.now + timedelta(seconds=50)
    town.later(seconds=60)
    town.phone("周网格").expect("燃气泄漏报警")
    town.later(seconds=10)
    town.phone("赵玉兰").answers("going", audience="unit_captain", given_at=given_at)
    assert town.incident().handling == "unacknowledged"
    assert Answer.objects.get().stale


def test_a_second_answer_is_recorded_and_not_refused(town):
    town.device("502").leaks()
    town.forget_messages()
    town.phone("王芳").answers("going")
    town.phone("王强").answers("going")
    town.phone("王芳").answers("help")
    town.desk_acknowledges()
    town.desk_acknowledges()
    assert Answer.objects.count() == 5


def test_what_is_taken_in_hand_and_led_to_nothing_rings_again(town):
    town.device("502").leaks()
    town.desk_acknowledges()
    town.forget_messages()
    town.later(seconds=59 * 60, stride=15)
    assert town.incident().handling == "acknowledged"
    town.later(seconds=75)
    incident = town.incident()
    assert incident.handling == "unacknowledged"
    assert "unacknowledged" in verbs(incident)
    for name in FIRST_TOLD:
        town.phone(name).expect("再次提醒")
    town.desk_acknowledges()
    town.forget_messages()
    town.later(seconds=600, stride=15)


def test_who_writes_a_note_is_at_it_and_is_left_in_peace(town):
    town.device("502").leaks()
    town.desk_acknowledges()
    town.forget_messages()
    town.later(seconds=50 * 60, stride=15)
    note_incident(by=town.staff(town.desk_post), now=town.now, incident_id=town.incident().pk, text="燃气公司在路上")
    town.later(seconds=30 * 60, stride=15)
    assert town.incident().handling == "acknowledged"


# ------------------------------------------------------------------------------------------------ closed too early


def test_a_closed_incident_is_reopened_with_a_reason_and_told_anew(town):
    town.device("502").leaks()
    town.desk_closes(cause="stove_left_on", outcome="已关火")
    town.forget_messages()
    incident = reopen_incident(
        by=town.staff(town.desk_post), now=town.now, incident_id=town.incident().pk, reason="邻居说还有味"
    )
    assert (incident.handling, incident.closed_at, incident.cause) == ("unacknowledged", None, None)
    town.later(seconds=1)
    for name in FIRST_TOLD:
        town.phone(name).expect("8栋3单元502")
    with pytest.raises(IncidentStillOpen):
        reopen_incident(by=town.staff(town.desk_post), now=town.now, incident_id=incident.pk, reason="再开")
    town.desk_acknowledges()


def test_what_alarms_anew_is_not_opened_a_second_time(town):
    town.device("502").leaks()
    old = town.incident().pk
    town.desk_closes(cause="stove_left_on", outcome="已关火")
    town.later(seconds=5)
    town.device("502").leaks()
    town.forget_messages()
    with pytest.raises(OpenAgainAlready):
        reopen_incident(by=town.staff(town.desk_post), now=town.now, incident_id=old, reason="还有味")
    assert Incident.objects.filter(closed_at__isnull=True).count() == 1


# ------------------------------------------------------------------------------------------------ what can wait


def test_what_can_wait_rings_nobody_at_night_and_comes_with_the_morning(town):
    town.at("23:00")
    for number in range(5):
        quiet(town, source=f"device:{number}")
    quiet(town, kind="device_offline", source="device:9")
    town.deliver()
    town.at("07:59")
    town.nobody_else_was_told()
    town.at("08:01")
    town.phone("值班员小林").expect("6 件", "电池电量低 5 件")
    town.nobody_else_was_told()
    town.at("08:01")
    town.phone("值班员小林").expect("6 件")


def test_the_machine_closes_what_is_over_by_itself_if_it_could_wait_and_never_an_alarm(town):
    opened = quiet(town)
    town.device("502").leaks()
    town.forget_messages()
    settlings = [
        Settling(town.community.pk, "device:1", "low_battery", "over", "电池已更换"),
        Settling(town.community.pk, f"device:{town.device_id('502')}", "gas_leak", "test", "不可以"),
    ]
    assert settle_incidents(by=system_actor(part="test"), now=town.now, settlings=settlings) == 1
    assert Incident.objects.get(pk=opened.incident_id).closed_at == town.now
    assert Incident.objects.get(kind="gas_leak").closed_at is None


# ------------------------------------------------------------------------------------------------ first things first


def test_the_first_alarm_of_every_household_is_heard_before_any_second(town):
    openings = [
        Opening(
            kind="gas_leak",
            source=f"device:{100 + number}",
            source_label=f"X{number}",
            place=place_of(town),
            place_label=f"8栋3单元502 第{number}个",
            happened_at=town.now,
            household_id=town.household_502.pk,
        )
        for number in range(50)
    ]
    by = system_actor(part="test")
    open_incidents(by=by, now=town.now, openings=openings)
    late = Opening(
        kind="gas_leak",
        source="device:999",
        source_label="Y",
        place=place_of(town),
        place_label="8栋3单元501",
        happened_at=town.now,
        household_id=town.household_501.pk,
    )
    open_incidents(by=by, now=town.now, openings=[late])
    town.deliver()
    heard = [message.text for message in town.phone("值班员小林").messages]
    assert "8栋3单元501" in heard[0] + heard[1]
    town.forget_messages()


def test_reminders_of_a_building_wide_event_come_in_one_message_first_ones_never(town):
    by = system_actor(part="test")
    openings = [
        Opening(
            kind="smoke",
            source=f"device:{200 + number}",
            source_label=f"S{number}",
            place=place_of(town),
            place_label=f"8栋{number}单元楼道",
            happened_at=town.now,
        )
        for number in range(4)
    ]
    open_incidents(by=by, now=town.now, openings=openings)
    town.deliver()
    assert len(town.phone("赵玉兰").messages) == 4
    town.forget_messages()
    town.later(seconds=61)
    assert len(town.phone("赵玉兰").messages) == 1
    town.phone("赵玉兰").expect("4 处", "8栋0单元楼道")
    assert len(town.phone("周网格").messages) == 4  # the first that he hears of each
    town.forget_messages()


def test_a_step_may_ask_for_a_way_that_is_tried_first(town):
    policy = EscalationPolicy.objects.create(community=town.community, kind_id="gas_leak")
    policy.steps.create(after_seconds=0, audience="duty_desk", way="inbox")
    town.device("502").leaks()
    assert Message.objects.get().way == "inbox"
    town.forget_messages()


@pytest.mark.django_db
def test_every_kind_has_causes_and_a_policy_of_the_house():
    for kind in IncidentKind.objects.all():
        assert kind.causes.exists(), kind.code
        assert EscalationPolicy.objects.filter(kind=kind, community__isnull=True).exists(), kind.code


# ------------------------------------------------------------------------------------------------ who is on duty


def keeps_a_rota(town, post=None):
    """A rota whose only turn is this post's, for the day; nobody's without a post."""
    Rota.objects.create(community=town.community, is_kept=True)
    if post is not None:
        day = town.now.replace(hour=0)
        shift = Shift.objects.create(
            community=town.community, name="全天", starts=time(0), ends=time(0), since_on=day.date()
        )
        Duty.objects.create(
            community=town.community,
            shift=shift,
            on=day.date(),
            post=post,
            starts_at=day,
            ends_at=day + timedelta(days=1),
        )


def test_only_who_is_on_duty_by_the_rota_is_called_for_the_desk(town):
    night = town.post("值班员大林", Role.DUTY_OFFICER)
    keeps_a_rota(town, night)
    town.device("502").leaks()
    for name in ("王芳", "王强", "赵玉兰", "值班员大林"):
        town.phone(name).expect("燃气泄漏报警")


def test_nobody_on_duty_is_written_down_and_the_secretary_is_called_at_once(town):
    keeps_a_rota(town)
    town.device("502").leaks()
    for name in ("王芳", "王强", "赵玉兰", "陈书记"):
        town.phone(name).expect("燃气泄漏报警")
    assert "nobody_on_duty" in verbs(town.incident())


# ------------------------------------------------------------------------------------------------ answers without a page


def replies(town, name, choice, *, given_at=None):
    message = Message.objects.filter(recipient_name=name).latest("id")
    announce(ReplyReceived(message.pk, choice, at=given_at or town.now, via="sms", heard_at=town.now))


def test_a_relative_answers_by_text_as_over_the_link(town):
    town.device("502").leaks()
    town.forget_messages()
    replies(town, "王芳", "1")
    answer = Answer.objects.get()
    assert (answer.by_label, answer.audience, answer.choice, answer.via) == ("王芳", "family", "going", "sms")
    town.later(seconds=60)
    town.phone("王芳").expect_silence()
    town.forget_messages()


def test_the_desk_takes_it_in_hand_by_a_key_on_the_phone(town):
    town.device("502").leaks()
    town.forget_messages()
    replies(town, "值班员小林", "1")
    assert town.incident().handling == "acknowledged"


def test_a_text_that_was_long_under_way_stops_nobody_else(town):
    town.device("502").leaks()
    given_at = town.now
    town.later(seconds=61)
    town.forget_messages()
    replies(town, "值班员小林", "1", given_at=given_at)
    assert town.incident().handling == "unacknowledged"
    town.desk_acknowledges()


def test_a_text_after_the_closing_is_written_down(town):
    town.device("502").leaks()
    town.forget_messages()
    town.desk_closes(cause="stove_left_on", outcome="已关火")
    replies(town, "王芳", "3")
    assert town.incident().timeline.latest("id").params["late"] is True
    assert town.incident().handling == "closed"


def test_a_dead_number_is_the_grid_leads_work_next_morning(town):
    contact = Contact.objects.get(name="王芳")
    dead = PointDead(town.community.pk, "sms", "contact", contact.pk, "王芳", "138****1234", town.now)
    announce(dead)
    announce(dead)
    incident = town.incident()
    assert (incident.kind_id, incident.place) == ("number_dead", "8栋3单元502 王芳")
    town.at("08:01")
    town.phone("周网格").expect("电话打不通 1 件")


def test_the_link_of_a_mornings_list_leads_to_the_desk(town, client):
    quiet(town)
    town.at("08:01")
    message = town.phone("值班员小林").expect("1 件")
    assert client.get(f"/l/{message.link.rstrip('/').rpartition('/')[2]}/").url == "/desk/"


# ------------------------------------------------------------------------------------------------ said aloud


def test_a_loudspeaker_says_a_leak_once_and_nothing_that_can_wait(town):
    horn = Loudspeaker.objects.create(
        community=town.community, building=town.building, name="8栋楼前", url="http://127.0.0.1:9/"
    )
    forget_book()
    town.device("502").leaks()
    quiet(town)
    said = Message.objects.filter(recipient_kind="speaker")
    assert [(m.recipient_id, m.wording) for m in said] == [(horn.pk, "incident.raised")]
    assert len(town.said_aloud) == 1
    town.forget_messages()
