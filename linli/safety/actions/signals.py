"""Taking in what devices say: many messages, one transaction, one statement per table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from linli.core.actors import Actor, system_actor
from linli.core.broker import tell_from_thread
from linli.core.bulk import insert_rows, update_rows
from linli.incidents.actions import Clearing, Opening, clear_incidents, open_incidents
from linli.registry.queries import PlaceRef
from linli.safety.actions.quarantine import Note, quarantine_notes
from linli.safety.actions.reports import take_reports
from linli.safety.actions.troubles import Found, Kind, open_troubles
from linli.safety.commissioning import carries_test_flag, is_only_a_test
from linli.safety.decoding import Raw, Signal, Unreadable, decode
from linli.safety.models import DeviceState, Reading
from linli.safety.queries.commissioning import windows_of
from linli.safety.queries.taking import DeviceFacts, Known, Spot, facts_of, spots_of, states_of
from linli.safety.rules.flapping import after_signal, flap_percent, is_unstable
from linli.safety.rules.sessions import is_will

LISTENER = system_actor(part="listener")
READING = (
    "community_id", "device_id", "kind", "signal_key", "at", "received_at", "clock_doubtful",
    "gas_percent_lel", "battery_percent", "payload",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a batch."""

    signals: int
    new_readings: int
    opened: int
    cleared: int
    quarantined: int


@transaction.atomic
def take_signals(*, raws: Sequence[Raw], now: datetime, by: Actor = LISTENER) -> Taken:
    """Record a batch of messages: devices' states, readings, incidents and the messages these owe, in one transaction.

    ``by`` is the listener, or whoever took a message out of quarantine: incidents raised by it say so.
    When this returns inside a committed transaction, every message is dealt with: recorded, known already, or in quarantine.
    Taking the same message again changes nothing.
    """
    read = [decode(raw) for raw in raws]
    signals = [s for s in read if isinstance(s, Signal)]
    facts = facts_of(serials={s.serial for s in signals})
    known, strangers = [], []
    for signal in signals:
        device = facts.get(signal.serial)
        if device is None:
            strangers.append(
                Unreadable("unknown_device", "no such serial on file", signal.raw, signal.serial, signal.community)
            )
        elif device.community_code != signal.community:
            strangers.append(
                Unreadable(
                    "wrong_community",
                    "the device belongs to another community",
                    signal.raw,
                    signal.serial,
                    signal.community,
                )
            )
        else:
            known.append((device, signal))
    unreadable = [u for u in read if isinstance(u, Unreadable)] + strangers
    quarantined = quarantine_notes(notes=[_note(u) for u in unreadable])
    known = _with_tests_told_apart(known)
    fresh = _record_readings(known)
    opened, cleared, turns = _raise_and_clear(fresh, now=now, by=by)
    _renew_states(known, turns=turns)
    _write_down_chatter(turns, now=now)
    take_reports(heard=known, fresh=fresh, now=now)
    return Taken(signals=len(signals), new_readings=len(fresh), opened=opened, cleared=cleared, quarantined=quarantined)


def _note(unreadable: Unreadable) -> Note:
    raw = unreadable.raw
    return Note(
        origin=raw.origin,
        received_at=raw.received_at,
        subject=raw.subject,
        reason=unreadable.reason,
        explanation=unreadable.explanation,
        serial=unreadable.serial,
        community=unreadable.community,
        data=raw.data,
    )


Heard = tuple[DeviceFacts, Signal]


@dataclass(frozen=True, slots=True)
class Turn:
    """A device began to alarm, or stopped, at ``at`` by its own time. ``turns`` is how it turned lately (``rules.flapping``)."""

    at: datetime
    alarming: bool
    last_seen_at: datetime | None
    turns: int
    became_unstable: bool


def _with_tests_told_apart(heard: list[Heard]) -> list[Heard]:
    """An installer's test becomes a note: an alarm with the device's own test flag, inside that device's commissioning window.

    Every other alarm stays one. The windows are asked for only if a message bears the flag at all.
    """
    flagged = [(d, s) for d, s in heard if carries_test_flag(kind=s.kind, payload=s.payload)]
    if not flagged:
        return heard
    windows = windows_of(device_ids={d.id for d, _ in flagged}, since=min(s.received_at for _, s in flagged))
    told: list[Heard] = []
    for device, signal in heard:
        during = windows.get(device.id, ())
        if is_only_a_test(kind=signal.kind, payload=signal.payload, received_at=signal.received_at, windows=during):
            told.append((device, replace(signal, kind="test")))
            on_its_page = partial(tell_from_thread, community_id=device.community_id, topic=f"device-{device.id}")
            transaction.on_commit(on_its_page)
        else:
            told.append((device, signal))
    return told


def _record_readings(heard: Sequence[Heard]) -> list[Heard]:
    """Insert alarms, all-clears and statuses; those that were not there yet come back."""
    kept = {(device.id, signal.key): (device, signal) for device, signal in heard if signal.kind != "heartbeat"}
    rows = [
        (
            device.community_id, device.id, signal.kind, signal.key, signal.at, signal.received_at, signal.clock_doubtful,
            signal.gas_percent_lel, signal.battery_percent, dict(signal.payload),
        )
        for device, signal in (kept[key] for key in sorted(kept))
    ]  # fmt: skip
    inserted = insert_rows(
        Reading, columns=READING, rows=rows, returning=("device_id", "signal_key"), ignore_conflicts=True
    )
    return [kept[device_id, key] for device_id, key in inserted]


