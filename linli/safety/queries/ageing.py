"""Whose battery, self-test or age is worth a look. Each asks the database for the few, and the rules decide."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from linli.safety.models import CareRule, DeviceModel, DeviceState, DeviceTrouble, Installation
from linli.safety.rules.life import WARN_DAYS, end_of_life_on, latest_begun

CHINA = ZoneInfo("Asia/Shanghai")
Kind = DeviceTrouble.Kind


@dataclass(frozen=True, slots=True)
class Battery:
    """A battery that is low, or was: its percent, the threshold, and the open trouble if there is one."""

    device_id: int
    community_id: int
    percent: float
    threshold: int | None
    trouble_id: int | None


def batteries(*, limit: int) -> list[Battery]:
    """Batteries at or below their threshold without a trouble, and those whose trouble (by percent) is open but not so low."""
    open_low = DeviceTrouble.objects.filter(
        device_id=OuterRef("device_id"), kind=Kind.LOW_BATTERY, over_at__isnull=True
    )
    own = CareRule.objects.filter(community_id=OuterRef("community_id"), model_id=OuterRef("device__model_id"))
    states = DeviceState.objects.filter(battery_percent__isnull=False, device__is_active=True).annotate(
        threshold=Coalesce(Subquery(own.values("low_battery_percent")[:1]), F("device__model__low_battery_percent")),
        trouble=Subquery(open_low.filter(details__by="percent").values("id")[:1]),
    )
    columns = ("device_id", "community_id", "battery_percent", "threshold", "trouble")
    low = states.filter(~Exists(open_low), Exists(_hangs()), battery_percent__lte=F("threshold"))
    risen = states.filter(trouble__isnull=False).exclude(battery_percent__lte=F("threshold"))
    found = [*low.values_list(*columns)[:limit], *risen.values_list(*columns)[: limit * 4]]
    return [Battery(*row) for row in found]


def _hangs() -> QuerySet[Installation]:
    return Installation.objects.filter(device_id=OuterRef("device_id"), removed_on__isnull=True)


def missed_self_tests(*, now: datetime, limit: int) -> list[tuple[int, datetime, int]]:
    """(device, since when the test is owed, every how many days), of devices without such a trouble."""
    missed = DeviceTrouble.objects.filter(device_id=OuterRef("device_id"), kind=Kind.SELF_TEST, over_at__isnull=True)
    found: list[tuple[int, datetime, int]] = []
    for where, days in _self_test_rules():
        before = now - timedelta(days=days)
        rows = (
            Installation.objects.filter(where, ~Exists(missed), removed_on__isnull=True, device__is_active=True)
            .filter(installed_on__lt=before.astimezone(CHINA).date())
            .filter(Q(device__memory__self_tested_at__isnull=True) | Q(device__memory__self_tested_at__lt=before))
            .order_by("device_id")
            .values_list("device_id", "installed_on", "device__memory__self_tested_at")
        )
        for device, installed_on, tested_at in rows[: limit - len(found)]:
            begun = tested_at or datetime.combine(installed_on, time.min, tzinfo=CHINA)
            found.append((device, begun + timedelta(days=days), days))
    return found


def _self_test_rules() -> list[tuple[Q, int]]:
    """Which installations owe a self-test every how many days: a community's own rule before the model's."""
    own: dict[int, dict[int, int]] = {}
    for model, community, days in CareRule.objects.filter(self_test_days__isnull=False).values_list(
        "model_id", "community_id", "self_test_days"
    ):
        own.setdefault(model, {})[community] = days or 0
    rules = [
        (Q(device__model_id=model, community_id=community), days)
        for model, communities in sorted(own.items())
        for community, days in sorted(communities.items())
    ]
    for model, days in DeviceModel.objects.filter(self_test_days__isnull=False).values_list("id", "self_test_days"):
        rules.append((Q(device__model_id=model) & ~Q(community_id__in=own.get(model, {})), days or 0))
    return rules


@dataclass(frozen=True, slots=True)
class Hanging:
    """A device that hangs somewhere and comes to the end of its life. ``trouble_id``: it is known at an earlier level."""

    device_id: int
    community_id: int
    grid_id: int | None
    building_id: int
    building_number: str
    ends_on: date
    trouble_id: int | None


def ending_lives(*, on: date, level: int, limit: int) -> list[Hanging]:
    """Devices that are at ``level`` (1 to 3: from 180, 60, 0 days before the end) and not yet known to be."""
    known = DeviceTrouble.objects.filter(device_id=OuterRef("device_id"), kind=Kind.END_OF_LIFE, over_at__isnull=True)
    found: list[Hanging] = []
    for model, months in DeviceModel.objects.order_by("id").values_list("id", "life_months"):
        begun = latest_begun(on=on + timedelta(days=WARN_DAYS[level - 1]), life_months=months)
        rows = (
            _hung(model)
            .filter(~Exists(known.filter(level__gte=level)), Q(begun__lte=begun))
            .annotate(trouble=Subquery(known.values("id")[:1]))
            .values_list(
                "device_id", "community_id", "unit__building__grid_id", "unit__building_id", "unit__building__number",
                "device__made_on", "installed_on", "trouble",
            )
        )  # fmt: skip
        for device, community, grid, building, number, made, installed, trouble in rows[: limit - len(found)]:
            ends_on = end_of_life_on(made_on=made, installed_on=installed, life_months=months)
            if ends_on is not None:
                found.append(Hanging(device, community, grid, building, number, ends_on, trouble))
        if len(found) >= limit:
            break
    return found


def _hung(model_id: int) -> QuerySet[Installation]:
    return (
        Installation.objects.filter(removed_on__isnull=True, device__is_active=True, device__model_id=model_id)
        .annotate(begun=Coalesce("device__made_on", "installed_on"))
        .order_by("device_id")
    )


def with_longer_life(*, on: date, limit: int) -> list[int]:
    """Open troubles of age whose device is younger than was thought: its dates or its model's life were corrected."""
    found: list[int] = []
    for model, months in DeviceModel.objects.order_by("id").values_list("id", "life_months"):
        begun = latest_begun(on=on + timedelta(days=WARN_DAYS[0]), life_months=months)
        young = _hung(model).filter(Q(begun__gt=begun), device_id=OuterRef("device_id"))
        troubles = DeviceTrouble.objects.filter(
            Exists(young), kind=Kind.END_OF_LIFE, over_at__isnull=True, device__model_id=model
        )
        found += troubles.order_by("id").values_list("id", flat=True)[:limit]
    return found[:limit]


def outlived(*, building_ids: Collection[int]) -> set[int]:
    """Which of these buildings still have a device at the end of its life."""
    still = DeviceTrouble.objects.filter(device_id=OuterRef("device_id"), kind=Kind.END_OF_LIFE, over_at__isnull=True)
    hanging = Installation.objects.filter(Exists(still), removed_on__isnull=True, unit__building_id__in=building_ids)
    return set(hanging.values_list("unit__building_id", flat=True).distinct())
