"""Which devices are to be replaced, building by building."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from linli.registry.scopes import Scope
from linli.safety.models import DeviceTrouble, Installation
from linli.safety.rules.life import end_of_life_on


@dataclass(frozen=True, slots=True)
class Replacement:
    """A device that hangs somewhere and comes to the end of its life. ``level``: 1, 2, 3 from 180, 60 and 0 days before."""

    device_id: int
    serial: str
    model: str
    place: str
    spot: str
    building: str
    made_on: date | None
    installed_on: date
    ends_on: date | None
    level: int


def replacements_in(*, scope: Scope, level: int, building_id: int | None = None) -> Sequence[Replacement]:
    """Devices at this level or beyond, by building, stairwell and door. One query."""
    hanging = Installation.objects.filter(
        removed_on__isnull=True,
        device__troubles__kind=DeviceTrouble.Kind.END_OF_LIFE,
        device__troubles__over_at__isnull=True,
        device__troubles__level__gte=level,
    )
    if not scope.everything:
        hanging = hanging.filter(scope.covers_dwellings())
    if building_id is not None:
        hanging = hanging.filter(unit__building_id=building_id)
    rows = hanging.values_list(
        "device_id", "device__serial", "device__model__maker", "device__model__name", "device__model__life_months",
        "unit__building__number", "unit__number", "dwelling__label", "spot", "device__made_on", "installed_on",
        "device__troubles__level",
    )  # fmt: skip
    found = []
    for device, serial, maker, name, months, building, unit, label, spot, made, installed, at_level in rows:
        found.append(
            Replacement(
                device_id=device,
                serial=serial,
                model=f"{maker} {name}",
                place=label or f"{building}栋{unit}单元",
                spot=spot,
                building=building,
                made_on=made,
                installed_on=installed,
                ends_on=end_of_life_on(made_on=made, installed_on=installed, life_months=months),
                level=at_level,
            )
        )
    return sorted(found, key=_as_people_walk)


def _as_people_walk(device: Replacement) -> tuple[int, str, str, str]:
    number = int("".join(c for c in device.building if c.isdigit()) or 0)
    return number, device.building, device.place, device.serial
