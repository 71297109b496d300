"""What the worker lets go at once, what waits, over which way, and that life never waits in silence."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import pytest
from django.db import connection

from linli.accounts.roles import Role
from linli.core.actors import Actor
from linli.core.events import hear
from linli.core.prepared import NESTED_LOOPS_OVER_INDEXES
from linli.notifications.actions import Owed, Wish, owe_messages, send_despite_clock, state_wishes
from linli.notifications.choosing import ready_messages
from linli.notifications.delivering import LEASE, Attempt, lease_messages, record_attempts
from linli.notifications.events import PointDead
from linli.notifications.models import Channel, ChannelUse, Message, Preference
from linli.notifications.standing import forget_standing
from linli.notifications.ways import as_wished, free_at, living, quiet_ends
from linli.notifications.wording import Wording, _laid, lay_down
from linli.registry.models import Building as House
from linli.registry.models import Community, Contact, ContactPoint, Dwelling, Grid, Household, Post, Unit
from linli.registry.queries import PointCard, holder_behind_link

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon in Changchun
NIGHT = NOW + timedelta(hours=11)  # 23:00
BY = Actor(kind="user", label="陈书记", ref="7", user_id=7)
ROBOT = "wecombot://aaaa-bbbb"
numbers = count(1)


def everything(kind):
    return kind != "phone"


@pytest.fixture(autouse=True)
def plain_words():
    lay_down("test.plain", called="提醒", zh=Wording("题", "文"), en=Wording("T", "X"), routine=True)
    yield
    del _laid["test.plain"]


class Place:
    """A desk with a post and a relative, each reached as the test says."""

    def __init__(self):
        self.community = Community.objects.create(code="linju", name="邻里示范社区")
        self.post = Post.objects.create(
            community=self.community, role=Role.DUTY_OFFICER, holder_name="小林", since_on=date(2026, 1, 1)
        )
        grid = Grid.objects.create(community=self.community, number=1)
        house = House.objects.create(community=self.community, grid=grid, number="8")
        unit = Unit.objects.create(community=self.community, building=house, number=3)
        dwelling = Dwelling.objects.create(
            community=self.community, unit=unit, floor=5, door="502", label="8栋3单元502"
        )
        household = Household.objects.create(community=self.community, dwelling=dwelling, moved_in_on=date(2026, 1, 1))
        self.contact = Contact.objects.create(community=self.community, household=household, name="王芳", relation="30")

    def way(self, holder, kind, address="", **more):
        held = {"contact": holder} if isinstance(holder, Contact) else {"post": holder}
        return ContactPoint.objects.create(
            community=self.community, kind=kind, address=address, position=holder.points.count() + 1, **held, **more
        )

    def owes(self, holder, *, priority=Message.FIRST, now=NOW, **params):
        kind = "contact" if isinstance(holder, Contact) else "post"
        key = f"k{next(numbers)}"
        owed = Owed(self.community.pk, "test:1", kind, holder.pk, "某人", "", "zh", "test.plain", params, key, priority)
        owe_messages(now=now, messages=[owed])
        return Message.objects.get(idempotency_key=key)

    def wishes(self, holder, **wish):
        kind = "contact" if isinstance(holder, Contact) else "post"
        return state_wishes(
            by=BY, now=NOW, holder=holder_behind_link(kind=kind, holder_id=holder.pk), wish=Wish(**wish)
        )


@pytest.fixture
def place(db):
    return Place()


def ready(now=NOW, owner="w1", limit=256):
    return ready_messages(owner=owner, now=now, limit=limit, carries=everything)


def ways(claimed):
    return [one.way.kind for one in claimed]


# --------------------------------------------------------------------------------------------------------- pure rules


def card(kind, *, dead=False):
    return PointCard(kind, f"{kind}:1", 1, dead=dead)


def test_dead_ways_are_passed_over_while_another_wakes_somebody():
    sms, dead, inbox = card("sms"), card("voice", dead=True), card("inbox")
    assert living([dead, sms, inbox]) == (sms, inbox)
    assert living([dead]) == (dead,)
    assert living([inbox, dead]) == (inbox, dead)  # an inbox wakes nobody: the dead number is tried all the same
    assert living([]) == ()


def test_ways_go_in_the_order_wished_and_the_rest_behind():
    sms, voice, inbox = card("sms"), card("voice"), card("inbox")
    assert as_wished([sms, voice, inbox], ["inbox", "voice"]) == (inbox, voice, sms)


@pytest.mark.parametrize(
    ("begin", "end", "hour", "ends"),
    [
        (22, 7, 23, "2026-11-24T07:00"), (22, 7, 3, "2026-11-23T07:00"), (22, 7, 7, None), (22, 7, 12, None),
        (12, 14, 13, "2026-11-23T14:00"), (12, 14, 14, None), (22, 7, 22, "2026-11-24T07:00"),
    ],
)  # fmt: skip
def test_quiet_hours_end_in_the_morning(begin, end, hour, ends):
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Asia/Shanghai")
    now = datetime(2026, 11, 23, hour, tzinfo=zone).astimezone(UTC)
    until = quiet_ends(now=now, begin=time(begin), end=time(end), zone=zone)
    assert (until and until.astimezone(zone).strftime("%Y-%m-%dT%H:%M")) == ends


def test_a_limit_slides_and_a_clock_set_back_makes_nobody_wait_longer():
    assert free_at(sent=[0, 1, 2], limits=[(4, 60)], at=3) == 3
    assert free_at(sent=[0, 1, 2], limits=[(3, 60)], at=3) == 60
    assert free_at(sent=[0, 1, 2], limits=[(3, 60), (1, 30)], at=3) == 60
    assert free_at(sent=[5000.0], limits=[(1, 60)], at=100) == 160


# -------------------------------------------------------------------------------------------------------------- wishes


def test_quiet_hours_hold_back_what_can_wait_and_say_until_when(place):
    place.way(place.contact, "sms", "13800000001")
    place.wishes(place.contact, quiet_from=time(22), quiet_until=time(7))
    message = place.owes(place.contact, priority=Message.ROUTINE, now=NIGHT)
    assert ready(NIGHT) == []
    message.refresh_from_db()
    morning = NIGHT + timedelta(hours=8)
    assert (message.state, message.held_by, message.held_until, message.due_at) == ("owed", "quiet", morning, morning)
    assert (message.attempts, message.leased_until) == (0, None)
    assert ready(morning - timedelta(seconds=1)) == []
    assert ways(ready(morning)) == ["sms"]


@pytest.mark.parametrize("priority", [Message.FIRST, Message.REPEAT])
def test_quiet_hours_never_hold_back_an_alarm(place, priority):
    place.way(place.contact, "sms", "13800000001")
    place.way(place.contact, "webhook", "http://127.0.0.1/")
    place.wishes(place.contact, quiet_from=time(22), quiet_until=time(7), unwanted=("test.plain",), ways=("webhook",))
    place.owes(place.contact, priority=priority, now=NIGHT, life_safety=True, severity=1)
    assert ways(ready(NIGHT)) == ["sms"]  # not even the order of ways is asked for


def test_what_nobody_wants_is_taken_back_visibly(place):
    place.way(place.contact, "sms", "13800000001")
    place.wishes(place.contact, unwanted=("test.plain",))
    message = place.owes(place.contact, priority=Message.ROUTINE)
    assert ready() == []
    message.refresh_from_db()
    assert (message.state, message.held_by) == ("cancelled", "unwanted")


def test_the_order_of_ways_is_as_wished_for_what_can_wait(place):
    place.way(place.contact, "sms", "13800000001")
    place.way(place.contact, "webhook", "http://127.0.0.1/")
    place.wishes(place.contact, ways=("webhook", "sms"))
    place.owes(place.contact, priority=Message.ROUTINE)
    assert ways(ready()) == ["webhook"]


def test_other_wishes_free_what_was_held_back(place):
    place.way(place.contact, "sms", "13800000001")
    place.wishes(place.contact, quiet_from=time(22), quiet_until=time(7))
    place.owes(place.contact, priority=Message.ROUTINE, now=NIGHT)
    assert ready(NIGHT) == []
    place.wishes(place.contact)
    assert ways(ready(NIGHT)) == ["sms"]
    assert Preference.objects.count() == 1


def test_without_wishes_and_limits_choosing_asks_nothing(place, django_assert_num_queries):
    place.way(place.contact, "webhook", "http://127.0.0.1/")
    ready()
    place.owes(place.contact, severity=1)
    with django_assert_num_queries(2):  # the claim and the ways
        assert ways(ready()) == ["webhook"]


# -------------------------------------------------------------------------------------------------------------- limits


def storm(place, n, **more):
    return [place.owes(place.post, **more) for _ in range(n)]


def test_a_robot_takes_twenty_a_minute_and_the_rest_waits_visibly(place):
    place.way(place.post, "apprise", ROBOT)
    storm(place, 25, priority=Message.ROUTINE)
    gone = ready()
    sends(gone)
    assert len(gone) == 20
    waiting = Message.objects.filter(held_by="limit", state="owed")
    assert waiting.count() == 5
    assert set(waiting.values_list("held_until", "due_at", "attempts")) == {(NOW + timedelta(seconds=60),) * 2 + (0,)}
    assert ready(NOW + timedelta(seconds=59)) == []
    assert len(ready(NOW + timedelta(seconds=60))) == 5


def test_two_workers_share_one_limit(place):
    place.way(place.post, "apprise", ROBOT)
    storm(place, 30, priority=Message.ROUTINE)
    gone = [len(ready(owner=f"w{n % 2}", limit=7)) for n in range(6)]
    assert sum(gone) == 20


def test_each_robot_has_its_own_limit_and_dingtalk_is_known(place):
    place.way(place.post, "apprise", ROBOT)
    other = Post.objects.create(
        community=place.community, role=Role.SECRETARY, holder_name="陈", since_on=date(2026, 1, 1)
    )
    place.way(other, "apprise", "dingtalk://token")
    storm(place, 21, priority=Message.ROUTINE)
    for _ in range(21):
        place.owes(other, priority=Message.ROUTINE)
    assert len(ready()) == 40


def test_an_alarm_over_the_limit_takes_the_next_way_at_once(place):
    place.way(place.post, "apprise", ROBOT)
    place.way(place.post, "webhook", "http://127.0.0.1/")
    storm(place, 20, priority=Message.ROUTINE)
    ready()
    place.owes(place.post, severity=1)
    assert ways(ready()) == ["webhook"]


def test_an_alarm_without_another_way_waits_in_front_and_says_so(place):
    place.way(place.post, "apprise", ROBOT)
    storm(place, 25, priority=Message.ROUTINE)
    sends(ready())
    alarm = place.owes(place.post, severity=1, now=NOW + timedelta(seconds=5))
    again = place.owes(place.post, severity=1, priority=Message.REPEAT, now=NOW + timedelta(seconds=5))
    assert ready(NOW + timedelta(seconds=5)) == []
    alarm.refresh_from_db()
    assert (alarm.held_by, alarm.held_until) == ("limit", NOW + timedelta(seconds=60))
    drained = [one.envelope.message_id for one in ready(NOW + timedelta(seconds=60))]
    assert drained[:2] == [alarm.pk, again.pk]  # FIRST before REPEAT before ROUTINE
    assert len(drained) == 7


def test_an_alarm_by_sms_goes_although_the_number_had_one_a_second_ago(place):
    place.way(place.contact, "sms", "13800000001")
    place.way(place.contact, "inbox")
    for _ in range(2):
        place.owes(place.contact, severity=1)
    assert ways(ready()) == ["sms", "sms"]  # a relative has no inbox to look into, and the limit shuts nobody out
    place.owes(place.contact, priority=Message.ROUTINE)
    assert ready() == []


def test_limits_are_data(place):
    Channel.objects.get(code="wecombot").limits.update(most=2)
    forget_standing()
    place.way(place.post, "apprise", ROBOT)
    storm(place, 3, priority=Message.ROUTINE)
    assert len(ready()) == 2
    assert [len(use.sent) for use in ChannelUse.objects.all()] == [2]


def test_those_behind_a_full_robot_do_not_wait_with_it(place):
    place.way(place.post, "apprise", ROBOT)
    place.way(place.contact, "webhook", "http://127.0.0.1/")
    storm(place, 60, priority=Message.ROUTINE)
    place.owes(place.contact, priority=Message.ROUTINE)
    assert ways(ready(limit=30)) == ["apprise"] * 20 + ["webhook"]


# --------------------------------------------------------------------------------------------------------- dead numbers


@pytest.fixture
def deaths():
    told = []
    hear(PointDead, told.append)
    yield told
    from linli.core.events import _hearers

    _hearers[PointDead].remove(told.append)


def sends(claimed, *, gone=False, now=NOW):
    error = "no such number" if gone else ""
    record_attempts(attempts=[Attempt(one, now, now, error, gone, gone) for one in claimed], now=now)


def test_a_number_that_fails_for_good_thrice_is_dead_and_told_of_once(place, deaths):
    sms = place.way(place.contact, "sms", "13800000001")
    place.way(place.contact, "webhook", "http://127.0.0.1/")
    for minute in range(3):
        now = NOW + timedelta(minutes=minute)
        place.owes(place.contact, severity=1, now=now)
        sends(ready(now), gone=True, now=now)
        Message.objects.update(state="cancelled")
    sms.refresh_from_db()
    assert (sms.bounces, sms.dead_since, sms.dead_reason) == (3, now, "no such number")
    assert [(d.kind, d.holder_kind, d.holder_id, d.holder_name, d.masked) for d in deaths] == [
        ("sms", "contact", place.contact.pk, "王芳", "138****0001")
    ]
    place.owes(place.contact, severity=1, now=now)
    assert ways(ready(now + timedelta(minutes=1))) == ["webhook"]


def test_a_dead_number_is_tried_when_nothing_else_is_left_and_lives_again_when_it_works(place, deaths):
    sms = place.way(place.contact, "sms", "13800000001", bounces=3, dead_since=NOW, dead_reason="x")
    place.owes(place.contact, severity=1)
    sends(ready(), gone=True)
    assert deaths == []
    Message.objects.update(state="cancelled")
    place.owes(place.contact, severity=1)
    sends(ready())
    sms.refresh_from_db()
    assert (sms.bounces, sms.dead_since, sms.dead_reason) == (0, None, "")


def test_a_success_between_failures_forgets_them(place, deaths):
    sms = place.way(place.contact, "sms", "13800000001")
    for gone in (True, True, False, True, True):
        place.owes(place.contact, priority=Message.FIRST, severity=1)
        sends(ready(), gone=gone)
        Message.objects.update(state="cancelled")
    sms.refresh_from_db()
    assert (sms.bounces, sms.dead_since) == (2, None)


def test_a_fault_that_is_not_the_numbers_does_not_count(place, deaths):
    sms = place.way(place.contact, "sms", "13800000001")
    for _ in range(4):
        place.owes(place.contact, severity=1)
        record_attempts(attempts=[Attempt(one, NOW, NOW, "401", True, False) for one in ready()], now=NOW)
    sms.refresh_from_db()
    assert (sms.bounces, deaths) == (0, [])


def test_a_worker_is_given_no_more_than_it_asked_for(place):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            # So planned, a choice inside the update would be made anew for every row.
            planned = ("enable_hashagg", "enable_sort", "enable_material")
            cursor.execute("; ".join([NESTED_LOOPS_OVER_INDEXES, *(f"SET {way} = off" for way in planned)]))
    for _n in range(30):
        place.owes(place.post)
    assert len(lease_messages(owner="w1", now=NOW, limit=4)) == 4
    assert Message.objects.exclude(leased_until=None).count() == 4


def test_what_is_on_its_way_when_the_clock_is_put_back_is_not_sent_by_another(place):
    place.way(place.contact, "inbox")
    in_flight = place.owes(place.contact)
    assert len(lease_messages(owner="w1", now=NOW, limit=4)) == 1
    waiting = place.owes(place.contact)
    earlier = NOW - timedelta(hours=1)
    assert send_despite_clock(now=earlier) == 2
    assert [row["id"] for row in lease_messages(owner="w2", now=earlier, limit=4)] == [waiting.pk]
    died_since = earlier + LEASE + timedelta(seconds=1)
    assert in_flight.pk in [row["id"] for row in lease_messages(owner="w2", now=died_since, limit=4)]
