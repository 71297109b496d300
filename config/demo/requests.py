"""What troubled the invented community in the last three months, and what became of it: written by the same actions as real ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from linli.accounts.actors import actor_of
from linli.accounts.roles import Role
from linli.casework.actions.answering import record_contact, resolve_request
from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.handing import take_request
from linli.casework.actions.mediating import MediationGiven, PartyGiven, agree_mediation, open_mediation
from linli.casework.actions.presets import lay_down_categories
from linli.casework.actions.rating import Rated, rate_by_call
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.models import Reporter, Request
from linli.core.actors import Actor
from linli.notifications.models import Message
from linli.registry.models import Post, Resident

HOUSEHOLDS_PER_REQUEST: Final = 30
DAYS: Final = 90
OPEN_DAYS: Final = 6
"""What came in the last days is still open."""
TOLD: Final = (
    ("厨房下水道堵了，往上返水", "管道已疏通，师傅看了没有再返水。"),
    ("卫生间漏水，楼下都湿了", "更换了水管接头，楼下已经看过。"),
    ("楼道灯不亮，晚上看不见台阶", "灯泡和声控开关都换了新的。"),
    ("暖气不热，室温只有十六度", "供热公司放了气，室温升到二十度。"),
    ("家里没水，邻居家也没有", "总阀检修完成，已经恢复供水。"),
    ("单元门关不上，谁都能进", "闭门器已更换。"),
    ("垃圾桶满了好几天，味道大", "已联系清运，今后每天一清。"),
    ("楼下有人乱停车，消防通道堵了", "车已挪走，地面重新划了线。"),
    ("楼上装修太吵，中午也不停", "已和业主说好，中午十二点到两点停工。"),
    ("邻居把杂物堆在楼道里", "杂物已清走，贴了提示。"),
    ("外墙往屋里渗水，墙皮掉了", "维修单位看过现场，列入修缮计划。"),
    ("想问老年餐怎么办卡", "已告诉老人带身份证到食堂登记。"),
    ("咨询高龄津贴什么时候发", "已答复发放日期和查询方式。"),
    ("母亲一个人在家，想请人常去看看", "已列入走访名单，每周上门一次。"),
    ("小区路面结冰，老人不敢出门", "已撒融雪剂并安排志愿者清冰。"),
    ("遛狗不拴绳，吓着孩子", "已上门提醒养犬户，张贴了文明养犬提示。"),
    ("燃气软管老化，想换一根", "燃气公司已上门更换。"),
    ("楼上总往下扔东西", "已入户宣传，并装了提示牌。"),
)
DISPUTES: Final = (
    "楼上装修动了厨房管线，楼下返水，两家为谁出钱争执不下",
    "楼道里放鞋柜，对门进出不便，说过几次没有结果",
)
AGREEMENT: Final = "鞋柜七日内搬回家中；今后楼道不放杂物。双方互相体谅，不再为此争执。"
CHANNELS: Final = ("counter", "counter", "counter", "phone", "phone", "wechat", "door", "captain")


def let_people_complain(*, community_id: int, now: datetime, seed: int, households: int) -> None:
    """Requests of a town that stands, the older ones answered and rated. Their messages are not sent: they are of long ago."""
    dice = random.Random(f"requests:{seed}")  # noqa: S311  the point is that it repeats
    lay_down_categories(community_id=community_id)
    clerks = _clerks(community_id)
    people = list(
        Resident.objects.filter(community_id=community_id).exclude(phone="").order_by("reference")[: 40 + households]
    )
    count = households // HOUSEHOLDS_PER_REQUEST
    if not clerks or not people or not count:
        return
    moments = sorted(now - timedelta(minutes=dice.randrange(30, DAYS * 1440)) for _request in range(count))
    for at in moments:
        _one(dice, by=dice.choice(clerks), who=dice.choice(people), at=at, now=now)
    _the_same_drain(dice, community_id, clerks[0], people, now)
    _let_neighbours_quarrel(community_id, people, now)
    Message.objects.filter(community_id=community_id, about__startswith="request").update(state=Message.State.CANCELLED)


def _clerks(community_id: int) -> list[Actor]:
    posts = Post.objects.filter(community_id=community_id, role=Role.DUTY_OFFICER, user__isnull=False)
    return [actor_of(post.user) for post in posts.select_related("user").order_by("pk") if post.user is not None]


def _one(dice: random.Random, *, by: Actor, who: Resident, at: datetime, now: datetime) -> None:
    text, answer = dice.choice(TOLD)
    given = Given(
        text=text, channel=dice.choice(CHANNELS), reporter=ReporterGiven(resident_id=who.pk, wants=Reporter.Wants.CALL)
    )
    request = enter_request(by=by, now=at, community_id=who.community_id, given=given)
    if now - at < timedelta(days=OPEN_DAYS):
        return
    took = at + timedelta(minutes=dice.randrange(10, 300))
    take_request(by=by, now=took, request_id=request.pk)
    if dice.random() < 0.92:
        record_contact(by=by, now=took, request_id=request.pk)
    done = at + timedelta(hours=dice.choice((3, 6, 20, 26, 50, 96, 120)))
    resolve_request(by=by, now=done, request_id=request.pk, text=answer)
    if dice.random() < 0.8:
        _rate(dice, by, request, done + timedelta(hours=20))


def _rate(dice: random.Random, by: Actor, request: Request, at: datetime) -> None:
    luck = dice.random()
    satisfaction = "satisfied" if luck < 0.78 else "mostly" if luck < 0.93 else "unsatisfied"
    solved = satisfaction != "unsatisfied" or dice.random() < 0.3
    reporter = request.reporters.get()
    rated = Rated(contacted=luck < 0.96, solved=solved, satisfaction=satisfaction, again=False)
    rate_by_call(by=by, now=at, request_id=request.pk, reporter_id=reporter.pk, rated=rated)


def _the_same_drain(
    dice: random.Random, community_id: int, by: Actor, people: Sequence[Resident], now: datetime
) -> None:
    """Three households of one stairwell within a week: what keeps coming back."""
    first = people[dice.randrange(len(people))]
    well = first.household.dwelling.unit
    for days in (5, 3, 1):
        given = Given(text="下水道又堵了，一到晚上就返水", channel="phone", place=PlaceGiven(unit_id=well.pk))
        enter_request(
            by=by, now=now - timedelta(days=days, minutes=dice.randrange(600)), community_id=community_id, given=given
        )


def _let_neighbours_quarrel(community_id: int, people: Sequence[Resident], now: datetime) -> None:
    """A dispute that is under way, and one with an agreement that is to be kept within a week."""
    secretary = Post.objects.filter(community_id=community_id, role=Role.SECRETARY, user__isnull=False).first()
    homes = list({one.household_id: one for one in people}.values())
    if secretary is None or secretary.user is None or len(homes) < 4:
        return
    by, today = actor_of(secretary.user), timezone.localdate(now)
    begun = []
    for about, days, parties in ((DISPUTES[0], 3, homes[:2]), (DISPUTES[1], 12, homes[2:4])):
        given = MediationGiven(
            kind="neighbours",
            about=about,
            parties=[PartyGiven(one.name, one.phone, one.household.dwelling.label) for one in parties],
            opened_on=today - timedelta(days=days),
            mediator_id=secretary.pk,
        )
        begun.append(open_mediation(by=by, now=now - timedelta(days=days), community_id=community_id, given=given))
    agree_mediation(
        by=by,
        now=now - timedelta(days=1),
        mediation_id=begun[1].pk,
        seen=begun[1].version,
        agreement=AGREEMENT,
        agreed_on=today - timedelta(days=1),
        fulfil_by=today + timedelta(days=6),
    )
