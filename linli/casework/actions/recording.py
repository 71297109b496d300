"""What all changes of a request share: the row within reach and locked, the version that was seen, the step, the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from linli.audit.actions import Trace, record_traces
from linli.casework.access import Reach, reach_of_actor
from linli.casework.actions.tallies import mark_tally
from linli.casework.errors.requests import ChangedMeanwhile, NotYourRequest, RequestNotFound
from linli.casework.models import Category, Request, Step, Team
from linli.casework.rules.states import TABLE, may_become
from linli.core.actors import Actor
from linli.registry.models import Post

Aspect = Step.Aspect
POINTERS: Final[Mapping[str, str]] = {
    Aspect.STATE: "state_step", Aspect.LEAD: "lead_step", Aspect.CATEGORY: "category_step", Aspect.PRIORITY: "priority_step",
    Aspect.PLACE: "place_step",
}  # fmt: skip
QUIET: Final = frozenset(
    {
        Aspect.NOTE,
        Aspect.CONTACT,
        Aspect.REPORTER,
        Aspect.LINK,
        Aspect.RATING,
        Aspect.TAG,
        Aspect.ALARM,
        Aspect.MATTER,
    }
)
"""What takes nothing from anybody who is editing: the version stays."""


@dataclass(frozen=True, slots=True)
class Became:
    """What a step says the request became; only what belongs to its aspect is given."""

    state: str = ""
    lead: Post | None = None
    team: Team | None = None
    category: Category | None = None
    priority: int | None = None
    place: str = ""
    due_at: datetime | None = None
    params: Mapping[str, Any] = field(default_factory=dict)


NOTHING_BECAME: Final = Became()


def locked_request(*, by: Actor, now: datetime, request_id: int, seen: int | None = None) -> tuple[Request, Reach]:
    """The request within reach, locked until the end of the transaction, and the actor's reach.

    ``seen`` is the version the actor looked at; None where nothing that was seen can be lost. Raises RequestNotFound, ChangedMeanwhile.
    """
    reach = reach_of_actor(by=by, now=now)
    rows = Request.objects.filter(reach.covers(), pk=request_id).select_for_update(of=("self",))
    request = rows.select_related("community", "category__parent", "lead", "team").first()
    if request is None:
        raise RequestNotFound
    if seen is not None and seen != request.version:
        raise ChangedMeanwhile(since=seen)
    return request, reach


def need_hands(*, request: Request, reach: Reach) -> None:
    """Whoever works on a request has it in hand, or hands out all of them. Raises NotAllowed, NotYourRequest."""
    reach.need("casework.work", "casework.assign")
    mine = reach.holds(lead_id=request.lead_id, team_id=request.team_id, request_id=request.pk)
    if not (reach.may("casework.assign") or mine or (request.lead_id is None and request.team_id is None)):
        raise NotYourRequest


def write_step(
    *,
    request: Request,
    by: Actor,
    now: datetime,
    aspect: str,
    verb: str,
    text: str = "",
    became: Became = NOTHING_BECAME,
) -> Step:
    """Append what happened, set the pointer of its aspect and write the trail. The caller saves the request (``saved``)."""
    step = Step.objects.create(
        community_id=request.community_id, request=request, at=now, aspect=aspect, verb=verb, actor_kind=by.kind,
        actor_label=by.label[:120], user_id=by.user_id, text=text.strip()[:4000], state=became.state, lead=became.lead,
        team=became.team, category=became.category, priority=became.priority, place=became.place[:120], due_at=became.due_at,
        params=dict(became.params),
    )  # fmt: skip
    if aspect in POINTERS:
        setattr(request, POINTERS[aspect], step)
    if aspect not in QUIET:
        request.version += 1
    trace = Trace(
        verb=verb, object_type="casework.request", object_ref=str(request.pk), community_id=request.community_id,
        object_label=request.number, details={"aspect": aspect, **({"state": became.state} if became.state else {})},
    )  # fmt: skip
    record_traces(by=by, now=now, traces=[trace])
    mark_tally(request=request, aspect=aspect)
    return step


def enter_state(
    *,
    request: Request,
    by: Actor,
    now: datetime,
    state: str,
    verb: str = "",
    text: str = "",
    params: Mapping[str, Any] | None = None,
) -> Step:
    """Move a request into a state that may follow its present one, with the step as the table of states names it; ``verb``, where the
    way into the state says more than that. Raises NotFromHere and what the state needs."""
    may_become(state=request.state, wanted=state, text=text).enforce()
    request.state = state
    became = Became(state=state, params=params or {})
    return write_step(
        request=request, by=by, now=now, aspect=Aspect.STATE, verb=verb or TABLE[state].verb, text=text, became=became
    )
