"""A community's own words, quiet nights, busy robots and dead numbers, as the people of the town meet them."""

from datetime import datetime, time, timedelta

from linli.core.actors import system_actor
from linli.notifications.actions import Owed, Wish, owe_messages, reset_wording, state_wishes, word_message
from linli.notifications.models import Channel, Message
from linli.notifications.standing import forget_standing
from linli.registry.models import ContactPoint
from linli.registry.queries import holder_behind_link

SYSTEM = system_actor(part="test")


def wording(town, text, *, title="【{kind}】"):
    word_message(
        by=town.staff(town.secretary_post), now=town.now, community_id=town.community.pk, code="incident.raised",
        language="zh", form="long", title=title, text=text,
    )  # fmt: skip
    forget_standing()


def test_the_community_says_it_in_its_own_words_and_can_go_back(town):
    wording(town, "老邻居们：{地点}{类型}，快去看看！")
    town.device("502").leaks()
    for name in ("王芳", "王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect("老邻居们：8栋3单元502燃气泄漏报警")
    town.desk_acknowledges()
    reset_wording(
        by=SYSTEM, now=town.now, community_id=town.community.pk, code="incident.raised", language="zh", form="long"
    )
    forget_standing()
    town.device("501").leaks()
    for name in ("李梅", "赵玉兰", "值班员小林"):
        town.phone(name).expect("请马上确认屋里的人平安")


def test_a_number_that_does_not_exist_is_passed_over_and_the_alarm_goes_the_other_way(town):
    """GoAlert #4188, ThingsBoard's silent drop: nobody waits behind a number that cannot answer."""
    Channel.objects.filter(code="webhook").update(bounces_until_dead=2)
    fang = town.phone("王芳")
    kind, contact_id = fang.holder
    fang.gone = True
    ContactPoint.objects.create(
        community=town.community, contact_id=contact_id, kind="webhook", address="phone://王强", position=9
    )
    town.device("502").leaks()
    town.later(seconds=60)
    numbers = ContactPoint.objects.filter(contact_id=contact_id).order_by("position")
    assert [n.dead_since is None for n in numbers] == [False, True]
    mine = Message.objects.filter(recipient_kind=kind, recipient_id=contact_id)
    assert set(mine.values_list("state", flat=True)) == {"sent"}
    assert fang.messages == []
    fang.gone = False
    assert len(town.phone("王强").messages) == 4  # his own two, and his sister's two
    town.forget_messages()
    town.later(seconds=60)
    assert fang.messages == []  # the dead number is passed over although it would ring again
    town.forget_messages()


def test_quiet_hours_keep_the_list_for_the_morning_and_never_an_alarm(town):
    captain = town.phone("赵玉兰")
    holder = holder_behind_link(kind="post", holder_id=captain.holder[1])
    night = Wish(quiet_from=time(21), quiet_until=time(7))
    state_wishes(by=town.staff(town.secretary_post), now=town.now, holder=holder, wish=night)
    town.now = datetime.fromisoformat("2026-11-23T23:00:00+08:00")
    params = {
        "community": "邻里",
        "count": 2,
        "list_zh": "低电量 2 件",
        "list_en": "",
        "severity": 3,
        "life_safety": False,
    }
    digest = Owed(
        town.community.pk, "digest:1", "post", captain.holder[1], "赵玉兰", "unit_captain", "zh-hans", "incident.digest",
        params, "digest:test", Message.ROUTINE,
    )  # fmt: skip
    owe_messages(now=town.now, messages=[digest])
    town.deliver()
    captain.expect_silence()
    held = Message.objects.get(idempotency_key="digest:test")
    assert (held.held_by, held.held_until) == ("quiet", datetime.fromisoformat("2026-11-24T07:00:00+08:00"))
    town.device("502").leaks()
    for name in ("王芳", "王强", "赵玉兰", "值班员小林"):
        town.phone(name).expect("燃气泄漏报警")
    town.desk_acknowledges()
    town.now = held.held_until - timedelta(seconds=1)
    town.later(seconds=1)
    captain.expect("今日待办")
    town.forget_messages()
