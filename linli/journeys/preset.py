"""What holds where a community has set nothing itself. Rows it may add, not rules in code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

OLD_HOSE, FALSE_SMOKE, LECTURES = "old_hose", "false_smoke", "lectures"


@dataclass(frozen=True, slots=True)
class Rule:
    """``number`` times within ``days``; both are 1 where a journey counts nothing."""

    number: int = 1
    days: int = 1
    is_on: bool = True


RULES: Final = {OLD_HOSE: Rule(), FALSE_SMOKE: Rule(number=3, days=30), LECTURES: Rule()}


@dataclass(frozen=True, slots=True)
class Topic:
    """The tag of requests that asks for it, and its titles."""

    tag: str
    zh: str
    en: str


TOPICS: Final = (
    Topic("law", "法律", "Law"),
    Topic("diet", "饮食健康", "Diet and health"),
    Topic("fire_safety", "消防安全", "Fire safety"),
)
GAS_KINDS: Final = frozenset({"gas_leak"})
HOSE_CAUSES: Final = frozenset({"old_hose"})
SMOKE_KINDS: Final = frozenset({"smoke"})
NOT_COUNTED: Final = frozenset({"test"})
"""Causes of false alarms that nobody has to look into: somebody pressed the button."""
HOSE_CATEGORY: Final = "gas_hose"
SMOKE_CATEGORY: Final = "fire_hazard"
