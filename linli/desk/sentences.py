"""The one place where a timeline becomes sentences in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.incidents.models import Answer, Audience, TimelineEntry
from linli.notifications.queries import Told
from linli.registry.words import title_in_words

AT_ONE_BREATH = timedelta(seconds=2)
"""People told within this time of each other were told by one step: one sentence names them all."""
AUDIENCES: Mapping[str, Any] = dict(Audience.choices)
CHOICES: Mapping[str, Any] = dict(Answer.Choice.choices)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of a timeline as the page shows it; ``state`` is one of linli.ui's five."""

    at: datetime
    text: str
    who: str = ""
    detail: str = ""
    state: str = "unknown"
    icon: str = "clock"


@dataclass(frozen=True, slots=True)
class Known:
    """What the page knows beside the timeline: what each person told is to the household, and the cause's title."""

    titles: Mapping[str, str]
    cause: str = ""


def sentences_of(*, entries: Sequence[TimelineEntry], told: Sequence[Told] = (), cause: str = "") -> list[Sentence]:
    """The timeline in words, in the order given; people told at once, and calls in a row to the desk, become one line each."""
    known = Known(titles={t.name: title_word(t) for t in told if t.recipient_kind == "contact"}, cause=cause)
    return [_sentence(run, known) for run in _runs(entries)]


def _runs(entries: Sequence[TimelineEntry]) -> Iterator[list[TimelineEntry]]:
    for verb, same in groupby(entries, key=lambda e: e.verb):
        run: list[TimelineEntry] = []
        for entry in same:
            if run and not _belongs(verb, run[-1], entry):
                yield run
                run = []
            run.append(entry)
        yield run


def _belongs(verb: str, before: TimelineEntry, entry: TimelineEntry) -> bool:
    if verb in {"looped", "undelivered"}:
        return True
    near = abs(before.at - entry.at) <= AT_ONE_BREATH
    return verb == "told" and near and before.params.get("round") == entry.params.get("round")


def _sentence(run: list[TimelineEntry], known: Known) -> Sentence:
    write = WRITERS.get(run[0].verb)
    if write is None:
        return Sentence(at=run[0].at, text=run[0].verb, who=run[0].actor_label)
    return write(run, known)


def audience_word(audience: str) -> str:
    """``unit_captain`` as the reader says it; a word we do not know is given back as it is."""
    return str(AUDIENCES.get(audience, audience))


def choice_word(choice: str) -> str:
    """An answer as its giver tapped it."""
    return str(CHOICES.get(choice, choice))


def title_word(told: Told) -> str:
    """What somebody told is, relative or holder of a post, in the reader's language."""
    return title_in_words(title=told.title)


def told_words(*, audience: str, names: Sequence[str], titles: Mapping[str, str]) -> str:
    """``Wang Fang (daughter)``, ``unit captain Zhao Yulan``, ``duty desk``: who was told, as one would say it.

    The desk is known as a place: whoever sits there tonight need not be named.
    """
    if not names or audience == Audience.DUTY_DESK:
        return audience_word(audience)
    if audience == Audience.FAMILY:
        said = [_("%(name)s (%(title)s)") % {"name": n, "title": titles[n]} if titles.get(n) else n for n in names]
        return _(", ").join(said)
    return _("%(audience)s %(names)s") % {"audience": audience_word(audience), "names": _(", ").join(names)}


def _person(entry: TimelineEntry) -> str:
    """Who did it; Linli's own parts are not people and stay unnamed."""
    return "" if entry.actor_kind in {"system", "device", "gateway"} else entry.actor_label


def _opened(run: list[TimelineEntry], known: Known) -> Sentence:
    source = str(run[0].params.get("source", ""))
    text = _("Detector %(source)s raised the alarm") % {"source": source} if source else _("The alarm was raised")
    return Sentence(at=run[0].at, text=text, state="danger", icon="bell")


def _signal_repeated(run: list[TimelineEntry], known: Known) -> Sentence:
    return Sentence(at=run[0].at, text=_("It alarms again"), state="danger", icon="bell")


def _cleared(run: list[TimelineEntry], known: Known) -> Sentence:
    text = _("The detector reports normal again. Somebody still has to look.")
    return Sentence(at=run[0].at, text=text, state="done", icon="check")


def _told(run: list[TimelineEntry], known: Known) -> Sentence:
    people = [
        told_words(
            audience=e.params.get("audience", ""),
            names=[str(n) for n in e.params.get("names", ())],
            titles=known.titles,
        )
        for e in sorted(run, key=_order)
    ]
    again = int(run[0].params.get("round") or 0) > 0
    text = _("Told again: %(people)s") if again else _("Told: %(people)s")
    return Sentence(at=run[0].at, text=text % {"people": _(", ").join(people)}, state="hand", icon="message")


def _order(entry: TimelineEntry) -> int:
    audience = entry.params.get("audience", "")
    return Audience.values.index(audience) if audience in Audience.values else len(Audience.values)


def _nobody_to_tell(run: list[TimelineEntry], known: Known) -> Sentence:
    audience = audience_word(run[0].params.get("audience", ""))
    text = _("Nobody to tell: no %(audience)s is on record") % {"audience": audience}
    return Sentence(at=run[0].at, text=text, state="soon", icon="warning")


