"""Requests and their steps as pages say them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.casework.masked import masked_words
from linli.casework.models import CallTry, CaseLink, Rating, Request, Step
from linli.casework.rules.states import AT_WORK

TONES: Final[Mapping[str, tuple[str, str]]] = {
    "received": ("soon", "bell"), "assigned": ("soon", "arrow"), "in_hand": ("hand", "person"), "waiting": ("unknown", "clock"),
    "outside": ("hand", "link"), "returned": ("soon", "warning"), "resolved": ("done", "check"), "reopen_asked": ("soon", "warning"),
    "reopened": ("soon", "auto"), "split": ("hand", "list"), "merged": ("unknown", "link"), "cancelled": ("unknown", "cross"),
    "closed": ("done", "check"),
}  # fmt: skip
"""Colour and icon of each state. Red is for danger to life only."""


@dataclass(frozen=True, slots=True)
class Badge:
    tone: str
    word: str
    icon: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the history, as the timeline component draws it."""

    at: datetime
    who: str
    text: str
    detail: str = ""
    state: str = "unknown"
    icon: str = "clock"


def state_badge(*, state: str) -> Badge:
    """A state as icon, word and colour."""
    tone, icon = TONES[state]
    return Badge(tone, str(Request.State(state).label), icon)


def due_badge(*, request: Request, now: datetime) -> Badge | None:
    """Whether it is late, or soon due; None where the clock stands or there is time."""
    if request.state not in AT_WORK:
        return None
    if request.late_at <= now:
        return Badge("soon", str(Request.Alarm.LATE.label), "warning")
    if request.due_at <= now:
        return Badge("soon", _("past due"), "warning")
    return Badge("soon", _("soon due"), "clock") if request.next_alarm == Request.Alarm.DUE else None


SENTENCES: Final[Mapping[str, str | Promise]] = {
    "received": gettext_lazy("wrote it down (%(channel)s)"),
    "sorted": gettext_lazy("category: %(category)s"),
    "ranked": gettext_lazy("priority: %(priority)s"),
    "placed": gettext_lazy("place: %(place)s"),
    "timed": gettext_lazy("due %(due)s"),
    "timed_by_hand": gettext_lazy("moved the due time to %(due)s"),
    "woke": gettext_lazy("the clock runs again, due %(due)s"),
    "leads": gettext_lazy("into the hands of %(to)s (%(why)s)"),
    "handed_on": gettext_lazy("handed it on"),
    "took": gettext_lazy("deals with it"),
    "asked_reporter": gettext_lazy("asked the resident; the clock stands"),
    "gave_outside": gettext_lazy("passed it to %(to)s"),
    "sent_back": gettext_lazy("sent it back"),
    "answered_request": gettext_lazy("answered it"),
    "asked_again": gettext_lazy("asked to open it again"),
    "reopened": gettext_lazy("deals with it again"),
    "split": gettext_lazy("split it into %(parts)s parts"),
    "joined": gettext_lazy("joined it to %(into)s"),
    "joined_by": gettext_lazy("%(number)s was joined to this; who told us there is told here"),
    "took_back": gettext_lazy("took it back"),
    "closed_request": gettext_lazy("closed it"),
    "went_on": gettext_lazy("went on with it"),
    "link_answered": gettext_lazy("answered over the link"),
    "link_expired": gettext_lazy("nobody answered over the link in time"),
    "assists": gettext_lazy("%(name)s helps"),
    "assists_no_more": gettext_lazy("somebody helps no longer"),
    "noted": gettext_lazy("noted"),
    "answered_questions": gettext_lazy("filled in answers"),
    "spoke_with": gettext_lazy("spoke with the resident"),
    "heard_from": gettext_lazy("kept who told us"),
    "heard_also": gettext_lazy("somebody else told us the same"),
    "rated": gettext_lazy("rated it: %(satisfaction)s, %(solved)s"),
    "called_in_vain": gettext_lazy("called in vain: %(outcome)s"),
    "objected": gettext_lazy("objected to the rating"),
    "decided_objection": gettext_lazy("decided on the objection: %(decision)s"),
    "tagged": gettext_lazy("tag: %(tag)s"),
    "joined_matter": gettext_lazy("belongs to the matter “%(title)s”"),
    "left_matter": gettext_lazy("belongs to the matter “%(title)s” no longer"),
    "published": gettext_lazy("set the public text"),
    "alarm_warn": gettext_lazy("soon due; told %(told)s"),
    "alarm_due": gettext_lazy("due; told %(told)s"),
    "alarm_late": gettext_lazy("badly late; told %(told)s"),
}
WHY: Final[Mapping[str, str | Promise]] = {
    "sentence": gettext_lazy("by a routing sentence"),
    "category": gettext_lazy("by its category"),
    "place": gettext_lazy("by the place"),
    "hand": gettext_lazy("by hand"),
    "took": gettext_lazy("took it"),
    "whole": gettext_lazy("as the whole"),
    "office": gettext_lazy("back to the office"),
    "arbiter": gettext_lazy("the arbiter decides"),
    "raised": gettext_lazy("raised to the next level"),
}
HIDDEN_AT_FIRST: Final = frozenset({"category", "priority", "place", "clock", "reporter"})
"""What it was at the beginning stands above, not in the history."""


