"""When a sign-in name is locked, and what a role may do in the registers. Pure: no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

VIEW: frozenset[str] = frozenset({"view"})
KEEP: frozenset[str] = frozenset({"view", "add", "change"})
ALL: frozenset[str] = frozenset({"view", "add", "change", "delete"})
REGISTER_VERBS: Mapping[str, frozenset[str]] = {"administrator": ALL, "secretary": KEEP, "duty_officer": VIEW}
"""What a role may do in the registers of a room that lets it in. A role that is not named opens no register."""


@dataclass(frozen=True, slots=True)
class LockRule:
    """``after`` failures in a row lock a name for ``lasts``."""

    after: int
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Tries:
    """Failed sign-ins in a row, and until when the name is locked."""

    failures: int = 0
    locked_until: datetime | None = None


def is_locked(*, tries: Tries, now: datetime) -> bool:
    return tries.locked_until is not None and now < tries.locked_until


def counted(*, tries: Tries, rule: LockRule, now: datetime) -> Tries:
    """The tries after one more failure. A lock that has run out begins a new row."""
    failures = 1 if tries.locked_until is not None else tries.failures + 1
    return Tries(failures=failures, locked_until=now + rule.lasts if failures >= rule.after else None)


def register_verbs(*, role: str, viewers: frozenset[str], editors: frozenset[str]) -> frozenset[str]:
    """What ``role`` may do in a room's registers, given the roles that room lets view and edit."""
    verbs = REGISTER_VERBS.get(role, frozenset())
    if role == "administrator":
        return verbs
    if role not in viewers | editors:
        return frozenset()
    return verbs if role in editors else verbs & VIEW
