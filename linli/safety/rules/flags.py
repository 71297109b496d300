"""Troubles that devices report of themselves, in any message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LOW_BATTERY, FAULT, CONTAMINATION, END_OF_LIFE = "low_battery", "fault", "contamination", "end_of_life"
NAMES: Mapping[str, str] = {
    "battery_low": LOW_BATTERY, "low_battery": LOW_BATTERY,
    "fault": FAULT, "trouble": FAULT,
    "contaminated": CONTAMINATION, "contamination": CONTAMINATION, "dirty": CONTAMINATION,
    "end_of_life": END_OF_LIFE, "expired": END_OF_LIFE,
}  # fmt: skip
SELF_TEST = "self_test"
PASSED, FAILED = frozenset({"passed", "pass", "ok"}), frozenset({"failed", "fail"})
BATTERY_MARGIN = 10.0
"""Percentage points above the threshold at which a low battery counts as over: cold nights make it swing."""
_TELLING = frozenset({*NAMES, SELF_TEST})


def troubles_told(*, payload: Mapping[str, Any]) -> dict[str, bool]:
    """Which troubles a message speaks of, and whether they are there. Empty for nearly every message.

    A flag may be true or false, an error code (0 and "" mean none), or "on" and "off". A self-test that failed is a fault.
    """
    if _TELLING.isdisjoint(payload):
        return {}
    told: dict[str, bool] = {}
    for name, kind in NAMES.items():
        if name in payload and (there := _flag(payload[name])) is not None:
            told[kind] = told.get(kind, False) or there
    if self_test_result(payload=payload) is False:
        told[FAULT] = True
    return told


def self_test_result(*, payload: Mapping[str, Any]) -> bool | None:
    """Whether a self-test reported in this message was passed; None where there is none."""
    result = payload.get(SELF_TEST)
    if isinstance(result, bool):
        return result
    word = result.strip().lower() if isinstance(result, str) else ""
    return True if word in PASSED else False if word in FAILED else None


def _flag(value: object) -> bool | None:
    if isinstance(value, str):
        return value.strip().lower() not in {"", "0", "off", "no", "none", "false", "ok", "normal"}
    if isinstance(value, bool | int | float):
        return bool(value)
    return None


def battery_is_low(*, percent: float, threshold: int | None, was: bool) -> bool:
    """By the model's threshold; once low, it stays low until it is ten points above."""
    if threshold is None:
        return False
    return percent < threshold + BATTERY_MARGIN if was else percent <= threshold