def history(*, steps: Sequence[Step]) -> list[Line]:
    """The history, newest first; what only repeats the line beside it is left out."""
    if not steps:
        return []
    began = steps[0].at
    shown = [
        one for one in steps if one.verb != "handed_on" and not (one.at == began and one.aspect in HIDDEN_AT_FIRST)
    ]
    return [step_line(step=one) for one in reversed(shown)]


def step_line(*, step: Step) -> Line:
    """One step in words."""
    told = {**step.params, **_known(step)}
    sentence = str(SENTENCES.get(step.verb, step.verb.replace("_", " ")))
    detail = "" if step.verb == "received" else masked_words(step.text)
    tone, icon = (
        TONES.get(step.state, ("unknown", "clock")) if step.aspect == Step.Aspect.STATE else ("unknown", "clock")
    )
    if step.aspect == Step.Aspect.ALARM:
        tone, icon = "soon", "bell"
    return Line(step.at, _who(step), sentence % told, detail, tone, icon)


def _who(step: Step) -> str:
    return "" if step.actor_kind == "system" else step.actor_label


def _known(step: Step) -> dict[str, Any]:
    params = step.params
    return {
        "channel": _label(Request.Channel, params.get("channel", "")),
        "category": step.category.title if step.category is not None else "",
        "priority": _label(Request.Priority, step.priority),
        "place": step.place or "—",
        "due": f"{timezone.localtime(step.due_at):%Y-%m-%d %H:%M}" if step.due_at is not None else "",
        "to": masked_words(params.get("to", "")) or "—",
        "why": str(WHY.get(params.get("why", ""), "")),
        "satisfaction": _label(Rating.Satisfaction, params.get("satisfaction", "")),
        "solved": _("solved") if params.get("solved") else _("not solved"),
        "outcome": _label(CallTry.Outcome, params.get("outcome", "")),
        "decision": _label(Rating.Objection, params.get("decision", "")),
        "told": "、".join(params.get("told", [])) or "—",
        "name": params.get("name", ""),
        "parts": params.get("parts", ""),
        "into": params.get("into", ""),
        "number": params.get("number", ""),
        "tag": params.get("tag", ""),
    }


def _label(choices: Any, value: Any) -> str:
    return str(choices(value).label) if value in choices.values else str(value or "")


def link_badge(*, link: CaseLink) -> Badge:
    """Whether a link is open, answered or over."""
    tone, icon = {
        CaseLink.State.OPEN: ("hand", "clock"),
        CaseLink.State.ANSWERED: ("done", "check"),
        CaseLink.State.EXPIRED: ("soon", "warning"),
    }.get(CaseLink.State(link.state), ("unknown", "cross"))
    return Badge(tone, link.get_state_display(), icon)
