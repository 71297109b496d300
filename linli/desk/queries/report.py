"""The report of one incident, as data: what the page and the Word file both print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from linli.core.masking import mask_phone
from linli.desk.rows import condition_badge, handling_badge, told_row
from linli.desk.sentences import Sentence, audience_word, choice_word, sentences_of
from linli.desk.tables import span
from linli.incidents.models import Answer, Incident
from linli.incidents.queries import every_answer_to, timeline_of, told_of
from linli.notifications.queries import Told
from linli.registry.models import ContactPoint
from linli.registry.queries import PointCard, points_of


@dataclass(frozen=True, slots=True)
class ReportLine:
    """Somebody who was told: who, masked phones, since when, over what, what became of it, how many messages."""

    who: str
    phones: str
    first_at: datetime
    last_sent_at: datetime | None
    over: str
    became: str
    messages: int


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    at: datetime
    who: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """``facts`` are (what, text); ``waits`` are (until what, how long after the opening). Phones are masked."""

    incident: Incident
    title: str
    facts: Sequence[tuple[str, str]]
    waits: Sequence[tuple[str, str]]
    told: Sequence[ReportLine]
    answers: Sequence[ReportAnswer]
    lines: Sequence[Sentence]


def report_of(*, incident: Incident) -> Report:
    """Everything that is known of an incident, oldest first. Five queries."""
    told = told_of(incident=incident)
    points = points_of(
        contact_ids=[t.recipient_id for t in told if t.recipient_kind == "contact"],
        post_ids=[t.recipient_id for t in told if t.recipient_kind == "post"],
    )
    entries = timeline_of(incident_id=incident.pk)[::-1]
    return Report(
        incident=incident,
        title=_title(incident),
        facts=_facts(incident),
        waits=_waits(incident),
        told=[_told_line(one, points.get((one.recipient_kind, one.recipient_id), [])) for one in told],
        answers=[_answer(one) for one in every_answer_to(incident_id=incident.pk)],
        lines=sentences_of(entries=entries, told=told, cause=incident.cause.title if incident.cause else ""),
    )


def _title(incident: Incident) -> str:
    title = _("%(place)s: %(kind)s") % {"place": incident.place, "kind": incident.kind.title}
    return _("[Drill] %(title)s") % {"title": title} if incident.drill_id is not None else title


def _facts(incident: Incident) -> list[tuple[str, str]]:
    dwelling, building = incident.dwelling, incident.building
    found = [
        (_("Number"), str(incident.pk)),
        (_("Community"), incident.community.name),
        (_("Grid"), str(building.grid) if building else ""),
        (_("Place"), dwelling.label if dwelling else incident.place),
        (_("Kind"), incident.kind.title),
        (_("Detector"), incident.source_label),
        (_("Signals"), str(incident.signals)),
        (_("State"), f"{handling_badge(incident=incident).word}{_(', ')}{condition_badge(incident=incident).word}"),
        (_("Cause"), _cause(incident)),
        (_("What was done"), incident.outcome),
    ]
    return [(what, text) for what, text in found if text]


def _cause(incident: Incident) -> str:
    if incident.cause is None:
        return ""
    if not incident.cause.false_alarm:
        return incident.cause.title
    return _("%(cause)s (false alarm)") % {"cause": incident.cause.title}


def _waits(incident: Incident) -> list[tuple[str, str]]:
    steps = [
        (_("First answer"), incident.first_answer_at),
        (_("Taken in hand by the desk"), incident.acknowledged_at),
        (_("Detector back to normal"), incident.cleared_at),
        (_("Closed at"), incident.closed_at),
    ]
    return [(what, span((at - incident.opened_at).total_seconds())) for what, at in steps if at is not None]


def _told_line(told: Told, points: Sequence[PointCard]) -> ReportLine:
    row = told_row(told=told)
    return ReportLine(
        who=row.who,
        phones=_(", ").join(dict.fromkeys(mask_phone(p.address) for p in points if p.address.isdigit())),
        first_at=told.first_at,
        last_sent_at=told.last_sent_at,
        over=channel_word(channel=told.last_over),
        became=row.badge.word,
        messages=told.messages,
    )


def channel_word(*, channel: str) -> str:
    """A kind of contact point as people call it; anything else as it is written."""
    return str(ContactPoint.Kind(channel).label) if channel in ContactPoint.Kind.values else channel


def _answer(answer: Answer) -> ReportAnswer:
    said = choice_word(answer.choice)
    return ReportAnswer(
        at=answer.at,
        who=_("%(title)s %(name)s") % {"title": audience_word(answer.audience), "name": answer.by_label},
        text=_("%(said)s (%(note)s)") % {"said": said, "note": answer.note} if answer.note else said,
    )
