"""The priority groups (重点人群) a community keeps lists of, with what each list is for. Data, not code: domain research §2."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Group(models.TextChoices):
    """Groups that offices report on. Their codes are ours: no national code set names them all."""

    LIVING_ALONE = "living_alone", _("elder living alone")
    EMPTY_NEST = "empty_nest", _("empty-nest elder")
    ADVANCED_AGE = "advanced_age", _("advanced age (80 and older)")
    DEPENDENT = "dependent", _("cannot look after themselves")
    ALLOWANCE = "allowance", _("subsistence allowance")
    EXTREMELY_POOR = "extremely_poor", _("extremely poor, supported")
    DISABLED = "disabled", pgettext_lazy("group", "disabled")
    LEFT_BEHIND = "left_behind", _("left behind by family")
    CHILD_IN_NEED = "child_in_need", _("child in need")
    VETERAN_FAMILY = "veteran_family", _("entitled veteran or family")
    PASSBOOK = "passbook", _("passbook user")
    LOST_CHILD = "lost_child", _("family that lost its only child")
    MENTAL_ILLNESS = "mental_illness", _("severe mental illness")
    RELEASED = "released", _("released from prison")
    CORRECTION = "correction", _("community correction")
    DRUG_RECOVERY = "drug_recovery", _("recovering from drugs")
    PETITION = "petition", _("petitioner")


@dataclass(frozen=True, slots=True)
class GroupRule:
    """``restricted``: only those with registry.restricted know who is on the list. ``every_days``: usual visiting interval."""

    restricted: bool = False
    every_days: int | None = None


RULES: Final[Mapping[str, GroupRule]] = {
    Group.LIVING_ALONE: GroupRule(every_days=7),
    Group.EMPTY_NEST: GroupRule(every_days=30),
    Group.ADVANCED_AGE: GroupRule(every_days=30),
    Group.DEPENDENT: GroupRule(every_days=7),
    Group.ALLOWANCE: GroupRule(every_days=90),
    Group.EXTREMELY_POOR: GroupRule(every_days=30),
    Group.DISABLED: GroupRule(every_days=90),
    Group.LEFT_BEHIND: GroupRule(every_days=30),
    Group.CHILD_IN_NEED: GroupRule(every_days=30),
    Group.VETERAN_FAMILY: GroupRule(every_days=180),
    Group.PASSBOOK: GroupRule(),
    Group.LOST_CHILD: GroupRule(restricted=True, every_days=30),
    Group.MENTAL_ILLNESS: GroupRule(restricted=True, every_days=30),
    Group.RELEASED: GroupRule(restricted=True, every_days=30),
    Group.CORRECTION: GroupRule(restricted=True, every_days=30),
    Group.DRUG_RECOVERY: GroupRule(restricted=True, every_days=30),
    Group.PETITION: GroupRule(restricted=True),
}
OPEN: Final[tuple[str, ...]] = tuple(str(group) for group, rule in RULES.items() if not rule.restricted)


_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    Group.LIVING_ALONE: ("独居",),
    Group.EMPTY_NEST: ("空巢",),
    Group.ADVANCED_AGE: ("高龄", "80岁以上", "80岁及以上"),
    Group.DEPENDENT: ("失能", "半失能", "失能半失能", "失智"),
    Group.ALLOWANCE: ("低保", "最低生活保障"),
    Group.EXTREMELY_POOR: ("特困", "特困供养", "五保"),
    Group.DISABLED: ("残疾", "残障"),
    Group.LEFT_BEHIND: ("留守", "留守老人", "留守儿童"),
    Group.CHILD_IN_NEED: ("困境儿童", "孤儿", "事实无人抚养儿童"),
    Group.VETERAN_FAMILY: ("优抚", "退役军人", "军烈属", "烈属", "复员军人"),
    Group.PASSBOOK: ("存折", "存折用户", "使用存折", "用存折"),
    Group.LOST_CHILD: ("失独", "计生特殊家庭"),
    Group.MENTAL_ILLNESS: ("精神障碍", "严重精神障碍", "精神病", "重精"),
    Group.RELEASED: ("刑满释放", "刑释", "刑释解教"),
    Group.CORRECTION: ("社区矫正", "矫正"),
    Group.DRUG_RECOVERY: ("戒毒", "戒毒康复", "社区戒毒", "吸毒"),
    Group.PETITION: ("信访", "上访"),
}
_GROUP_OF: Final = {word: group for group, words in _WORDS.items() for word in words}
_BRACKETS, _BETWEEN = re.compile(r"[(（].*?[)）]"), re.compile(r"[\s、,，;；/|+和]+")
_ENDING = re.compile(r"(?:老人|老年人|人员|对象|家庭|人群|患者|户|人|者)$")


def group_words(text: str) -> tuple[tuple[str, str], ...]:
    """The words of a half-width text that names groups as offices write them (独居老人、低保户), each with its group or ""."""
    words = [word for word in _BETWEEN.split(_BRACKETS.sub("", text)) if word]
    return tuple((word, str(_GROUP_OF.get(word) or _GROUP_OF.get(_ENDING.sub("", word)) or "")) for word in words)


def groups_in(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The groups that such a text names, in their order, and the words that name none."""
    words = group_words(text)
    named = {group for _word, group in words}
    return tuple(str(group) for group in Group if group in named), tuple(word for word, group in words if not group)


def groups_seen(*, permissions: Collection[str]) -> tuple[str, ...]:
    """The groups whose lists a reader may see, in their order."""
    return tuple(map(str, Group)) if "registry.restricted" in permissions else OPEN
