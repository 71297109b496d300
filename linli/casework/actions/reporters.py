"""Who told us: the first, others who told us the same, and seeing their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from linli.audit.actions import Trace, record_traces
from linli.casework.access import REPORTERS, reach_of_actor
from linli.casework.actions.recording import Aspect, Became, locked_request, write_step
from linli.casework.errors.requests import PhoneNeeded, ReporterUnknown
from linli.casework.models import Reporter, Request
from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.registry.keeping import clean_name, clean_phone, phone_hash
from linli.registry.models import Resident
from linli.registry.rules import may_reveal

SOMEBODY: Final = ""


@dataclass(frozen=True, slots=True)
class ReporterGiven:
    """A resident of the register, or a name and perhaps a number, or nothing: somebody who did not want to say. ``wants`` "": a call, if
    there is a number, also one in the register."""

    resident_id: int | None = None
    name: str = SOMEBODY
    phone: str = ""
    wants: str = Reporter.Wants.NOTHING
    language: str = "zh-hans"


def add_first_reporter(*, request: Request, by: Actor, now: datetime, given: ReporterGiven) -> Reporter:
    """Keep who told us, also if it is nobody with a name. Raises PhoneNotUnderstood, PhoneNeeded, ReporterUnknown."""
    reporter = _new(request, given, now)
    reporter.save()
    write_step(
        request=request,
        by=by,
        now=now,
        aspect=Aspect.REPORTER,
        verb="heard_from",
        became=Became(params={"reporter": reporter.pk}),
    )
    return reporter


@transaction.atomic
def subscribe_reporter(*, by: Actor, now: datetime, request_id: int, given: ReporterGiven) -> Reporter:
    """Somebody else told us the same: they are told how it goes like the first. The same person twice is kept once, and told if they
    want to be now. Of a request that was joined to another, the other's.

    Raises NotAllowed, RequestNotFound, PhoneNotUnderstood, PhoneNeeded, ReporterUnknown.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    reach.need("casework.enter")
    if request.merged_into_id is not None:
        return subscribe_reporter(by=by, now=now, request_id=request.merged_into_id, given=given)
    reporter = _new(request, given, now)
    twin = _twin_of(reporter, list(Reporter.objects.filter(request=request).order_by("pk")))
    if twin is not None:
        _wants_too(twin, reporter)
        return twin
    reporter.save()
    write_step(
        request=request,
        by=by,
        now=now,
        aspect=Aspect.REPORTER,
        verb="heard_also",
        became=Became(params={"reporter": reporter.pk}),
    )
    request.save()
    return reporter


def copy_reporters(*, request: Request, into: Request, now: datetime) -> list[Reporter]:
    """Everybody who told us of one request told us of the other, too; who did so already is kept once, and told if they wanted to be
    in either. The new ones."""
    there = list(Reporter.objects.filter(request=into).order_by("pk"))
    made = []
    for one in Reporter.objects.filter(request=request).order_by("pk"):
        known = _twin_of(one, there)
        if known is not None:
            _wants_too(known, one)
            continue
        twin = Reporter(
            community_id=into.community_id, request=into, resident_id=one.resident_id, name=one.name, phone=one.phone,
            phone_hash=one.phone_hash, wants=one.wants, language=one.language, since=now, came_from=request,
        )  # fmt: skip
        twin.save()
        made.append(twin)
    return made


def _twin_of(reporter: Reporter, there: Sequence[Reporter]) -> Reporter | None:
    """The same person among those who told us: the same resident, or the same number, unless these are two residents who share it."""
    for one in there:
        if reporter.resident_id is not None and one.resident_id is not None:
            if reporter.resident_id == one.resident_id:
                return one
        elif reporter.phone_hash and reporter.phone_hash == one.phone_hash:
            return one
    return None


def _wants_too(known: Reporter, reporter: Reporter) -> None:
    """Whoever wanted to be told once is told, at the number they left."""
    if reporter.wants != Reporter.Wants.NOTHING and known.wants == Reporter.Wants.NOTHING:
        known.wants = reporter.wants
        if not known.phone:
            known.phone, known.phone_hash = reporter.phone, reporter.phone_hash
        known.save(update_fields=["wants", "phone", "phone_hash"])


@transaction.atomic
def reveal_reporter_phone(*, by: Actor, now: datetime, reporter_id: int, reason: str) -> str:
    """The number a reporter left, whole; written down with the reason. Raises NotAllowed, ReasonTooShort, NotFound."""
    reach = reach_of_actor(by=by, now=now)
    may_reveal(permissions=reach.permissions, verb=REPORTERS, reason=reason).enforce()
    rows = Reporter.objects.select_related("request").filter(reach.covers("request__"), pk=reporter_id)
    reporter = rows.exclude(phone="").first()
    if reporter is None:
        raise NotFound
    trace = Trace(
        verb="revealed_phone", object_type="casework.reporter", object_ref=str(reporter.pk), community_id=reporter.community_id,
        object_label=reporter.request.number, reason=" ".join(reason.split())[:200],
    )  # fmt: skip
    record_traces(by=by, now=now, traces=[trace])
    number: str = reporter.phone
    return number


@transaction.atomic
def reveal_request_text(*, by: Actor, now: datetime, request_id: int, reason: str) -> str:
    """The words of a request with the numbers in them; written down with the reason. Raises NotAllowed, ReasonTooShort, NotFound."""
    reach = reach_of_actor(by=by, now=now)
    may_reveal(permissions=reach.permissions, verb=REPORTERS, reason=reason).enforce()
    request = Request.objects.filter(reach.covers(), pk=request_id).first()
    if request is None:
        raise NotFound
    trace = Trace(
        verb="revealed", object_type="casework.request", object_ref=str(request.pk), community_id=request.community_id,
        object_label=request.number, reason=" ".join(reason.split())[:200],
    )  # fmt: skip
    record_traces(by=by, now=now, traces=[trace])
    return request.text


def _new(request: Request, given: ReporterGiven, now: datetime) -> Reporter:
    resident = None
    if given.resident_id is not None:
        resident = Resident.objects.filter(community_id=request.community_id, pk=given.resident_id).first()
        if resident is None:
            raise ReporterUnknown(fields={"reporter": ReporterUnknown.default_sentence})
    phone = clean_phone(given.phone) or (resident.phone if resident else "")
    name = clean_name(given.name)[:60] or (resident.name if resident else "")
    wants = given.wants or (Reporter.Wants.CALL if phone else Reporter.Wants.NOTHING)
    if wants != Reporter.Wants.NOTHING and not phone:
        raise PhoneNeeded(fields={"phone": PhoneNeeded.default_sentence})
    return Reporter(
        community_id=request.community_id, request=request, resident=resident, name=name, phone=phone,
        phone_hash=phone_hash(phone) if phone else "", wants=wants, language=given.language, since=now,
    )  # fmt: skip
