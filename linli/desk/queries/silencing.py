"""What a silence can be asked for."""

from __future__ import annotations

from linli.registry.models import Building
from linli.registry.queries import Scope
from linli.safety.models import Device


def every_building(*, scope: Scope) -> list[Building]:
    """The buildings of the scope's whole communities, in the order people count them."""
    found = Building.objects.filter(scope.covers_communities())
    return sorted(found, key=lambda b: (int("".join(c for c in b.number if c.isdigit()) or 0), b.number))


def label_of_source(*, scope: Scope, source: str) -> str:
    """The serial and place of "device:12", if it is one of the scope's; "" otherwise."""
    kind, _, ref = source.partition(":")
    if kind != "device" or not ref.isdecimal() or len(ref) > 18:
        return ""
    device = Device.objects.filter(scope.covers_communities(), pk=int(ref)).first()
    if device is None:
        return ""
    hanging = device.installations.filter(removed_on__isnull=True).select_related("dwelling", "unit__building").first()
    place = "" if hanging is None else str(hanging.dwelling or hanging.unit)
    return f"{device.serial} {place}".strip()
