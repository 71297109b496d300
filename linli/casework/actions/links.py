"""Links without an account: a question to the resident, something for an outside party, a rating. That nobody answered is history, too."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from linli.casework.actions.clock import stand_still
from linli.casework.actions.handing import lead_oneself
from linli.casework.actions.recording import Aspect, Became, enter_state, locked_request, need_hands, write_step
from linli.casework.actions.resuming import take_up
from linli.casework.actions.telling import owe_reporters
from linli.casework.errors.requests import LinkNotFound, LinkOver, ReasonMissing, ReporterUnknown, TextMissing
from linli.casework.models import CaseLink, Reporter, Request
from linli.casework.queries.settings import policy_of
from linli.casework.rules.states import OUTSIDE, RESOLVED, TABLE, WAITING
from linli.core.actors import Actor, system_actor
from linli.registry.keeping import clean_phone

Kind = CaseLink.Kind
State = CaseLink.State
CASEWORK = system_actor(part="casework")


@transaction.atomic
def ask_reporter(
    *, by: Actor, now: datetime, request_id: int, reporter_id: int, text: str, seen: int | None = None
) -> CaseLink:
    """Ask somebody who told us, and wait: the clock stands until the answer comes or the link expires. Asking is a first contact.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere, ReasonMissing, ReporterUnknown, NobodyToLead.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    need_hands(request=request, reach=reach)
    reporter = Reporter.objects.filter(request=request, pk=reporter_id).first()
    if reporter is None:
        raise ReporterUnknown(fields={"reporter": ReporterUnknown.default_sentence})
    lead_oneself(request=request, by=by, now=now, reach=reach)
    enter_state(
        request=request,
        by=by,
        now=now,
        state=WAITING,
        text=text,
        params={"reporter": reporter.pk},
    )
    request.paused_at = now
    stand_still(request=request)
    days = policy_of(community_id=request.community_id, on=timezone.localdate(now)).question_days
    link = _new(request, now, Kind.QUESTION, days, reporter=reporter, text=text)
    owe_reporters(
        request=request, reporters=[reporter], now=now, wording=TABLE[WAITING].message, about={reporter.pk: f"case-link:{link.pk}"},
        once=f"question:{link.pk}", more={"asks": text.strip()[:200]},
    )  # fmt: skip
    request.save()
    return link


