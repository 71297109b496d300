"""An installer's minute: register, hang up or replace, give out the secret, and try the device out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.safety.actions.devices import install_device, register_device
from linli.safety.commissioning import MOST_MINUTES
from linli.safety.errors import ElsewhereOnFile, NotInstalled, ReplacementGone, StruckOff
from linli.safety.models import CommissioningWindow, Device, Installation


@dataclass(frozen=True, slots=True)
class PutUp:
    """What hangs now. ``secret`` is "" for a device that had one already; ``new`` is False if this very thing was done before."""

    device: Device
    secret: str
    new: bool


@transaction.atomic
def put_up_device(
    *,
    by: Actor,
    now: datetime,
    serial: str,
    model_id: int,
    community_id: int,
    unit_id: int,
    dwelling_id: int | None,
    spot: str,
    on: date,
    replaces_id: int | None = None,
) -> PutUp:
    """Hang a device up, in one step: registered if its serial is new, taken down from where it hung, and the device it replaces
    taken down on the same day. Pressed twice, the second time changes nothing.

    Raises ElsewhereOnFile for a device of another community, StruckOff, ReplacementGone.
    """
    device, secret = Device.objects.select_for_update().filter(serial=serial).first(), ""
    if device is None:
        device, secret = register_device(by=by, now=now, community_id=community_id, model_id=model_id, serial=serial)
    if device.community_id != community_id:
        raise ElsewhereOnFile
    if not device.is_active:
        raise StruckOff
    hangs = Installation.objects.select_for_update().filter(device=device, removed_on__isnull=True).first()
    if hangs is not None and (hangs.unit_id, hangs.dwelling_id, hangs.spot) == (unit_id, dwelling_id, spot):
        return PutUp(device, "", new=False)
    if hangs is not None:
        _take_down(hangs, by=by, now=now, on=on)
    if replaces_id is not None and replaces_id != device.pk:
        _replace(replaces_id, unit_id=unit_id, dwelling_id=dwelling_id, by=by, now=now, on=on)
    install_device(
        by=by, now=now, device_id=device.pk, unit_id=unit_id, dwelling_id=dwelling_id, spot=spot, installed_on=on
    )
    return PutUp(device, secret, new=True)


def _replace(device_id: int, *, unit_id: int, dwelling_id: int | None, by: Actor, now: datetime, on: date) -> None:
    old = (
        Installation.objects.select_for_update(of=("self",))
        .select_related("device")
        .filter(Q(device_id=device_id, unit_id=unit_id, dwelling_id=dwelling_id, removed_on__isnull=True))
        .first()
    )
    if old is None:
        raise ReplacementGone
    _take_down(old, by=by, now=now, on=on)


def _take_down(installation: Installation, *, by: Actor, now: datetime, on: date) -> None:
    """A device put up and taken down on one day hung there for that day; the end never lies before the beginning."""
    installation.removed_on = max(on, installation.installed_on)
    installation.save(update_fields=["removed_on"])
    device = installation.device
    details = {"unit": installation.unit_id, "dwelling": installation.dwelling_id}
    record_traces(
        by=by,
        now=now,
        traces=[Trace("taken_down", "device", str(device.pk), device.community_id, device.serial, details=details)],
    )


@transaction.atomic
def take_down_device(*, by: Actor, now: datetime, device_id: int, on: date) -> bool:
    """The device hangs nowhere from this day on; it keeps its record and its secret. False if it hung nowhere before."""
    hangs = (
        Installation.objects.select_for_update(of=("self",))
        .select_related("device")
        .filter(device_id=device_id, removed_on__isnull=True)
        .first()
    )
    if hangs is None:
        return False
    _take_down(hangs, by=by, now=now, on=on)
    return True


@transaction.atomic
def open_commissioning(*, by: Actor, now: datetime, device_id: int, minutes: int = MOST_MINUTES) -> CommissioningWindow:
    """For at most ten minutes, alarms of this device that carry its own test flag are notes. An open window is begun anew.

    Raises NotInstalled, StruckOff.
    """
    device = Device.objects.select_for_update().get(pk=device_id)
    if not device.is_active:
        raise StruckOff
    if not Installation.objects.filter(device=device, removed_on__isnull=True).exists():
        raise NotInstalled
    CommissioningWindow.objects.filter(device=device, ended_at__isnull=True).update(ended_at=now)
    window = CommissioningWindow.objects.create(
        community_id=device.community_id,
        device=device,
        author=by.label[:120],
        opened_at=now,
        minutes=max(1, min(minutes, MOST_MINUTES)),
    )
    details = {"until": window.closes_at.isoformat()}
    trace = Trace("test_begun", "device", str(device.pk), device.community_id, device.serial, details=details)
    record_traces(by=by, now=now, traces=[trace])
    return window


@transaction.atomic
def end_commissioning(*, by: Actor, now: datetime, device_id: int) -> bool:
    """From now on the test flag of this device excuses nothing any more. False if no window stood open."""
    ended = CommissioningWindow.objects.filter(device_id=device_id, ended_at__isnull=True).update(ended_at=now)
    if ended:
        device = Device.objects.get(pk=device_id)
        trace = Trace("test_ended", "device", str(device.pk), device.community_id, device.serial)
        record_traces(by=by, now=now, traces=[trace])
    return bool(ended)
