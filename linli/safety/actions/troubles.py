"""Opening and ending troubles of devices, each once, with the quiet incident that a person sees. Everything in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.core.actors import system_actor
from linli.core.bulk import insert_rows, update_rows
from linli.incidents.actions import Clearing, Opening, Settling, clear_incidents, open_incidents, settle_incidents
from linli.registry.queries import PlaceRef
from linli.safety.models import DeviceTrouble
from linli.safety.queries.care import Care, care_of
from linli.safety.queries.taking import Spot, spots_of

CARETAKER = system_actor(part="device care")
Kind = DeviceTrouble.Kind
INCIDENTS: Mapping[str, str] = {
    Kind.SILENT: "device_offline",
    Kind.LOW_BATTERY: "low_battery",
    Kind.FAULT: "device_fault",
    Kind.SELF_TEST: "self_test_missed",
    Kind.CONTAMINATION: "contamination",
    Kind.UNSTABLE: "unstable_sensor",
}
GATEWAY_OFFLINE = "gateway_offline"
COLUMNS = ("community_id", "device_id", "kind", "level", "since", "due_at", "held", "told", "details", "over_at")


@dataclass(frozen=True, slots=True)
class Found:
    """Something is wrong with a device, ``since`` when."""

    device_id: int
    kind: str
    since: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """An open trouble that is over, with the cause (of its incident's kind) and a few words on why."""

    trouble_id: int
    community_id: int
    device_id: int
    kind: str
    told: bool
    is_gateway: bool = False
    cause: str = "over"


@transaction.atomic(savepoint=False)
def open_troubles(*, now: datetime, found: Collection[Found]) -> int:
    """Write down these troubles, each once while it lasts, and raise an incident for each new one. Returns how many were new.

    End of life is not raised here: it is told by building (``ageing``); silence only from offline on (``silence``).
    """
    wanted = {(f.device_id, f.kind): f for f in found}
    if not wanted:
        return 0
    care = care_of(device_ids={device_id for device_id, _ in wanted})
    rows = [
        (care[device].community_id, device, kind, 1, f.since, None, False, True, dict(f.details), None)
        for (device, kind), f in sorted(wanted.items())
        if device in care
    ]
    inserted = insert_rows(
        DeviceTrouble, columns=COLUMNS, rows=rows, returning=("device_id", "kind"), ignore_conflicts=True
    )
    new = [wanted[device, kind] for device, kind in sorted(inserted)]
    raise_incidents(now=now, found=[f for f in new if f.kind in INCIDENTS], care=care)
    return len(new)


@transaction.atomic(savepoint=False)
def raise_incidents(*, now: datetime, found: Sequence[Found], care: Mapping[int, Care]) -> int:
    """Raise the incident that belongs to each trouble, or count once more what is open. Returns how many were new."""
    if not found:
        return 0
    spots = spots_of(device_ids={f.device_id for f in found})
    openings = [opening_of(trouble=f, care=care[f.device_id], spot=spots.get(f.device_id)) for f in found]
    return sum(opened.new for opened in open_incidents(by=CARETAKER, now=now, openings=openings))


def opening_of(*, trouble: Found, care: Care, spot: Spot | None) -> Opening:
    """The incident of a trouble, as it is raised."""
    nowhere = PlaceRef(community_id=care.community_id, grid_id=None, building_id=None, unit_id=None)
    return Opening(
        kind=incident_kind(kind=trouble.kind, care=care),
        source=f"device:{care.device_id}",
        source_label=care.serial,
        place=spot.place if spot else nowhere,
        place_label=spot.label if spot else f"安装位置未登记 {care.serial}",
        happened_at=trouble.since,
        dwelling_id=spot.dwelling_id if spot else None,
        household_id=spot.household_id if spot else None,
        details=dict(trouble.details),
    )


def incident_kind(*, kind: str, care: Care) -> str:
    """What a trouble is called among the incidents."""
    return GATEWAY_OFFLINE if kind == Kind.SILENT and care.is_gateway else INCIDENTS[kind]


@transaction.atomic(savepoint=False)
def end_troubles(*, now: datetime, endings: Collection[Ending]) -> int:
    """These are over: write it down once, and close the quiet incidents that were raised for them.

    A gateway's silence was no quiet matter: its incident is marked as over, and a person closes it. Returns how many ended.
    """
    by_id = {e.trouble_id: e for e in endings}
    ended = update_rows(
        DeviceTrouble,
        key="id",
        columns=("over_at",),
        rows=[(trouble_id, now) for trouble_id in sorted(by_id)],
        guard="t.over_at IS NULL",
        returning=("id",),
    )
    told = [e for (trouble_id,) in sorted(ended) if (e := by_id[trouble_id]).told and e.kind in INCIDENTS]
    gateways = [e for e in told if e.kind == Kind.SILENT and e.is_gateway]
    clear_incidents(
        by=CARETAKER,
        now=now,
        clearings=[Clearing(e.community_id, f"device:{e.device_id}", at=now, kind=GATEWAY_OFFLINE) for e in gateways],
    )
    settle_incidents(
        by=CARETAKER,
        now=now,
        settlings=[
            Settling(e.community_id, f"device:{e.device_id}", INCIDENTS[e.kind], cause_code=e.cause, outcome="")
            for e in told
            if not (e.kind == Kind.SILENT and e.is_gateway)
        ],
    )
    return len(ended)