def _raise_and_clear(fresh: Iterable[Heard], *, now: datetime, by: Actor) -> tuple[int, int, dict[int, Turn]]:
    """Turn new alarms and all-clears into incidents; how many opened and cleared, and which devices turned.

    What is newest by the device's own time is how things stand.
    """
    by_device: dict[int, list[Heard]] = {}
    for device, signal in fresh:
        if signal.kind in {"alarm", "clear"}:
            by_device.setdefault(device.id, []).append((device, signal))
    if not by_device:
        return 0, 0, {}
    states = states_of(device_ids=by_device)
    alarmed = [id_ for id_, heard in by_device.items() if any(s.kind == "alarm" for _, s in heard)]
    spots = spots_of(device_ids=alarmed)
    openings, clearings, turns = [], [], {}
    for device_id, heard in sorted(by_device.items()):
        device, newest = max(heard, key=lambda pair: (pair[1].at, pair[1].kind == "clear"))
        known = states.get(device_id, Known(None, False, None))
        late = known.last_signal_at is not None and known.last_signal_at > newest.at
        alarms = sorted((s for _, s in heard if s.kind == "alarm"), key=lambda s: s.at)
        if alarms:
            over = known.last_signal_at if late and not known.alarming else None
            openings.append(_opening(device, alarms, spot=spots.get(device_id), cleared_at=over))
        if late:
            continue
        turn = turns[device_id] = _turn(known, [s for _, s in heard], newest=newest)
        # An unstable sensor's all-clears are held back, so that its next alarm is no news; a first alarm always goes out.
        if newest.kind == "clear" and not is_unstable(turns=turn.turns):
            source = f"device:{device_id}"
            clearings.append(Clearing(device.community_id, source, newest.at, _shown(newest), kind=device.raises))
    opened = open_incidents(by=by, now=now, openings=openings)
    cleared = clear_incidents(by=by, now=now, clearings=clearings)
    return sum(o.new for o in opened), cleared, turns


def _turn(known: Known, heard: Iterable[Signal], *, newest: Signal) -> Turn:
    turns, alarming = known.turns, known.alarming
    for signal in sorted(heard, key=lambda s: (s.at, s.kind == "clear")):
        was, alarming = alarming, signal.kind == "alarm"
        turns = after_signal(turns=turns, at=signal.received_at, changed=alarming != was)
    assert turns is not None
    became = is_unstable(turns=turns) and not is_unstable(turns=known.turns)
    return Turn(newest.at, newest.kind == "alarm", known.last_seen_at, turns, became)


def _write_down_chatter(turns: Mapping[int, Turn], *, now: datetime) -> None:
    """Sensors that became unstable: one quiet order for each."""
    found = [
        Found(device_id, Kind.UNSTABLE, now, details={"turns_percent": round(flap_percent(turns=turn.turns))})
        for device_id, turn in turns.items()
        if turn.became_unstable
    ]
    open_troubles(now=now, found=found)


def _opening(
    device: DeviceFacts, alarms: Sequence[Signal], *, spot: Spot | None, cleared_at: datetime | None
) -> Opening:
    place = (
        spot.place if spot else PlaceRef(community_id=device.community_id, grid_id=None, building_id=None, unit_id=None)
    )
    return Opening(
        kind=device.raises,
        source=f"device:{device.id}",
        source_label=device.serial,
        place=place,
        place_label=spot.label if spot else f"安装位置未登记 {device.serial}",
        happened_at=alarms[0].at,
        dwelling_id=spot.dwelling_id if spot else None,
        household_id=spot.household_id if spot else None,
        cleared_at=cleared_at,
        signals=len(alarms),
        details=_shown(alarms[-1]),
    )


def _shown(signal: Signal) -> Mapping[str, Any]:
    """The numbers worth showing with an incident."""
    shown = {
        "lel": signal.gas_percent_lel,
        "battery": signal.battery_percent,
        "clock_doubtful": signal.clock_doubtful or None,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _renew_states(heard: Sequence[Heard], *, turns: Mapping[int, Turn]) -> None:
    """Whatever a device said, it is alive (its last will is said by the broker): one row per device, the newest of the batch,
    and which way it turned. Heartbeats among themselves write four columns and no more."""
    newest: dict[int, Heard] = {}
    for device, signal in heard:
        if is_will(kind=signal.kind, payload=signal.payload):
            continue
        held = newest.get(device.id)
        if held is None or signal.received_at >= held[1].received_at:
            newest[device.id] = (device, signal)
    rows: list[tuple[Any, ...]] = []
    for device_id in sorted(newest):
        device, signal = newest[device_id]
        turn = turns.get(device_id)
        seen_at = signal.received_at
        if turn is not None and turn.last_seen_at is not None:
            seen_at = max(seen_at, turn.last_seen_at)
        due_at = seen_at + timedelta(seconds=2 * device.report_seconds + 60)
        row: tuple[Any, ...] = (device_id, seen_at, signal.gas_percent_lel, signal.battery_percent, due_at)
        if turns:
            row += (turn.at, turn.alarming, turn.turns) if turn else (None, None, None)
        rows.append(row)
    turned = ("last_signal_at", "alarming", "turns") if turns else ()
    update_rows(
        DeviceState,
        key="device",
        columns=("last_seen_at", "gas_percent_lel", "battery_percent", "deadline_at", *turned),
        rows=rows,
        kept_if_null=("gas_percent_lel", "battery_percent", *turned),
        guard="t.last_seen_at IS NULL OR t.last_seen_at <= v.last_seen_at",
    )
