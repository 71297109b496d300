"""Ratings: by a link or a call; objections to them; what an unhappy one asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from linli.casework.access import DECIDE, HOTLINE, REPORTERS
from linli.casework.actions.answering import put_away
from linli.casework.actions.links import State, actor_of_link, locked_link
from linli.casework.actions.recording import Aspect, Became, enter_state, locked_request, need_hands, write_step
from linli.casework.errors.requests import (
    LinkNotFound,
    NotFromHere,
    ObjectionWrong,
    RatedAlready,
    RatingWrong,
    ReasonMissing,
    ReporterUnknown,
)
from linli.casework.models import CallTry, CaseLink, Rating, Reporter, Request
from linli.casework.queries.settings import policy_of, rating_days
from linli.casework.rules.states import CLOSED, REOPEN_ASKED, RESOLVED, can_become
from linli.core.actors import Actor
from linli.core.errors import Invalid

Objection = Rating.Objection
CALLED: Final = frozenset(CallTry.Outcome.values) - {CallTry.Outcome.AT_HOTLINE}
"""What can come of a call of ours that reached nobody."""


@dataclass(frozen=True, slots=True)
class Rated:
    """The three answers (联系了吗, 解决了吗, 满意吗) and what else was said. ``again``: whether the reporter wants it opened again; None
    where nobody asked, then an unhappy rating asks for it by itself."""

    contacted: bool | None
    solved: bool | None
    satisfaction: str
    text: str = ""
    again: bool | None = None

    @property
    def is_unhappy(self) -> bool:
        return self.solved is False or self.satisfaction == Rating.Satisfaction.UNSATISFIED


@transaction.atomic
def rate_by_link(*, now: datetime, link_id: int, rated: Rated) -> Rating:
    """What a reporter says behind their link. An unhappy rating asks for reopening; a person decides.

    Raises LinkNotFound, LinkOver, RatingWrong, RatedAlready (also when somebody else who told us has rated this answer).
    """
    link, request = locked_link(link_id=link_id, now=now)
    if link.kind != CaseLink.Kind.RATING:
        raise LinkNotFound
    by = actor_of_link(link=link)
    rating = _rate(request, by, now, rated, via=Rating.Via.LINK, reporter=link.reporter, written_by="")
    link.state, link.answered_at, link.answer = State.ANSWERED, now, rated.text.strip()[:2000]
    link.save(update_fields=["state", "answered_at", "answer"])
    return rating


@transaction.atomic
def rate_by_slip(*, now: datetime, request_id: int, rated: Rated) -> Rating:
    """What the holder of the slip says of the answer: as the first who told us would over a link.

    Raises LinkNotFound, NotFromHere, RatingWrong, RatedAlready.
    """
    rows = Request.objects.select_for_update(of=("self",)).select_related("community", "category")
    request = rows.filter(pk=request_id).first()
    reporter = Reporter.objects.filter(request_id=request_id).order_by("pk").first()
    if request is None or reporter is None:
        raise LinkNotFound
    by = Actor(kind="visitor", label=reporter.name or "visitor", ref=f"slip:{request.pk}")
    rating = _rate(request, by, now, rated, via=Rating.Via.LINK, reporter=reporter, written_by="")
    CaseLink.objects.filter(request=request, kind=CaseLink.Kind.RATING, state=State.OPEN).update(state=State.WITHDRAWN)
    return rating


@transaction.atomic
def rate_by_call(*, by: Actor, now: datetime, request_id: int, reporter_id: int, rated: Rated) -> Rating:
    """What a reporter said in a follow-up call (回访), written down by the caller.

    Raises NotAllowed, RequestNotFound, NotFromHere, ReporterUnknown, RatingWrong, RatedAlready.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    reach.need(REPORTERS)
    reporter = _reporter(request, reporter_id)
    rating = _rate(request, by, now, rated, via=Rating.Via.CALL, reporter=reporter, written_by=by.label[:120])
    CaseLink.objects.filter(request=request, kind=CaseLink.Kind.RATING, state=State.OPEN).update(state=State.WITHDRAWN)
    return rating


