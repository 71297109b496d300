"""How devices are, for people: how many in which state, lists, one device. Always within somebody's places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat

from linli.core.inner import not_inner
from linli.incidents.models import Incident, Silence
from linli.registry.models import Building
from linli.registry.scopes import Scope
from linli.safety.models import Device, DeviceMemory, DeviceTrouble, Installation, Reading
from linli.safety.rules.life import end_of_life_on
from linli.safety.rules.silence import LATE, OFFLINE, VISIT

Kind = DeviceTrouble.Kind
STATES = (
    "alarming", "visit", "offline", "late", "held", "never", "low_battery", "fault", "contamination", "self_test", "unstable",
    "end_of_life", "muted", "stored", "fine",
)  # fmt: skip
LEVELS = {
    "visit": Q(level=VISIT),
    "offline": Q(level__gte=OFFLINE),
    "late": Q(level=LATE, held=False),
    "held": Q(held=True),
}


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One line of the list. ``states`` are of STATES, gravest first; ``building`` is "" for what hangs nowhere."""

    id: int
    serial: str
    model: str
    raises_zh: str
    raises_en: str
    place: str
    building: str
    uplink: str
    last_seen_at: datetime | None
    battery_percent: float | None
    states: Sequence[str]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is filtered by; empty leaves a part open."""

    state: str = ""
    words: str = ""
    building_id: int | None = None


def is_silent(*, device: str) -> Exists:
    """Whether the device with this id, a column of the query around it, is late or offline by its records: not while our own
    intake was away."""
    return Exists(DeviceTrouble.objects.filter(device_id=OuterRef(device), over_at__isnull=True, kind=Kind.SILENT))


def devices_in(*, scope: Scope) -> QuerySet[Device]:
    """The devices that hang in somebody's places, and those in store of the communities they see whole."""
    devices = Device.objects.annotate(
        hung=FilteredRelation("installations", condition=Q(installations__removed_on__isnull=True))
    )
    if scope.everything:
        return devices.filter(not_inner())
    return devices.filter(scope.covers_dwellings("hung__") | scope.covers_communities())


def counts_of(*, scope: Scope, now: datetime) -> Mapping[str, int]:
    """How many devices are in each state, and all together under "all". A device can be in several. Six queries."""
    devices = devices_in(scope=scope)
    counts = dict.fromkeys(STATES, 0)
    row = devices.aggregate(
        all=Count("id"),
        alarming=Count("id", filter=Q(state__alarming=True, is_active=True)),
        never=Count("id", filter=_never()),
        stored=Count("id", filter=Q(hung__id__isnull=True)),
    )
    counts |= row
    troubles = DeviceTrouble.objects.filter(over_at__isnull=True, device_id__in=devices.values("id"))
    for kind, level, held, number in troubles.values_list("kind", "level", "held").annotate(n=Count("id")).order_by():
        if kind == Kind.SILENT:
            counts["held" if held else "late" if level == LATE else "offline"] += number
            counts["visit"] += number if level == VISIT else 0
        else:
            counts[kind] += number
    counts["muted"] = devices.filter(_muted(now)).count()
    counts["fine"] = devices.filter(_fine()).count()
    return counts


def device_list(*, scope: Scope, wanted: Wanted, now: datetime) -> QuerySet[Device]:
    """The devices that match, by place. Lazy: a page of it costs a page."""
    devices = devices_in(scope=scope)
    if wanted.state:
        devices = devices.filter(_in_state(wanted.state, now))
    if wanted.building_id is not None:
        devices = devices.filter(Q(hung__unit__building_id=wanted.building_id))
    for word in wanted.words.split():
        devices = devices.filter(Q(serial__icontains=word) | Q(hung__dwelling__label__icontains=word))
    by_place = (
        F("hung__unit__building__number").asc(nulls_last=True),
        F("hung__unit__number"),
        F("hung__dwelling__label"),
    )
    return devices.order_by(*by_place, "serial")


def _in_state(state: str, now: datetime) -> Q:
    if state in LEVELS:
        return Q(Exists(_open(Kind.SILENT).filter(LEVELS[state])))
    if state in Kind.values:
        return Q(Exists(_open(Kind(state))))
    return {
        "alarming": lambda: Q(state__alarming=True, is_active=True),
        "never": _never,
        "stored": lambda: Q(hung__id__isnull=True),
        "muted": lambda: _muted(now),
        "fine": _fine,
    }.get(state, Q)()


def _open(kind: Kind | None = None) -> QuerySet[DeviceTrouble]:
    troubles = DeviceTrouble.objects.filter(device_id=OuterRef("pk"), over_at__isnull=True)
    return troubles if kind is None else troubles.filter(kind=kind)


def _never() -> Q:
    return Q(hung__id__isnull=False, state__last_seen_at__isnull=True, is_active=True)


def _fine() -> Q:
    heard = Q(hung__id__isnull=False, is_active=True, state__alarming=False, state__last_seen_at__isnull=False)
    return heard & ~Q(Exists(_open()))


def _muted(now: datetime) -> Q:
    source = Concat(Value("device:"), Cast(OuterRef("pk"), CharField()))
    return Q(Exists(_silences(now).filter(source=source)))


def _silences(now: datetime) -> QuerySet[Silence]:
    return Silence.objects.filter(ended_at__isnull=True, starts_at__lte=now, ends_at__gt=now).filter(
        Q(needs_second=False) | Q(second_at__isnull=False)
    )


