"""Which of a person's ways a message takes, and when it may go. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

INBOX = "inbox"


class Way(Protocol):
    """What these rules look at of a way to reach somebody."""

    @property
    def kind(self) -> str: ...
    @property
    def dead(self) -> bool: ...


AnyWay = TypeVar("AnyWay", bound=Way)


def living(ways: Sequence[AnyWay]) -> tuple[AnyWay, ...]:
    """The ways without the dead ones, while another is left that wakes somebody (an inbox does not)."""
    alive = tuple(way for way in ways if not way.dead)
    return alive if any(way.kind != INBOX for way in alive) else tuple(ways)


def as_wished(ways: Sequence[AnyWay], order: Sequence[str]) -> tuple[AnyWay, ...]:
    """The ways of the kinds wished first, in the order wished; the others behind them, in their own."""
    places = {kind: place for place, kind in enumerate(order)}
    return tuple(sorted(ways, key=lambda way: places.get(way.kind, len(places))))


def quiet_ends(*, now: datetime, begin: time | None, end: time | None, zone: ZoneInfo) -> datetime | None:
    """When the quiet hours that hold now are over; None outside of them. They may go over midnight."""
    if begin is None or end is None:
        return None
    local = now.astimezone(zone)
    clock = local.time()
    inside = begin <= clock < end if begin < end else clock >= begin or clock < end
    if not inside:
        return None
    day = local.date() if clock < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=zone).astimezone(now.tzinfo)


def free_at(*, sent: Sequence[float], limits: Sequence[tuple[int, int]], at: float) -> float:
    """When the next message may go, in unix seconds, at the earliest ``at``. ``sent`` are the times of those before, oldest first."""
    free = at
    for most, seconds in limits:
        if len(sent) >= most:
            # A clock that was set back must not make anybody wait for longer than the limit itself.
            free = max(free, min(sent[-most], at) + seconds)
    return free


def worth_keeping(*, sent: Sequence[float], limits: Sequence[tuple[int, int]], at: float) -> list[float]:
    """The part of ``sent`` that a limit can still ask for."""
    longest = max(seconds for _, seconds in limits)
    most = max(most for most, _ in limits)
    return [one for one in sent if one > at - longest][-most:]
