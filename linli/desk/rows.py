"""Incidents as the desk's pages show them: words and states instead of codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.accounts.roles import Role
from linli.desk.sentences import audience_word, choice_word, title_word
from linli.incidents.models import Answer, Audience, Incident
from linli.incidents.queries import NextCall, OpenIncident
from linli.incidents.rulebook import QUIET
from linli.notifications.models import Message
from linli.notifications.queries import Told

KIND_ICONS = {"gas_leak": "flame", "smoke": "smoke"}
ALARMS = {1: "life", 2: "soon"}


@dataclass(frozen=True, slots=True)
class Badge:
    """A state in a word, with its colour and icon ("" for the state's own)."""

    state: str
    word: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class AnswerWords:
    """Who answered what."""

    who: str
    text: str
    note: str
    state: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Row:
    """One incident in the list. ``alarm`` is what sounds for it: life, soon, or nothing once the desk has it in hand."""

    incident: Incident
    state: str
    icon: str
    condition: Badge
    handling: Badge
    alarm: str
    told: str
    unreached: str
    answers: Sequence[AnswerWords]
    community: str = ""
    """Its name where the list holds several."""

    @property
    def is_waiting(self) -> bool:
        return self.incident.handling == Incident.Handling.UNACKNOWLEDGED


def row_of(*, open_incident: OpenIncident, community: str = "") -> Row:
    """A line of the desk's list; ``community`` is its name where the list holds several."""
    incident = open_incident.incident
    return Row(
        incident=incident,
        state=state_of(incident=incident),
        icon=icon_of(incident=incident),
        condition=condition_badge(incident=incident),
        handling=handling_badge(incident=incident),
        alarm=alarm_of(incident=incident),
        told=told_line(told=open_incident.told),
        unreached=unreached_line(told=open_incident.told),
        answers=answers_in_words(answers=open_incident.answers, told=open_incident.told),
        community=community,
    )


def icon_of(*, incident: Incident) -> str:
    return KIND_ICONS.get(incident.kind_id, "warning")


def alarm_of(*, incident: Incident) -> str:
    """What sounds: nothing once the desk has acknowledged it, nothing in a silence, nothing that can wait."""
    waiting = incident.handling == Incident.Handling.UNACKNOWLEDGED and incident.silenced_until is None
    return ALARMS.get(incident.severity, "") if waiting else ""


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One person who was told, and what became of the messages."""

    who: str
    badge: Badge
    told: Told
    waits: str = ""
    """Why a message to them waits, and until when."""


def told_row(*, told: Told) -> ToldRow:
    """Sent, on its way, or not delivered, with the way it took."""
    word = {
        Message.State.SENT: Badge("done", _("Sent")),
        Message.State.OWED: Badge("hand", _("On its way"), "arrow"),
        Message.State.FAILED: Badge("soon", _("Not delivered: please phone")),
    }.get(Message.State(told.state), Badge("unknown", _("Taken back"), "cross"))
    who = _("%(title)s %(name)s") % {"title": title_word(told), "name": told.name} if told.title else told.name
    return ToldRow(who=who, badge=word, told=told, waits=waits_line(told=told))


def waits_line(*, told: Told) -> str:
    """``waits for the channel's limit until 14:05:23``, or nothing."""
    if not told.held_by or told.held_until is None:
        return ""
    until = timezone.localtime(told.held_until).strftime("%H:%M:%S")
    sentence = {
        Message.Held.LIMIT: _("waits for the channel's limit until %(time)s"),
        Message.Held.QUIET: _("waits for the end of the quiet hours at %(time)s"),
    }.get(Message.Held(told.held_by), _("waits for a free line until %(time)s"))
    return sentence % {"time": until}


def state_of(*, incident: Incident) -> str:
    """The colour of the whole: red only while a life may be in danger and the desk has not taken it in hand."""
    if incident.handling == Incident.Handling.CLOSED:
        return "done"
    if incident.handling == Incident.Handling.ACKNOWLEDGED:
        return "hand"
    return "danger" if incident.severity == 1 else "soon"


def condition_badge(*, incident: Incident) -> Badge:
    """Is it still alarming? What can wait does not alarm: it is over, or not yet."""
    if incident.severity == QUIET:
        over = incident.condition == Incident.Condition.CLEARED
        return Badge("done", _("Over by itself")) if over else Badge("soon", _("Not over yet"), "clock")
    if incident.condition == Incident.Condition.CLEARED:
        return Badge("done", _("Back to normal"))
    if incident.closed_at is not None:
        return Badge("unknown", _("Was still alarming when closed"), "bell")
    return Badge("danger" if incident.severity == 1 else "soon", _("Still alarming"), "bell")


def handling_badge(*, incident: Incident) -> Badge:
    """Has anybody answered, and has the desk taken it in hand?"""
    if incident.handling == Incident.Handling.CLOSED:
        return Badge("done", pgettext("incident", "Closed"))
    if incident.handling == Incident.Handling.ACKNOWLEDGED:
        return Badge("hand", _("In hand"))
    if incident.first_answer_at is not None:
        return Badge("soon", _("Answered; the desk has not taken it yet"), "person")
    return Badge("soon", _("Nobody has answered"))


def told_line(*, told: Sequence[Told]) -> str:
    """``Wang Fang (daughter), unit captain Zhao Yulan, duty desk``."""
    words = dict.fromkeys(_told_word(one) for one in told if one.state != Message.State.FAILED)
    return _(", ").join(words)


def unreached_line(*, told: Sequence[Told]) -> str:
    """Those to whom every message failed."""
    return _(", ").join(dict.fromkeys(_told_word(one) for one in told if one.state == Message.State.FAILED))


def _told_word(told: Told) -> str:
    if told.title == Role.DUTY_OFFICER:
        return audience_word(Audience.DUTY_DESK)
    if told.recipient_kind == "post":
        return _("%(audience)s %(names)s") % {"audience": title_word(told), "names": told.name}
    return _("%(name)s (%(title)s)") % {"name": told.name, "title": title_word(told)} if told.title else told.name


def answers_in_words(*, answers: Sequence[Answer], told: Sequence[Told]) -> list[AnswerWords]:
    """``Daughter Wang Fang: I will see to it``, the latest answer of each person."""
    if not answers:
        return []
    titles = {(t.recipient_kind, str(t.recipient_id)): title_word(t) for t in told}
    return [
        AnswerWords(
            who=_who_answered(answer, titles.get((answer.by_kind, answer.by_ref), "")),
            text=choice_word(answer.choice),
            note=answer.note,
            state="soon" if answer.choice == Answer.Choice.HELP else "hand",
            answer=answer,
        )
        for answer in answers
    ]


def _who_answered(answer: Answer, title: str) -> str:
    if answer.by_kind == "user":
        title = audience_word(Audience.DUTY_DESK)
    return _("%(title)s %(name)s") % {"title": title, "name": answer.by_label} if title else answer.by_label


def next_call_line(*, call: NextCall | None) -> str:
    """Whom the escalation calls next; the page says when beside it."""
    if call is None:
        return ""
    return _(", ").join(audience_word(audience) for audience in call.audiences)
