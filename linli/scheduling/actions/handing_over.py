"""The hand-over: a note by who leaves, confirmed by who comes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from linli.core.actors import Actor
from linli.scheduling.access import EDIT, reach_of
from linli.scheduling.actions.changing import locked_duty
from linli.scheduling.actions.keeping import trace
from linli.scheduling.errors import DutyNotFound, NotYourDuty
from linli.scheduling.models import HandoverNote
from linli.scheduling.queries.duties import forget_on_duty
from linli.scheduling.queries.people import own_posts
from linli.scheduling.rules.deciding import may_confirm_note, may_write_note


@transaction.atomic
def write_handover(*, by: Actor, now: datetime, duty_id: int, text: str) -> HandoverNote:
    """Write what the next officer must know. A second note stands beside the first.

    Raises NotAllowed, DutyNotFound, NotYourDuty, NotOnDuty or NoteMissing (a field error on ``text``).
    """
    duty = locked_duty(duty_id=duty_id, reach=reach_of(by=by, now=now, permission=EDIT))
    if duty.post_id not in own_posts(user_id=by.user_id, on=timezone.localdate(now)):
        raise NotYourDuty
    may_write_note(starts_at=duty.starts_at, ends_at=duty.ends_at, now=now, text=text).enforce()
    note = HandoverNote.objects.create(
        community_id=duty.community_id,
        duty=duty,
        text=text.strip()[:2000],
        written_at=now,
        written_by=by.label[:120],
        author_user_id=by.user_id,
    )
    trace(row=note, by=by, now=now, verb="wrote_handover")
    forget_on_duty()
    return note


@transaction.atomic
def confirm_handover(*, by: Actor, now: datetime, note_id: int) -> HandoverNote:
    """The next officer has read it. Raises NotAllowed, DutyNotFound, AlreadyConfirmed or OwnNote."""
    reach = reach_of(by=by, now=now, permission=EDIT)
    rows = HandoverNote.objects.select_for_update(of=("self",))
    note = rows.filter(reach.covers_communities(), pk=note_id).first()
    if note is None:
        raise DutyNotFound
    may_confirm_note(confirmed_at=note.confirmed_at, author_user=note.author_user_id, user=by.user_id).enforce()
    note.confirmed_at, note.confirmed_by = now, by.label[:120]
    note.save(update_fields=["confirmed_at", "confirmed_by"])
    trace(row=note, by=by, now=now, verb="confirmed_handover")
    return note
