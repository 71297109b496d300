"""Matters: what several requests are about. Made of a suggestion, of a request, or by hand; closed with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.casework.access import RATES, Reach, reach_of_actor
from linli.casework.actions.recording import Aspect, Became, locked_request, write_step
from linli.casework.actions.repeats import State, locked_suggestion, trace_suggestion, within_it
from linli.casework.errors.repeats import (
    InAnotherMatter,
    MatterClosed,
    MatterTitleMissing,
    MatterWithoutRequests,
    NoSuchNumber,
    NotInMatter,
    OutcomeMissing,
)
from linli.casework.masked import masked_words
from linli.casework.models import Matter, Request, Suggestion
from linli.casework.queries.matters import MOST_AT_ONCE, found_since, matter_for
from linli.core.actors import Actor


@transaction.atomic
def open_matter(*, by: Actor, now: datetime, title: str, why: str, request_ids: Sequence[int]) -> Matter:
    """Make a matter of requests of one community. Its category is theirs, if they have the same.

    Raises NotAllowed, MatterTitleMissing, MatterWithoutRequests, RequestNotFound, InAnotherMatter.
    """
    reach_of_actor(by=by, now=now).need(RATES)
    ids = sorted(set(request_ids))
    if not title.strip():
        raise MatterTitleMissing(fields={"title": MatterTitleMissing.default_sentence})
    if not 1 <= len(ids) <= MOST_AT_ONCE:
        raise MatterWithoutRequests
    requests = [locked_request(by=by, now=now, request_id=pk)[0] for pk in ids]
    community_ids = {one.community_id for one in requests}
    categories = {one.category_id for one in requests}
    if len(community_ids) > 1:
        raise MatterWithoutRequests
    matter = Matter.objects.create(
        community_id=community_ids.pop(), title=masked_words(" ".join(title.split()))[:120], why=why.strip()[:1000],
        category_id=categories.pop() if len(categories) == 1 else None, opened_at=now, opened_by=by.label[:120],
    )  # fmt: skip
    _trace(matter, by, now, "opened_matter", {"requests": len(requests)})
    for request in requests:
        _attach(request, matter, by, now)
    return matter


@transaction.atomic
def accept_suggestion(
    *, by: Actor, now: datetime, suggestion_id: int, title: str, why: str, request_ids: Sequence[int]
) -> Matter:
    """Make a matter of what was found: of these of its requests. Other suggestions that say no more than the matter go with it.

    Raises NotAllowed, SuggestionNotFound, SuggestionDecided and what ``open_matter`` raises.
    """
    suggestion = locked_suggestion(by=by, now=now, suggestion_id=suggestion_id)
    if not set(request_ids) <= set(suggestion.evidence):
        raise MatterWithoutRequests
    matter = open_matter(by=by, now=now, title=title, why=why, request_ids=request_ids)
    _accept(suggestion, matter, by, now)
    inside = set(request_ids)
    _leave_out(suggestion, set(suggestion.evidence) - inside)
    for other in within_it(suggestion=suggestion):
        if inside.issuperset(other.evidence):
            _accept(other, matter, by, now)
    return matter


@transaction.atomic
def attach_request(*, by: Actor, now: datetime, matter_id: int, number: str) -> Request:
    """One request more, by its number. One that is there already is left alone.

    Raises NotAllowed, MatterNotFound, MatterClosed, NoSuchNumber, InAnotherMatter.
    """
    matter, reach = _open(by, now, matter_id)
    rows = Request.objects.filter(reach.covers(), community_id=matter.community_id, number=" ".join(number.split()))
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise NoSuchNumber(fields={"number": NoSuchNumber.default_sentence})
    request, _reach = locked_request(by=by, now=now, request_id=found)
    _attach(request, matter, by, now)
    return request


@transaction.atomic
def attach_found_since(*, by: Actor, now: datetime, matter_id: int) -> int:
    """All requests that its suggestions have found since and that are in no matter. Returns how many.

    Raises NotAllowed, MatterNotFound, MatterClosed.
    """
    matter, reach = _open(by, now, matter_id)
    loose = found_since(reach=reach, suggestions=list(Suggestion.objects.filter(matter=matter)))
    found = sorted(one.pk for one in loose)
    for pk in found:
        request, _reach = locked_request(by=by, now=now, request_id=pk)
        if request.matter_id is None:
            _attach(request, matter, by, now)
    return len(found)


@transaction.atomic
def detach_request(*, by: Actor, now: datetime, matter_id: int, request_id: int) -> Request:
    """It does not belong to it after all. Raises NotAllowed, MatterNotFound, MatterClosed, RequestNotFound, NotInMatter."""
    matter, _reach = _open(by, now, matter_id)
    request, _reach = locked_request(by=by, now=now, request_id=request_id)
    if request.matter_id != matter.pk:
        raise NotInMatter
    request.matter = None
    for suggestion in Suggestion.objects.select_for_update().filter(matter=matter).order_by("pk"):
        _leave_out(suggestion, {request.pk})
    params = {"matter": matter.pk, "title": matter.title}
    write_step(request=request, by=by, now=now, aspect=Aspect.MATTER, verb="left_matter", became=Became(params=params))
    request.save()
    return request


@transaction.atomic
def close_matter(*, by: Actor, now: datetime, matter_id: int, outcome: str) -> Matter:
    """Say what came of it. Its requests stay as they are; what comes in from now on counts anew.

    Raises NotAllowed, MatterNotFound, MatterClosed, OutcomeMissing.
    """
    matter, _reach = _open(by, now, matter_id)
    if not outcome.strip():
        raise OutcomeMissing(fields={"outcome": OutcomeMissing.default_sentence})
    matter.outcome, matter.closed_at = outcome.strip()[:2000], now
    matter.save()
    _trace(matter, by, now, "closed_matter", {})
    return matter


def _open(by: Actor, now: datetime, matter_id: int) -> tuple[Matter, Reach]:
    reach = reach_of_actor(by=by, now=now).need(RATES)
    matter_for(reach=reach, matter_id=matter_id)
    matter = Matter.objects.select_for_update().get(pk=matter_id)
    if matter.closed_at is not None:
        raise MatterClosed
    return matter, reach


def _attach(request: Request, matter: Matter, by: Actor, now: datetime) -> None:
    if request.matter_id == matter.pk:
        return
    if request.matter_id is not None:
        raise InAnotherMatter(fields={"number": InAnotherMatter.default_sentence})
    request.matter = matter
    params = {"matter": matter.pk, "title": matter.title}
    write_step(
        request=request, by=by, now=now, aspect=Aspect.MATTER, verb="joined_matter", became=Became(params=params)
    )
    request.save()


def _leave_out(suggestion: Suggestion, ids: set[int]) -> None:
    """What a person took out of a matter is not offered to it again."""
    if ids:
        kept = {*suggestion.params.get("left_out", []), *ids}
        suggestion.params = {**suggestion.params, "left_out": sorted(kept)}
        suggestion.save(update_fields=["params"])


def _accept(suggestion: Suggestion, matter: Matter, by: Actor, now: datetime) -> None:
    suggestion.state, suggestion.matter = State.ACCEPTED, matter
    suggestion.decided_at, suggestion.decided_by = now, by.label[:120]
    suggestion.save()
    trace_suggestion(suggestion=suggestion, by=by, now=now, verb="accepted_repeat")


def _trace(matter: Matter, by: Actor, now: datetime, verb: str, details: dict[str, object]) -> None:
    trace = Trace(
        verb=verb, object_type="casework.matter", object_ref=str(matter.pk), community_id=matter.community_id,
        object_label=matter.title, details=details,
    )  # fmt: skip
    record_traces(by=by, now=now, traces=[trace])
