"""What the calendar says of devices: batteries that run down, self-tests that did not come, lives that end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from linli.core.bulk import insert_rows, update_rows
from linli.incidents.actions import Opening, Settling, open_incidents, settle_incidents
from linli.registry.queries import PlaceRef
from linli.safety.actions.troubles import CARETAKER, COLUMNS, Ending, Found, Kind, end_troubles, open_troubles
from linli.safety.models import DeviceTrouble, Installation
from linli.safety.queries.ageing import Hanging, batteries, ending_lives, missed_self_tests, outlived, with_longer_life
from linli.safety.rules.flags import battery_is_low

CHINA = ZoneInfo("Asia/Shanghai")


@transaction.atomic
def judge_batteries(*, now: datetime, limit: int = 500) -> int:
    """By the percent that devices last reported: low ones become troubles, those well above the threshold are over."""
    low, over = [], []
    for battery in batteries(limit=limit):
        is_low = battery_is_low(
            percent=battery.percent, threshold=battery.threshold, was=battery.trouble_id is not None
        )
        if is_low and battery.trouble_id is None:
            details = {"by": "percent", "battery": battery.percent}
            low.append(Found(battery.device_id, Kind.LOW_BATTERY, now, details=details))
        elif not is_low and battery.trouble_id is not None:
            over.append(
                Ending(
                    battery.trouble_id,
                    battery.community_id,
                    battery.device_id,
                    Kind.LOW_BATTERY,
                    told=True,
                    cause="replaced",
                )
            )
    return open_troubles(now=now, found=low) + end_troubles(now=now, endings=over)


@transaction.atomic
def miss_self_tests(*, now: datetime, limit: int = 500) -> int:
    """Devices whose model or community expects a self-test every so many days, and which have not reported one."""
    missed = missed_self_tests(now=now, limit=limit)
    found = [Found(device, Kind.SELF_TEST, since, details={"days": days}) for device, since, days in missed]
    return open_troubles(now=now, found=found)


@transaction.atomic
def end_troubles_of_the_gone(*, now: datetime, limit: int = 500) -> int:
    """Devices that were taken down or struck off have no troubles any more."""
    hangs = Installation.objects.filter(device_id=OuterRef("device_id"), removed_on__isnull=True)
    gone = list(
        DeviceTrouble.objects.filter(Q(device__is_active=False) | ~Exists(hangs), over_at__isnull=True)
        .select_related("device__model")
        .order_by("id")[:limit]
    )
    endings = [
        Ending(
            t.pk, t.community_id, t.device_id, t.kind, t.told, is_gateway=t.device.model.is_gateway, cause="replaced"
        )
        for t in gone
    ]
    ended = end_troubles(now=now, endings=endings)
    _settle_buildings([t for t in gone if t.kind == Kind.END_OF_LIFE], now=now)
    return ended


@transaction.atomic
def judge_lives(*, now: datetime, limit: int = 500) -> int:
    """Devices that come within 180, 60 and 0 days of the end of their life; told once a building and level, not once a device.

    A device whose dates were corrected is out of it again. Returns how many devices moved.
    """
    today = now.astimezone(CHINA).date()
    moved = 0
    for level in (3, 2, 1):
        hanging = ending_lives(on=today, level=level, limit=limit)
        moved += _begin(hanging, level=level, now=now)
        _tell_buildings(hanging, level=level, now=now)
        if len(hanging) == limit:
            return moved  # the graver first; the rest with the next call
    young = with_longer_life(on=today, limit=limit)
    over = DeviceTrouble.objects.filter(id__in=young, over_at__isnull=True)
    ended = [t for t in over.order_by("id") if t.details.get("by") != "flag"]
    endings = [Ending(t.pk, t.community_id, t.device_id, t.kind, t.told, cause="corrected") for t in ended]
    moved += end_troubles(now=now, endings=endings)
    _settle_buildings(ended, now=now)
    return moved


def _begin(hanging: Sequence[Hanging], *, level: int, now: datetime) -> int:
    """New troubles where there is none, the next level where there is."""
    rows = [
        (
            h.community_id, h.device_id, Kind.END_OF_LIFE.value, level, now, None, False, True,
            {"ends_on": h.ends_on.isoformat(), "building": h.building_id}, None,
        )
        for h in hanging
    ]  # fmt: skip
    insert_rows(DeviceTrouble, columns=COLUMNS, rows=rows, ignore_conflicts=True)
    further = [(h.trouble_id, level) for h in hanging if h.trouble_id is not None]
    update_rows(DeviceTrouble, key="id", columns=("level",), rows=sorted(further))
    return len(rows)


def _tell_buildings(hanging: Iterable[Hanging], *, level: int, now: datetime) -> None:
    by_building: dict[tuple[int, int], list[Hanging]] = {}
    for device in hanging:
        by_building.setdefault((device.community_id, device.building_id), []).append(device)
    openings = []
    for (community, building), devices in sorted(by_building.items()):
        first = min(device.ends_on for device in devices)
        openings.append(
            Opening(
                kind="end_of_life",
                source=_building_source(building),
                source_label=f"{len(devices)} 台报警器",
                place=PlaceRef(community_id=community, grid_id=devices[0].grid_id, building_id=building, unit_id=None),
                place_label=f"{devices[0].building_number}栋",
                happened_at=now,
                details={"devices": len(devices), "first_on": first.isoformat(), "level": level},
            )
        )
    open_incidents(by=CARETAKER, now=now, openings=openings)


def _settle_buildings(ended: Iterable[DeviceTrouble], *, now: datetime) -> None:
    """A building in which no device is near its end any more."""
    buildings = {(t.community_id, t.details["building"]) for t in ended if "building" in t.details}
    if not buildings:
        return
    remaining = outlived(building_ids={building for _, building in buildings})
    settlings = [
        Settling(community, _building_source(building), "end_of_life", cause_code="replaced", outcome="")
        for community, building in sorted(buildings)
        if building not in remaining
    ]
    settle_incidents(by=CARETAKER, now=now, settlings=settlings)


def _building_source(building_id: int) -> str:
    return f"building:{building_id}"
