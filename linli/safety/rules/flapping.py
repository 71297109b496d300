"""When a sensor chatters: a weighted window over its last twenty samples, as Icinga 2 judges flapping.

A sample is one alarm or all-clear, or one quiet minute; it counts when the device turned (alarm to all-clear or back).
Newer samples weigh more: 0.8 for the oldest to 1.15 for the newest. Above 30 % the sensor is unstable, until it falls
below 25 % (Icinga 2, "Check Flapping": high and low threshold, 20 state changes).

Everything a device's row keeps of it is one number: minute << 21 | twenty bits, newest lowest << 1 | unstable.
"""

from __future__ import annotations

from datetime import datetime

SAMPLES = 20
HIGH_PERCENT, LOW_PERCENT = 30.0, 25.0
OLDEST_WEIGHS, NEWEST_WEIGHS = 0.8, 1.15
_WINDOW = (1 << SAMPLES) - 1
# By age: the newest sample first.
_WEIGHTS = tuple(NEWEST_WEIGHS - (NEWEST_WEIGHS - OLDEST_WEIGHS) * age / (SAMPLES - 1) for age in range(SAMPLES))


def after_signal(*, turns: int | None, at: datetime, changed: bool) -> int:
    """The number after one more alarm or all-clear, received ``at``; ``changed`` if the device turned by it."""
    minute, bits, unstable = _unpacked(turns)
    now = max(int(at.timestamp()) // 60, minute)
    bits = _shifted(bits, max(1, now - minute)) | changed
    return _packed(now, bits, unstable=_judged(bits, was=unstable))


def after_quiet(*, turns: int | None, at: datetime) -> int:
    """The number ``at`` a later time at which nothing was heard: quiet minutes are samples without a turn."""
    minute, bits, unstable = _unpacked(turns)
    now = max(int(at.timestamp()) // 60, minute)
    bits = _shifted(bits, now - minute)
    return _packed(now, bits, unstable=_judged(bits, was=unstable))


def is_unstable(*, turns: int | None) -> bool:
    """Whether the sensor was unstable when this number was made."""
    return bool(turns) and bool((turns or 0) & 1)


def flap_percent(*, turns: int | None) -> float:
    """The weighted share of turns in the window, 0 to 97.5."""
    _, bits, _ = _unpacked(turns)
    return _percent(bits)


def _percent(bits: int) -> float:
    return sum(weight for age, weight in enumerate(_WEIGHTS) if bits >> age & 1) * 100 / SAMPLES


def _judged(bits: int, *, was: bool) -> bool:
    return _percent(bits) >= (LOW_PERCENT if was else HIGH_PERCENT)


def _shifted(bits: int, samples: int) -> int:
    return bits << min(samples, SAMPLES) & _WINDOW


def _unpacked(turns: int | None) -> tuple[int, int, bool]:
    packed = turns or 0
    return packed >> (SAMPLES + 1), packed >> 1 & _WINDOW, bool(packed & 1)


def _packed(minute: int, bits: int, *, unstable: bool) -> int:
    return minute << (SAMPLES + 1) | bits << 1 | unstable
