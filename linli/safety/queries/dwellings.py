"""The detectors of a dwelling, for the household's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.safety.models import Device


@dataclass(frozen=True, slots=True)
class DeviceCard:
    """What a household's page shows of a detector. ``state`` is alarming, silent (its report is overdue or it never came), or fine."""

    serial: str
    model: str
    raises: str
    state: str
    last_seen_at: datetime | None
    battery_percent: float | None


def devices_at(*, dwelling_id: int, now: datetime) -> Sequence[DeviceCard]:
    """The detectors that hang in a dwelling now; one query."""
    devices = (
        Device.objects.filter(installations__dwelling_id=dwelling_id, installations__removed_on__isnull=True)
        .select_related("model__raises", "state")
        .order_by("serial")
    )
    cards = []
    for device in devices:
        seen, deadline = device.state.last_seen_at, device.state.deadline_at
        silent = seen is None or (deadline is not None and deadline < now)
        cards.append(
            DeviceCard(
                serial=device.serial,
                model=str(device.model),
                raises=device.model.raises.title,
                state="alarming" if device.state.alarming else "silent" if silent else "fine",
                last_seen_at=seen,
                battery_percent=device.state.battery_percent,
            )
        )
    return cards
