"""Going on after waiting for the resident or for an outside party; what was asked is no longer asked."""

from __future__ import annotations

from datetime import datetime

from linli.casework.actions.clock import wake_clock
from linli.casework.actions.recording import Aspect, Became, enter_state, write_step
from linli.casework.errors.requests import NotFromHere
from linli.casework.models import CaseLink, Request
from linli.casework.rules.states import IN_HAND, OUTSIDE, WAITING
from linli.core.actors import Actor


def take_up(*, request: Request, by: Actor, now: datetime, text: str, verb: str) -> None:
    """From waiting or outside back into the hands of its lead. The clock, if it stood, wakes. Columns and steps. Raises NotFromHere."""
    was = request.state
    if was not in {WAITING, OUTSIDE}:
        raise NotFromHere
    enter_state(request=request, by=by, now=now, state=IN_HAND, verb=verb, text=text)
    request.taken_at = request.taken_at or now
    if was == WAITING:
        request.paused_at = None
        wake_clock(request=request, now=now)
        write_step(
            request=request, by=by, now=now, aspect=Aspect.CLOCK, verb="woke", became=Became(due_at=request.due_at)
        )


def withdraw_links(*, request: Request, now: datetime) -> None:
    """What was asked is no longer asked: open questions and outside links of a request are taken back; of ratings those of earlier
    answers."""
    rows = CaseLink.objects.filter(request=request, state=CaseLink.State.OPEN)
    rows.exclude(kind=CaseLink.Kind.RATING, round=request.rounds).update(state=CaseLink.State.WITHDRAWN)
    if request.state in {"reopened", "closed", "cancelled", "merged"}:
        rows.update(state=CaseLink.State.WITHDRAWN)
