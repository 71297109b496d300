"""Corrections that were proposed: which wait, which are answered, and what the register says beside each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from linli.core.masking import mask_phone
from linli.core.secrets import keyed_hash
from linli.registry.correcting.rules import unpacked
from linli.registry.import_words import masked_text
from linli.registry.models import ChangeRequest, Contact, Relation, Resident
from linli.registry.scopes import Scope

About, State = ChangeRequest.About, ChangeRequest.State
HERE = "here"
JOIN = "、"


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """A correction as a page shows it: before and after side by side, numbers masked.

    ``number`` is what the reader typed themselves, in clear; for everybody else it is empty. ``hidden`` says that something
    is masked which may be revealed. ``now`` is what the register says today where that differs from ``before``, and ``seen``
    its mark: whoever sends it back has seen it.
    """

    id: int
    household_id: int
    resident_id: int | None
    place: str
    about: str
    about_label: str
    whom: str
    before: str
    after: str
    phone_masked: str
    number: str
    hidden: bool
    now: str
    seen: str
    by_name: str
    at: datetime
    state: str
    answer: str
    answered_by: str
    answered_at: datetime | None


def corrections_waiting(*, scope: Scope) -> QuerySet[ChangeRequest]:
    """Those the office has not answered, the oldest first."""
    return _listed(scope).filter(state=State.OPEN).order_by("proposed_at", "pk")


def corrections_answered(*, scope: Scope) -> QuerySet[ChangeRequest]:
    """Those with an answer, the newest answer first."""
    return _listed(scope).exclude(state=State.OPEN).order_by("-answered_at", "-pk")


def corrections_by(*, scope: Scope, user_id: int | None) -> QuerySet[ChangeRequest]:
    """What somebody proposed themselves, as far as their posts still reach, the newest first."""
    return _listed(scope).filter(by_id=user_id).order_by("-proposed_at", "-pk")


def corrections_waiting_count(*, scope: Scope) -> int:
    return ChangeRequest.objects.filter(scope.covers_people(), state=State.OPEN).count()


def correction_rows(*, requests: Sequence[ChangeRequest], reader_id: int | None) -> list[CorrectionRow]:
    """Two queries at most, whatever the number; the household, resident and people are at hand."""
    waiting = [request for request in requests if request.state == State.OPEN]
    said = {request.pk: text for request, text in zip(waiting, said_now(requests=waiting), strict=True)}
    return [_row(request, said.get(request.pk, request.before), reader_id) for request in requests]


def said_now(*, requests: Sequence[ChangeRequest]) -> list[str]:
    """What the register says today of each, in the form in which ``before`` is kept. Two queries at most."""
    people = _names(Resident, [r.household_id for r in requests if r.about == About.NEWCOMER])
    relatives = _names(Contact, [r.household_id for r in requests if r.about == About.RELATIVE])
    return [
        people.get(request.household_id, "")
        if request.about == About.NEWCOMER
        else relatives.get(request.household_id, "")
        if request.about == About.RELATIVE
        else _said(request)
        for request in requests
    ]


def mark_of(*, said: str) -> str:
    """A short mark of what the register said: whoever sends it back has seen just that. It tells nothing about it."""
    return keyed_hash(f"·{said}", purpose="correction-seen")[:20]


def _listed(scope: Scope) -> QuerySet[ChangeRequest]:
    rows = ChangeRequest.objects.filter(scope.covers_people())
    return rows.select_related("household__dwelling", "resident", "by", "answered_by")


def _names(model: type[Resident] | type[Contact], household_ids: list[int]) -> dict[int, str]:
    """Who is present, or whom to call, by household."""
    if not household_ids:
        return {}
    gone = ("moved_out_on", "died_on") if model is Resident else ("ended_on",)
    there = model._default_manager.filter(
        household_id__among=household_ids, **{f"{name}__isnull": True for name in gone}
    )
    found: dict[int, list[str]] = defaultdict(list)
    for household_id, name in there.order_by("pk").values_list("household_id", "name"):
        found[household_id].append(name)
    return {household_id: JOIN.join(names) for household_id, names in found.items()}


def _said(request: ChangeRequest) -> str:
    resident = request.resident
    if request.about == About.PHONE:
        return str(resident.phone) if resident else ""
    if request.about == About.NAME:
        return resident.name if resident else ""
    if request.about in {About.LEFT, About.DIED}:
        return _presence(resident.died_on if resident else None, (resident or request.household).moved_out_on)
    return ""


def _presence(died_on: date | None, moved_out_on: date | None) -> str:
    if died_on:
        return f"died {died_on.isoformat()}"
    return f"left {moved_out_on.isoformat()}" if moved_out_on else HERE


def _row(request: ChangeRequest, said: str, reader_id: int | None) -> CorrectionRow:
    own = reader_id is not None and request.by_id == reader_id
    words, relation = unpacked(about=request.about, kept=request.proposed)
    shown = words if own else masked_text(words)
    return CorrectionRow(
        id=request.pk,
        household_id=request.household_id,
        resident_id=request.resident_id,
        place=str(request.household),
        about=request.about,
        about_label=str(request.get_about_display()),
        whom=request.resident.name if request.resident else "",
        before=_before(request.about, request.before),
        after=_after(request, shown, relation),
        phone_masked=mask_phone(request.phone),
        number=request.phone if own else "",
        hidden=not own and bool(request.phone or shown != words),
        now=_before(request.about, said) if said != request.before else "",
        seen=mark_of(said=said),
        by_name=str(request.by),
        at=request.proposed_at,
        state=request.state,
        answer=request.answer,
        answered_by=str(request.answered_by or ""),
        answered_at=request.answered_at,
    )


def _before(about: str, said: str) -> str:
    """What the register said, as a page may show it."""
    if about == About.PHONE:
        return mask_phone(said) or _("no phone on file")
    if about == About.NEWCOMER:
        return said or _("nobody")
    if about == About.RELATIVE:
        return said or _("nobody to call")
    if about in {About.LEFT, About.DIED}:
        what, _space, day = said.partition(" ")
        sentences = {"left": _("moved away on %(day)s"), "died": _("died on %(day)s")}
        return sentences[what] % {"day": _day(date.fromisoformat(day))} if day else _("lives here")
    return said


def _after(request: ChangeRequest, words: str, relation: str) -> str:
    on = _day(request.happened_on) if request.happened_on else ""
    if request.about == About.LEFT:
        return _("moved away on %(day)s") % {"day": on}
    if request.about == About.DIED:
        return _("died on %(day)s") % {"day": on}
    if relation:
        parts = [f"{words} ({Relation(relation).label})", _("here since %(day)s") % {"day": on} if on else ""]
        return " · ".join(part for part in parts if part)
    return words


def _day(day: date) -> str:
    return str(formats.date_format(day))
