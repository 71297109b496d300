"""What programs do over Open311: write requests down, within their limit. And their keys: made, ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from linli.audit.actions import Trace, record_traces
from linli.casework.access import Reach, reach_of_actor
from linli.casework.actions.entering import Given, PlaceGiven, enter_request
from linli.casework.actions.reporters import ReporterGiven
from linli.casework.errors.open311 import (
    TOO_OFTEN,
    WRONG,
    AskedWrongly,
    KeyEndedAlready,
    KeyLimitWrong,
    KeyNameMissing,
    KeyNotFound,
    Problem,
)
from linli.casework.models import ApiKey, Category, KeyUse, Reporter, Request
from linli.casework.open311.reporting import Report, answers_of, wrong_answers, wrong_in
from linli.casework.queries.open311 import MINUTES_SHOWN, day_in, service_called
from linli.casework.queries.places import place_of_building
from linli.core.actors import Actor
from linli.core.errors import NotFound
from linli.core.secrets import keyed_hash, new_token, token_hash
from linli.registry.models import Community

AGAIN_WITHIN: Final = timedelta(minutes=10)
MOST_A_MINUTE: Final = 600
_COUNT: Final = (
    "INSERT INTO casework_keyuse (key_id, minute, used) VALUES (%s, %s, 1) "
    "ON CONFLICT (key_id, minute) DO UPDATE SET used = casework_keyuse.used + 1 WHERE casework_keyuse.used < %s RETURNING used"
)


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that a program sent, as it is now, and the service it was sent for."""

    request: Request
    service: Category


def count_key_use(*, key: ApiKey, now: datetime) -> None:
    """Count one more use of a key in this minute, over all processes, in one statement; whatever becomes of the call, it counts.

    Raises AskedWrongly (429) once there were as many as the key allows; what is refused so does not count.
    """
    second = int(now.timestamp())
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key.pk, second // 60, key.per_minute])
        if cursor.fetchall():
            return
    wait = 60 - second % 60
    sentence = _("Too many requests: this key may send %(most)d a minute. Wait %(wait)d seconds and send it again.")
    raise AskedWrongly([Problem(TOO_OFTEN, sentence % {"most": key.per_minute, "wait": wait})], wait_seconds=wait)


def take_report(*, by: Actor, now: datetime, key: ApiKey, community: Community, report: Report) -> Taken:
    """Write down what a program sent, as a request over the web. The very same from the same key within ten minutes is the same request.

    Raises AskedWrongly with everything that is wrong with it, and what ``enter_request`` raises.
    """
    service = _service(report, community, now)
    answers = answers_of(attributes=report.attributes, questions=list(service.questions.all()))
    source, before = _sources(report, key, community, now)
    known = Request.objects.filter(community=community, source__in=[source, before], received_at__gt=now - AGAIN_WITHIN)
    if (found := known.order_by("-received_at").first()) is not None:
        return Taken(found, service)
    given = Given(
        text=_text(report, service), channel=Request.Channel.WEB, reporter=_reporter(report), place=_place(report),
        category_id=service.pk, attributes=answers, source=source, api_key_id=key.pk,
    )  # fmt: skip
    try:
        return Taken(enter_request(by=by, now=now, community_id=community.pk, given=given), service)
    except IntegrityError:  # sent twice at the same moment: the other one is there
        twin = Request.objects.filter(community=community, source=source).first()
        if twin is None:
            raise
        return Taken(twin, service)


def _service(report: Report, community: Community, now: datetime) -> Category:
    """The service that was asked for. Everything else that is wrong is said along with it."""
    problems = wrong_in(report=report)
    service = None
    if report.service_code:
        try:
            service = service_called(
                community_id=community.pk, code=report.service_code, on=day_in(community=community, at=now)
            )
        except AskedWrongly as refusal:
            problems = [*refusal.problems, *problems]
    if service is not None:
        questions = list(service.questions.all())
        answers = answers_of(attributes=report.attributes, questions=questions)
        problems += wrong_answers(answers=answers, questions=questions)
    if report.address_id and _building(report, community) is None:
        problems.append(Problem(WRONG, _("There is no such address_id in this community.")))
    if problems or service is None:
        raise AskedWrongly(problems)
    return service


