"""Secrets of devices: a new one beside the old for a while, none at all, and connections that must end."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.broker import wake_from_thread
from linli.core.secrets import new_token, token_hash
from linli.safety.errors import ReasonMissing, StruckOff
from linli.safety.models import Device, EarlierSecret, OwedCutOff

AT_ONCE = timedelta(0)
MOST_GRACE = timedelta(days=30)


@transaction.atomic
def rotate_secret(*, by: Actor, now: datetime, device_id: int, grace: timedelta) -> tuple[Device, str]:
    """Give a device a new secret, returned this once. The old one works beside it until the device has signed in with the new
    one, at most for ``grace`` (cut down to 30 days); ``AT_ONCE`` ends it now and cuts the open connection. Raises StruckOff."""
    device = Device.objects.select_for_update().select_related("community").get(pk=device_id)
    if not device.is_active:
        raise StruckOff
    grace = max(AT_ONCE, min(grace, MOST_GRACE))
    secret = new_token()
    if grace > AT_ONCE:
        EarlierSecret.objects.update_or_create(
            device=device, defaults={"secret_hash": device.secret_hash, "until": now + grace}
        )
    else:
        EarlierSecret.objects.filter(device=device).delete()
        owe_cut_offs(now=now, device_ids=[device.pk])
    device.secret_hash = token_hash(secret)
    device.save(update_fields=["secret_hash"])
    hours = round(grace.total_seconds() / 3600)
    trace = Trace(
        "secret_renewed", "device", str(device.pk), device.community_id, device.serial, details={"grace_hours": hours}
    )
    record_traces(by=by, now=now, traces=[trace])
    return device, secret


@transaction.atomic
def strike_off_device(*, by: Actor, now: datetime, device_id: int, reason: str) -> Device:
    """Let a device in no more, from this moment: its open connection is cut. Doing it twice changes nothing. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(fields={"reason": ReasonMissing.default_sentence})
    device = Device.objects.select_for_update().get(pk=device_id)
    if not device.is_active:
        return device
    device.is_active = False
    device.save(update_fields=["is_active"])
    EarlierSecret.objects.filter(device=device).delete()
    owe_cut_offs(now=now, device_ids=[device.pk])
    trace = Trace("struck_off", "device", str(device.pk), device.community_id, device.serial, reason=reason.strip())
    record_traces(by=by, now=now, traces=[trace])
    return device


@transaction.atomic
def readmit_device(*, by: Actor, now: datetime, device_id: int) -> Device:
    """Let a device that was struck off in again, with the secret it has. Doing it twice changes nothing."""
    device = Device.objects.select_for_update().get(pk=device_id)
    if device.is_active:
        return device
    device.is_active = True
    device.save(update_fields=["is_active"])
    OwedCutOff.objects.filter(device=device).delete()
    record_traces(
        by=by,
        now=now,
        traces=[Trace("readmitted", "device", str(device.pk), device.community_id, device.serial)],
    )
    return device


def owe_cut_offs(*, now: datetime, device_ids: Collection[int]) -> None:
    """Owe the doorkeeper the closing of these devices' connections, in the caller's transaction, and ring at its door."""
    for device_id in device_ids:
        OwedCutOff.objects.update_or_create(device_id=device_id, defaults={"since": now})
    transaction.on_commit(partial(wake_from_thread, who="doorkeeper"))


@transaction.atomic
def settle_cut_offs(*, owed_before: datetime) -> int:
    """What was owed before this instant has been seen to. A row renewed meanwhile stays."""
    return OwedCutOff.objects.filter(since__lt=owed_before).delete()[0]


@transaction.atomic
def confirm_new_secrets(*, by: Actor, now: datetime, signed_in: Mapping[str, str]) -> int:
    """Devices (by serial) have signed in with the secret of this hash. Where that is still the present one, the earlier one ends.

    Returns how many earlier ones ended. A secret renewed again meanwhile changes nothing: its earlier one is still needed.
    """
    devices = list(
        Device.objects.filter(serial__among=list(signed_in), earlier_secret__isnull=False)
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    confirmed = [device for device in devices if device.secret_hash == signed_in[device.serial]]
    EarlierSecret.objects.filter(device__in=confirmed).delete()
    traces = [Trace("secret_confirmed", "device", str(d.pk), d.community_id, d.serial) for d in confirmed]
    record_traces(by=by, now=now, traces=traces)
    return len(confirmed)
