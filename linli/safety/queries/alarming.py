"""Devices that alarm while no incident is open for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from linli.core.inner import not_inner
from linli.incidents.models import Incident
from linli.safety.models import DeviceState


@dataclass(frozen=True, slots=True)
class Unheeded:
    """A device that alarms, and nobody has it in hand."""

    device_id: int
    community_id: int
    serial: str
    raises: str
    alarmed_at: datetime
    gas_percent_lel: float | None


def unheeded_alarms(*, closed_before: datetime, limit: int) -> list[Unheeded]:
    """Devices whose last word is an alarm, with no open incident of that kind, and none closed since ``closed_before``.

    Where one was closed earlier, only if the device has been heard since. At most three queries; few devices alarm at a time.
    """
    states = DeviceState.objects.filter(not_inner(), alarming=True, device__is_active=True).order_by("device_id").values_list(
        "device_id", "community_id", "device__serial", "device__model__raises_id", "last_signal_at", "gas_percent_lel", "last_seen_at"
    )  # fmt: skip
    alarming = list(states)
    if not alarming:
        return []
    mine = Incident.objects.filter(
        source__among=[f"device:{row[0]}" for row in alarming],
        community_id__in={row[1] for row in alarming},
        drill__isnull=True,
    )
    still_open = set(mine.filter(closed_at__isnull=True).values_list("source", "kind_id"))
    closed = {
        (source, kind): at
        for source, kind, at in mine.filter(closed_at__isnull=False)
        .values_list("source", "kind_id")
        .annotate(at=Max("closed_at"))
        .order_by()
    }
    found = []
    for device, community, serial, raises, alarmed_at, lel, seen_at in alarming:
        key = (f"device:{device}", raises)
        closed_at = closed.get(key)
        if key in still_open or (
            closed_at is not None and (closed_at > closed_before or seen_at is None or seen_at <= closed_at)
        ):
            continue
        at = alarmed_at or seen_at
        if at is not None:
            found.append(Unheeded(device, community, serial, raises, at, lel))
    return found[:limit]
