"""The invented town's detectors and gateways: hung up, and in a larger town a few of them not well."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from config.demo.paper import Plan, PlannedHousehold, PlannedUnit
from linli.incidents.models import IncidentKind
from linli.registry.models import Community
from linli.safety.actions.troubles import Found, Kind, open_troubles
from linli.safety.models import Device, DeviceModel, DeviceState, Installation

Insert = Callable[..., list[tuple[Any, ...]]]
GATEWAY = "device_fault"
"""What a gateway's own alarm is."""
DEVICE_MODELS = {
    "gas_leak": ("demo-gas", "演示厂家", "家用燃气报警器 G1", 60, 3600, "GB 15322.2-2019"),
    "smoke": ("demo-smoke", "演示厂家", "楼道烟感 S1", 120, 3600, "GB 20517-2025"),
    GATEWAY: ("demo-gateway", "演示厂家", "楼栋网关 W1", 120, 300, ""),
}
WITH_TROUBLES_FROM = 200
"""Detectors from which on a few are not well."""
OLDEST_DAYS = 1540
# Days since some detectors of the first building were hung up: their five years are over, or end within 60 or 180 days.
OLD_DAYS = (1750, 1745, 1690, 1685, 1600, 1595)


def write_devices(
    *,
    plan: Plan,
    community_id: int,
    today: date,
    dice: random.Random,
    stairwells: Iterable[tuple[int, PlannedUnit]],
    homes: Iterable[tuple[int, int, PlannedHousehold]],
    insert: Insert,
) -> None:
    """Hang everything where it is planned. ``stairwells``: (id, unit); ``homes``: (id of the stairwell, of the dwelling, who lives
    there); ``insert`` writes rows and tells how far it is."""
    units = list(stairwells)
    hung: dict[str, tuple[str, int, int | None, str]] = {}
    for unit_id, unit in units:
        hung[unit.smoke_detector] = ("smoke", unit_id, None, "楼道")
    for unit_id, dwelling, home in homes:
        if home.gas_detector:
            hung[home.gas_detector] = ("gas_leak", unit_id, dwelling, "厨房")
    ages = {serial: min(dice.randrange(30, 1700), OLDEST_DAYS) for serial in sorted(hung)}
    ages |= _old_ones(plan, of=len(hung))
    unit_ids = {id(unit): unit_id for unit_id, unit in units}
    for building in plan.buildings:
        if building.gateway:
            hung[building.gateway] = (GATEWAY, unit_ids[id(building.units[0])], None, "弱电间")
            ages[building.gateway] = 400
    models_of = {kind: _device_model(kind) for kind in sorted({kind for kind, *_ in hung.values()})}
    rows = [
        (community_id, models_of[kind], serial, "", today - timedelta(days=ages[serial] + 90), True)
        for serial, (kind, *_) in sorted(hung.items())
    ]
    columns: Sequence[str] = ("community", "model", "serial", "secret_hash", "made_on", "is_active")
    written = sorted(insert("detectors", Device, columns, rows, returning=("pk", "serial")))
    hangs = [
        (community_id, pk, *hung[serial][1:], today - timedelta(days=ages[serial]), None) for pk, serial in written
    ]
    columns = ("community", "device", "unit", "dwelling", "spot", "installed_on", "removed_on")
    insert("installations", Installation, columns, hangs)
    states = [(pk, community_id, None, None, False, None, None, None) for pk, _ in written]
    columns = (
        "device", "community", "last_seen_at", "last_signal_at", "alarming", "gas_percent_lel", "battery_percent", "deadline_at",
    )  # fmt: skip
    insert("device states", DeviceState, columns, states)
    _connect_to_gateways(plan)


def _old_ones(plan: Plan, *, of: int) -> dict[str, int]:
    if of < WITH_TROUBLES_FROM:
        return {}
    serials = [home.gas_detector for home in plan.buildings[0].households if home.gas_detector]
    return dict(zip(serials, OLD_DAYS, strict=False))


def _connect_to_gateways(plan: Plan) -> None:
    """A building's smoke detectors report through its gateway."""
    for building in plan.buildings:
        if building.gateway:
            gateway = Device.objects.get(serial=building.gateway)
            Device.objects.filter(serial__in=[unit.smoke_detector for unit in building.units]).update(uplink=gateway)


def let_some_be_unwell(*, community: Community, now: datetime) -> None:
    """In a town with many detectors a few are silent for days, low on battery, at fault or dirty, so that there is something to see.

    The silent ones are found by the sweep itself, as everywhere.
    """
    gas = list(Device.objects.filter(community=community, model__raises="gas_leak").order_by("serial"))
    if len(gas) < WITH_TROUBLES_FROM:
        return
    ids = [device.pk for device in gas[20:200:20]]
    silent, low, other = ids[:3], ids[3:5], ids[5:]
    for days, device_id in zip((5, 1, 1), silent, strict=True):
        seen_at = now - timedelta(days=days)
        DeviceState.objects.filter(device_id=device_id).update(
            last_seen_at=seen_at, deadline_at=seen_at + timedelta(seconds=7260), battery_percent=64.0
        )
    for percent, device_id in zip((12.0, 17.0), low, strict=True):
        DeviceState.objects.filter(device_id=device_id).update(battery_percent=percent)
    found = [
        Found(other[0], Kind.FAULT, now, details={"by": "flag", "code": "E3"}),
        Found(other[1], Kind.CONTAMINATION, now, details={"by": "flag"}),
    ]
    open_troubles(now=now, found=found)


def _device_model(kind: str) -> int:
    code, maker, name, life_months, report_seconds, standard = DEVICE_MODELS[kind]
    model = DeviceModel.objects.filter(code=code).first() or DeviceModel.objects.create(
        code=code,
        maker=maker,
        name=name,
        raises=IncidentKind.objects.get(code=kind),
        life_months=life_months,
        report_seconds=report_seconds,
        standard=standard,
        is_gateway=kind == GATEWAY,
    )
    return int(model.pk)
