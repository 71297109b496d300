"""Mediating a dispute: begun, agreed on or given up, kept or broken. Two people who write at once lose nothing of either."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from linli.audit.actions import Trace, record_traces
from linli.casework.access import EXPORT, MEDIATE, Reach, reach_of_actor
from linli.casework.actions.recording import Aspect, locked_request, write_step
from linli.casework.errors.mediation import MediationNotFound, MediationWrong, NotAgreed, TooManyMediations
from linli.casework.errors.requests import ChangedMeanwhile
from linli.casework.models import Mediation, Party
from linli.casework.queries.mediation import (
    MediationFilter,
    mediations_found,
    mediations_reached,
    resident_named,
)
from linli.casework.queries.office import looks_after
from linli.casework.rules.mediation import (
    AGREED,
    BROKEN,
    FAILED,
    KEPT,
    LEAST_PARTIES,
    MOST_PARTIES,
    PARTLY,
    SETTLED,
    day_fits,
    may_be_kept,
    may_go_on,
)
from linli.core.actors import Actor
from linli.core.errors import NotAllowed, NotFound, Refusal, Text
from linli.registry.keeping import clean_name, clean_phone
from linli.registry.models import Community, Post
from linli.registry.rules import may_reveal
from linli.registry.scopes import valid_on

MOST_ROWS: Final = 20_000
NEEDED: Final = _("Write something here.")
DAY_WRONG: Final = _("This day does not fit. Please check the date.")


@dataclass(frozen=True, slots=True)
class PartyGiven:
    """One side: a name, perhaps a phone and where they live. ``party_id`` where it was there already; then ``phone`` None leaves its
    number as it is."""

    name: str
    phone: str | None = ""
    place: str = ""
    party_id: int | None = None


@dataclass(frozen=True, slots=True)
class MediationGiven:
    """What a dispute is about, between whom, and who mediates: the holder of a post, or somebody with a name only."""

    kind: str
    about: str
    parties: Sequence[PartyGiven]
    opened_on: date
    place: str = ""
    mediator_id: int | None = None
    mediator_name: str = ""


@transaction.atomic
def open_mediation(
    *, by: Actor, now: datetime, community_id: int, given: MediationGiven, request_id: int | None = None
) -> Mediation:
    """Begin one, from a request or from scratch, with its number. A party who is in the register is tied to it.

    Raises NotAllowed, NotFound, RequestNotFound, MediationWrong.
    """
    reach = reach_of_actor(by=by, now=now).need(MEDIATE)
    community = Community.objects.select_for_update().filter(pk=community_id).first()
    if community is None or not (reach.scope.everything or community_id in reach.scope.present_in):
        raise NotFound
    request = None
    if request_id is not None:
        request, _reach = locked_request(by=by, now=now, request_id=request_id)
        if request.community_id != community_id:
            raise NotFound
    values = _values(community_id, given, now)
    if (
        request is None
        and not looks_after(reach=reach, community_id=community_id)
        and given.mediator_id not in reach.posts
    ):
        raise MediationWrong(fields={"mediator": _("Outside your own requests you can only mediate yourself.")})
    mediation = Mediation.objects.create(
        community=community, request=request, number=_number(community, timezone.localdate(now)), **values
    )
    _set_parties(mediation, given.parties, reach)
    _tell(mediation, by, now, "began_mediation")
    if request is not None:
        write_step(request=request, by=by, now=now, aspect=Aspect.NOTE, verb="noted", text=f"调解 {mediation.number}")
        request.save()
    return mediation


@transaction.atomic
def change_mediation(*, by: Actor, now: datetime, mediation_id: int, seen: int, given: MediationGiven) -> Mediation:
    """While it is under way. Raises NotAllowed, MediationNotFound, ChangedMeanwhile, MediationEnded, MediationWrong."""
    mediation, reach = _own(by, now, mediation_id, seen)
    may_go_on(state=mediation.state).enforce()
    for name, value in _values(mediation.community_id, given, now).items():
        setattr(mediation, name, value)
    _set_parties(mediation, given.parties, reach)
    _saved(mediation, by, now, "changed")
    return mediation


@transaction.atomic
def agree_mediation(
    *, by: Actor, now: datetime, mediation_id: int, seen: int, agreement: str, agreed_on: date, fulfil_by: date | None
) -> Mediation:
    """What they agreed on, and by when it is to be kept (None: nothing is left to do, it is kept).

    Raises NotAllowed, MediationNotFound, ChangedMeanwhile, MediationEnded, MediationWrong.
    """
    mediation, _reach = _own(by, now, mediation_id, seen)
    may_go_on(state=mediation.state).enforce()
    today = timezone.localdate(now)
    wrong: dict[str, Text] = {}
    if not agreement.strip():
        wrong["agreement"] = _("Write what they agreed on.")
    if not day_fits(day=agreed_on, since=mediation.opened_on, until=today):
        wrong["agreed_on"] = DAY_WRONG
    if fulfil_by is not None and not day_fits(day=fulfil_by, since=agreed_on, until=today + timedelta(days=3653)):
        wrong["fulfil_by"] = DAY_WRONG
    if wrong:
        raise MediationWrong(fields=wrong)
    mediation.state, mediation.agreement, mediation.agreed_on = AGREED, agreement.strip()[:4000], agreed_on
    mediation.fulfil_by = fulfil_by
    if fulfil_by is None:
        mediation.fulfilment, mediation.fulfilled_on, mediation.ended_on = KEPT, agreed_on, agreed_on
    Party.objects.filter(mediation=mediation).update(signed_on=agreed_on)
    _saved(mediation, by, now, "agreed_mediation")
    return mediation


@transaction.atomic
def fail_mediation(*, by: Actor, now: datetime, mediation_id: int, seen: int, outcome: str) -> Mediation:
    """No agreement: why, and where they were sent.

    Raises NotAllowed, MediationNotFound, ChangedMeanwhile, MediationEnded, MediationWrong.
    """
    mediation, _reach = _own(by, now, mediation_id, seen)
    may_go_on(state=mediation.state).enforce()
    if not outcome.strip():
        raise MediationWrong(fields={"outcome": _("Write why, and where they can go now.")})
    mediation.state, mediation.outcome = FAILED, outcome.strip()[:4000]
    mediation.fulfilment, mediation.ended_on = "", timezone.localdate(now)
    _saved(mediation, by, now, "gave_up_mediation")
    return mediation


@transaction.atomic
def record_fulfilment(
    *,
    by: Actor,
    now: datetime,
    mediation_id: int,
    seen: int,
    fulfilment: str,
    on: date,
    outcome: str = "",
    again_on: date | None = None,
) -> Mediation:
    """Whether the agreement is kept, kept in part (looked at again on ``again_on``) or broken. In part and broken need words.

    Raises NotAllowed, MediationNotFound, ChangedMeanwhile, NotAgreed, MediationWrong.
    """
    mediation, _reach = _own(by, now, mediation_id, seen)
    may_be_kept(state=mediation.state, fulfilment=mediation.fulfilment).enforce()
    today = timezone.localdate(now)
    wrong: dict[str, Text] = {}
    if fulfilment not in {KEPT, PARTLY, BROKEN}:
        wrong["fulfilment"] = _("Choose how it went.")
    if fulfilment in {PARTLY, BROKEN} and not outcome.strip():
        wrong["outcome"] = _("Write what is missing, or what happens now.")
    if mediation.agreed_on is None or not day_fits(day=on, since=mediation.agreed_on, until=today):
        wrong["on"] = DAY_WRONG
    if fulfilment == PARTLY and (
        again_on is None or not day_fits(day=again_on, since=today, until=today + timedelta(days=3653))
    ):
        wrong["again_on"] = _("Choose the day on which you look at it again.")
    if wrong:
        raise MediationWrong(fields=wrong)
    mediation.fulfilment, mediation.fulfilled_on = fulfilment, on
    mediation.outcome = outcome.strip()[:4000] or mediation.outcome
    if fulfilment in SETTLED:
        mediation.ended_on = on
    else:
        mediation.fulfil_by = again_on
    _saved(mediation, by, now, "looked_after_agreement", {"fulfilment": fulfilment})
    return mediation


@transaction.atomic
def reveal_party_phone(*, by: Actor, now: datetime, party_id: int, reason: str) -> str:
    """The number of a party, whole; written down with the reason. Raises NotAllowed, ReasonTooShort, NotFound."""
    reach = reach_of_actor(by=by, now=now)
    may_reveal(permissions=reach.permissions, verb=MEDIATE, reason=reason).enforce()
    party = Party.objects.select_related("mediation").exclude(phone="").filter(pk=party_id).first()
    if party is None or not Mediation.objects.filter(mediations_reached(reach=reach), pk=party.mediation_id).exists():
        raise NotFound
    trace = Trace(
        "revealed_phone", "casework.party", str(party.pk), party.mediation.community_id, party.mediation.number,
        " ".join(reason.split())[:200],
    )  # fmt: skip
    record_traces(by=by, now=now, traces=[trace])
    number: str = party.phone
    return number


@transaction.atomic
def export_mediations(*, by: Actor, now: datetime, wanted: MediationFilter, words: str) -> list[Mediation]:
    """The rows of a list for a file, one line in the trail for each community. Raises NotAllowed, TooManyMediations."""
    reach = reach_of_actor(by=by, now=now).need(MEDIATE)
    if not reach.may(EXPORT):
        raise NotAllowed
    rows = list(mediations_found(reach=reach, wanted=wanted, on=timezone.localdate(now))[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        raise TooManyMediations
    counts: dict[int, int] = {}
    for row in rows:
        counts[row.community_id] = counts.get(row.community_id, 0) + 1
    traces = [
        Trace("exported", "casework.mediation", "", pk, words[:200], details={"rows": count})
        for pk, count in counts.items()
    ]
    record_traces(by=by, now=now, traces=traces)
    return rows


@transaction.atomic
def print_agreement(*, by: Actor, now: datetime, mediation_id: int) -> Mediation:
    """The agreement for a sheet of paper; the trail says who printed it. Raises NotAllowed, MediationNotFound, NotAgreed."""
    mediation, _reach = _own(by, now, mediation_id, None)
    if mediation.state != AGREED:
        raise NotAgreed
    _tell(mediation, by, now, "printed")
    return mediation


def _own(by: Actor, now: datetime, mediation_id: int, seen: int | None) -> tuple[Mediation, Reach]:
    reach = reach_of_actor(by=by, now=now).need(MEDIATE)
    reached = Mediation.objects.filter(mediations_reached(reach=reach), pk=mediation_id)
    mediation = reached.select_related("community").select_for_update(of=("self",)).first()
    if mediation is None:
        raise MediationNotFound
    if seen is not None and seen != mediation.version:
        raise ChangedMeanwhile(since=seen)
    return mediation, reach


def _saved(mediation: Mediation, by: Actor, now: datetime, verb: str, details: Mapping[str, Any] | None = None) -> None:
    mediation.version += 1
    mediation.save()
    _tell(mediation, by, now, verb, details)


def _values(community_id: int, given: MediationGiven, now: datetime) -> dict[str, Any]:
    wrong: dict[str, Text] = {}
    today = timezone.localdate(now)
    post = None
    if given.mediator_id is not None:
        posts = Post.objects.filter(valid_on(day=today), community_id=community_id)
        post = posts.filter(pk=given.mediator_id).first()
        if post is None:
            wrong["mediator"] = _("Choose one of the posts, or write a name.")
    name = " ".join(given.mediator_name.split())[:60] or (post.holder_name if post else "")
    if not name and "mediator" not in wrong:
        wrong["mediator"] = _("Choose one of the posts, or write a name.")
    if given.kind not in Mediation.Kind.values:
        wrong["kind"] = _("Choose what kind of dispute it is.")
    if not given.about.strip():
        wrong["about"] = _("Write in a few words what it is about.")
    if not day_fits(day=given.opened_on, since=date(2000, 1, 1), until=today):
        wrong["opened_on"] = DAY_WRONG
    wrong |= _wrong_parties(given.parties)
    if wrong:
        raise MediationWrong(fields=wrong)
    return {
        "kind": given.kind, "place": " ".join(given.place.split())[:120], "about": given.about.strip()[:4000], "mediator": post,
        "mediator_name": name, "opened_on": given.opened_on,
    }  # fmt: skip


def _wrong_parties(parties: Sequence[PartyGiven]) -> dict[str, Text]:
    """By the field of the form: p1_name, p2_phone …"""
    wrong: dict[str, Text] = {}
    if not LEAST_PARTIES <= len(parties) <= MOST_PARTIES:
        wrong["p2_name" if len(parties) == 1 else "p1_name"] = _("Between two and six people have a dispute.")
    for number, party in enumerate(parties, start=1):
        if not clean_name(party.name):
            wrong[f"p{number}_name"] = NEEDED
        try:
            clean_phone(party.phone or "")
        except Refusal as refusal:
            wrong[f"p{number}_phone"] = refusal.sentence
    return wrong


def _set_parties(mediation: Mediation, parties: Sequence[PartyGiven], reach: Reach) -> None:
    there = {one.pk: one for one in Party.objects.filter(mediation=mediation)}
    kept: list[int] = []
    for position, given in enumerate(parties, start=1):
        row = there.get(given.party_id or 0) or Party(mediation=mediation)
        row.name, row.place, row.position = clean_name(given.name)[:60], " ".join(given.place.split())[:120], position
        if given.phone is not None:
            row.phone = clean_phone(given.phone)
        row.resident = resident_named(
            reach=reach, community_id=mediation.community_id, name=row.name, phone=row.phone, place=row.place
        )
        if row.resident is not None and not row.phone and given.phone is not None:
            row.phone = row.resident.phone
        row.save()
        kept.append(row.pk)
    Party.objects.filter(mediation=mediation).exclude(pk__in=kept).delete()


def _number(community: Community, on: date) -> str:
    """MED-20261130-01; the community's row is locked, so that no number is given twice."""
    start = f"MED-{on:%Y%m%d}-"
    given = Mediation.objects.filter(community=community, number__startswith=start).values_list("number", flat=True)
    last = max((int(number.removeprefix(start)) for number in given), default=0)
    return f"{start}{last + 1:02d}"


def _tell(mediation: Mediation, by: Actor, now: datetime, verb: str, details: Mapping[str, Any] | None = None) -> None:
    trace = Trace(
        verb,
        "casework.mediation",
        str(mediation.pk),
        mediation.community_id,
        mediation.number,
        details=dict(details or {}),
    )
    record_traces(by=by, now=now, traces=[trace])
