"""What an installer must know of a device in the hand, and of those that hang where it is to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from linli.core.errors import NotFound
from linli.core.inner import INNER_COMMUNITY
from linli.registry.scopes import Scope
from linli.safety.models import Device, DeviceModel, Installation


@dataclass(frozen=True, slots=True)
class ModelChoice:
    id: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Hanging:
    """A device that hangs somewhere now."""

    device_id: int
    serial: str
    model: str
    place: str
    spot: str
    installed_on: date


@dataclass(frozen=True, slots=True)
class InHand:
    """A serial that is on file already. ``hangs`` says where it hangs now; ``in_reach`` whether the installer may move it."""

    device_id: int
    community_id: int
    model_id: int
    is_active: bool
    in_reach: bool
    hangs: Hanging | None


def model_choices() -> Sequence[ModelChoice]:
    """Every make on file, by maker and name, without the one that Linli tests itself with; one query."""
    our_own = Device.objects.filter(community_id=INNER_COMMUNITY).values("model_id")
    models = DeviceModel.objects.exclude(pk__in=our_own).order_by("maker", "name", "pk")
    return [ModelChoice(m.pk, m.code, str(m)) for m in models]


def device_in_hand(*, scope: Scope, serial: str) -> InHand | None:
    """What is on file about this serial, in whatever community; None for a new one. At most three queries."""
    device = Device.objects.filter(serial=serial).first()
    if device is None:
        return None
    return InHand(
        device_id=device.pk,
        community_id=device.community_id,
        model_id=device.model_id,
        is_active=device.is_active,
        in_reach=Device.objects.filter(in_reach_of(scope=scope), pk=device.pk).exists(),
        hangs=next(iter(_hanging(Q(device_id=device.pk))), None),
    )


def hanging_at(*, unit_id: int, dwelling_id: int | None) -> Sequence[Hanging]:
    """What hangs behind this door now, or in this stairwell outside the doors; one query."""
    return _hanging(Q(unit_id=unit_id, dwelling_id=dwelling_id))


def device_for(*, scope: Scope, device_id: int) -> Device:
    """The device with its model, for somebody in whose reach it is. Raises NotFound."""
    found = (
        Device.objects.filter(in_reach_of(scope=scope), pk=device_id)
        .select_related("model", "community", "state")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def where_it_hangs(*, device_id: int) -> Hanging | None:
    """One query."""
    return next(iter(_hanging(Q(device_id=device_id))), None)


def in_reach_of(*, scope: Scope) -> Q:
    """Devices of the communities, and those that hang now in the places, which somebody's posts cover. What hangs nowhere
    may be taken up by whoever holds a post in its community."""
    if scope.everything:
        return Q()
    hanging = Installation.objects.filter(removed_on__isnull=True)
    here = Q(pk__in=hanging.filter(scope.covers_dwellings()).values("device_id"))
    nowhere = Q(community_id__in=scope.present_in) & ~Q(pk__in=hanging.values("device_id"))
    return scope.covers_communities() | here | nowhere


def _hanging(wanted: Q) -> list[Hanging]:
    rows = (
        Installation.objects.filter(wanted, removed_on__isnull=True)
        .select_related("device__model", "unit__building", "dwelling")
        .order_by("installed_on", "pk")
    )
    return [
        Hanging(r.device_id, r.device.serial, str(r.device.model), str(r.dwelling or r.unit), r.spot, r.installed_on)
        for r in rows
    ]
