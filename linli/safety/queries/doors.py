"""What the doorkeeper must know: who may come in with which secret, and whose connection is to end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.safety.models import Device, EarlierSecret, OwedCutOff


@dataclass(frozen=True, slots=True)
class KeyOnFile:
    """``earlier_hash`` is "" unless the secret before the present one still opens the door at this moment."""

    serial: str
    community_code: str
    secret_hash: str
    is_active: bool
    earlier_hash: str


def keys_of(*, serials: Collection[str], now: datetime) -> Sequence[KeyOnFile]:
    """One query however many ask."""
    rows = Device.objects.filter(serial__among=list(serials)).values_list(
        "serial", "community__code", "secret_hash", "is_active", "earlier_secret__secret_hash", "earlier_secret__until"
    )
    return [
        KeyOnFile(serial, code, secret, active, earlier if earlier and until > now else "")
        for serial, code, secret, active, earlier, until in rows
    ]


def cut_offs_owed() -> Sequence[str]:
    """The serials whose open connections are to be closed."""
    return list(OwedCutOff.objects.order_by("since").values_list("device__serial", flat=True))


def earlier_secret_until(*, device_id: int, now: datetime) -> datetime | None:
    """Until when the secret before the present one still opens the door; None if it does not."""
    found = EarlierSecret.objects.filter(device_id=device_id, until__gt=now).values_list("until", flat=True)
    return found.first()
