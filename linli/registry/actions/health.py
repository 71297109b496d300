"""Health notes: written by few, read one by one with a reason, ended when they have served."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.registry.access import access_of
from linli.registry.errors import AlreadyEnded, HealthNoteIncomplete, NotHereAnymore
from linli.registry.models import HealthNote, LegalBasis, Resident
from linli.registry.recording import locked, trace
from linli.registry.rules import may_reveal, may_write_health


@transaction.atomic
def write_health_note(
    *, by: Actor, now: datetime, resident_id: int, text: str, purpose: str, legal_basis: str, review_on: date | None
) -> HealthNote:
    """Keep what helpers have to know of a present resident, what for, on what legal basis, and when it is looked at again.

    Needs registry.health and registry.edit. Raises NotAllowed, NotFound, NotHereAnymore or HealthNoteIncomplete.
    """
    access = access_of(by=by, now=now)
    may_write_health(permissions=access.permissions).enforce()
    resident = locked(Resident, resident_id, access.scope.covers_people(), "household")
    if resident.died_on or resident.moved_out_on or resident.household.moved_out_on:
        raise NotHereAnymore
    told = {"text": text.strip(), "purpose": purpose.strip(), "legal_basis": legal_basis}
    missing = {name for name, value in told.items() if not value}
    if legal_basis not in LegalBasis.values:
        missing.add("legal_basis")
    if review_on is None or review_on <= timezone.localdate(now):
        missing.add("review_on")
    if missing or review_on is None:
        raise HealthNoteIncomplete(fields=dict.fromkeys(sorted(missing), HealthNoteIncomplete.default_sentence))
    note = HealthNote.objects.create(
        community_id=resident.community_id, resident=resident, review_on=review_on, written_at=now, **told
    )
    trace(note, by=by, now=now, verb="wrote_health_note", details={"review": review_on.isoformat()})
    return note


@transaction.atomic
def end_health_note(*, by: Actor, now: datetime, note_id: int, on: date) -> HealthNote:
    """The note has served: nobody reads it any more. Raises NotAllowed, NotFound or AlreadyEnded."""
    access = access_of(by=by, now=now)
    may_write_health(permissions=access.permissions).enforce()
    note = locked(HealthNote, note_id, access.scope.covers_people("resident__"), "resident")
    if note.ended_on is not None:
        raise AlreadyEnded
    note.ended_on = on
    note.save(update_fields=["ended_on"])
    trace(note, by=by, now=now, verb="ended", details={"on": on.isoformat()})
    return note


@transaction.atomic
def read_health_note(*, by: Actor, now: datetime, note_id: int, reason: str) -> str:
    """What a note says; that it was read, and why, is written down first.

    Raises NotAllowed, ReasonTooShort, or NotFound (also for ended notes and out of the actor's reach).
    """
    access = access_of(by=by, now=now)
    may_reveal(permissions=access.permissions, verb="registry.health", reason=reason).enforce()
    reached = HealthNote.objects.filter(access.scope.covers_people("resident__"), pk=note_id, ended_on__isnull=True)
    note = reached.select_related("resident").first()
    if note is None:
        raise NotFound
    trace(note, by=by, now=now, verb="read_health_note", reason=" ".join(reason.split())[:200])
    text: str = note.text
    return text
