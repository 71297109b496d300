"""Registering devices and gateways, and hanging devices where they belong."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.core.secrets import new_token, token_hash
from linli.safety.errors import AlreadyInstalled, SerialTaken
from linli.safety.models import Device, DeviceState, Gateway, Installation


def register_device(
    *, by: Actor, now: datetime, community_id: int, model_id: int, serial: str, made_on: date | None = None
) -> tuple[Device, str]:
    """Put a device on file. Returns it with its secret, which is shown this once and kept as a hash only. Raises SerialTaken."""
    secret = new_token()
    try:
        with transaction.atomic():
            device = Device.objects.create(
                community_id=community_id,
                model_id=model_id,
                serial=serial,
                secret_hash=token_hash(secret),
                made_on=made_on,
            )
            DeviceState.objects.create(device=device, community_id=community_id)
            record_traces(by=by, now=now, traces=[Trace("registered", "device", str(device.pk), community_id, serial)])
    except IntegrityError as error:
        raise SerialTaken from error
    return device, secret


def install_device(
    *,
    by: Actor,
    now: datetime,
    device_id: int,
    unit_id: int,
    installed_on: date,
    dwelling_id: int | None = None,
    spot: str = "",
) -> Installation:
    """Say where a device hangs from this day on. Raises AlreadyInstalled while it hangs elsewhere."""
    device = Device.objects.get(pk=device_id)
    try:
        with transaction.atomic():
            installation = Installation.objects.create(
                community_id=device.community_id,
                device=device,
                unit_id=unit_id,
                dwelling_id=dwelling_id,
                spot=spot,
                installed_on=installed_on,
            )
            trace = Trace(
                "installed",
                "device",
                str(device.pk),
                device.community_id,
                device.serial,
                details={"unit": unit_id, "dwelling": dwelling_id},
            )
            record_traces(by=by, now=now, traces=[trace])
    except IntegrityError as error:
        raise AlreadyInstalled from error
    return installation


@transaction.atomic
def register_gateway(*, by: Actor, now: datetime, community_id: int, name: str) -> tuple[Gateway, str]:
    """Let a platform report for devices of a community. Returns it with its token, which is shown this once."""
    token = new_token()
    gateway = Gateway.objects.create(community_id=community_id, name=name, token_hash=token_hash(token))
    record_traces(by=by, now=now, traces=[Trace("registered", "gateway", str(gateway.pk), community_id, name)])
    return gateway, token
