"""What lies in quarantine, for whoever may look into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import orjson
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils import timezone

from linli.core.errors import NotFound
from linli.core.inner import not_inner
from linli.incidents.models import Incident
from linli.registry.models import Community
from linli.registry.scopes import Scope
from linli.safety.decoding import Raw, Signal, decode
from linli.safety.models import Device, QuarantinedSignal
from linli.safety.queries.installing import Hanging, in_reach_of, where_it_hangs

A_PAGE = 30
OPEN, SETTLED = "open", "settled"


@dataclass(frozen=True, slots=True)
class QuarantineFilter:
    """Which of them; "" and None are left open. ``state`` is open, settled or ""."""

    state: str = OPEN
    reason: str = ""
    serial: str = ""
    since_on: date | None = None
    until_on: date | None = None

    @property
    def narrows(self) -> bool:
        return bool(self.reason or self.serial or self.since_on or self.until_on or self.state != OPEN)


def reach_of(*, scope: Scope) -> Q:
    """What belongs to a community is its office's. What nobody knows yet whose it is belongs to whoever looks after every
    community of this house: in most houses there is one only. At most one query."""
    if scope.everything:
        return Q()
    reach = scope.covers_communities()
    if scope.communities and not Community.objects.filter(not_inner("pk")).exclude(pk__in=scope.communities).exists():
        reach |= Q(community__isnull=True)
    return reach


def quarantined(*, scope: Scope, wanted: QuarantineFilter, page: str) -> Page[QuarantinedSignal]:
    """A page of them, newest first."""
    rows = QuarantinedSignal.objects.filter(reach_of(scope=scope), _matching(wanted)).order_by("-received_at", "-pk")
    return Paginator(rows.defer("payload"), A_PAGE).get_page(page)


def _matching(wanted: QuarantineFilter) -> Q:
    matching = Q()
    if wanted.state:
        matching &= Q(settled_at__isnull=wanted.state == OPEN)
    if wanted.reason:
        matching &= Q(reason=wanted.reason)
    if wanted.serial:
        matching &= Q(serial__icontains=wanted.serial)
    if wanted.since_on:
        matching &= Q(received_at__gte=_midnight(wanted.since_on))
    if wanted.until_on:
        matching &= Q(received_at__lt=_midnight(date.fromordinal(wanted.until_on.toordinal() + 1)))
    return matching


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def signal_for(*, scope: Scope, signal_id: int) -> QuarantinedSignal:
    """Raises NotFound for what is not in somebody's reach."""
    found = QuarantinedSignal.objects.filter(reach_of(scope=scope), pk=signal_id).select_related("community").first()
    if found is None:
        raise NotFound
    return found


def signals_among(*, scope: Scope, ids: Sequence[int]) -> Sequence[int]:
    """Those of these that somebody may settle and that are open; the others are left out."""
    rows = QuarantinedSignal.objects.filter(reach_of(scope=scope), pk__among=list(ids), settled_at__isnull=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def count_open(*, scope: Scope) -> int:
    return QuarantinedSignal.objects.filter(reach_of(scope=scope), settled_at__isnull=True).count()


@dataclass(frozen=True, slots=True)
class Bytes:
    """The first bytes of a message as text and as hex, sixteen to a line; ``is_whole`` if nothing was cut off."""

    text: str
    hex_lines: Sequence[tuple[str, str, str]]
    kept: int
    size: int

    @property
    def is_whole(self) -> bool:
        return self.kept == self.size


def bytes_of(*, signal: QuarantinedSignal) -> Bytes:
    data = bytes(signal.payload)
    lines = [
        (
            f"{at:04x}",
            data[at : at + 16].hex(" "),
            "".join(chr(b) if 32 <= b < 127 else "·" for b in data[at : at + 16]),
        )
        for at in range(0, len(data), 16)
    ]
    return Bytes(_as_text(data), lines, len(data), signal.size_bytes)


def _as_text(data: bytes) -> str:
    """JSON laid out for reading; else the text with what is none spelled out."""
    try:
        return orjson.dumps(orjson.loads(data), option=orjson.OPT_INDENT_2).decode()
    except orjson.JSONDecodeError:
        return data.decode("utf-8", errors="backslashreplace")


def raw_of(*, signal: QuarantinedSignal) -> Raw:
    """The message as it came."""
    return Raw(signal.subject, bytes(signal.payload), signal.received_at, signal.origin)


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a message as this device's will do. ``open_incident`` is one that is open already and will count it."""

    device: Device
    kind: str
    hangs: Hanging | None
    raises: str
    open_incident: int | None
    would_be: Signal | None


def device_called(*, scope: Scope, serial: str) -> Device | None:
    """The device with this serial, if it is in somebody's reach."""
    found = Device.objects.filter(in_reach_of(scope=scope), serial=serial).select_related("model__raises", "community")
    return found.first()


def preview_of(*, device: Device, kind: str, signal: QuarantinedSignal) -> Preview:
    """At most two queries."""
    open_incident = (
        Incident.objects.filter(
            community_id=device.community_id,
            source=f"device:{device.pk}",
            kind_id=device.model.raises_id,
            closed_at__isnull=True,
        )
        .values_list("pk", flat=True)
        .first()
    )
    read = decode(raw_of(signal=signal))
    return Preview(
        device=device,
        kind=kind,
        hangs=where_it_hangs(device_id=device.pk),
        raises=device.model.raises.title,
        open_incident=open_incident,
        would_be=read if isinstance(read, Signal) else None,
    )