@transaction.atomic
def rate_by_sheet(*, by: Actor, now: datetime, request_id: int, rated: Rated) -> Rating:
    """What the hotline's own sheet says of the present answer; nobody is called any more about it.

    Raises NotAllowed, RequestNotFound, NotFromHere, RatingWrong, RatedAlready.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    reach.need(HOTLINE)
    rating = _rate(request, by, now, rated, via=Rating.Via.SHEET, reporter=None, written_by=by.label[:120])
    CaseLink.objects.filter(request=request, kind=CaseLink.Kind.RATING, state=State.OPEN).update(state=State.WITHDRAWN)
    return rating


@transaction.atomic
def record_call_try(*, by: Actor, now: datetime, request_id: int, reporter_id: int, outcome: str) -> CallTry:
    """A follow-up call that reached nobody: kept, and counted nowhere. Raises NotAllowed, RequestNotFound, ReporterUnknown, Invalid."""
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    reach.need(REPORTERS)
    if outcome not in CALLED:
        raise Invalid
    return _tried(request, by, now, _reporter(request, reporter_id), outcome)


@transaction.atomic
def note_unreached_by_sheet(*, by: Actor, now: datetime, request_id: int) -> None:
    """The hotline's sheet says that nobody was reached about the present answer: kept once, and counted nowhere.

    Raises NotAllowed, RequestNotFound, NotFromHere (nothing was answered yet), ReporterUnknown.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    reach.need(HOTLINE)
    if request.state not in {RESOLVED, CLOSED, REOPEN_ASKED} or not request.rounds:
        raise NotFromHere
    outcome = CallTry.Outcome.AT_HOTLINE
    if not CallTry.objects.filter(request=request, round=request.rounds, outcome=outcome).exists():
        first = request.reporters.order_by("pk").first()
        if first is None:
            raise ReporterUnknown
        _tried(request, by, now, first, outcome)


def _tried(request: Request, by: Actor, now: datetime, reporter: Reporter, outcome: str) -> CallTry:
    tried = CallTry.objects.create(
        community_id=request.community_id, request=request, reporter=reporter, round=request.rounds, at=now, by=by.label[:120],
        outcome=outcome,
    )  # fmt: skip
    became = Became(params={"outcome": outcome, "reporter": reporter.pk})
    write_step(request=request, by=by, now=now, aspect=Aspect.RATING, verb="called_in_vain", became=became)
    request.save()
    return tried


@transaction.atomic
def object_to_rating(*, by: Actor, now: datetime, rating_id: int, text: str) -> Rating:
    """The lead contests an unhappy rating before it counts; until that is decided it does not count.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ObjectionWrong (too late, or not unhappy), ReasonMissing.
    """
    request, rating = _of(by, now, rating_id)
    _row, reach = locked_request(by=by, now=now, request_id=request.pk)
    need_hands(request=request, reach=reach)
    if not text.strip():
        raise ReasonMissing(fields={"text": ReasonMissing.default_sentence})
    if rating.objection != Objection.NONE or rating.counts_at <= now:
        raise ObjectionWrong
    rating.objection, rating.objection_text = Objection.OPEN, text.strip()[:1000]
    rating.objected_at, rating.objected_by = now, by.label[:120]
    rating.save()
    write_step(
        request=request,
        by=by,
        now=now,
        aspect=Aspect.RATING,
        verb="objected",
        text=text,
        became=Became(params={"rating": rating.pk}),
    )
    request.save()
    return rating


