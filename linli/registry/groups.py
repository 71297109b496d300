"""The priority groups (重点人群) a community keeps lists of, with what each list is for. Data, not code: domain research §2."""

from __future__ import annotations

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
    Group.LOST_CHILD: GroupRule(restricted=True, every_days=30),
    Group.MENTAL_ILLNESS: GroupRule(restricted=True, every_days=30),
    Group.RELEASED: GroupRule(restricted=True, every_days=30),
    Group.CORRECTION: GroupRule(restricted=True, every_days=30),
    Group.DRUG_RECOVERY: GroupRule(restricted=True, every_days=30),
    Group.PETITION: GroupRule(restricted=True),
}
OPEN: Final[tuple[str, ...]] = tuple(str(group) for group, rule in RULES.items() if not rule.restricted)


def groups_seen(*, permissions: Collection[str]) -> tuple[str, ...]:
    """The groups whose lists a reader may see, in their order."""
    return tuple(map(str, Group)) if "registry.restricted" in permissions else OPEN
