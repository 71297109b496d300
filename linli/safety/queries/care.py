"""By which numbers devices are judged: their model's, or their community's own."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.safety.models import CareRule, Device, IntakeOutage, IntakeStamp
from linli.safety.rules.silence import OUTAGE_FROM, Outage, offline_seconds_of

OUTAGES_COUNT = timedelta(days=31)
INTAKE = "listener"


@dataclass(frozen=True, slots=True)
class Care:
    """What is expected of one device. None: nothing of that sort."""

    device_id: int
    community_id: int
    serial: str
    raises: str
    is_gateway: bool
    uplink_id: int | None
    report_seconds: int
    offline_seconds: int
    visit_days: int
    low_battery_percent: int | None
    self_test_days: int | None
    life_months: int
    made_on: date | None

    @property
    def late_after(self) -> timedelta:
        """From the last report until the next is overdue."""
        return timedelta(seconds=2 * self.report_seconds + 60)


def care_of(*, device_ids: Collection[int]) -> dict[int, Care]:
    """By device; two queries."""
    rows = Device.objects.filter(id__among=list(device_ids)).values_list(
        "id", "community_id", "serial", "model_id", "model__raises_id", "model__is_gateway", "uplink_id", "model__report_seconds",
        "model__offline_seconds", "model__visit_days", "model__low_battery_percent", "model__self_test_days", "model__life_months",
        "made_on",
    )  # fmt: skip
    devices = list(rows)
    rules = {
        (rule.community_id, rule.model_id): rule
        for rule in CareRule.objects.filter(community_id__in={row[1] for row in devices})
    }
    found = {}
    for (
        id_,
        community,
        serial,
        model,
        raises,
        is_gateway,
        uplink,
        report,
        offline,
        visit,
        battery,
        test,
        life,
        made,
    ) in devices:
        own = rules.get((community, model))
        wanted = own.offline_seconds if own and own.offline_seconds is not None else offline
        found[id_] = Care(
            device_id=id_,
            community_id=community,
            serial=serial,
            raises=raises,
            is_gateway=is_gateway,
            uplink_id=uplink,
            report_seconds=report,
            offline_seconds=offline_seconds_of(report_seconds=report, wanted=wanted),
            visit_days=own.visit_days if own and own.visit_days is not None else visit,
            low_battery_percent=own.low_battery_percent if own and own.low_battery_percent is not None else battery,
            self_test_days=own.self_test_days if own and own.self_test_days is not None else test,
            life_months=life,
            made_on=made,
        )
    return found


def heard_until(*, now: datetime) -> datetime | None:
    """Up to when everything that devices said has been recorded; None while nobody listens: then no silence can be judged."""
    stamp = IntakeStamp.objects.filter(name=INTAKE).first()
    if stamp is None or now - stamp.alive_at > OUTAGE_FROM:
        return None
    return min(now, stamp.heard_until)


def outages_known(*, now: datetime) -> list[Outage]:
    """The last month's times in which we could not hear devices, in order."""
    rows = IntakeOutage.objects.filter(ended_at__gte=now - OUTAGES_COUNT, begun_at__lt=now).order_by("begun_at")
    return [(row.begun_at, min(row.ended_at, now)) for row in rows]