def rows_of(*, devices: Iterable[Device], now: datetime) -> list[DeviceRow]:
    """The devices as lines, in their order. Three queries."""
    ids = [device.pk for device in devices]
    shown = {
        row["id"]: row
        for row in Device.objects.filter(id__among=ids)
        .annotate(hung=FilteredRelation("installations", condition=Q(installations__removed_on__isnull=True)))
        .values(
            "id", "serial", "is_active", "model__maker", "model__name", "model__raises__title_zh", "model__raises__title_en",
            "hung__id", "hung__spot", "hung__dwelling__label", "hung__unit__number", "hung__unit__building__number",
            "uplink__serial", "state__alarming", "state__last_seen_at", "state__battery_percent",
        )
    }  # fmt: skip
    troubles: dict[int, list[DeviceTrouble]] = defaultdict(list)
    for trouble in DeviceTrouble.objects.filter(device_id__among=ids, over_at__isnull=True):
        troubles[trouble.device_id].append(trouble)
    muted = set(_silences(now).filter(source__among=[f"device:{id_}" for id_ in ids]).values_list("source", flat=True))
    return [_row(shown[id_], troubles[id_], is_muted=f"device:{id_}" in muted) for id_ in ids]


def _row(shown: Mapping[str, Any], troubles: Sequence[DeviceTrouble], *, is_muted: bool) -> DeviceRow:
    states = {state for trouble in troubles for state in states_of_trouble(trouble=trouble)}
    states |= {"alarming"} if shown["state__alarming"] and shown["is_active"] else set()
    states |= {"stored"} if shown["hung__id"] is None else set()
    states |= {"never"} if shown["state__last_seen_at"] is None and shown["hung__id"] is not None else set()
    states |= {"muted"} if is_muted else set()
    building, unit = shown["hung__unit__building__number"], shown["hung__unit__number"]
    stairwell = f"{building}栋{unit}单元{shown['hung__spot']}" if building else ""
    return DeviceRow(
        id=shown["id"],
        serial=shown["serial"],
        model=f"{shown['model__maker']} {shown['model__name']}",
        raises_zh=shown["model__raises__title_zh"],
        raises_en=shown["model__raises__title_en"],
        place=shown["hung__dwelling__label"] or stairwell,
        building=building or "",
        uplink=shown["uplink__serial"] or "",
        last_seen_at=shown["state__last_seen_at"],
        battery_percent=shown["state__battery_percent"],
        states=[state for state in STATES if state in states] or ["fine"],
        since=min((t.since for t in troubles), default=None),
    )


def states_of_trouble(*, trouble: DeviceTrouble) -> set[str]:
    """Under which of STATES an open trouble falls, the gravest alone."""
    if trouble.kind != Kind.SILENT:
        return {trouble.kind}
    return {"held" if trouble.held else {LATE: "late", OFFLINE: "offline"}.get(trouble.level, "visit")}


@dataclass(frozen=True, slots=True)
class DevicePage:
    """All that the page of one device shows."""

    device: Device
    row: DeviceRow
    ends_on: date | None
    memory: DeviceMemory | None
    troubles: Sequence[DeviceTrouble]
    past: Sequence[DeviceTrouble]
    readings: Sequence[Reading]
    incidents: Sequence[Incident]
    installations: Sequence[Installation]
    members: int


def device_page_of(*, scope: Scope, device_id: int, now: datetime) -> DevicePage | None:
    """One device with its troubles, its last readings and incidents; None outside somebody's places. Nine queries."""
    device = devices_in(scope=scope).filter(pk=device_id).select_related("model", "state", "uplink").first()
    if device is None:
        return None
    installations = list(
        device.installations.select_related("unit__building", "dwelling").order_by("-installed_on", "-id")[:10]
    )
    hung_on = next((i.installed_on for i in installations if i.removed_on is None), None)
    troubles = list(DeviceTrouble.objects.filter(device_id=device.pk).order_by("-since", "-id")[:30])
    return DevicePage(
        device=device,
        row=rows_of(devices=[device], now=now)[0],
        ends_on=end_of_life_on(made_on=device.made_on, installed_on=hung_on, life_months=device.model.life_months),
        memory=DeviceMemory.objects.filter(device_id=device.pk).first(),
        troubles=[t for t in troubles if t.over_at is None],
        past=[t for t in troubles if t.over_at is not None],
        readings=list(
            Reading.objects.filter(community_id=device.community_id, device_id=device.pk).order_by("-at", "-id")[:20]
        ),
        incidents=list(
            Incident.objects.filter(community_id=device.community_id, source=f"device:{device.pk}")
            .select_related("kind", "cause")
            .order_by("-opened_at", "-id")[:10]
        ),
        installations=installations,
        members=device.members.count(),
    )


def buildings_with_devices(*, scope: Scope) -> list[Building]:
    """The buildings in which devices hang, in the order people count them, for a choice."""
    hanging = Installation.objects.filter(unit__building=OuterRef("pk"), removed_on__isnull=True)
    mine = hanging if scope.everything else hanging.filter(scope.covers_dwellings())
    found = Building.objects.filter(Exists(mine))
    return sorted(found, key=lambda b: (int("".join(c for c in b.number if c.isdigit()) or 0), b.number))