def _undelivered(run: list[TimelineEntry], known: Known) -> Sentence:
    names = dict.fromkeys(str(name) for e in reversed(run) for name in e.params.get("names", ()))
    text = _("Could not reach %(people)s: please phone") % {"people": _(", ").join(names)}
    return Sentence(at=run[0].at, text=text, state="soon", icon="warning")


def _answered(run: list[TimelineEntry], known: Known) -> Sentence:
    params, choice, name = run[0].params, run[0].params.get("choice", ""), _person(run[0])
    title = known.titles.get(name, "")
    who = _("%(name)s (%(title)s)") % {"name": name, "title": title} if title else name
    text = _("answered: %(answer)s") % {"answer": choice_word(choice)}
    if params.get("late"):
        text += _(" (after it was closed)")
    elif params.get("stale"):
        text += _(" (came late: others had been called by then)")
    state = "soon" if choice == Answer.Choice.HELP else "hand"
    return Sentence(at=run[0].at, who=who, text=text, detail=params.get("note", ""), state=state, icon="person")


def _acknowledged(run: list[TimelineEntry], known: Known) -> Sentence:
    text = _("took it in hand; nobody further is called")
    note = run[0].params.get("note", "")
    return Sentence(at=run[0].at, who=_person(run[0]), text=text, detail=note, state="hand", icon="person")


def _seen_at_desk(run: list[TimelineEntry], known: Known) -> Sentence:
    wanted = audience_word(run[0].params.get("waits_for", ""))
    text = _("is at it; the calls go on until this person acknowledges: %(audience)s") % {"audience": wanted}
    return Sentence(at=run[0].at, who=_person(run[0]), text=text, state="hand", icon="person")


def _unacknowledged(run: list[TimelineEntry], known: Known) -> Sentence:
    text = _("%(minutes)s minutes in hand without an outcome: it rings again from the beginning")
    return Sentence(at=run[0].at, text=text % {"minutes": run[0].params.get("minutes", "")}, state="soon", icon="bell")


def _reopened(run: list[TimelineEntry], known: Known) -> Sentence:
    reason = run[0].params.get("reason", "")
    return Sentence(
        at=run[0].at, who=_person(run[0]), text=_("opened it again"), detail=reason, state="soon", icon="bell"
    )


def _silenced(run: list[TimelineEntry], known: Known) -> Sentence:
    until = f"{timezone.localtime(datetime.fromisoformat(run[0].params['until'])):%m-%d %H:%M}"
    text = _("A silence holds it back until %(until)s: nobody was told") % {"until": until}
    return Sentence(at=run[0].at, text=text, icon="clock")


def _silence_over(run: list[TimelineEntry], known: Known) -> Sentence:
    return Sentence(at=run[0].at, text=_("The silence has ended; looked at again"), state="soon", icon="bell")


def _clock_put_back(run: list[TimelineEntry], known: Known) -> Sentence:
    minutes = max(1, round(run[0].params.get("seconds", 0) / 60))
    text = ngettext(
        "The clock of this computer was put back by %(minutes)s minute. The calls go on from here",
        "The clock of this computer was put back by %(minutes)s minutes. The calls go on from here",
        minutes,
    ) % {"minutes": minutes}
    return Sentence(at=run[0].at, text=text, state="soon", icon="clock")


def _nobody_on_duty(run: list[TimelineEntry], known: Known) -> Sentence:
    text = _("Nobody is on duty by the rota: the secretary was called instead")
    return Sentence(at=run[0].at, text=text, state="soon", icon="warning")


def _escalated(run: list[TimelineEntry], known: Known) -> Sentence:
    audience = audience_word(run[0].params.get("audience", ""))
    text = _("Nobody has taken it in hand yet; next in line: %(audience)s") % {"audience": audience}
    return Sentence(at=run[0].at, text=text, state="soon", icon="arrow")


def _looped(run: list[TimelineEntry], known: Known) -> Sentence:
    text = ngettext(
        "Still nobody has taken it in hand: the duty desk was called again",
        "Still nobody has taken it in hand: the duty desk was called %(n)d times more",
        len(run),
    )
    return Sentence(at=run[0].at, text=text % {"n": len(run)}, state="soon", icon="bell")


def _noted(run: list[TimelineEntry], known: Known) -> Sentence:
    text = _("noted: %(text)s") % {"text": run[0].params.get("text", "")}
    return Sentence(at=run[0].at, who=_person(run[0]), text=text, icon="edit")


def _closed(run: list[TimelineEntry], known: Known) -> Sentence:
    cause = known.cause or run[0].params.get("cause", "")
    text = _("closed it; cause: %(cause)s") % {"cause": cause}
    outcome = run[0].params.get("outcome", "")
    return Sentence(at=run[0].at, who=_person(run[0]), text=text, detail=outcome, state="done", icon="check")


WRITERS: dict[str, Callable[[list[TimelineEntry], Known], Sentence]] = {
    "opened": _opened,
    "signal_repeated": _signal_repeated,
    "cleared": _cleared,
    "told": _told,
    "nobody_to_tell": _nobody_to_tell,
    "answered": _answered,
    "acknowledged": _acknowledged,
    "escalated": _escalated,
    "looped": _looped,
    "undelivered": _undelivered,
    "noted": _noted,
    "closed": _closed,
    "seen_at_desk": _seen_at_desk,
    "unacknowledged": _unacknowledged,
    "reopened": _reopened,
    "silenced": _silenced,
    "silence_over": _silence_over,
    "clock_put_back": _clock_put_back,
    "nobody_on_duty": _nobody_on_duty,
}
