"""What devices say of themselves beside alarms: troubles, births and last wills, self-tests. Part of taking a batch.

Nearly every message says nothing of the sort, and costs one look at its keys.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from linli.core.bulk import insert_rows, update_rows
from linli.safety.actions.troubles import Ending, Found, Kind, end_troubles, open_troubles
from linli.safety.decoding import Signal
from linli.safety.models import DeviceMemory, DeviceState, DeviceTrouble
from linli.safety.queries.taking import DeviceFacts
from linli.safety.rules.flags import self_test_result, troubles_told
from linli.safety.rules.sessions import is_birth, is_will, session_of, will_counts

Heard = tuple[DeviceFacts, Signal]
FLAGGED = (Kind.LOW_BATTERY, Kind.FAULT, Kind.CONTAMINATION, Kind.END_OF_LIFE)
KEPT = timedelta(seconds=5)
_open: dict[str, tuple[datetime, frozenset[tuple[int, str]]]] = {}


def take_reports(*, heard: Sequence[Heard], fresh: Sequence[Heard], now: datetime) -> None:
    """Open and end the troubles that these messages speak of, and remember births, wills and self-tests.

    ``fresh`` are those of the kept messages that came for the first time; heartbeats are not kept, and count each time.
    """
    beats = [(d, s) for d, s in heard if s.kind == "heartbeat"]
    kept = sorted(fresh, key=lambda pair: pair[1].received_at)
    _take_flags([*_worth_a_look(beats, now=now), *kept], now=now)
    _take_sessions([(d, s) for d, s in kept if s.kind == "status"])
    _take_self_tests([*beats, *kept], now=now)


def forget_flags() -> None:
    """Look anew which flags are up."""
    _open.clear()


def _worth_a_look(beats: Sequence[Heard], *, now: datetime) -> list[Heard]:
    """Heartbeats that say "all well" matter only where a flag was up some seconds ago; most devices say so all day."""
    telling = [(d, s, told) for d, s in beats if (told := troubles_told(payload=s.payload))]
    if not telling:
        return []
    known = _flags_up(now=now)
    return [(d, s) for d, s, told in telling if any(there or (d.id, kind) in known for kind, there in told.items())]


def _flags_up(*, now: datetime) -> frozenset[tuple[int, str]]:
    name = str(connection.settings_dict["NAME"])
    kept = _open.get(name)
    if kept is None or not timedelta(0) <= now - kept[0] < KEPT:
        rows = DeviceTrouble.objects.filter(over_at__isnull=True, kind__in=FLAGGED, details__by="flag")
        kept = _open[name] = (now, frozenset(rows.values_list("device_id", "kind")))
    return kept[1]


def _take_flags(heard: Sequence[Heard], *, now: datetime) -> None:
    last: dict[tuple[int, str], tuple[bool, Signal]] = {}
    for device, signal in heard:
        for kind, there in troubles_told(payload=signal.payload).items():
            last[device.id, kind] = (there, signal)
    if not last:
        return
    rows = DeviceTrouble.objects.filter(
        over_at__isnull=True, kind__in=FLAGGED, device_id__among=sorted({device for device, _ in last})
    )
    up = {(t.device_id, t.kind): t for t in rows}
    open_troubles(
        now=now,
        found=[
            Found(device, kind, signal.received_at, details=_details(signal))
            for (device, kind), (there, signal) in last.items()
            if there and (device, kind) not in up
        ],
    )
    over = [up[key] for key, (there, _) in last.items() if not there and key in up]
    endings = [Ending(t.pk, t.community_id, t.device_id, t.kind, t.told) for t in over if t.details.get("by") == "flag"]
    end_troubles(now=now, endings=endings)


def _details(signal: Signal) -> dict[str, Any]:
    shown = {"by": "flag", "battery": signal.battery_percent, "code": _code(signal.payload)}
    return {name: value for name, value in shown.items() if value is not None}


def _code(payload: Mapping[str, Any]) -> str | None:
    """The device's own word or number for its fault."""
    value = payload.get("fault")
    return None if isinstance(value, bool) or not isinstance(value, str | int | float) else str(value)[:40]


def _take_sessions(heard: Sequence[Heard]) -> None:
    """Births renew the session; a believed will makes the device due at once: the sweep does the rest."""
    said = [(d, s) for d, s in heard if _birth(s) or _will(s)]
    if not said:
        return
    ids = sorted({d.id for d, _ in said})
    sessions = dict(DeviceMemory.objects.filter(device_id__among=ids).values_list("device_id", "session"))
    seen = dict(DeviceState.objects.filter(device_id__among=ids).values_list("device_id", "last_seen_at"))
    births: dict[int, tuple[Any, ...]] = {}
    wills: dict[int, datetime] = {}
    for device, signal in said:
        session = session_of(payload=signal.payload)
        if _birth(signal):
            sessions[device.id] = session
            births[device.id] = (device.community_id, session, signal.received_at)
            wills.pop(device.id, None)
        elif will_counts(
            session=session, known=sessions.get(device.id), at=signal.received_at, seen_at=seen.get(device.id)
        ):
            wills[device.id] = signal.received_at
    communities = {d.id: d.community_id for d, _ in said}
    _remember(ids, communities)
    rows: list[tuple[Any, ...]] = [(device, *births[device][1:], None) for device in sorted(births)]
    update_rows(DeviceMemory, key="device", columns=("session", "session_at", "will_at"), rows=rows)
    update_rows(DeviceMemory, key="device", columns=("will_at",), rows=sorted(wills.items()))
    update_rows(
        DeviceState,
        key="device",
        columns=("deadline_at",),
        rows=sorted(wills.items()),
        guard="t.last_seen_at <= v.deadline_at AND t.deadline_at > v.deadline_at",
    )


def _take_self_tests(heard: Sequence[Heard], *, now: datetime) -> None:
    tested = {d.id: (d, s) for d, s in heard if self_test_result(payload=s.payload)}
    if not tested:
        return
    ids = sorted(tested)
    _remember(ids, {d.id: d.community_id for d, _ in tested.values()})
    rows = [(device, tested[device][1].received_at) for device in ids]
    update_rows(DeviceMemory, key="device", columns=("self_tested_at",), rows=rows)
    missed = DeviceTrouble.objects.filter(over_at__isnull=True, kind=Kind.SELF_TEST, device_id__among=ids)
    end_troubles(
        now=now, endings=[Ending(t.pk, t.community_id, t.device_id, t.kind, t.told) for t in missed.order_by("id")]
    )


def _remember(device_ids: Collection[int], communities: Mapping[int, int]) -> None:
    """A row for each that has none yet."""
    columns = ("device_id", "community_id", "session", "session_at", "will_at", "self_tested_at")
    rows = [(device, communities[device], None, None, None, None) for device in sorted(device_ids)]
    insert_rows(DeviceMemory, columns=columns, rows=rows, ignore_conflicts=True)


def _birth(signal: Signal) -> bool:
    return is_birth(kind=signal.kind, payload=signal.payload)


def _will(signal: Signal) -> bool:
    return is_will(kind=signal.kind, payload=signal.payload)
