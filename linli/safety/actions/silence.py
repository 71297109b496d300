"""Devices that fall silent: late, offline, to be visited; and back again. Called every few seconds, in bounded batches.

Heartbeats know nothing of this: they move a device's deadline, and the sweep reads the deadlines.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q

from linli.core.bulk import insert_rows, update_rows
from linli.core.inner import not_inner
from linli.incidents.actions import Settling, settle_incidents
from linli.safety.actions.troubles import CARETAKER, COLUMNS, Ending, Found, Kind, end_troubles, raise_incidents
from linli.safety.models import DeviceMemory, DeviceState, DeviceTrouble, Installation
from linli.safety.queries.care import Care, care_of, heard_until, outages_known
from linli.safety.rules.silence import LATE, OFFLINE, VISIT, Outage, late_until, offline_at

HELD_AGAIN = timedelta(minutes=10)
SAME_EVENT = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many devices came back, became late, and went a level further (or were held back)."""

    back: int = 0
    late: int = 0
    further: int = 0

    @property
    def moved(self) -> int:
        return self.back + self.late + self.further


def sweep_silence(*, now: datetime, limit: int = 1000) -> Swept:
    """Take each step that is due for up to ``limit`` devices: three transactions, each with its incidents.

    While nobody listens to devices only those that are back are seen to: no silence can be judged.
    """
    back = _end_silences(now=now, limit=limit)
    heard = heard_until(now=now)
    if heard is None:
        return Swept(back=back)
    outages = outages_known(now=now)
    late = _begin_silences(heard=heard, outages=outages, limit=limit)
    return Swept(back=back, late=late, further=_deepen_silences(now=now, heard=heard, outages=outages, limit=limit))


@transaction.atomic
def _end_silences(*, now: datetime, limit: int) -> int:
    """Devices that were heard since they fell silent. Those behind a gateway that is back get the time to report in turn."""
    troubles = list(
        DeviceTrouble.objects.select_for_update(of=("self",), skip_locked=_skip_locked())
        .select_related("device__model")
        .filter(kind=Kind.SILENT, over_at__isnull=True, device__state__last_seen_at__gt=F("since"))
        .order_by("device_id")[:limit]
    )
    if not troubles:
        return 0
    endings = [
        Ending(t.pk, t.community_id, t.device_id, Kind.SILENT, t.told, is_gateway=t.device.model.is_gateway)
        for t in troubles
    ]
    ended = end_troubles(now=now, endings=endings)
    _look_again_at_members(gateways=[t.device_id for t in troubles if t.device.model.is_gateway], now=now)
    return ended


def _look_again_at_members(*, gateways: Collection[int], now: datetime) -> None:
    if not gateways:
        return
    members = DeviceTrouble.objects.select_related("device__model").filter(
        kind=Kind.SILENT, over_at__isnull=True, held=True, device__uplink_id__in=gateways
    )
    rows = [(t.pk, now + timedelta(seconds=2 * t.device.model.report_seconds + 60)) for t in members]
    update_rows(DeviceTrouble, key="id", columns=("due_at",), rows=sorted(rows), guard="t.over_at IS NULL")


@transaction.atomic
def _begin_silences(*, heard: datetime, outages: Sequence[Outage], limit: int) -> int:
    """Devices whose deadline has passed: one scan of the narrow table of states."""
    # NOT IN, once for all rows: by EXISTS, PostgreSQL would look each device up by whichever index it believes to be empty.
    silent = DeviceTrouble.objects.filter(kind=Kind.SILENT, over_at__isnull=True).values("device_id")
    hangs = Installation.objects.filter(device_id=OuterRef("device_id"), removed_on__isnull=True)
    late = dict(
        DeviceState.objects.filter(_is_late(heard=heard, outages=outages), device__is_active=True)
        .filter(not_inner(), Exists(hangs))
        .exclude(device_id__in=silent)
        .values_list("device_id", "last_seen_at")[:limit]
    )
    if not late:
        return 0
    care, wills = care_of(device_ids=late), _wills(late)
    rows: list[tuple[Any, ...]] = [
        (
            care[device].community_id, device, Kind.SILENT.value, LATE, seen_at,
            _offline_at(care[device], seen_at=seen_at, will_at=wills.get(device), outages=outages, now=heard),
            False, False, {}, None,
        )
        for device, seen_at in sorted(late.items())
        if seen_at is not None
    ]  # fmt: skip
    return len(insert_rows(DeviceTrouble, columns=COLUMNS, rows=rows, returning=("device_id",), ignore_conflicts=True))


def _is_late(*, heard: datetime, outages: Sequence[Outage]) -> Q:
    """The deadline has passed, later by the time in which we could not hear since the device was last heard."""
    late, heard_before = Q(pk__in=[]), None
    for after, before in late_until(outages=outages, now=heard):
        span = Q(deadline_at__lt=before)
        if after is not None:
            span &= Q(last_seen_at__gt=after)
        if heard_before is not None:
            span &= Q(last_seen_at__lte=heard_before)
        late |= span
        heard_before = after
    return late