@transaction.atomic
def give_outside(
    *, by: Actor, now: datetime, request_id: int, to_name: str, text: str, to_phone: str = "", seen: int | None = None
) -> CaseLink:
    """Something for a party without an account (gas company, property company): they read the link and answer. The clock goes on.

    Raises NotAllowed, NotYourRequest, RequestNotFound, ChangedMeanwhile, NotFromHere, ReasonMissing, PhoneNotUnderstood, NobodyToLead.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id, seen=seen)
    need_hands(request=request, reach=reach)
    if not to_name.strip():
        raise ReasonMissing(fields={"to_name": ReasonMissing.default_sentence})
    phone = clean_phone(to_phone)
    lead_oneself(request=request, by=by, now=now, reach=reach)
    enter_state(
        request=request,
        by=by,
        now=now,
        state=OUTSIDE,
        text=text,
        params={"to": to_name.strip()[:60]},
    )
    days = policy_of(community_id=request.community_id, on=timezone.localdate(now)).outside_days
    link = _new(request, now, Kind.OUTSIDE, days, to_name=to_name.strip()[:60], to_phone=phone, text=text)
    request.save()
    return link


@transaction.atomic
def answer_case_link(*, now: datetime, link_id: int, text: str) -> CaseLink:
    """What a resident or an outside party answers. The request goes on; the clock, if it stood, wakes and alarms nobody at once.

    Raises LinkNotFound, LinkOver (answered, expired, taken back), TextMissing.
    """
    link, request = locked_link(link_id=link_id, now=now)
    if link.kind == Kind.RATING:
        raise LinkNotFound
    if not text.strip():
        raise TextMissing(fields={"text": TextMissing.default_sentence})
    link.state, link.answered_at, link.answer = State.ANSWERED, now, text.strip()[:2000]
    link.save(update_fields=["state", "answered_at", "answer"])
    by = actor_of_link(link=link)
    if link.kind == Kind.QUESTION:
        request.contacted_at = request.contacted_at or now
    _go_on(request, by=by, now=now, text=link.answer, verb="link_answered", link=link)
    request.save()
    return link


@transaction.atomic
def expire_case_links(*, now: datetime, limit: int = 200) -> int:
    """Write into the history of each request whose link was not answered in time; questions give the request back to its lead."""
    due = (
        CaseLink.objects.filter(state=State.OPEN, expires_at__lte=now)
        .order_by("expires_at")
        .values_list("pk", flat=True)
    )
    return sum(_expire(link_id=pk, now=now) for pk in list(due[:limit]))


def _expire(*, link_id: int, now: datetime) -> bool:
    request_id = CaseLink.objects.values_list("request_id", flat=True).get(pk=link_id)
    request = _locked(request_id)
    link = CaseLink.objects.select_for_update().filter(pk=link_id, state=State.OPEN).first()
    if link is None:
        return False
    link.state = State.EXPIRED
    link.save(update_fields=["state"])
    if link.kind == Kind.RATING:
        became = Became(params={"link": link.pk, "kind": link.kind})
        write_step(request=request, by=CASEWORK, now=now, aspect=Aspect.LINK, verb="link_expired", became=became)
    else:
        _go_on(request, by=CASEWORK, now=now, text="", verb="link_expired", link=link)
    request.save()
    return True


def offer_ratings(*, request: Request, now: datetime) -> None:
    """Everybody who told us and wants a link gets one to rate this answer; the others are on the list of calls."""
    days = policy_of(community_id=request.community_id, on=timezone.localdate(now)).rating_days
    wanting = [one for one in request.reporters.all() if one.wants == Reporter.Wants.LINK and one.phone]
    links = {one.pk: _new(request, now, Kind.RATING, days, reporter=one) for one in wanting}
    owe_reporters(
        request=request, reporters=wanting, now=now, wording=TABLE[RESOLVED].message, once=f"resolved:{request.rounds}",
        about={pk: f"case-link:{link.pk}" for pk, link in links.items()}, more={"answer": request.answer[:120]},
    )  # fmt: skip


def locked_link(*, link_id: int, now: datetime) -> tuple[CaseLink, Request]:
    """An open link and its request, both locked: always the request first. Raises LinkNotFound, LinkOver."""
    request_id = CaseLink.objects.filter(pk=link_id).values_list("request_id", flat=True).first()
    if request_id is None:
        raise LinkNotFound
    request = _locked(request_id)
    link = CaseLink.objects.select_for_update(of=("self",)).select_related("reporter").get(pk=link_id)
    if link.state != State.OPEN or link.expires_at <= now:
        raise LinkOver
    return link, request


def actor_of_link(*, link: CaseLink) -> Actor:
    """Whoever answers behind a link: an outside party by its name, a reporter by theirs."""
    label = link.to_name or (link.reporter.name if link.reporter is not None else "")
    return Actor(kind="visitor", label=label or "visitor", ref=f"link:{link.pk}")


def _locked(request_id: int) -> Request:
    rows = Request.objects.select_for_update(of=("self",)).select_related(
        "community", "category__parent", "lead", "team"
    )
    return rows.get(pk=request_id)


def _go_on(request: Request, *, by: Actor, now: datetime, text: str, verb: str, link: CaseLink) -> None:
    """Back into hands, if it still waits for this; else only a line of history."""
    expected = WAITING if link.kind == Kind.QUESTION else OUTSIDE
    others = CaseLink.objects.filter(request=request, kind=link.kind, state=State.OPEN).exclude(pk=link.pk)
    if request.state == expected and not others.exists():
        take_up(request=request, by=by, now=now, text=text, verb=verb)
        return
    became = Became(params={"link": link.pk, "kind": link.kind})
    write_step(request=request, by=by, now=now, aspect=Aspect.LINK, verb=verb, text=text, became=became)


def _new(
    request: Request,
    now: datetime,
    kind: str,
    days: int,
    *,
    reporter: Reporter | None = None,
    to_name: str = "",
    to_phone: str = "",
    text: str = "",
) -> CaseLink:
    return CaseLink.objects.create(
        community_id=request.community_id, request=request, kind=kind, reporter=reporter, to_name=to_name, to_phone=to_phone,
        text=text.strip()[:2000], round=request.rounds, created_at=now, expires_at=now + timedelta(days=days),
    )  # fmt: skip