@transaction.atomic
def decide_objection(*, by: Actor, now: datetime, rating_id: int, upheld: str, text: str) -> Rating:
    """``upheld`` is Rating.Objection.UPHELD (the rating does not count) or REJECTED (it does), with the reason. Not by who objected.

    Raises NotAllowed, RequestNotFound, ObjectionWrong, ReasonMissing.
    """
    request, rating = _of(by, now, rating_id)
    _row, reach = locked_request(by=by, now=now, request_id=request.pk)
    reach.need(DECIDE)
    if not text.strip():
        raise ReasonMissing(fields={"text": ReasonMissing.default_sentence})
    if rating.objection != Objection.OPEN or upheld not in {Objection.UPHELD, Objection.REJECTED}:
        raise ObjectionWrong
    objections = request.steps.filter(aspect=Aspect.RATING, verb="objected", params__rating=rating.pk)
    who = {"user_id": by.user_id} if by.user_id is not None else {"actor_kind": by.kind, "actor_label": by.label[:120]}
    if objections.filter(**who).exists():
        raise ObjectionWrong
    rating.objection, rating.decision, rating.decided_at, rating.decided_by = (
        upheld,
        text.strip()[:1000],
        now,
        by.label[:120],
    )
    rating.counts_at = now
    rating.save()
    became = Became(params={"rating": rating.pk, "decision": upheld})
    write_step(
        request=request, by=by, now=now, aspect=Aspect.RATING, verb="decided_objection", text=text, became=became
    )
    request.save()
    return rating


@transaction.atomic
def put_away_unrated(*, now: datetime, by: Actor, limit: int = 200) -> int:
    """Answered requests are put away once they are rated (after a day) or their time for ratings is over. Returns how many."""
    rated = Exists(Rating.objects.filter(request=OuterRef("pk"), round=OuterRef("rounds")))
    over = rated & Q(resolved_at__lte=now - timedelta(days=1))
    for days, communities in rating_days(on=timezone.localdate(now)).items():
        over |= communities & Q(resolved_at__lte=now - timedelta(days=days))
    rows = Request.objects.filter(over, state=RESOLVED).select_related("community", "category").order_by("resolved_at")
    old = list(rows.select_for_update(of=("self",))[:limit])
    for request in old:
        put_away(request=request, by=by, now=now, text="")
    return len(old)


def _rate(
    request: Request, by: Actor, now: datetime, rated: Rated, *, via: str, reporter: Reporter | None, written_by: str
) -> Rating:
    missing = {
        name: RatingWrong.default_sentence
        for name, value in (
            ("contacted", rated.contacted),
            ("solved", rated.solved),
            ("satisfaction", rated.satisfaction),
        )
        if value is None or value == ""
    }
    if missing or rated.satisfaction not in Rating.Satisfaction.values:
        raise RatingWrong(fields=missing or {"satisfaction": RatingWrong.default_sentence})
    if request.state not in {RESOLVED, CLOSED, REOPEN_ASKED} or not request.rounds:
        raise NotFromHere
    policy = policy_of(community_id=request.community_id, on=timezone.localdate(now))
    counts_at = now + timedelta(days=policy.objection_days) if rated.is_unhappy else now
    try:
        with transaction.atomic():
            rating = Rating.objects.create(
                community_id=request.community_id, request=request, reporter=reporter, round=request.rounds, via=via, rated_at=now,
                contacted=bool(rated.contacted), solved=bool(rated.solved), satisfaction=rated.satisfaction,
                text=rated.text.strip()[:1000], written_by=written_by, counts_at=counts_at,
            )  # fmt: skip
    except IntegrityError as error:
        raise RatedAlready from error
    params = {
        "satisfaction": rated.satisfaction,
        "solved": bool(rated.solved),
        "contacted": bool(rated.contacted),
        "via": via,
    }
    write_step(
        request=request,
        by=by,
        now=now,
        aspect=Aspect.RATING,
        verb="rated",
        text=rated.text,
        became=Became(params=params),
    )
    wants_again = rated.again if rated.again is not None else rated.is_unhappy
    if wants_again and can_become(state=request.state, wanted=REOPEN_ASKED):
        enter_state(request=request, by=by, now=now, state=REOPEN_ASKED, text=rated.text)
        request.ended_at = None
    request.save()
    return rating


def _reporter(request: Request, reporter_id: int) -> Reporter:
    reporter = Reporter.objects.filter(request=request, pk=reporter_id).first()
    if reporter is None:
        raise ReporterUnknown
    return reporter


def _of(by: Actor, now: datetime, rating_id: int) -> tuple[Request, Rating]:
    request_id = Rating.objects.filter(pk=rating_id).values_list("request_id", flat=True).first() or 0
    request, _reach = locked_request(by=by, now=now, request_id=request_id)
    return request, Rating.objects.select_for_update().get(pk=rating_id)