def _building(report: Report, community: Community) -> int | None:
    text = report.address_id
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        return None
    found = place_of_building(community_id=community.pk, building_id=int(text))
    return found.building_id if found else None


def _sources(report: Report, key: ApiKey, community: Community, now: datetime) -> tuple[str, str]:
    """By what a report is known again: all that was sent, the key and the ten minutes; and the same for the ten minutes before."""
    said = keyed_hash(f"{key.pk}\n{community.pk}\n{report.fingerprint()}", purpose="open311-report")[:32]
    part = int(now.timestamp() // AGAIN_WITHIN.total_seconds())
    return f"open311:{said}:{part}", f"open311:{said}:{part - 1}"


def _text(report: Report, service: Category) -> str:
    """What was written, or the name of the service; below it what has no place of its own, for whoever works on it."""
    with override(settings.LANGUAGE_CODE):
        lines = [report.description or service.title]
        if report.address and report.address_id:
            lines.append(_("Place: %(place)s") % {"place": report.address})
        if report.spot and (report.address or report.address_id):
            lines.append(_("Latitude, longitude: %(spot)s") % {"spot": report.spot})
        if report.media_url:
            lines.append(_("Picture: %(url)s") % {"url": report.media_url})
        if report.files:
            lines.append(_("Files came with it that could not be kept: %(count)d") % {"count": report.files})
    text = lines[0]
    for line in lines[1:]:
        longer = f"{text}\n{line}"
        text = longer if len(longer) <= 4000 else text
    return text


def _place(report: Report) -> PlaceGiven:
    if report.address_id:
        return PlaceGiven(building_id=int(report.address_id))
    return PlaceGiven(words=report.address or report.spot)


def _reporter(report: Report) -> ReporterGiven:
    language = "en" if (get_language() or "").startswith("en") else "zh-hans"
    wants = Reporter.Wants.CALL if report.phone else Reporter.Wants.NOTHING
    return ReporterGiven(name=report.name, phone=report.phone, wants=wants, language=language)


@transaction.atomic
def make_api_key(
    *, by: Actor, now: datetime, community_id: int | None, name: str, per_minute: int
) -> tuple[ApiKey, str]:
    """A new key for a program; the second is the key itself, which is kept nowhere. For every community only by who looks after all.

    Raises NotAllowed, NotFound for another's community, KeyNameMissing, KeyLimitWrong.
    """
    reach = reach_of_actor(by=by, now=now).need("casework.arrange")
    if not _looks_after(reach, community_id):
        raise NotFound
    called = " ".join(name.split())[:80]
    if not called:
        raise KeyNameMissing(fields={"name": KeyNameMissing.default_sentence})
    if not 1 <= per_minute <= MOST_A_MINUTE:
        raise KeyLimitWrong(fields={"per_minute": KeyLimitWrong.default_sentence})
    plain = new_token()
    key = ApiKey.objects.create(
        community_id=community_id, name=called, key_hash=token_hash(plain), per_minute=per_minute, made_at=now
    )
    _record(key, by, now, "made_key", {"per_minute": per_minute})
    return key, plain


@transaction.atomic
def end_api_key(*, by: Actor, now: datetime, key_id: int) -> ApiKey:
    """The program can write no more from now on; what it wrote stays. Raises NotAllowed, KeyNotFound, KeyEndedAlready."""
    reach = reach_of_actor(by=by, now=now).need("casework.arrange")
    key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None or not _looks_after(reach, key.community_id):
        raise KeyNotFound
    if key.ended_at is not None:
        raise KeyEndedAlready
    key.ended_at = now
    key.save(update_fields=["ended_at"])
    _record(key, by, now, "ended_key", {})
    return key


def forget_key_uses(*, now: datetime) -> int:
    """Counts older than a day are of no use to anybody. Returns how many are gone."""
    oldest = int(now.timestamp()) // 60 - MINUTES_SHOWN
    return KeyUse.objects.filter(minute__lt=oldest).delete()[0]


def _looks_after(reach: Reach, community_id: int | None) -> bool:
    return reach.scope.everything or (community_id is not None and community_id in reach.scope.communities)


def _record(key: ApiKey, by: Actor, now: datetime, verb: str, details: Mapping[str, Any]) -> None:
    trace = Trace(verb, "casework.apikey", str(key.pk), key.community_id, key.name, details=details)
    record_traces(by=by, now=now, traces=[trace])
