"""Alarms that the clock has to look at: sensors that have calmed down, and alarms for which no incident is open."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from linli.core.bulk import update_rows
from linli.incidents.actions import Clearing, Opening, clear_incidents, open_incidents
from linli.registry.queries import PlaceRef
from linli.safety.actions.troubles import CARETAKER, Ending, Kind, end_troubles
from linli.safety.models import DeviceState, DeviceTrouble
from linli.safety.queries.alarming import Unheeded, unheeded_alarms
from linli.safety.queries.taking import Spot, spots_of
from linli.safety.rules.flapping import after_quiet, is_unstable

ASKED_AGAIN = timedelta(minutes=10)


@transaction.atomic
def calm_sensors(*, now: datetime, limit: int = 500) -> int:
    """Unstable sensors that have been quiet for long enough: the order is closed, and an all-clear that was held back counts.

    Returns how many calmed down.
    """
    skip = connection.features.has_select_for_update_skip_locked
    troubles = list(
        DeviceTrouble.objects.select_for_update(of=("self",), skip_locked=skip)
        .filter(kind=Kind.UNSTABLE, over_at__isnull=True)
        .select_related("device__model")
        .order_by("device_id")[:limit]
    )
    if not troubles:
        return 0
    ids = [t.device_id for t in troubles]
    states = {s.device_id: s for s in DeviceState.objects.select_for_update().filter(device_id__in=ids).order_by("pk")}
    calm = {}
    for trouble in troubles:
        turns = after_quiet(turns=states[trouble.device_id].turns, at=now)
        if not is_unstable(turns=turns):
            calm[trouble.device_id] = (trouble, turns)
    rows = [(device, turns) for device, (_, turns) in sorted(calm.items())]
    update_rows(DeviceState, key="device", columns=("turns",), rows=rows)
    clear_incidents(
        by=CARETAKER,
        now=now,
        clearings=[
            Clearing(t.community_id, f"device:{device}", at=now, kind=t.device.model.raises_id)
            for device, (t, _) in sorted(calm.items())
            if not states[device].alarming
        ],
    )
    endings = [Ending(t.pk, t.community_id, t.device_id, Kind.UNSTABLE, t.told) for t, _ in calm.values()]
    return end_troubles(now=now, endings=endings)


@transaction.atomic
def raise_unheeded_alarms(*, now: datetime, limit: int = 200) -> int:
    """A device that alarms has an open incident: if there is none (a restored backup, a fault of ours, closed by a person while
    it went on alarming), it is raised again. Returns how many were.

    After a person closed it there are ten minutes to air the room, and the device must have been heard since: one that was
    taken off the wall never says that it is over.
    """
    found = unheeded_alarms(closed_before=now - ASKED_AGAIN, limit=limit)
    spots = spots_of(device_ids=[alarm.device_id for alarm in found])
    openings = [_opening(alarm, spot=spots.get(alarm.device_id)) for alarm in found]
    return sum(opened.new for opened in open_incidents(by=CARETAKER, now=now, openings=openings))


def _opening(alarm: Unheeded, *, spot: Spot | None) -> Opening:
    nowhere = PlaceRef(community_id=alarm.community_id, grid_id=None, building_id=None, unit_id=None)
    details = {"lel": alarm.gas_percent_lel, "still_alarming": True}
    return Opening(
        kind=alarm.raises,
        source=f"device:{alarm.device_id}",
        source_label=alarm.serial,
        place=spot.place if spot else nowhere,
        place_label=spot.label if spot else f"安装位置未登记 {alarm.serial}",
        happened_at=alarm.alarmed_at,
        dwelling_id=spot.dwelling_id if spot else None,
        household_id=spot.household_id if spot else None,
        details={name: value for name, value in details.items() if value is not None},
    )