def _offline_at(
    care: Care, *, seen_at: datetime, will_at: datetime | None, outages: Sequence[Outage], now: datetime
) -> datetime:
    return offline_at(seen_at=seen_at, offline_seconds=care.offline_seconds, will_at=will_at, outages=outages, now=now)


def _wills(device_ids: Collection[int]) -> dict[int, datetime | None]:
    rows = DeviceMemory.objects.filter(device_id__among=list(device_ids), will_at__isnull=False)
    return dict(rows.values_list("device_id", "will_at"))


@transaction.atomic
def _deepen_silences(*, now: datetime, heard: datetime, outages: Sequence[Outage], limit: int) -> int:
    """From late to offline to a visit; or held back, while the gateway's silence explains it."""
    troubles = list(
        DeviceTrouble.objects.select_for_update(skip_locked=_skip_locked())
        .filter(kind=Kind.SILENT, over_at__isnull=True, due_at__lte=heard)
        .order_by("due_at", "id")[:limit]
    )
    if not troubles:
        return 0
    ids = sorted({t.device_id for t in troubles})
    # Locked: whoever reports in this moment is either seen here, or waits and ends the silence with the next sweep.
    states = DeviceState.objects.select_for_update().filter(device_id__among=ids).order_by("device_id")
    seen = dict(states.values_list("device_id", "last_seen_at"))
    care, wills = care_of(device_ids=ids), _wills(ids)
    down = _silent_among({c.uplink_id for c in care.values() if c.uplink_id is not None})
    moved: list[DeviceTrouble] = []
    told: list[DeviceTrouble] = []
    for trouble in troubles:
        device = care[trouble.device_id]
        last_seen_at = seen[trouble.device_id]
        if last_seen_at is not None and last_seen_at > trouble.since:
            continue  # it is back; the next sweep ends this
        will_at = wills.get(trouble.device_id)
        since = _offline_at(device, seen_at=trouble.since, will_at=will_at, outages=outages, now=heard)
        gateway_is_down = device.uplink_id in down and not device.is_gateway  # two gateways must not excuse each other
        if _take_step(trouble, care=device, offline_since=since, heard=heard, gateway_is_down=gateway_is_down):
            told.append(trouble)
        moved.append(trouble)
    rows = [(t.pk, t.level, t.due_at, t.held, t.told) for t in moved]
    update_rows(DeviceTrouble, key="id", columns=("level", "due_at", "held", "told"), rows=sorted(rows))
    raise_incidents(now=now, found=[_found(t) for t in told], care=care)
    _take_back_members(gateways=[t for t in told if care[t.device_id].is_gateway and t.level == OFFLINE], now=now)
    return len(moved)


def _take_step(
    trouble: DeviceTrouble, *, care: Care, offline_since: datetime, heard: datetime, gateway_is_down: bool
) -> bool:
    """One step of one device. What has to wait (an outage of ours, a gateway's) is only looked at again later.

    True if people are to know.
    """
    visit_at = offline_since + timedelta(days=care.visit_days)
    if trouble.level == LATE and offline_since > heard:
        trouble.due_at = offline_since
    elif trouble.level == LATE and gateway_is_down:
        trouble.held, trouble.due_at = True, heard + HELD_AGAIN
    elif trouble.level == LATE:
        trouble.level, trouble.held, trouble.told, trouble.due_at = OFFLINE, False, True, max(visit_at, heard)
        return True
    elif visit_at > heard:
        trouble.due_at = visit_at
    else:
        trouble.level, trouble.due_at = VISIT, None
        return True
    return False


def _found(trouble: DeviceTrouble) -> Found:
    details = {"silent_since": trouble.since.isoformat(timespec="seconds"), "visit": trouble.level == VISIT}
    return Found(trouble.device_id, Kind.SILENT, trouble.since, details={k: v for k, v in details.items() if v})


def _silent_among(gateways: Collection[int]) -> set[int]:
    """Which of these gateways are silent, be it only late: then their members' silence is theirs."""
    if not gateways:
        return set()
    silent = DeviceTrouble.objects.filter(kind=Kind.SILENT, over_at__isnull=True, device_id__in=gateways)
    return set(silent.values_list("device_id", flat=True))


def _take_back_members(*, gateways: Sequence[DeviceTrouble], now: datetime) -> None:
    """Members that were found offline first, in the same event: their gateway explains them, one incident stands for all."""
    if not gateways:
        return
    since = {t.device_id: t.since - SAME_EVENT for t in gateways}
    told = DeviceTrouble.objects.select_related("device").filter(
        kind=Kind.SILENT, over_at__isnull=True, told=True, device__uplink_id__in=since
    )
    members = [t for t in told.order_by("id") if t.device.uplink_id and t.since >= since[t.device.uplink_id]]
    rows = [(t.pk, LATE, now + HELD_AGAIN, True, False) for t in members]
    update_rows(DeviceTrouble, key="id", columns=("level", "due_at", "held", "told"), rows=rows)
    settlings = [
        Settling(t.community_id, f"device:{t.device_id}", "device_offline", cause_code="power", outcome="")
        for t in members
    ]
    settle_incidents(by=CARETAKER, now=now, settlings=settlings)


def _skip_locked() -> bool:
    return connection.features.has_select_for_update_skip_locked
