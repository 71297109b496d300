"""Who is on duty: asked by every alarm, and so kept for a few seconds in each process."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.utils import timezone

from linli.scheduling import models

KEPT = timedelta(seconds=5)
AHEAD = timedelta(hours=26)
BACK = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is to be called for the desk. No ``post_ids``: nobody is on call. ``until`` is when that changes next; None if not within
    a day. ``handover_note`` is what the officer before wrote, "" if nothing within a day."""

    post_ids: frozenset[int]
    names: tuple[str, ...]
    until: datetime | None
    handover_note: str


@dataclass(frozen=True, slots=True)
class _Turn:
    starts_at: datetime
    ends_at: datetime
    post_id: int
    name: str
    since_on: date
    until_on: date | None

    def holds(self, at: datetime) -> bool:
        if not self.starts_at <= at < self.ends_at:
            return False
        day = timezone.localdate(at)  # as the register counts the days of a post
        return self.since_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read of one community; ``turns`` is None where no rota is kept."""

    read_at: datetime
    turns: tuple[_Turn, ...] | None
    note: str


_kept: dict[tuple[str, int], _Kept] = {}


def on_duty(*, community_ids: Collection[int], at: datetime) -> dict[int, Duty]:
    """Who is on duty at this instant, per community. A community that keeps no rota has no entry.

    An entry without ``post_ids`` means that nobody is on call. What is told is at most five seconds old. Two queries for any
    number of communities, or none.
    """
    name = str(connection.settings_dict["NAME"])
    stale = [one for one in community_ids if not _is_fresh(_kept.get((name, one)), at)]
    if stale:
        _kept.update({(name, pk): one for pk, one in _read(stale, at).items()})
    found = {pk: _duty(_kept[name, pk], at) for pk in community_ids if (name, pk) in _kept}
    return {pk: duty for pk, duty in found.items() if duty is not None}


def forget_on_duty() -> None:
    """Read it anew next time."""
    _kept.clear()


def _is_fresh(kept: _Kept | None, at: datetime) -> bool:
    return kept is not None and timedelta(0) <= at - kept.read_at < KEPT


def _duty(kept: _Kept, at: datetime) -> Duty | None:
    if kept.turns is None:
        return None
    now = [turn for turn in kept.turns if turn.holds(at)]
    if now:
        until: datetime | None = min(turn.ends_at for turn in now)
    else:
        until = min((turn.starts_at for turn in kept.turns if turn.starts_at > at), default=None)
    return Duty(
        post_ids=frozenset(turn.post_id for turn in now),
        names=tuple(dict.fromkeys(turn.name for turn in now)),
        until=until,
        handover_note=kept.note,
    )


def _read(community_ids: Collection[int], at: datetime) -> dict[int, _Kept]:
    with_rota = set(
        models.Rota.objects.filter(community_id__among=list(community_ids), is_kept=True).values_list(
            "community_id", flat=True
        )
    )
    turns: dict[int, dict[int, _Turn]] = defaultdict(dict)
    notes: dict[int, tuple[datetime, str]] = {}
    for community_id, pk, turn, note in _rows(with_rota, at) if with_rota else ():
        if turn is not None:
            turns[community_id][pk] = turn
        if note is not None and note > notes.get(community_id, (at - BACK, "")):
            notes[community_id] = note
    return {
        pk: _Kept(
            read_at=at,
            turns=tuple(turns[pk].values()) if pk in with_rota else None,
            note=notes.get(pk, (at, ""))[1],
        )
        for pk in community_ids
    }


def _rows(
    community_ids: Collection[int], at: datetime
) -> Iterable[tuple[int, int, _Turn | None, tuple[datetime, str] | None]]:
    """Duties of yesterday to tomorrow with their notes; one row per note, or one for a duty without."""
    near = models.Duty.objects.filter(
        community_id__among=list(community_ids), ends_at__gt=at - BACK, starts_at__lte=at + AHEAD
    )
    columns = (
        "community_id", "pk", "starts_at", "ends_at", "post_id", "post__holder_name", "post__since_on", "post__until_on",
        "notes__written_at", "notes__text",
    )  # fmt: skip
    for community_id, pk, *turn, written_at, text in near.order_by("starts_at", "pk").values_list(*columns):
        note = (written_at, text) if written_at is not None and written_at <= at else None
        yield community_id, pk, _Turn(*turn) if turn[2] is not None else None, note
