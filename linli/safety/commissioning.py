"""When an alarm is only the test of an installer. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

MOST_MINUTES: Final = 10
MOST_TIME: Final = timedelta(minutes=MOST_MINUTES)


@dataclass(frozen=True, slots=True)
class Window:
    """A device is being tried out from ``opened_at`` to ``closes_at``, both ends included."""

    opened_at: datetime
    closes_at: datetime

    def is_open(self, *, at: datetime) -> bool:
        return self.opened_at <= at <= self.closes_at


def carries_test_flag(*, kind: str, payload: Mapping[str, Any]) -> bool:
    """Only ``"test": true`` counts, as the device itself sent it: not 1, not "true", not a word of ours."""
    return kind == "alarm" and payload.get("test") is True


def is_only_a_test(*, kind: str, payload: Mapping[str, Any], received_at: datetime, windows: Iterable[Window]) -> bool:
    """Whether an alarm pages nobody: the device says that it is a test, and one was going on when the broker got it."""
    return carries_test_flag(kind=kind, payload=payload) and any(w.is_open(at=received_at) for w in windows)
