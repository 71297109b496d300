"""Which devices are being tried out by an installer, and what has come from them since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.safety.commissioning import MOST_TIME, Window
from linli.safety.models import CommissioningWindow, DeviceState, Reading

MOST_SHOWN = 5


def windows_of(*, device_ids: Collection[int], since: datetime) -> Mapping[int, Sequence[Window]]:
    """By device, the windows that were open at ``since`` or later; one query. Asked only when a message bears the test flag."""
    rows = CommissioningWindow.objects.filter(device_id__among=list(device_ids), opened_at__gte=since - MOST_TIME)
    found: dict[int, list[Window]] = defaultdict(list)
    for row in rows:
        found[row.device_id].append(row.window)
    return found


def newest_window(*, device_id: int) -> CommissioningWindow | None:
    return CommissioningWindow.objects.filter(device_id=device_id).order_by("-opened_at", "-pk").first()


@dataclass(frozen=True, slots=True)
class HeardReading:
    """One message that came while the installer waited. ``kind``: test, alarm, clear, status."""

    kind: str
    at: datetime
    received_at: datetime
    gas_percent_lel: float | None
    battery_percent: float | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What a device has said since a moment: its messages, newest first, or only a heartbeat (``last_seen_at``)."""

    last_seen_at: datetime | None
    battery_percent: float | None
    readings: Sequence[HeardReading]

    @property
    def anything(self) -> bool:
        return self.last_seen_at is not None

    @property
    def real_alarm(self) -> HeardReading | None:
        """An alarm that did not say that it is a test: people have been told."""
        return next((one for one in self.readings if one.kind == Reading.Kind.ALARM), None)


def heard_since(*, community_id: int, device_id: int, since: datetime) -> Heard:
    """Two queries."""
    state = DeviceState.objects.filter(device_id=device_id).first()
    rows = (
        Reading.objects.filter(community_id=community_id, device_id=device_id, received_at__gte=since)
        .order_by("-at")
        .values_list("kind", "at", "received_at", "gas_percent_lel", "battery_percent")
    )
    seen = state.last_seen_at if state is not None and state.last_seen_at and state.last_seen_at >= since else None
    readings = tuple(HeardReading(*row) for row in rows[:MOST_SHOWN])
    if seen is None and readings:
        seen = readings[0].received_at
    return Heard(seen, state.battery_percent if state is not None else None, readings)
