"""The detectors of a dwelling, for the household's page; and how devices are this morning, for Today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from linli.registry.scopes import Scope
from linli.safety.models import Device, DeviceTrouble
from linli.safety.queries.health import STATES, counts_of, states_of_trouble

MORNING = (
    "visit", "offline", "held", "low_battery", "fault", "contamination", "self_test", "unstable", "end_of_life",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeviceCard:
    """What a household's page shows of a detector. ``states`` as on the devices' list, gravest first."""

    id: int
    serial: str
    model: str
    raises: str
    states: Sequence[str]
    last_seen_at: datetime | None
    battery_percent: float | None


def devices_at(*, dwelling_id: int) -> Sequence[DeviceCard]:
    """The detectors that hang in a dwelling now; two queries."""
    open_ones = Prefetch("troubles", queryset=DeviceTrouble.objects.filter(over_at__isnull=True))
    devices = (
        Device.objects.filter(installations__dwelling_id=dwelling_id, installations__removed_on__isnull=True)
        .select_related("model__raises", "state")
        .prefetch_related(open_ones)
        .order_by("serial")
    )
    cards = []
    for device in devices:
        states = {state for trouble in device.troubles.all() for state in states_of_trouble(trouble=trouble)}
        states |= {"alarming"} if device.state.alarming else set()
        states |= {"never"} if device.state.last_seen_at is None else set()
        cards.append(
            DeviceCard(
                id=device.pk,
                serial=device.serial,
                model=str(device.model),
                raises=device.model.raises.title,
                states=[state for state in STATES if state in states] or ["fine"],
                last_seen_at=device.state.last_seen_at,
                battery_percent=device.state.battery_percent,
            )
        )
    return cards


def morning_of(*, scope: Scope, now: datetime) -> Mapping[str, int]:
    """How many devices need somebody, by state; only what there is."""
    counts = counts_of(scope=scope, now=now)
    counts = {**counts, "offline": counts["offline"] - counts["visit"]}
    return {state: counts[state] for state in MORNING if counts[state] > 0}
