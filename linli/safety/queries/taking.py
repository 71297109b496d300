"""What the listener must know of many devices at once. Plain tuples: this is the hot path."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from linli.core.among import Slot
from linli.core.prepared import PreparedRead
from linli.registry.models import Household
from linli.registry.queries import PlaceRef
from linli.safety.models import Device, DeviceState, Installation


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What the listener needs of a device."""

    id: int
    serial: str
    community_id: int
    community_code: str
    raises: str
    report_seconds: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a device hangs, in words and in keys."""

    place: PlaceRef
    label: str
    dwelling_id: int | None
    household_id: int | None


_FACTS = PreparedRead(
    lambda: Device.objects.filter(serial__among=Slot("serials")).values_list(
        "id", "serial", "community_id", "community__code", "model__raises_id", "model__report_seconds"
    )
)
_STATES = PreparedRead(
    lambda: (
        DeviceState.objects.select_for_update()
        .filter(device_id__among=Slot("devices"))
        .order_by("device_id")
        .values_list("device_id", "last_signal_at", "alarming", "last_seen_at", "turns")
    )
)
_SPOTS = PreparedRead(
    lambda: Installation.objects.filter(device_id__among=Slot("devices"), removed_on__isnull=True).values_list(
        "device_id", "community_id", "unit__building__grid_id", "unit__building_id", "unit_id", "unit__number",
        "unit__building__number", "dwelling_id", "dwelling__label", "spot",
    )
)  # fmt: skip
_HOUSEHOLDS = PreparedRead(
    lambda: Household.objects.filter(dwelling_id__among=Slot("dwellings"), moved_out_on__isnull=True).values_list(
        "dwelling_id", "id"
    )
)


def facts_of(*, serials: Collection[str]) -> dict[str, DeviceFacts]:
    """The devices with these serials, by serial; one query."""
    return {row[1]: DeviceFacts(*row) for row in _FACTS.rows(serials=serials)}


@dataclass(frozen=True, slots=True)
class Known:
    """What was known of a device before this batch: the time of its last alarm or all-clear, whether it was an alarm, and how it
    turned between the two lately."""

    last_signal_at: datetime | None
    alarming: bool
    last_seen_at: datetime | None
    turns: int | None = None


def states_of(*, device_ids: Iterable[int]) -> dict[int, Known]:
    """By device; the rows stay locked. One query."""
    return {id_: Known(*state) for id_, *state in _STATES.rows(devices=list(device_ids))}


def spots_of(*, device_ids: Iterable[int]) -> dict[int, Spot]:
    """Where these devices hang now, with the household that lives there now; two queries."""
    rows = _SPOTS.rows(devices=list(device_ids))
    households = dict(_HOUSEHOLDS.rows(dwellings=[row[7] for row in rows if row[7]]))
    spots = {}
    for device_id, community, grid, building, unit, unit_number, building_number, dwelling, label, spot in rows:
        name = label or f"{building_number}栋{unit_number}单元{spot}"
        place = PlaceRef(community_id=community, grid_id=grid, building_id=building, unit_id=unit)
        spots[device_id] = Spot(
            place=place, label=name, dwelling_id=dwelling, household_id=households.get(dwelling) if dwelling else None
        )
    return spots
