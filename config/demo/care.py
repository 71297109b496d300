"""Whom the invented community looks after: who is on which list, and when somebody last looked in."""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from linli.core.bulk import insert_rows
from linli.registry.groups import RULES, Group
from linli.registry.models import HealthNote, HomeVisit, Membership, Post, Resident
from linli.registry.rules import age_on

ELDER, VERY_OLD = 60, 80
BASIS: Final[Mapping[str, str]] = {
    Group.LIVING_ALONE: "入户核实", Group.EMPTY_NEST: "入户核实", Group.ADVANCED_AGE: "出生日期", Group.DEPENDENT: "能力评估",
    Group.ALLOWANCE: "民政审批", Group.DISABLED: "残疾人证",
}  # fmt: skip
FINE: Final = ("一切都好", "血压正常，心情不错", "女儿周末来过", "在楼下晒太阳", "")
NEEDED: Final = (("厨房灯不亮", "联系物业换灯"), ("想去食堂吃饭", "办老年就餐卡"), ("腿疼，下楼少了", "请社区医生看看"))
NOTES: Final = (("夜里用制氧机，停电要先去看", "停电和急救"), ("听力差，敲门要重，先打电话", "上门和报警时"))
LATE, NOBODY_IN, IN_NEED = 0.1, 0.08, 0.08
"""Shares of the households that are overdue, of the visits that found nobody, and of those that found something to do."""

Home = Sequence[Resident]


def look_after(*, community_id: int, now: datetime, seed: int) -> None:
    """Lists, visits and two health notes of a town that stands. The same seed and day give the same."""
    dice = random.Random(f"care:{seed}")  # noqa: S311  the point is that it repeats
    today = timezone.localdate(now)
    helpers = dict(
        Post.objects.filter(community_id=community_id, role="unit_captain").values_list("unit_id", "holder_name")
    )
    memberships: list[tuple[Any, ...]] = []
    visits: list[tuple[Any, ...]] = []
    dependent: list[Resident] = []
    for home in _homes(community_id):
        helper = helpers.get(home[0].household.dwelling.unit_id, "")
        lists = [(person, group) for person in home for group in _groups(dice, person, home, today)]
        dependent += [person for person, group in lists if group == Group.DEPENDENT]
        for person, group in lists:
            since = today - timedelta(days=dice.randrange(30, 900))
            memberships.append(
                (community_id, person.pk, group, since, BASIS.get(group, ""), "", RULES[group].every_days, helper)
            )
        every = min((RULES[group].every_days or 365 for _person, group in lists), default=None)
        if every is not None:
            told = (community_id, home[0].household_id)
            visits += [(*told, *visit) for visit in _visits(dice, every, helper or "网格员", now)]
    columns: Sequence[str] = (
        "community", "resident", "group", "since_on", "basis", "grade", "every_days", "helper_name",
    )  # fmt: skip
    insert_rows(Membership, columns=columns, rows=memberships)
    columns = ("community", "household", "key", "visited_on", "found", "note", "to_do", "visitor_name", "written_at")
    insert_rows(HomeVisit, columns=columns, rows=visits)
    _write_notes(dependent, now, today)


def _homes(community_id: int) -> Iterator[Home]:
    """Household by household, in the order of their doors."""
    homes: dict[str, list[Resident]] = defaultdict(list)
    people = Resident.objects.filter(community_id=community_id).select_related("household__dwelling")
    for person in people.order_by("household__dwelling__label", "reference"):
        homes[person.household.dwelling.label].append(person)
    yield from homes.values()


def _groups(dice: random.Random, person: Resident, home: Home, today: date) -> Iterator[str]:
    age = _age(person, today)
    if age >= ELDER and all(_age(one, today) >= ELDER for one in home):
        yield Group.LIVING_ALONE if len(home) == 1 else Group.EMPTY_NEST
    if age >= VERY_OLD:
        yield Group.ADVANCED_AGE
    if age >= VERY_OLD and dice.random() < 0.12:
        yield Group.DEPENDENT
    if person.is_head and dice.random() < 0.03:
        yield Group.ALLOWANCE
    if dice.random() < 0.025:
        yield Group.DISABLED


def _age(person: Resident, today: date) -> int:
    return age_on(born_on=person.born_on, day=today) if person.born_on else 0


def _visits(dice: random.Random, every: int, visitor: str, now: datetime) -> Iterator[tuple[Any, ...]]:
    """The last three, the newest within the interval but for those that are late."""
    late = dice.random() < LATE
    at = now - timedelta(days=every + dice.randrange(1, 15) if late else dice.randrange(0, every))
    for _visit in range(3):
        chance, found, note, to_do = dice.random(), "well", dice.choice(FINE), ""
        if chance < NOBODY_IN:
            found, note = "nobody", ""
        elif chance < NOBODY_IN + IN_NEED:
            found, (note, to_do) = "needs_help", dice.choice(NEEDED)
        key = uuid.UUID(int=dice.getrandbits(128), version=4)
        yield key, timezone.localdate(at), found, note, to_do, visitor, at
        at -= timedelta(days=every + dice.randrange(0, 5))


def _write_notes(people: Sequence[Resident], now: datetime, today: date) -> None:
    for number, (person, (text, purpose)) in enumerate(zip(people, NOTES, strict=False), start=1):
        HealthNote.objects.create(
            community_id=person.community_id,
            resident=person,
            text=text,
            purpose=purpose,
            legal_basis="consent",
            review_on=today + timedelta(days=45 * number),
            written_at=now - timedelta(days=30 * number),
        )
