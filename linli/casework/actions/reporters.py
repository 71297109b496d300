"""Who told us: the first, others who told us the same, and seeing their number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

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
    """A resident of the register, or a name and perhaps a number, or nothing: somebody who did not want to say."""

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
    """Somebody else told us the same: they are told how it goes like the first. The same person twice is kept once.

    Raises NotAllowed, RequestNotFound, PhoneNotUnderstood, PhoneNeeded, ReporterUnknown.
    """
    request, reach = locked_request(by=by, now=now, request_id=request_id)
    reach.need("casework.enter")
    reporter = _new(request, given, now)
    same = Reporter.objects.filter(request=request)
    twin = same.filter(resident_id=reporter.resident_id).first() if reporter.resident_id else None
    if twin is None and reporter.phone_hash:
        twin = same.filter(phone_hash=reporter.phone_hash).first()
    if twin is not None:
        return twin
    try:
        with transaction.atomic():
            reporter.save()
    except IntegrityError:
        return same.get(resident_id=reporter.resident_id or 0)
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
    """Everybody who told us of one request told us of the other, too; who did so already is kept once. The new ones."""
    there = list(Reporter.objects.filter(request=into))
    residents = {one.resident_id for one in there if one.resident_id}
    hashes = {one.phone_hash for one in there if one.phone_hash}
    made = []
    for one in Reporter.objects.filter(request=request).order_by("pk"):
        if one.resident_id in residents or one.phone_hash in hashes:
            continue
        twin = Reporter(
            community_id=into.community_id, request=into, resident_id=one.resident_id, name=one.name, phone=one.phone,
            phone_hash=one.phone_hash, wants=one.wants, language=one.language, since=now, came_from=request,
        )  # fmt: skip
        twin.save()
        made.append(twin)
    return made


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
    if given.wants != Reporter.Wants.NOTHING and not phone:
        raise PhoneNeeded(fields={"phone": PhoneNeeded.default_sentence})
    return Reporter(
        community_id=request.community_id, request=request, resident=resident, name=name, phone=phone,
        phone_hash=phone_hash(phone) if phone else "", wants=given.wants, language=given.language, since=now,
    )  # fmt: skip
