"""Silences: an alarm that is known about rings nobody for a while. It is recorded all the same, and looked at when the silence ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.core.actors import Actor
from linli.incidents import rules
from linli.incidents.actions.recording import announce_changes
from linli.incidents.errors import SilenceNotFound, SilenceOfNothing, SilenceOver
from linli.incidents.models import Incident, IncidentKind, Silence
from linli.incidents.rulebook import forget_rulebook


@dataclass(frozen=True, slots=True)
class SilenceWish:
    """What should be silent, and until when. At least one of source, kind, building and unit is given; all given ones must fit."""

    community_id: int
    reason: str
    starts_at: datetime
    ends_at: datetime
    kind: str | None = None
    source: str = ""
    source_label: str = ""
    building_id: int | None = None
    unit_id: int | None = None


@transaction.atomic
def silence_alarms(*, by: Actor, now: datetime, wish: SilenceWish) -> Silence:
    """Ask for a silence. It holds at once, but for kinds that are danger to life only once a second person confirms it.

    Raises SilenceReasonMissing, SilenceSpanWrong, SilenceOfNothing.
    """
    rules.may_silence(reason=wish.reason, starts_at=wish.starts_at, ends_at=wish.ends_at, now=now).enforce()
    if not (wish.kind or wish.source or wish.building_id or wish.unit_id):
        raise SilenceOfNothing(fields={"kind": SilenceOfNothing.default_sentence})
    grave = IncidentKind.objects.filter(life_safety=True)
    silence = Silence.objects.create(
        community_id=wish.community_id,
        kind_id=wish.kind,
        source=wish.source,
        source_label=wish.source_label[:80],
        building_id=wish.building_id,
        unit_id=wish.unit_id,
        reason=wish.reason.strip()[:200],
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        made_at=now,
        made_by_ref=f"{by.kind}:{by.ref}",
        made_by=by.label[:120],
        needs_second=(grave.filter(pk=wish.kind) if wish.kind else grave).exists(),
    )
    _changed(silence, by=by, now=now, verb="silenced", reason=silence.reason)
    return silence


@transaction.atomic
def confirm_silence(*, by: Actor, now: datetime, silence_id: int) -> Silence:
    """The second person agrees; from now on it holds for danger to life too. Raises SilenceNotFound, SecondPersonNeeded, SilenceOver."""
    silence = _locked(silence_id)
    ref = f"{by.kind}:{by.ref}"
    ended = silence.ended_at is not None or silence.ends_at <= now
    rules.may_confirm_silence(
        made_by_ref=silence.made_by_ref, second_by_ref=silence.second_by_ref, by_ref=ref, ended=ended
    ).enforce()
    silence.second_at, silence.second_by_ref, silence.second_by = now, ref, by.label[:120]
    silence.save(update_fields=["second_at", "second_by_ref", "second_by"])
    _changed(silence, by=by, now=now, verb="confirmed")
    return silence


@transaction.atomic
def end_silence(*, by: Actor, now: datetime, silence_id: int) -> Silence:
    """End it before its time; what it held back is looked at again now. Raises SilenceNotFound, SilenceOver."""
    silence = _locked(silence_id)
    if silence.ended_at is not None or silence.ends_at <= now:
        raise SilenceOver
    silence.ended_at, silence.ended_by = now, by.label[:120]
    silence.save(update_fields=["ended_at", "ended_by"])
    held = Incident.objects.filter(community_id=silence.community_id, silenced_until__gt=now, closed_at__isnull=True)
    held.update(next_step_at=now)  # the escalation asks for each whether another silence holds it
    _changed(silence, by=by, now=now, verb="ended")
    return silence


def _locked(silence_id: int) -> Silence:
    silence = Silence.objects.select_for_update().filter(pk=silence_id).first()
    if silence is None:
        raise SilenceNotFound
    return silence


def _changed(silence: Silence, *, by: Actor, now: datetime, verb: str, reason: str = "") -> None:
    trace = Trace(verb, "silence", str(silence.pk), silence.community_id, str(silence), reason=reason)
    record_traces(by=by, now=now, traces=[trace])
    transaction.on_commit(forget_rulebook)
    announce_changes(changed=[(silence.community_id, 0)])
